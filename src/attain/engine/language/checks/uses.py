"""Every expression of a plan, with what it may see where it stands and what is wanted of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.credit_rules import CreditRule
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.pays import Banded, Flat, Pool, Ranking
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.steps import (
    Budget,
    Cap,
    CapRate,
    Floor,
    FloorRate,
    MultiplyBy,
    OnlyIf,
    SoftCap,
    StepPart,
)
from attain.engine.language.source import Path

Sight = Literal["fact", "aggregate", "credit", "measures", "seat"]
Wanted = Literal["condition", "quantity", "day", "rate", "factor", "limit", "of"]


@dataclass(frozen=True)
class Use:
    """One expression: a `fact` sees the transaction's fields, a `credit` those and the measures,
    `measures` no fields of transactions, a `seat` only position and participant."""

    expression: Expression
    path: Path
    sees: Sight
    wanted: Wanted
    component: Component | None = None


def uses_of(plan: Plan) -> Iterator[Use]:
    """All expressions, in the order of the document's keys."""
    if plan.for_.where:
        yield Use(plan.for_.where, plan.for_.path, "seat", "condition")
    for name, expression in plan.fields.items():
        yield Use(expression, ("fields", name), "fact", "quantity")
    for measure in plan.measures.values():
        yield from _of_block(measure)
    for component in plan.components.values():
        if component.for_ and component.for_.where:
            yield Use(component.for_.where, component.for_.path, "seat", "condition")
        yield from _of_block(component)
        yield from _of_pay(component)
        for step in component.then:
            yield from _of_step(step, component)
    for step in plan.then:
        yield from _of_step(step, None)
    for clawback in plan.payment.clawback if plan.payment else ():
        for expression_, wanted in (
            (clawback.where, "condition"),
            (clawback.taken_on, "day"),
            (clawback.take, "factor"),
        ):
            if expression_:
                yield Use(expression_, clawback.path, "fact", wanted)  # type: ignore[arg-type]


def _of_block(block: Measure) -> Iterator[Use]:
    for rule in block.credit:
        yield from _of_rule(rule)
    if block.measure:
        yield Use(block.measure, block.path_of("measure"), "aggregate", "quantity")


def _of_rule(rule: CreditRule) -> Iterator[Use]:
    if rule.where:
        yield Use(rule.where, rule.path_of("where"), "fact", "condition")
    if rule.counts:
        yield Use(rule.counts, rule.path_of("counts"), "fact", "quantity")
    for name in ("credited_on", "owner_on"):
        expression = getattr(rule, name)
        if expression:
            yield Use(expression, rule.path_of(name), "fact", "day")


def _of_pay(component: Component) -> Iterator[Use]:
    pay = component.pay
    if pay.of:
        yield Use(pay.of, pay.path_of("of"), "credit" if pay.each else "measures", "of", component)
    if isinstance(pay, (Flat, Pool)):
        yield Use(pay.rate, pay.path_of("rate"), "credit", "rate", component)
    if isinstance(pay, Banded):
        for band in pay.bands:
            yield Use(band.rate, band.path, "credit", "rate", component)
    if isinstance(pay, Pool):
        yield Use(pay.shared_by, pay.path_of("shared_by"), "measures", "quantity", component)
    if isinstance(pay, Ranking) and pay.to_take_part:
        yield Use(pay.to_take_part, pay.path_of("to_take_part"), "measures", "condition", component)


def _of_step(step: StepPart, component: Component | None) -> Iterator[Use]:
    sees: Sight = "credit" if step.each else "measures"
    if step.when:
        yield Use(step.when, step.path_of("when"), sees, "condition", component)
    if isinstance(step, OnlyIf):
        yield Use(step.condition, step.path_of("condition"), sees, "condition", component)
    if isinstance(step, MultiplyBy):
        yield Use(step.factor, step.path_of("factor"), sees, "factor", component)
    if isinstance(step, (Cap, Floor, Budget)) and isinstance(step.amount, Expression):
        yield Use(step.amount, step.path_of("amount"), sees, "limit", component)
    if isinstance(step, (CapRate, FloorRate)):
        yield Use(step.rate, step.path_of("rate"), sees, "rate", component)
    if isinstance(step, SoftCap):
        for band in step.bands:
            yield Use(band.rate, band.path, sees, "rate", component)
