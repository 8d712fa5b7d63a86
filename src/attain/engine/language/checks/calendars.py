"""Periods of a fiscal calendar: in order, without overlap or gap, each name once."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from attain.engine.language.models.other_documents import CalendarDocument
from attain.engine.values.problems import Problem


def bad_periods(calendar: CalendarDocument) -> Iterator[Problem]:
    """Periods that end before they start, overlap or leave a gap (P423), names that stand twice (P424)."""
    source = calendar.source
    seen: set[str] = set()
    for period in calendar.periods:
        if period.last < period.first:
            message = f'the period "{period.period}" ends before it starts.'
            yield Problem("P423", message, "Both days belong to it.", source.place(period.path_of("last")))
        if period.period in seen:
            message = f'the period "{period.period}" stands twice.'
            cure = "Give each a name of its own."
            yield Problem("P424", message, cure, source.place(period.path_of("period")))
        seen.add(period.period)
    for before, after in pairwise(calendar.periods):
        due = before.last + timedelta(days=1)
        if after.first != due:
            what = "overlaps" if after.first < due else "leaves a gap after"
            message = f'the period "{after.period}" {what} "{before.period}".'
            yield Problem("P423", message, f"It starts on {due}.", source.place(after.path_of("first")))
