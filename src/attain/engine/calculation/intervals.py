"""Half-open runs of days, and what roster and hierarchy need of them: meet, subtract, unite."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from attain.engine.values.day_counts import OPEN

Run = tuple[date, date]

EARLIEST = date(1, 1, 1)
ALWAYS: Run = (EARLIEST, OPEN)


def run_of(first: object, last: object) -> Run:
    """From days inclusive as people write them, None being open, to a half-open run."""
    start = first if isinstance(first, date) else EARLIEST
    return (start, last + timedelta(days=1) if isinstance(last, date) and last < OPEN else OPEN)


def meet(left: Run, right: Run) -> Run | None:
    """The days in both, or None."""
    first = left[0] if left[0] >= right[0] else right[0]
    following = left[1] if left[1] <= right[1] else right[1]
    return (first, following) if first < following else None


def meet_all(left: Sequence[Run], right: Sequence[Run]) -> list[Run]:
    """The days in one of the left and one of the right."""
    if len(left) == 1 == len(right):
        both = meet(left[0], right[0])
        return [both] if both else []
    found = [run for a in left for b in right if (run := meet(a, b))]
    return sorted(found) if len(found) > 1 else found


def without(run: Run, holes: Iterable[Run]) -> list[Run]:
    """The days of a run that are in none of the holes."""
    inside = [hole for hole in holes if hole[0] < run[1] and run[0] < hole[1]]
    if not inside:
        return [run]
    if len(inside) == 1:
        return _minus(run, inside[0])
    rest = [run]
    for hole in sorted(inside):
        rest = [part for piece in rest for part in _minus(piece, hole)]
    return rest


def _minus(run: Run, hole: Run) -> list[Run]:
    before, after = hole[0] > run[0], hole[1] < run[1]
    parts = [(run[0], hole[0] if hole[0] < run[1] else run[1])] if before else []
    return [*parts, (hole[1] if hole[1] > run[0] else run[0], run[1])] if after else parts


def united(runs: Iterable[Run]) -> list[Run]:
    """The same days in as few runs as can be, in order."""
    merged: list[Run] = []
    for run in sorted(runs):
        if merged and run[0] <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], run[1]))
        else:
            merged.append(run)
    return merged
