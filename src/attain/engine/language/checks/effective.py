"""Days on which documents hold: versions of one title neither overlap nor leave a gap; a shared table
holds as long as the plan that names it."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from attain.engine.language.checks.found import found
from attain.engine.language.models.other_documents import TableDocument
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import Span
from attain.engine.language.models.steps import MultiplyByTable
from attain.engine.language.source import Path, Source, Text
from attain.engine.values.problems import Problem


class Dated(Protocol):
    """A document of some kind."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def effective(self) -> Span:
        """Its days."""

    @property
    def source(self) -> Source:
        """Its text."""


def versions(documents: Sequence[Dated]) -> list[list[Dated]]:
    """The documents of each kind and title, by their first day."""
    titled: dict[tuple[str, str], list[Dated]] = {}
    for document in documents:
        titled.setdefault((document.kind, document.title), []).append(document)
    return [sorted(each, key=lambda one: one.effective.first or date.min) for each in titled.values()]


def overlapping_versions(documents: Sequence[Dated]) -> Iterator[Problem]:
    """Versions of one title that overlap (P420) or leave days without any (P421)."""
    for title in versions(documents):
        for before, after in pairwise(title):
            place = after.source.place(("effective",))
            first = before.source.place(("effective",))
            what = f'{after.kind} "{after.title}": its days {after.effective}'
            other = f"the version in {first.file}:{first.line} ({before.effective})"
            if before.effective.overlaps(after.effective):
                cure = "End the earlier version on the eve of the later one."
                yield Problem("P420", f"{what} overlap those of {other}.", cure, place)
            elif before.effective.next != after.effective.first:
                cure = f"Start it on {before.effective.next}, or give it a title of its own."
                yield Problem("P421", f"{what} leave a gap after {other}.", cure, place)


def outlived_tables(plan: Plan, tables: Sequence[TableDocument]) -> Iterator[Problem]:
    """Shared tables that end before the version of the plan that names them (P422)."""
    day = Span(plan.effective.first, plan.effective.first)
    for title, path in _named(plan):
        if ("tables", title) in plan.source.values:
            continue
        for table in tables:
            ends = table.effective.last
            if (
                table.title == title
                and table.effective.covers(day)
                and not table.effective.covers(plan.effective)
            ):
                message = f'the table "{title}" holds to {ends}, and this version of the plan longer.'
                cure = f"End this version on {ends} and write the next one, or let the table hold longer."
                yield found(plan, path, "P422", message, cure)


def _named(plan: Plan) -> Iterator[tuple[str, Path]]:
    for component in plan.components.values():
        pay = component.pay
        if isinstance(pay, Lookup):
            yield pay.table, pay.path_of("table")
        for key in ("bands", "points"):
            if (*pay.path, key) in plan.source.values:
                named = plan.source.value((*pay.path, key))
                if isinstance(named, Text):
                    yield str(named), (*pay.path, key)
    for step in (*(step for each in plan.components.values() for step in each.then), *plan.then):
        if isinstance(step, MultiplyByTable):
            yield step.table, step.path_of("table")
