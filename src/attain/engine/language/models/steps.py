"""What is done to a figure after its rate table, from top to bottom: one class for each verb."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from attain.engine.language.expressions.expression import Expression
from attain.engine.language.fault import Fault, listed, nearest
from attain.engine.language.models.forms import Amount, FieldName, Title
from attain.engine.language.models.part import Condition, Part, Rate, Scalar, scalar_of
from attain.engine.language.models.spans import AmountPer, amount_per_of, is_amount_per
from attain.engine.language.source import Map


def _limit_of(value: object) -> Expression | AmountPer:
    return amount_per_of(value) if is_amount_per(value) else scalar_of(value)


Limit = Annotated[
    Expression | AmountPer,
    PlainValidator(_limit_of),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "an amount, an amount per time, or an expression",
            "examples": ["15000", "60000 per year", "2 * target_incentive"],
        }
    ),
]


class StepPart(Part):
    """A step: what it is taken for, and when."""

    each: FieldName | None = Field(
        default=None, description="For each `credit`, `deal` or value of a field alone, then added."
    )
    when: Condition | None = Field(default=None, description="Only where this holds.")


class OnlyIf(StepPart):
    """Nothing is earned unless the condition holds."""

    condition: Condition = Field(alias="only if", description="The condition.")


class MultiplyBy(StepPart):
    """Times a number or an expression."""

    factor: Scalar = Field(alias="multiply by", description="The factor.")


class MultiplyByTable(StepPart):
    """Times what a table gives."""

    table: Title = Field(alias="multiply by table", description="The table's title.")


class Cap(StepPart):
    """At most this; the excess is lost."""

    amount: Limit = Field(alias="cap", description="The most.")


class Floor(StepPart):
    """At least this."""

    amount: Limit = Field(alias="floor", description="The least.")


class CapRate(StepPart):
    """At most this rate of what the rates multiply."""

    rate: Rate = Field(alias="cap rate", description="The highest rate.")


class FloorRate(StepPart):
    """At least this rate of what the rates multiply."""

    rate: Rate = Field(alias="floor rate", description="The lowest rate.")


class SoftBand(Part):
    """From an amount on, the share that counts."""

    from_: Amount = Field(description="The lower bound of the earning.")
    rate: Rate = Field(description="What part of it counts.")


class SoftCap(StepPart):
    """The parts of an earning in higher bands count in part."""

    bands: Annotated[tuple[SoftBand, ...], Field(min_length=1)] = Field(
        alias="soft cap", description="The bands."
    )


class Budget(StepPart):
    """A sum that several share."""

    amount: Limit = Field(alias="budget", description="The sum.")
    if_exceeded: Literal["first come", "scale all"] = Field(description="Who gets it where it is not enough.")
    among: FieldName | None = Field(default=None, description="Who shares it; else everybody under the plan.")


class Keep(StepPart):
    """What was once reached is kept."""

    what: Literal["highest so far"] = Field(alias="keep", description="The figure that is kept.")


VERBS: dict[str, type[StepPart]] = {
    "only if": OnlyIf,
    "multiply by": MultiplyBy,
    "multiply by table": MultiplyByTable,
    "cap": Cap,
    "floor": Floor,
    "cap rate": CapRate,
    "floor rate": FloorRate,
    "soft cap": SoftCap,
    "budget": Budget,
    "keep": Keep,
}


def _verb(value: Any) -> str | None:
    found = [verb for verb in VERBS if isinstance(value, Map) and verb in value]
    return f"\0{found[0]}" if found else None


def _one_verb(value: object) -> object:
    found = [str(key) for key in value if key in VERBS] if isinstance(value, Map) else []
    if len(found) > 1:
        raise Fault(
            "P108",
            f"one step says {listed(found, 'and')}.",
            "Write one step for each, in the order they act.",
        )
    if isinstance(value, Map) and not found:
        known = next((nearest(key, VERBS) for key in value if nearest(key, VERBS)), "")
        raise Fault("P104", "a step has no verb.", known or f"It is one of {listed(VERBS)}.")
    return value


Step = Annotated[
    Annotated[OnlyIf, Tag("\0only if")]
    | Annotated[MultiplyBy, Tag("\0multiply by")]
    | Annotated[MultiplyByTable, Tag("\0multiply by table")]
    | Annotated[Cap, Tag("\0cap")]
    | Annotated[Floor, Tag("\0floor")]
    | Annotated[CapRate, Tag("\0cap rate")]
    | Annotated[FloorRate, Tag("\0floor rate")]
    | Annotated[SoftCap, Tag("\0soft cap")]
    | Annotated[Budget, Tag("\0budget")]
    | Annotated[Keep, Tag("\0keep")],
    Discriminator(_verb),
    BeforeValidator(_one_verb),
]
