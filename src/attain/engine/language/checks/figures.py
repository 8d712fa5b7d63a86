"""Percents and amounts in rate tables: each is of the kind that it is compared with."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attain.engine.language.checks.found import found
from attain.engine.language.checks.types import Types
from attain.engine.language.checks.uses import Use
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.expressions.kinds import Kind
from attain.engine.language.fault import Fault
from attain.engine.language.models.forms import Figure, Percent
from attain.engine.language.models.pays import (
    Axis,
    Banded,
    FirstToReach,
    Flat,
    Interpolated,
    Matrix,
    PayPart,
    Pool,
    Stepped,
)
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem

Bounds = Iterable[tuple[Decimal | None, Path]]


def unfitting_figures(plan: Plan) -> Iterator[Problem]:
    """Earnings that are no money (P322), bounds (P323) and payouts (P325) of the wrong kind."""
    types = Types(plan)
    for component in plan.components.values():
        yield from _bounds(plan, component, types)
        yield from _rates(plan, component, types)
        yield from _payouts(plan, component.pay)


def _bounds(plan: Plan, component: Component, types: Types) -> Iterator[Problem]:
    pay = component.pay
    if isinstance(pay, (Banded, Stepped)):
        bounds: Bounds = [(band.from_, band.path_of("from_")) for band in pay.bands]
        if isinstance(pay, Banded):
            bounds = [*bounds, *((band.back_to, band.path_of("back_to")) for band in pay.bands)]
        yield from _by(plan, component, types, pay.by, bounds)
    elif isinstance(pay, Interpolated):
        points = [(point.at, point.path_of("at")) for point in pay.points]
        yield from _by(plan, component, types, pay.by, points)
    elif isinstance(pay, Matrix):
        for axis in (pay.down, pay.across):
            yield from _by(plan, component, types, axis.by, _of_axis(axis))
    elif isinstance(pay, FirstToReach):
        yield from _by(plan, component, types, pay.by, [(pay.goal, pay.path_of("goal"))])


def _of_axis(axis: Axis) -> Bounds:
    return [(bound, (*axis.path_of("from_"), index)) for index, bound in enumerate(axis.from_)]


def _by(plan: Plan, component: Component, types: Types, by: str, bounds: Bounds) -> Iterator[Problem]:
    if by == "measure":
        kind = types.of_measure(component)
    elif by in plan.measures:
        kind = types.of_measure(plan.measures[by])
    else:
        kind = Kind.MONEY if by == "earning" else Kind.NUMBER
    for bound, path in bounds:
        if bound is None:
            continue
        written = plan.source.value(path) if path in plan.source.values else bound
        if by == "attainment" and not isinstance(bound, Percent):
            cure = f"Write {(bound * 100).normalize():f} %."
            yield found(
                plan, path, "P323", f"attainment is compared with {written}, which is no percent.", cure
            )
        elif kind is Kind.MONEY and isinstance(bound, Percent):
            yield found(
                plan, path, "P323", f'"{by}" is an amount, and {written} a percent.', "Write an amount."
            )


def _rates(plan: Plan, component: Component, types: Types) -> Iterator[Problem]:
    pay = component.pay
    if isinstance(pay, Flat):
        rates = [(pay.rate, pay.path_of("rate"))]
    elif isinstance(pay, Banded):
        rates = [(band.rate, band.path_of("rate")) for band in pay.bands]
    elif isinstance(pay, Pool):
        rates = [(pay.rate, pay.path_of("rate"))]
    else:
        return
    of = _kind_of(component, types)
    for rate, path in rates:
        kind = _kind(rate, path, component, types)
        if of is Kind.MONEY and kind is Kind.MONEY:
            message = "the rate is an amount, and what it multiplies is money: money × money is no amount."
            yield found(plan, path, "P322", message, "Write a percent, or `of: count` of units.")
        elif of is Kind.NUMBER and kind is Kind.NUMBER:
            message = "a percent of a number that is no money earns no money."
            cure = "Write an amount per unit (rate: 200), or say of what amount: of: target_incentive."
            yield found(plan, path, "P322", message, cure)


def _kind_of(component: Component, types: Types) -> Kind:
    pay = component.pay
    if pay.of is None:
        return types.of_measure(component)
    return _kind(pay.of, pay.path_of("of"), component, types)


def _kind(expression: Expression, path: Path, component: Component, types: Types) -> Kind:
    try:
        return types.of(Use(expression, path, "credit", "of", component))
    except Fault:
        return Kind.UNKNOWN


def _payouts(plan: Plan, pay: PayPart) -> Iterator[Problem]:
    figures: list[tuple[Figure, Path]] = []
    if isinstance(pay, Stepped):
        figures = [(band.pay, band.path_of("pay")) for band in pay.bands]
    elif isinstance(pay, Interpolated):
        figures = [(point.pay, point.path_of("pay")) for point in pay.points if point.pay]
        if 0 < len(figures) < len(pay.points):
            mixed = next(point for point in pay.points if point.pay is None)
            message = "one curve has `pay` in some points and `rate` in others."
            yield found(plan, mixed.path, "P325", message, "Write all of one kind.")
            return
    elif isinstance(pay, Matrix):
        cells = pay.path_of("cells")
        figures = [
            (cell, (*cells, down, across))
            for down, row in enumerate(pay.cells)
            for across, cell in enumerate(row)
        ]
    for figure, path in figures:
        if figure.percent != figures[0][0].percent and figure.value and figures[0][0].value:
            yield found(
                plan, path, "P325", "amounts and percents stand in one table.", "Write all of one kind."
            )
            return
    percent = next((item for item in figures if item[0].percent), None)
    amount = next((item for item in figures if not item[0].percent and item[0].value), None)
    if percent and pay.of is None:
        message = "this pays a percent, and nothing says of what."
        yield found(plan, percent[1], "P325", message, 'Add "of: target_incentive".')
    elif amount and pay.of is not None:
        message = '"of" is what percents are of, and this table pays amounts.'
        yield found(plan, amount[1], "P325", message, "Write percents, or leave `of` out.")
