"""The steps on a figure, in the order in which they act, each with the values that it had at a point."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.points import FAR, Point, Value
from attain.engine.calculation.explanation.wording import amount, listed, number, percent
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import (
    Cap,
    CapRate,
    Floor,
    FloorRate,
    Keep,
    MultiplyBy,
    MultiplyByTable,
    OnlyIf,
    SoftCap,
    StepPart,
)

SHARES = ("attainment", "share", "rate")


def step_items(component: Component, point: Point, currency: str) -> list[Item]:
    """Each step in words, with what its condition, factor or limit was."""
    return [_item(step, place, point, currency) for place, step in enumerate(component.then)]


def overall_items(steps: Sequence[StepPart]) -> list[Item]:
    """The steps on the sum of all components of a plan, in words."""
    nowhere = Point(0, "", "", date.min, date.min, {})
    return [
        Item("step", f"on the sum of all components: {_words(step, None, nowhere, '')}", {}) for step in steps
    ]


def gates_not_met(component: Component, point: Point) -> list[Item]:
    """The conditions that were not met, each with the values that it looked at."""
    found = []
    for place, step in enumerate(component.then):
        if isinstance(step, OnlyIf) and point.number(f"step {place}") == 0:
            text = f"the gate `{step.condition.text}` is not met{_seen(step.condition, point)}"
            found.append(Item("gate not met", text, {"condition": step.condition.text}))
    return found


def _item(step: StepPart, place: int, point: Point, currency: str) -> Item:
    value = point.number(f"step {place}")
    idle = value is not None and abs(value) == FAR
    each = f" for each {step.each}" if step.each else ""
    when = f", when {step.when.text}{_seen(step.when, point)}" if step.when is not None else ""
    text = f"{_words(step, value if not idle else None, point, currency)}{each}{when}"
    return Item("step", f"{text}; it does not act here" if idle else text, {"value": value})


def _words(step: StepPart, value: Fraction | None, point: Point, currency: str) -> str:
    if isinstance(step, OnlyIf):
        met = "" if value is None else ": met" if value else ": not met"
        return f"only if {step.condition.text}{met}{_seen(step.condition, point)}"
    if isinstance(step, MultiplyBy):
        return f"multiply by {step.factor.text}{_valued(step.factor, value)}"
    if isinstance(step, MultiplyByTable):
        return f"multiply by table {step.table}{'' if value is None else f': {number(value)}'}"
    if isinstance(step, Cap | Floor):
        limit = f": {amount(value, currency)}" if value is not None else ""
        return f"{'cap' if isinstance(step, Cap) else 'floor'} {_limit(step.amount)}{limit}"
    if isinstance(step, CapRate | FloorRate):
        return f"{'cap' if isinstance(step, CapRate) else 'floor'} rate {step.rate.text}"
    if isinstance(step, SoftCap):
        return "soft cap " + listed([f"{band.rate.text} from {number(band.from_)}" for band in step.bands])
    return "keep the highest so far" if isinstance(step, Keep) else type(step).__name__


def _valued(factor: Expression, value: Fraction | None) -> str:
    return "" if value is None or factor.figure is not None else f": {number(value)}"


def _limit(limit: Expression | AmountPer) -> str:
    if isinstance(limit, AmountPer):
        figure = limit.amount if isinstance(limit.amount, str) else number(limit.amount)
        return f"{figure} per {limit.per}"
    return limit.text


def _seen(expression: Expression, point: Point) -> str:
    """The values of what an expression names, in brackets."""
    names = [
        *sorted(expression.names),
        *(f'{function}("{title}")' for function, title in sorted(expression.titles)),
    ]
    known = [f"{name} is {valued(name, point.values[name])}" for name in names if name in point.values]
    return f" ({listed(known)})" if known else ""


def valued(name: str, value: Value) -> str:
    """A value of a name as people read it."""
    if value is None or value == "":
        return "missing"
    if isinstance(value, Fraction):
        return percent(value) if name.startswith(SHARES) else number(value)
    return str(value)
