"""A measure block: credits, an aggregate of them over a window, and the quota that it is held against."""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from attain.engine.language.models.credit_rules import CreditRule
from attain.engine.language.models.forms import Words, words_of
from attain.engine.language.models.part import Aggregate, Part
from attain.engine.language.models.spans import AmountPer, WindowForm, amount_per_of, is_amount_per

Policy = Literal["exception", "no earning", "no earning and exception", "lowest band", "100 %"]
Pace = Literal["weekly", "monthly", "quarterly", "half-yearly", "yearly", "each period"]


def _quota_of(value: object) -> str | AmountPer:
    return amount_per_of(value) if is_amount_per(value) else words_of(value)


Quota = Annotated[
    str | AmountPer,
    PlainValidator(_quota_of),
    WithJsonSchema(
        {
            "type": "string",
            "description": "a name in the table of quotas, or a fixed quota per time",
            "examples": ["new_business", "50000 per month"],
        }
    ),
]


class Denominator(Part):
    """What holds where a quota, or the divisor of a ratio, cannot divide."""

    missing: Policy = Field(default="exception", description="No quota is given.")
    zero: Policy = Field(default="exception", description="It is 0.")
    negative: Policy = Field(default="exception", description="It is below 0.")


class Across(Part):
    """A measure of measures."""

    each: Literal["week", "month", "period", "quarter", "half", "year"] = Field(
        description="The windows that are measured one by one."
    )
    take: Literal["least", "greatest", "average"] = Field(description="What of them counts.")


class Measure(Part):
    """A measure block, in `measures` and, directly, in a component."""

    credit: tuple[CreditRule, ...] = Field(
        default=(), description="Rules: each that matches gives credit, at most once per position."
    )
    credit_of: Words | None = Field(
        default=None, description="The credits of a measure or a component that has rules."
    )
    uses: Words | None = Field(default=None, description="The whole of a measure.")
    measure: Aggregate | None = Field(default=None, description="The aggregate of the credits.")
    over: WindowForm | None = Field(default=None, description="The window.")
    every: Pace | None = Field(default=None, description="Earned more rarely than it is paid.")
    quota: Quota | None = Field(
        default=None, description="What the measure is divided by to give the attainment."
    )
    quota_counts: Literal["to date", "in full"] | None = Field(
        default=None,
        description="With a window to date: the quota of the periods so far, or of the whole window.",
    )
    denominator: Denominator = Field(
        default=Denominator(), description="What holds where there is nothing to divide by."
    )
    across: Across | None = Field(default=None, description="A measure of measures.")
    short_window: Literal["no earning", "as far as it goes", "counts as 0"] | None = Field(
        default=None, description="With a rolling window: what holds before it is full."
    )
    measured_for: Literal["the assignment", "the position", "the participant"] = Field(
        default="the assignment",
        description="Whose credits count: a successor inherits those of the position.",
    )

    @model_validator(mode="after")
    def _pace(self) -> "Measure":
        if self.over and self.every:
            self.__dict__["over"] = self.over.each(self.every)
        return self
