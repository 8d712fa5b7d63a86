"""The days of the demo: two years of facts, of which the last ten months are paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2024, 11, 1)
LAST_DAY = date(2026, 10, 31)
FIRST_PAID_DAY = date(2026, 1, 1)
ONE_DAY = timedelta(days=1)
CLOSED = ((1, 1), (5, 1), (12, 25), (12, 26))  # month and day, every year and everywhere


@dataclass(frozen=True)
class Span:
    """Days from first to last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has; 0 where last lies before first."""
        return max(0, (self.last - self.first).days + 1)

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last

    def cut(self, other: "Span") -> "Span":
        """The days that both have (possibly none)."""
        return Span(max(self.first, other.first), min(self.last, other.last))


STORY = Span(FIRST_DAY, LAST_DAY)


def month_of(day: date) -> Span:
    """The calendar month in which a day lies."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Span(day.replace(day=1), following - ONE_DAY)


def months(span: Span) -> Iterator[Span]:
    """The whole calendar months that touch a span, in order."""
    month = month_of(span.first)
    while month.first <= span.last:
        yield month
        month = month_of(month.last + ONE_DAY)


def quarters(span: Span) -> Iterator[Span]:
    """The whole calendar quarters that touch a span, in order."""
    first = span.first.replace(month=quarter_of(span.first) * 3 - 2, day=1)
    while first <= span.last:
        last = month_of(first.replace(month=first.month + 2)).last
        yield Span(first, last)
        first = last + ONE_DAY


def quarter_of(day: date) -> int:
    """1 to 4."""
    return (day.month + 2) // 3


def month_name(day: date) -> str:
    """`2026-03`"""
    return f"{day:%Y-%m}"


def quarter_name(day: date) -> str:
    """`2026-Q1`"""
    return f"{day.year}-Q{quarter_of(day)}"


def last_day(period: str) -> date:
    """The last day of a month or quarter by its name."""
    year, part = period.split("-")
    month = int(part[1:]) * 3 if part.startswith("Q") else int(part)
    return month_of(date(int(year), month, 1)).last


def is_open(day: date) -> bool:
    """Whether the offices work on a day."""
    return day.weekday() < 5 and (day.month, day.day) not in CLOSED


def workday(day: date) -> date:
    """The day itself or the first one after it on which the offices work."""
    while not is_open(day):
        day += ONE_DAY
    return day


def workday_before(day: date) -> date:
    """The day itself or the last one before it on which the offices work."""
    while not is_open(day):
        day -= ONE_DAY
    return day


def months_since(start: date, day: date) -> int:
    """Calendar months, the month of `start` being 1."""
    return (day.year - start.year) * 12 + day.month - start.month + 1


def same_day_of_year(day: date, year: int) -> date:
    """The anniversary of a day in a year; 29 February becomes 28 February."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
