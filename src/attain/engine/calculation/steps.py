"""Thresholds, gates, multipliers, caps and floors on the figure of a seat, in the order written.

The steps of figures to date act before the difference is taken; a cap or floor per UNIT acts on what
the unit has earned to date; the rest acts on the earning of the period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.counted_days import Kind
from attain.engine.calculation.formulas import condition_of, number_of
from attain.engine.calculation.items import limited_rate, softened
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.terms import Numeric
from attain.engine.calculation.undefined import exception_of, nothing_of
from attain.engine.calculation.window_amounts import limit_of
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
from attain.engine.values.problems import refuse

Act = Literal["figure", "unit", "keep"]

ORDER = ("week", "period", "month", "quarter", "half", "year", "anniversary year", "plan", "life")


@dataclass(frozen=True)
class Acting:
    """A step ready to act: on the figure itself, or on what a unit has earned to date (`column` names the unit)."""

    step: StepPart
    act: Act
    column: str = ""


def arranged(evaluation: Evaluation, steps: Sequence[StepPart]) -> tuple[list[Acting], list[Acting]]:
    """Steps before and after the difference is taken, each in the order written."""
    before: list[Acting] = []
    units: list[Acting] = []
    after: list[Acting] = []
    window = evaluation.window
    to_date = window.to_date
    for step in steps:
        if isinstance(step, Keep):
            (before if to_date else after).append(Acting(step, "keep"))
            continue
        amount = step.amount if isinstance(step, Cap | Floor) else None
        if not isinstance(amount, AmountPer):
            (before if to_date else after).append(Acting(step, "figure"))
            continue
        longer = _longer(amount.per, window.unit)
        column = _unit_column(evaluation, amount.per)
        if to_date and not longer and _same(amount.per, window.unit):
            before.append(Acting(step, "figure", column))
        elif to_date:
            after.append(Acting(step, "unit", column))
        elif longer:
            units.append(Acting(step, "unit", column))
        else:
            after.append(Acting(step, "figure", column))
    return before, [*units, *after]


def _same(per: str, unit: str) -> bool:
    return per == unit or {per, unit} == {"period", "month"} or (unit == "anniversary year" and per == "year")


def _longer(per: str, unit: str) -> bool:
    return not _same(per, unit) and ORDER.index(per) > ORDER.index(unit)


def _unit_column(evaluation: Evaluation, per: str) -> str:
    name = f"k_{per}"
    if name not in evaluation.turn_dates:
        calendar = evaluation.version.calendar
        spans = [calendar.at(per, turn.start) for turn in evaluation.turns]
        evaluation.turn_dates[name] = [span.first for span in spans]
    return name


@dataclass(frozen=True)
class Applied:
    """What a step makes of the figure (or of the unit's earnings to date); its exceptions as SQL of their codes, and
    the condition that nothing is earned because of what it needs, blank where that never is."""

    acting: Acting
    result: Numeric
    exceptions: tuple[str, ...] = ()
    nothing: str = ""


def applied(evaluation: Evaluation, acting: Acting, current: Number) -> Applied:
    """One step. A condition that needs what is undefined fails; a number that does earns nothing."""
    step = acting.step
    with evaluation.noting() as asked:
        held = condition_of(step.when, evaluation.scope) if step.when is not None else ""
        passed = condition_of(step.condition, evaluation.scope) if isinstance(step, OnlyIf) else ""
    with evaluation.noting() as needed:
        if isinstance(step, OnlyIf):
            result: Numeric = terms.chosen([(passed, current)], literal(0))
            problem = "''"
        else:
            result, problem = _applied(evaluation, acting, current)
    found = [exception_of(needed), problem if problem != "''" else ""]
    nothing = nothing_of(needed)
    if found[1]:
        nothing = f"({nothing}) OR ({problem}) <> ''" if nothing else f"({problem}) <> ''"
    if held:
        result = terms.chosen([(held, result)], current)
        found = [f"CASE WHEN {held} THEN {code} ELSE '' END" if code else "" for code in found]
        nothing = f"({held}) AND ({nothing})" if nothing else ""
    exceptions = [code for code in (exception_of(asked), *found) if code]
    return Applied(acting, result, tuple(exceptions), f"({nothing})" if nothing else "")


def _applied(evaluation: Evaluation, acting: Acting, current: Number) -> tuple[Numeric, str]:
    step = acting.step
    if isinstance(step, MultiplyBy):
        return terms.times(current, number_of(step.factor, evaluation.scope)), "''"
    if isinstance(step, MultiplyByTable):
        found = looked_up(
            evaluation.version.known, evaluation.version.plan.tables[step.table], step.table, evaluation.scope
        )
        return terms.times(current, found.value), found.problem
    if isinstance(step, Cap | Floor):
        limit = _limit(evaluation, acting, step)
        return (terms.smallest if isinstance(step, Cap) else terms.largest)([current, limit]), "''"
    if isinstance(step, CapRate | FloorRate):
        of = getattr(evaluation.component.pay, "of", None)
        whole = number_of(of, evaluation.scope) if of is not None else evaluation.level(evaluation.main, "of")
        rate = number_of(step.rate, evaluation.scope)
        return limited_rate(current, whole, rate, isinstance(step, CapRate)), "''"
    if isinstance(step, SoftCap):
        return softened(step, current, evaluation.scope), "''"
    raise refuse("P900", f"the step {type(step).__name__} is not calculated yet.", "Leave it out for now.")


def _limit(evaluation: Evaluation, acting: Acting, step: Cap | Floor) -> Numeric:
    if not isinstance(step.amount, AmountPer):
        return number_of(step.amount, evaluation.scope)
    calendar = evaluation.version.calendar
    firsts = dict.fromkeys(evaluation.turn_dates[acting.column])
    spans = [calendar.at(step.amount.per, day) for day in firsts]
    kind: Kind = "cap" if isinstance(step, Cap) else "floor"
    return limit_of(evaluation, kind, step.amount, acting.column, spans, acting.act == "unit")
