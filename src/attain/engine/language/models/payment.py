"""From what is earned to what is paid; the keys stand in the order in which they act."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from attain.engine.language.fault import Fault
from attain.engine.language.models.forms import (
    DATE,
    Amount,
    Day,
    PercentForm,
    Title,
    Whole,
    Words,
    date_of,
    many,
)
from attain.engine.language.models.part import Condition, Part, Scalar
from attain.engine.language.models.spans import (
    AmountPer,
    AmountPerForm,
    Length,
    LengthForm,
    SpanForm,
    amount_per_of,
    length_of,
)
from attain.engine.language.source import Map, Text

ORDER = (
    "instalments", "holdback", "clawback", "negative", "advance", "draw", "maximum", "minimum", "pay in",
)  # fmt: skip


class InstalmentPart(Part):
    """A part of an earning that is paid later."""

    after: LengthForm = Field(description="How long after the period of the earning.")
    share: PercentForm = Field(description="Its share; all add up to 100 %.")
    in_parts: Whole | None = Field(default=None, description="In so many equal parts, one each period.")


class Instalments(Part):
    """An earning paid in parts."""

    of: Title = Field(description="The component.")
    parts: Annotated[tuple[InstalmentPart, ...], Field(min_length=1)] = Field(description="The parts.")


def _day_or_length(value: object) -> date | Length:
    return date_of(value) if isinstance(value, str) and DATE.fullmatch(value) else length_of(value)


class Holdback(Part):
    """A share of what is earned is kept until it is due."""

    keep: PercentForm = Field(description="The share that is kept.")
    of: Title | None = Field(default=None, description="The component; else of all.")
    release: Literal["in proportion to payments", "when paid in full", "after a time", "by entry"] = Field(
        description="When it is paid out."
    )
    after: LengthForm | None = Field(default=None, description="With `after a time`: how long.")
    not_before: (
        Annotated[
            date | Length,
            PlainValidator(_day_or_length),
            WithJsonSchema({"type": "string", "examples": ["90 days"]}),
        ]
        | None
    ) = Field(default=None, description="A day, or a length after the period, before which none is released.")
    forfeit_after: LengthForm | None = Field(
        default=None, description="After this what is still held is lost."
    )


class ClawbackStep(Part):
    """Within a time after the credit, what share is taken."""

    within: LengthForm = Field(description="Days or months after the credit, that day included.")
    take: PercentForm = Field(description="The share of what was earned.")


class Clawback(Part):
    """What was earned is taken back when its sale unwinds."""

    when: Words = Field(description="The type of transaction that unwinds a sale.")
    of: Title | None = Field(default=None, description="The component; else all.")
    where: Condition | None = Field(default=None, description="Only such transactions.")
    taken_on: Scalar | None = Field(
        default=None, description="The day that decides the pay period; else `date`."
    )
    schedule: tuple[ClawbackStep, ...] = Field(default=(), description="Shares by the time that has passed.")
    take: Scalar | None = Field(default=None, description="The share of what was earned that is taken.")

    @model_validator(mode="after")
    def _one(self) -> "Clawback":
        if bool(self.schedule) == bool(self.take):
            raise Fault("P108", "a clawback says exactly one of `schedule` and `take`.", "Keep one of them.")
        return self


class Advance(Part):
    """A sum paid ahead of the earning of a longer period."""

    of: Title = Field(description="The component.")
    amount: AmountPerForm = Field(description="How much.")
    in_months: Annotated[
        tuple[Whole, ...],
        Field(min_length=1),
        BeforeValidator(many, json_schema_input_type=Whole | tuple[Whole, ...]),
    ] = Field(description="In which months of the component's period: 1 is the first.")
    settled_from: Literal["its component", "all earnings"] = Field(description="What repays it.")


def _draw_of(value: object) -> AmountPer | str:
    return "by ramp" if value == "by ramp" else amount_per_of(value)


class Draw(Part):
    """Earnings below the draw are topped up to it."""

    kind: Literal["recoverable", "non-recoverable"] = Field(description="Whether it is owed and earned back.")
    amount: Annotated[
        AmountPer | Literal["by ramp"],
        PlainValidator(_draw_of),
        WithJsonSchema({"type": "string", "examples": ["2000 per month", "by ramp"]}),
    ] = Field(description="How much per time, or by the steps of the ramp.")
    during: SpanForm | None = Field(default=None, description="The days on which it holds; else always.")
    limit: Amount | None = Field(default=None, description="The most that may be owed.")
    recovery: SpanForm | None = Field(
        default=None, description="The days on which it is recovered; else at once."
    )
    recover_at_most: PercentForm | None = Field(
        default=None, description="The share of what is above the draw that is recovered; else all."
    )
    write_off: Day | None = Field(
        default=None,
        description="What is owed after the payment of the period that holds this day is written off.",
    )


class Maximum(Part):
    """The most that is paid."""

    amount: AmountPerForm = Field(description="The most per time.")
    excess: Literal["deferred", "lost"] = Field(description="What becomes of the rest.")


def _minimum_of(value: object) -> AmountPer:
    if isinstance(value, Map):
        extra = [str(key) for key in value if key not in ("amount", "about")]
        if extra or "amount" not in value:
            raise Fault("P105", "a minimum is an amount per time.", "Write minimum: 1000 per month.")
        return amount_per_of(value[Text("amount")])
    return amount_per_of(value)


Minimum = Annotated[
    AmountPer,
    PlainValidator(_minimum_of),
    WithJsonSchema({"type": "string", "examples": ["1000 per month"], "description": "an amount per time"}),
]


def _payee_currency(value: object) -> str:
    from attain.engine.language.models.forms import currency_of

    return "of the participant" if value == "of the participant" else currency_of(value)


class PayIn(Part):
    """The currency of payment."""

    currency: Annotated[
        str,
        PlainValidator(_payee_currency),
        WithJsonSchema({"type": "string", "examples": ["EUR", "of the participant"]}),
    ] = Field(description="A currency, or `of the participant`.")
    rate: Amount | None = Field(default=None, description="A fixed rate.")
    rates: Words | None = Field(default=None, description="The table of exchange rates.")
    on: Literal["pay day"] | None = Field(default=None, description="The day whose rate holds.")

    @model_validator(mode="after")
    def _one(self) -> "PayIn":
        if (self.rate is None) == (self.rates is None):
            raise Fault("P108", "`pay in` says exactly one of `rate` and `rates`.", "Keep one of them.")
        if self.rates is not None and self.on is None:
            raise Fault("P104", '"on" is missing.', 'Add "on: pay day".')
        return self


def _in_order(value: object) -> object:
    if isinstance(value, Map):
        said = [str(key) for key in value if key in ORDER]
        for before, after in pairwise(said):
            if ORDER.index(before) > ORDER.index(after):
                place = next(key for key in value if key == after).place
                raise Fault(
                    "P109",
                    f'"{after}" stands after "{before}", and acts before it.',
                    f"The order is {', '.join(word for word in ORDER if word in said)}.",
                    place,
                )
    return value


class Payment(Part):
    """From what is earned to what is paid."""

    instalments: tuple[Instalments, ...] = Field(default=(), description="Earnings paid in parts.")
    holdback: tuple[Holdback, ...] = Field(default=(), description="Shares that are kept until they are due.")
    clawback: tuple[Clawback, ...] = Field(default=(), description="What is taken back when a sale unwinds.")
    negative: Literal["carry forward", "pay"] = Field(
        default="carry forward", description="What happens to a payment below 0."
    )
    advance: tuple[Advance, ...] = Field(default=(), description="Sums paid ahead.")
    draw: Draw | None = Field(default=None, description="Earnings are topped up to it.")
    maximum: Maximum | None = Field(default=None, description="The most that is paid.")
    minimum: Minimum | None = Field(default=None, description="The least that is paid; it is not recovered.")
    pay_in: PayIn | None = Field(default=None, description="The currency of payment.")


PaymentForm = Annotated[Payment, BeforeValidator(_in_order)]
