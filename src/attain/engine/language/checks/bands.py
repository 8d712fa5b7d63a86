"""Bands, points, axes, steps of a ramp and of a clawback: in order, without overlap or gap."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from attain.engine.language.checks.found import Sourced, found
from attain.engine.language.models.pays import Banded, Interpolated, Matrix, Stepped
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.steps import SoftCap
from attain.engine.language.models.tables import Band, Table
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem

Bound = tuple[Decimal, Path]


def bad_bands(plan: Plan) -> Iterator[Problem]:
    """Bands that do not start at 0 (P410), overlap (P412) or go back wrongly (P413), matrices out of shape
    (P414), ramps and schedules out of order (P415)."""
    for component in plan.components.values():
        yield from _pay(plan, component)
    steps = [*(step for each in plan.components.values() for step in each.then), *plan.then]
    for step in steps:
        if isinstance(step, SoftCap):
            yield from _ascending(plan, [(band.from_, band.path_of("from_")) for band in step.bands])
    yield from _ramp(plan)
    for clawback in plan.payment.clawback if plan.payment else ():
        lengths = [(step.within, step.path_of("within")) for step in clawback.schedule]
        for (before, _), (after, path) in pairwise(lengths):
            if after.unit == before.unit and after.count <= before.count:
                message = f'"within: {after}" stands after "within: {before}".'
                yield found(plan, path, "P415", message, "Write the shortest time first.")


def bad_table(document: Sourced, table: Table) -> Iterator[Problem]:
    """Bands (P410, P412) and points (P412) of a table that stands in the document."""
    bounds = [(band.from_, band.path_of("from_")) for band in table.bands]
    rated = bool(table.bands) and isinstance(table.bands[0], Band)
    yield from _from_zero(document, bounds) if rated else _ascending(document, bounds)
    points = [(point.at, point.path_of("at")) for point in table.points]
    yield from _ascending(document, points, "points", "at")


def _pay(plan: Plan, component: Component) -> Iterator[Problem]:
    pay = component.pay
    named = isinstance(plan.source.value(pay.path), dict) and any(
        isinstance(plan.source.value((*pay.path, key)), str)
        for key in ("bands", "points")
        if (*pay.path, key) in plan.source.values
    )
    if named:
        return
    if isinstance(pay, Banded):
        yield from _from_zero(plan, [(band.from_, band.path_of("from_")) for band in pay.bands])
        yield from _back(plan, pay.bands)
    elif isinstance(pay, Stepped):
        yield from _ascending(plan, [(band.from_, band.path_of("from_")) for band in pay.bands])
    elif isinstance(pay, Interpolated):
        yield from _ascending(plan, [(point.at, point.path_of("at")) for point in pay.points], "points", "at")
    elif isinstance(pay, Matrix):
        yield from _matrix(plan, pay)


def _from_zero(document: Sourced, bounds: Sequence[Bound]) -> Iterator[Problem]:
    if bounds and bounds[0][0] > 0:
        first, path = bounds[0]
        message = f"the bands leave a gap: the first starts at {_written(document, path, first)}, not at 0."
        yield found(
            document,
            path,
            "P410",
            message,
            "Start with a band from 0; a threshold is a first band at rate 0 %.",
        )
    yield from _ascending(document, bounds)


def _ascending(
    document: Sourced, bounds: Sequence[Bound], what: str = "bands", key: str = "from"
) -> Iterator[Problem]:
    for (before, _before), (after, path) in pairwise(bounds):
        if after <= before:
            this, last = _written(document, path, after), _written(document, _before, before)
            verb = "overlap" if what == "bands" else "are out of order"
            message = f'{what} {verb}: "{key}: {this}" stands after "{key}: {last}".'
            yield found(document, path, "P412", message, "Write them in rising order, each once.")


def _written(document: Sourced, path: Path, bound: Decimal) -> str:
    return str(document.source.value(path)) if path in document.source.values else str(bound)


def _back(plan: Plan, bands: Sequence[Band]) -> Iterator[Problem]:
    for index, band in enumerate(bands):
        if band.back_to is None:
            continue
        path = band.path_of("back_to")
        starts = [each.from_ for each in bands[:index]]
        if band.back_to >= band.from_:
            message = f'"back to: {_written(plan, path, band.back_to)}" is not below where its band starts.'
            yield found(plan, path, "P413", message, "Name the start of a lower band.")
        elif band.back_to not in starts:
            message = f'no band starts at "back to: {_written(plan, path, band.back_to)}".'
            yield found(plan, path, "P413", message, "Name the start of a lower band.")


def _matrix(plan: Plan, pay: Matrix) -> Iterator[Problem]:
    for axis in (pay.down, pay.across):
        bounds = [(bound, (*axis.path_of("from_"), index)) for index, bound in enumerate(axis.from_)]
        yield from _ascending(plan, bounds)
    if len(pay.cells) != len(pay.down.from_):
        message = f"the cells have {len(pay.cells)} rows, and `down` has {len(pay.down.from_)} bounds."
        yield found(plan, pay.path_of("cells"), "P414", message, "Write one row for each.")
    for index, row in enumerate(pay.cells):
        if len(row) != len(pay.across.from_):
            message = (
                f"row {index + 1} has {len(row)} cells, and `across` has {len(pay.across.from_)} bounds."
            )
            path = (*pay.path_of("cells"), index)
            yield found(plan, path, "P414", message, "Write one cell for each.")


def _ramp(plan: Plan) -> Iterator[Problem]:
    steps = plan.ramp.steps if plan.ramp else ()
    if steps and steps[0].from_ > 1:
        message = f'the ramp leaves a gap: its first step is "from: {steps[0].from_}".'
        yield found(plan, steps[0].path_of("from_"), "P410", message, "Start with a step from 1.")
    for before, after in pairwise(steps):
        if after.from_ <= before.from_:
            message = f'"from: {after.from_}" stands after "from: {before.from_}".'
            yield found(plan, after.path_of("from_"), "P415", message, "Write the steps in rising order.")
