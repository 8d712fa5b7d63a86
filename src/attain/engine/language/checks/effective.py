"""Days on which documents hold: versions of one title neither overlap nor leave a gap."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from attain.engine.language.models.spans import Span
from attain.engine.language.source import Source
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
