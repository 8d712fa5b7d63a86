"""Tables that a plan names: they exist, hold rows to look up, and hold as long as the plan does."""

from collections.abc import Iterator, Sequence

from attain.engine.language.checks.found import found
from attain.engine.language.fault import nearest
from attain.engine.language.models.other_documents import TableDocument
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import Span
from attain.engine.language.models.steps import MultiplyByTable
from attain.engine.language.source import Path, Text
from attain.engine.values.problems import Problem


def unfit_tables(plan: Plan, shared: Sequence[TableDocument]) -> Iterator[Problem]:
    """Tables that are not there or hold no rows (P312), shared ones that hold on other days (P422)."""
    for title, path in _lookups(plan):
        if title in plan.tables:
            if not plan.tables[title].says("rows"):
                message = f'the table "{title}" holds no rows.'
                yield found(plan, path, "P312", message, "Name a table with rows.")
        elif not any(table.title == title for table in shared):
            known = [*plan.tables, *(table.title for table in shared)]
            cure = nearest(title, known, "Write its document or put it under `tables`.")
            yield found(plan, path, "P312", f'there is no table "{title}".', cure)
    for title, path in (*_lookups(plan), *_lists(plan)):
        versions = [table for table in shared if table.title == title]
        if versions and ("tables", title) not in plan.source.values:
            yield from _outlived(plan, versions, path)


def _outlived(plan: Plan, versions: Sequence[TableDocument], path: Path) -> Iterator[Problem]:
    first = plan.effective.first
    title = versions[0].title
    holding = [each for each in versions if each.effective.covers(Span(first, first))]
    if not holding:
        message = f'the table "{title}" does not hold on {first}, when this version starts.'
        yield found(plan, path, "P422", message, "Let the table start on that day, or write one that does.")
    elif not holding[0].effective.covers(plan.effective):
        ends = holding[0].effective.last
        message = f'the table "{title}" holds to {ends}, and this version of the plan longer.'
        cure = f"End this version on {ends} and write the next one, or let the table hold longer."
        yield found(plan, path, "P422", message, cure)


def _lookups(plan: Plan) -> Iterator[tuple[str, Path]]:
    for component in plan.components.values():
        pay = component.pay
        if isinstance(pay, Lookup):
            yield pay.table, pay.path_of("table")
    for step in (*(step for each in plan.components.values() for step in each.then), *plan.then):
        if isinstance(step, MultiplyByTable):
            yield step.table, step.path_of("table")


def _lists(plan: Plan) -> Iterator[tuple[str, Path]]:
    for component in plan.components.values():
        for key in ("bands", "points"):
            path = (*component.pay.path, key)
            named = plan.source.value(path) if path in plan.source.values else None
            if isinstance(named, Text):
                yield str(named), path
