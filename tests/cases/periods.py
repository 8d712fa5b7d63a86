"""The days of a period by its name: `2025-01`, `2025-Q1`, `2025-H1`, `2025`, `2025-W07`, or of a calendar."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

MONTHS = {"Q": 3, "H": 6}


class Span(NamedTuple):
    """Days from first to last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def spans_of(periods: tuple[str, ...], calendar: list[dict[str, str | None]]) -> dict[str, Span]:
    """The span of each named period, and of every period of the calendar."""
    named = {
        row["period"]: Span(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))
        for row in calendar
    }
    return named | {period: civil_span(period) for period in periods if period not in named}


def civil_span(period: str) -> Span:
    """The days of a month, quarter, half or year of the civil calendar, or of a week of ISO 8601."""
    year, _, part = period.partition("-")
    if part.startswith("W"):
        week = int(year), int(part[1:])
        return Span(date.fromisocalendar(*week, 1), date.fromisocalendar(*week, 7))
    if not part:
        first, last = 1, 12
    elif part[0] in MONTHS:
        last = int(part[1:]) * MONTHS[part[0]]
        first = last - MONTHS[part[0]] + 1
    else:
        first = last = int(part)
    return Span(date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1]))
