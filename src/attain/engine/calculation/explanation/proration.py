"""How a quota came about: the rows (or the plan's figure) of its window, each with the days that count."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.amounts import RANKS, pieces_of
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.wording import number
from attain.engine.calculation.intervals import Run, meet
from attain.engine.calculation.roster import Assignment
from attain.engine.calculation.versions import Version
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.spans import AmountPer
from attain.engine.values.calendars import Span


@dataclass(frozen=True)
class _Part:
    """An amount for a span of days, of one seat."""

    seat: Assignment
    runs: tuple[Run, ...]
    name: str
    amount: Fraction
    span: Run


def quota_items(version: Version, block: Measure, point: Point) -> list[Item]:
    """The parts of a quota where there are several or days are left out; nothing unless they add up to it."""
    quota = point.number("quota")
    if quota is None or point.window is None or block.quota is None:
        return []
    parts = list(_parts(version, block, point, point.window))
    if block.quota_counts == "to date":
        parts = [part for part in parts if part.span[0] < point.until]
    days = [_days(version, part) for part in parts]
    values = [part.amount * share / whole for part, (share, whole) in zip(parts, days, strict=True)]
    if sum(values, Fraction(0)) != quota or (len(parts) == 1 and days[0][0] == days[0][1]):
        return []
    items = []
    for part, (share, whole), value in zip(parts, days, values, strict=True):
        held = "" if share == whole else f" × {number(share)} of {number(whole)} days = {number(value, 2)}"
        text = f"{part.name} of {part.seat.position}: {number(part.amount, 2)}{held}"
        items.append(Item("quota part", text, {"amount": value, "days": share, "of": whole}))
    return items


def _parts(version: Version, block: Measure, point: Point, window: Span) -> Iterator[_Part]:
    if isinstance(block.quota, AmountPer):
        fixed = block.quota.amount
        if isinstance(fixed, Decimal):
            for seat, runs in point.seats[:1]:
                for piece in pieces_of(version.calendar, window, block.quota.per):
                    named = f"{piece.first} to {piece.next - piece.next.resolution}"
                    yield _Part(seat, runs, named, Fraction(fixed) * piece.share, (piece.first, piece.next))
        return
    spans = {span.name: (span, unit) for unit in RANKS for span in version.calendar.spans.get(unit, ())}
    rows = version.known.fetch("quotas")
    for seat, runs in point.seats:
        inside = [
            (RANKS[spans[str(row["period"])][1]], spans[str(row["period"])][0], row["amount"])
            for row in rows
            if row["position"] == seat.position and row["measure"] == block.quota and row["period"] in spans
        ]
        inside = [each for each in inside if window.first <= each[1].first and each[1].next <= window.next]
        coarsest = max((rank for rank, _, _ in inside), default=0)
        for rank, span, figure in sorted(inside, key=lambda each: each[1].first):
            if rank == coarsest and isinstance(figure, Decimal):
                yield _Part(seat, runs, span.name, Fraction(figure), (span.first, span.next))


def _days(version: Version, part: _Part) -> tuple[Fraction, Fraction]:
    """Days of the part that count, with their weights, and all its days, in the plan's way of counting."""
    weights = version.weights({part.seat.index: part.runs})
    counted = weights.count()
    whole = Fraction(max(counted(part.span[1]) - counted(part.span[0]), 1))
    total = Fraction(0)
    for run, weight in weights.parts("quota", part.seat):
        inside = meet(run, part.span)
        if inside is not None:
            total += Fraction(weight) * (counted(inside[1]) - counted(inside[0]))
    return total, whole
