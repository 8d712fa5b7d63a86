"""Counting days for proration: a basis numbers the days, a difference of numbers is a length."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date

DayNumber = Callable[[date], int]

OPEN = date(9999, 12, 31)


def calendar_days(day: date) -> int:
    """Every day counts."""
    return day.toordinal()


def thirty_360(day: date) -> int:
    """Every month has 30 days: of 31 the last counts and the 30th does not, February's last counts three."""
    return 360 * day.year + 30 * (day.month - 1) + min(day.day, 30)


def working_days(holidays: Iterable[date] = ()) -> DayNumber:
    """Monday to Friday count, but for the holidays."""
    off = sorted({day for day in holidays if day.weekday() < 5})

    def number(day: date) -> int:
        weeks, rest = divmod(day.toordinal() - 1, 7)
        return weeks * 5 + min(rest, 5) - bisect_left(off, day)

    return number


def numbering(basis: str, holidays: Iterable[date] = ()) -> DayNumber:
    """The numbering of a basis as plans name it: calendar days, working days, 30/360."""
    if basis == "working days":
        return working_days(holidays)
    return thirty_360 if basis == "30/360" else calendar_days
