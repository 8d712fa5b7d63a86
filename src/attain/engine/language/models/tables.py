"""Tables: rows to look up, bands or points; in a plan by title, or as documents that several plans share."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from attain.engine.language.fault import Fault, listed, nearest
from attain.engine.language.models.forms import FieldName, Figure, FigureForm, Number, Snake, figure_of
from attain.engine.language.models.part import Part, Rate
from attain.engine.language.models.table_rows import TableRow, Tables, rows_of
from attain.engine.language.source import Items, Map, Node, Text


class Band(Part):
    """From a bound on, a rate."""

    from_: Number = Field(description="The lower bound.")
    rate: Rate = Field(description="The rate in this band.")
    back_to: Number | None = Field(
        default=None, description="Once this band is reached, its rate holds from this lower point on."
    )


class StepBand(Part):
    """From a bound on, a fixed sum."""

    from_: Number = Field(description="The lower bound.")
    pay: FigureForm = Field(description="An amount, or a percent of `of`.")


class Point(Part):
    """A point of a curve."""

    at: Number = Field(description="The place.")
    pay: FigureForm | None = Field(default=None, description="An amount, or a percent of `of`.")
    rate: FigureForm | None = Field(default=None, description="A rate of `of` (else of the measure).")

    @model_validator(mode="after")
    def _one(self) -> "Point":
        if (self.pay is None) == (self.rate is None):
            raise Fault(
                "P108", "a point says exactly one of `pay` and `rate`.", "Write {at: 100 %, pay: 100 %}."
            )
        return self


def _otherwise_of(value: object) -> object:
    return "exception" if value == "exception" else figure_of(value)


def _rows_of(value: Any, info: ValidationInfo) -> object:
    key, gives = info.data.get("key"), info.data.get("gives")
    if not isinstance(value, (Text, Items, Map)) or not key or not gives:
        raise Fault(
            "P104", "rows stand with `key` and `gives`.", "Say what a row is found by and what it gives."
        )
    return rows_of(value, key, gives, info.context or Tables())


def _band_kind(value: Any) -> str:
    return "\0pay" if isinstance(value, Map) and "pay" in value else "\0rate"


Otherwise = Annotated[
    Literal["exception"] | Figure,
    PlainValidator(_otherwise_of),
    WithJsonSchema({"type": ["string", "number"], "description": "`exception`, or what is given then"}),
]
Rows = Annotated[
    tuple[TableRow, ...] | str,
    PlainValidator(_rows_of),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "object"}},
                {"type": "string", "examples": ["tables/rates.csv", "rates"]},
            ]
        }
    ),
]
TableBand = Annotated[
    Annotated[Band, Tag("\0rate")] | Annotated[StepBand, Tag("\0pay")], Discriminator(_band_kind)
]


class Table(Part):
    """Rows to look up, or bands, or points."""

    key: dict[FieldName, Literal["equal", "from", "up to", "within"]] = Field(
        default_factory=dict,
        description="The columns that a row is found by: `equal` to the field; the highest that the field is "
        "`from`; the lowest that it is `up to`; a range that it is `within`.",
    )
    gives: Snake | None = Field(default=None, description="The column that is given.")
    match: Literal["only row", "first row", "most specific"] | None = Field(
        default=None, description="Which row counts where several fit; a tie is an exception."
    )
    otherwise: Otherwise | None = Field(default=None, description="What is given where no row fits.")
    rows: Rows | None = Field(
        default=None, description="The rows, a CSV file beside the document, or the name of a table of facts."
    )
    bands: tuple[TableBand, ...] = Field(default=(), description="Bands to share.")
    points: tuple[Point, ...] = Field(default=(), description="Points to share.")

    @model_validator(mode="after")
    def _one(self) -> "Table":
        said = [name for name in ("rows", "bands", "points") if self.says(name)]
        if len(said) != 1:
            raise Fault(
                "P108", "a table has exactly one of `rows`, `bands` and `points`.", "Keep one of them."
            )
        if self.says("points") and len(self.points) < 2:
            raise Fault("P104", "a curve has at least two points.", "Add one, or write bands.")
        missing = [name for name in ("key", "gives", "match", "otherwise") if not getattr(self, name)]
        if said == ["rows"] and missing:
            raise Fault("P104", f"a table of rows lacks {listed(missing, 'and')}.", "Say all four.")
        return self


def shared_list(kind: str) -> Callable[[Any, ValidationInfo], object]:
    """A validator that puts a table's bands or points in the place of its title."""

    def resolve(value: Any, info: ValidationInfo) -> object:
        if not isinstance(value, Text):
            return value
        tables: Tables = info.context or Tables()
        table = tables.titled.get(value)
        if table is None:
            if value in tables.elsewhere:
                raise Fault(
                    "P422",
                    f'the table "{value}" does not hold on the first day of this version.',
                    "Let the table start on that day, or write one that does.",
                )
            known = [title for title, node in tables.titled.items() if kind in node]
            raise Fault(
                "P312",
                f'there is no table "{value}" here.',
                nearest(value, known, "Write its document or put it under `tables`."),
            )
        rows = table.get(Text(kind))
        if not isinstance(rows, Items):
            raise Fault("P312", f'the table "{value}" holds no {kind}.', f"Name a table with {kind}.")
        tables.referred.add(value.path)
        return _moved(rows, value)

    return resolve


def _moved(node: Node, to: Text) -> Node:
    """The same values, standing where the title stands: that is the place that a reader can change here."""
    if isinstance(node, Text):
        return Text.at(str(node), to.lines, to.path, to.start, to.end)
    moved: Map | Items
    if isinstance(node, Map):
        moved = Map(
            {
                Text.at(str(name), to.lines, to.path, to.start, to.end): _moved(v, to)
                for name, v in node.items()
            }
        )
    else:
        moved = Items(_moved(item, to) for item in node)
    moved.path = to.path
    return moved
