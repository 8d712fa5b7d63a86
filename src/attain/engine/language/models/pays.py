"""How a measure becomes an earning: one form for each `how`."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from attain.engine.language.models.forms import (
    Amount,
    FieldName,
    FigureForm,
    Number,
    Snake,
    Title,
    Whole,
)
from attain.engine.language.models.part import Condition, Part, Rate, Scalar
from attain.engine.language.models.tables import Band, Point, StepBand, shared_list

Bound = Literal["lower bound", "upper bound"]


class PayPart(Part):
    """What all forms share; `idle` names the keys that mean nothing in a form."""

    idle: ClassVar[frozenset[str]] = frozenset()

    of: Scalar | None = Field(
        default=None, description="What a rate or percent multiplies; else the measure."
    )
    each: FieldName | None = Field(
        default=None, description="For each `credit` or value of a field alone, then added."
    )


class Flat(PayPart):
    """One rate."""

    how: Literal["flat"] = Field(description="One rate.")
    rate: Rate = Field(description="The rate.")


class Banded(PayPart):
    """A rate for each band: each part at its own (marginal), or all at the rate reached (whole amount)."""

    how: Literal["marginal", "whole amount"] = Field(
        description="Each part at the rate of its band, or all of it at the rate of the band reached."
    )
    by: Snake = Field(
        description="What picks the band: `measure`, `attainment`, `earning` or a measure's name."
    )
    bands: Annotated[
        tuple[Band, ...],
        Field(min_length=1),
        BeforeValidator(shared_list("bands"), json_schema_input_type=Title | tuple[Band, ...]),
    ] = Field(description="Bands from 0 on (the first holds below 0 as well), or a table's title.")
    bands_include: Bound = Field(default="lower bound", description="Which bound belongs to a band.")
    returns: Literal["walk back", "at the original rate"] = Field(
        default="walk back",
        description="Negative credits walk back from today's place, or at their original's rate.",
    )


class Stepped(PayPart):
    """A fixed sum for the highest band reached; below the first nothing."""

    how: Literal["stepped amount"] = Field(description="A fixed sum for the highest band reached.")
    by: Snake = Field(description="What picks the band: `measure`, `attainment` or a measure's name.")
    bands: Annotated[
        tuple[StepBand, ...],
        Field(min_length=1),
        BeforeValidator(shared_list("bands"), json_schema_input_type=Title | tuple[StepBand, ...]),
    ] = Field(description="The bands, or a table's title.")
    bands_include: Bound = Field(default="lower bound", description="Which bound belongs to a band.")


class Interpolated(PayPart):
    """Linear between points."""

    how: Literal["interpolated"] = Field(description="Linear between points.")
    by: Snake = Field(description="What picks the place: `measure`, `attainment` or a measure's name.")
    points: Annotated[
        tuple[Point, ...],
        Field(min_length=2),
        BeforeValidator(shared_list("points"), json_schema_input_type=Title | tuple[Point, ...]),
    ] = Field(description="The points, or a table's title.")
    before: Literal["nothing", "flat", "extend"] = Field(description="What holds before the first point.")
    beyond: Literal["nothing", "flat", "extend"] = Field(description="What holds beyond the last point.")


class Axis(Part):
    """One side of a matrix."""

    by: Snake = Field(
        description="What picks the row or column: a measure's name, `measure` or `attainment`."
    )
    from_: Annotated[tuple[Number, ...], Field(min_length=1)] = Field(description="Lower bounds, or points.")
    bands_include: Bound = Field(default="lower bound", description="Which bound belongs to a band.")


class Matrix(PayPart):
    """Cells by two measures."""

    idle = frozenset({"each"})
    how: Literal["matrix"] = Field(description="Cells by two measures.")
    down: Axis = Field(description="Which row.")
    across: Axis = Field(description="Which column.")
    cells: tuple[tuple[FigureForm, ...], ...] = Field(description="The cells, row by row.")
    read: Literal["stepped", "bilinear"] = Field(description="The cell reached, or linear between cells.")


class Lookup(PayPart):
    """The rate of the table's row that fits the credit."""

    how: Literal["lookup"] = Field(description="The rate of the table's row that fits the credit.")
    table: Title = Field(description="The table's title.")


class Given(PayPart):
    """Earnings that are loaded, not calculated."""

    idle = frozenset({"of", "each"})
    how: Literal["given"] = Field(description="Earnings that are loaded, not calculated.")


class Ranking(PayPart):
    """Prizes by rank."""

    idle = frozenset({"of", "each"})
    how: Literal["ranking"] = Field(description="Prizes by rank.")
    by: Snake = Field(description="What ranks: `measure`, `attainment` or a measure's name.")
    among: FieldName | None = Field(default=None, description="Who compete: those with one value of a field.")
    to_take_part: Condition | None = Field(default=None, description="A condition for taking part.")
    fewest_taking_part: Whole | None = Field(default=None, description="No prizes where fewer take part.")
    prizes: Annotated[tuple[Amount, ...], Field(min_length=1)] = Field(description="From the first place on.")
    ties: Literal["share the places", "full prize each"] = Field(description="What equals get.")


class FirstToReach(PayPart):
    """Prizes for who reaches a goal first."""

    idle = frozenset({"of", "each"})
    how: Literal["first to reach"] = Field(description="Prizes for who reaches a goal first.")
    by: Snake = Field(description="What must reach the goal.")
    goal: Number = Field(description="The goal.")
    among: FieldName | None = Field(default=None, description="Who compete: those with one value of a field.")
    prizes: Annotated[tuple[Amount, ...], Field(min_length=1)] = Field(description="From the first place on.")
    ties: Literal["share the places", "full prize each"] = Field(description="What equals get.")
    returns: Literal["undo", "do not undo"] = Field(
        description="Whether a later return undoes a goal reached."
    )


class Pool(PayPart):
    """A share of the team's measure, divided among its members."""

    idle = frozenset({"of", "each"})
    how: Literal["pool"] = Field(description="A share of the team's measure, divided among its members.")
    rate: Rate = Field(description="What share of the team's measure is the pool.")
    among: FieldName = Field(description="Who share: those with one value of a field, as `team`.")
    shared_by: Scalar = Field(
        description="By what it is divided: `measure`, `days_in_team` or an expression."
    )


Pay = Annotated[
    Flat | Banded | Stepped | Interpolated | Matrix | Lookup | Given | Ranking | FirstToReach | Pool,
    Field(discriminator="how"),
]
