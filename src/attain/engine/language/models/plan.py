"""A plan document: one version of one plan."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from attain.engine.language.fault import Fault
from attain.engine.language.models.eligibility import Eligibility, Leave, Leavers, ProratedForm, Ramp
from attain.engine.language.models.exchange import Exchange
from attain.engine.language.models.forms import FIELD, PercentForm, Snake, Title, currency_of, text_of
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.other_documents import CalendarDocument, dated
from attain.engine.language.models.part import Part, Scalar
from attain.engine.language.models.payment import PaymentForm
from attain.engine.language.models.pays import Pay
from attain.engine.language.models.plan_tests import PlanTest
from attain.engine.language.models.spans import AmountPer, SpanForm, amount_per_of
from attain.engine.language.models.steps import Step
from attain.engine.language.models.tables import Table
from attain.engine.language.models.values import ValueTable
from attain.engine.language.source import Source


def _currency_of(value: object) -> str:
    text = text_of(value, "a currency")
    if text.startswith("by ") and FIELD.fullmatch(text[3:]):
        return str(text)
    return currency_of(value)


def _target_of(value: object) -> AmountPer | str:
    text = text_of(value, "a target incentive")
    if text in ("of the position", "of the participant"):
        return str(text)
    return amount_per_of(value)


def _leading_of(value: object) -> bool:
    if value != "this plan":
        raise Fault("P107", f'"{value}" is not known here.', 'Write "leading: this plan", or leave it out.')
    return True


PlanCurrency = Annotated[
    str,
    PlainValidator(_currency_of),
    WithJsonSchema(
        {"type": "string", "description": "a currency, or `by FIELD`", "examples": ["USD", "by country"]}
    ),
]
TargetIncentive = Annotated[
    AmountPer | Literal["of the position", "of the participant"],
    PlainValidator(_target_of),
    WithJsonSchema(
        {
            "type": "string",
            "description": "an amount per time, `of the position` or `of the participant`",
            "examples": ["18000 per year", "of the participant"],
        }
    ),
]


class Component(Measure):
    """What is earned by one measure and its rate table. It has the keys of a measure block, and these."""

    formerly: Title | None = Field(default=None, description="Its title in the version before.")
    for_: Eligibility | None = Field(default=None, description="Who has it, of those under the plan.")
    on_change: Literal["fresh", "continued"] | None = Field(
        default=None, description="How a window that the change of version cuts follows the version before."
    )
    target_incentive: TargetIncentive | None = Field(default=None, description="Its own target incentive.")
    weight: PercentForm | None = Field(default=None, description="Its share of the plan's target incentive.")
    rounding: Literal["half-up", "half-even"] | None = Field(
        default=None, description="Else that of the plan."
    )
    pay: Pay = Field(description="How the measure becomes an earning.")
    then: tuple[Step, ...] = Field(default=(), description="Steps, in the order in which they act.")
    title: SkipJsonSchema[str] = Field(default="", alias="\0title", exclude=True, repr=False)


class Plan(Part):
    """Who is paid for what, how and when: one version, that holds on its days."""

    plan: Title = Field(description="The title, the same in all versions.")
    effective: SpanForm = Field(description="The days on which this version holds.")
    paid: Literal["weekly", "monthly", "quarterly", "half-yearly", "yearly", "each period"] = Field(
        description="The pay period."
    )
    calendar: Title | None = Field(default=None, description="A fiscal calendar by title; else civil months.")
    currency: PlanCurrency = Field(description="Of all amounts: a code, or `by FIELD` with `values`.")
    rounding: Literal["half-up", "half-even"] = Field(default="half-up", description="Of an earning.")
    exchange: Exchange | None = Field(default=None, description="How other currencies are converted.")
    for_: Eligibility = Field(description="Who is under the plan.")
    target_incentive: TargetIncentive | None = Field(default=None, description="Variable pay at 100 %.")
    prorate: ProratedForm = Field(
        default=frozenset(),
        description="What shrinks where a period is held only in part: a list, or `nothing`.",
    )
    prorate_by: Literal["calendar days", "working days", "30/360"] = Field(
        default="calendar days", description="How days are counted."
    )
    leave: Leave | None = Field(default=None, description="What a leave changes; required if leaves occur.")
    ramp: Ramp | None = Field(default=None, description="How figures grow for who is new.")
    leavers: Leavers | None = Field(default=None, description="What holds for who leaves.")
    leading: Annotated[bool, BeforeValidator(_leading_of), WithJsonSchema({"const": "this plan"})] = Field(
        default=False,
        description="`this plan`: of several plans of one participant, the one whose payment rules hold.",
    )
    fields: dict[Snake, Scalar] = Field(default_factory=dict, description="Named expressions over a fact.")
    values: tuple[ValueTable, ...] = Field(
        default=(), description="Named numbers that differ by a field or a period."
    )
    measures: dict[Snake, Measure] = Field(
        default_factory=dict, description="Measures used twice or only in conditions."
    )
    tables: dict[Title, Table] = Field(default_factory=dict, description="Tables of this plan.")
    components: Annotated[dict[Title, Component], Field(min_length=1)] = Field(description="What is earned.")
    then: tuple[Step, ...] = Field(default=(), description="Steps on the sum of all components.")
    payment: PaymentForm | None = Field(default=None, description="From what is earned to what is paid.")
    tests: tuple[PlanTest, ...] = Field(default=(), description="Examples that must hold.")
    source: SkipJsonSchema[Source] = Field(alias="\0source", exclude=True, repr=False)
    calendar_document: SkipJsonSchema[CalendarDocument | None] = Field(
        default=None, alias="\0calendar", exclude=True, repr=False
    )
    attached: SkipJsonSchema[Mapping[str, str]] = Field(
        default={}, alias="\0attached", exclude=True, repr=False
    )

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "plan"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.plan

    @model_validator(mode="after")
    def _titled(self) -> "Plan":
        for title, component in self.components.items():
            component.__dict__["title"] = title
        dated(self.effective)
        return self

    def whole(self, block: Measure) -> Measure:
        """The measure block behind a block: itself, or the measure that it `uses`."""
        return self.measures[block.uses] if block.uses else block

    def block(self, name: str) -> Measure | None:
        """The measure or component of that name or title."""
        return self.measures.get(name) or self.components.get(name)
