"""Periods: civil months, quarters, halves, years and weeks, or those of a fiscal calendar."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from attain.verify.inputs.documents import Map
from attain.verify.inputs.forms import FOREVER, ONE_DAY, Length, Span, Unreadable, day

MONTHS_OF = {"month": 1, "period": 1, "quarter": 3, "half": 6, "year": 12}
COARSE_TO_FINE = ("half", "quarter", "month", "period", "week")
NAMED = ("week", "period", "quarter", "half", "year")
WEEKS_OF = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}
_NAMES = (
    (re.compile(r"(\d{4})"), 12),
    (re.compile(r"(\d{4})-H([12])"), 6),
    (re.compile(r"(\d{4})-Q([1-4])"), 3),
    (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), 1),
)


@dataclass(frozen=True)
class Period:
    """A period by its name, with its days and the unit that it is one of."""

    name: str
    days: Span
    unit: str


def add_months(start: date, months: int) -> date:
    """The same day so many months later, or the month's last where there is no such day."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def later(start: date, length: Length) -> date:
    """The day so long after another."""
    if length.unit in ("day", "week"):
        return start + timedelta(days=length.count * (7 if length.unit == "week" else 1))
    return add_months(start, length.count * MONTHS_OF[length.unit])


class Calendar:
    """The civil calendar; periods are months."""

    def containing(self, unit: str, on: date) -> Period:
        """The period of that unit in which the day lies."""
        return _civil(unit, on)

    def periods(self, unit: str, within: Span) -> list[Period]:
        """The periods of that unit that the span touches, in order."""
        found = []
        on = within.first
        while on <= within.last:
            found.append(self.containing(unit, on))
            if found[-1].days.last >= FOREVER:
                break
            on = found[-1].days.last + ONE_DAY
        return found

    def named(self, name: str) -> Period | None:
        """The period of that name, or None."""
        return _civil_named(name)

    def share_of(self, part: Period, whole_unit: str) -> tuple[int, int]:
        """A period as so many of so many equal parts of the longer period that contains it."""
        whole = self.containing(whole_unit, part.days.first)
        if part.unit == "week" or not whole.days.holds(part.days.last):
            return part.days.days(), whole.days.days()
        return 1, len(self.periods(part.unit, whole.days))


@lru_cache(maxsize=65536)
def _civil(unit: str, on: date) -> Period:
    if unit == "week":
        year, week, weekday = on.isocalendar()
        first = on - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02}", Span(first, first + timedelta(days=6)), unit)
    months = MONTHS_OF[unit]
    number = (on.month - 1) // months
    first = date(on.year, number * months + 1, 1)
    name = {1: f"{on.year}-{on.month:02}", 3: f"{on.year}-Q{number + 1}", 6: f"{on.year}-H{number + 1}"}
    return Period(name.get(months, str(on.year)), Span(first, add_months(first, months) - ONE_DAY), unit)


@lru_cache(maxsize=4096)
def _civil_named(name: str) -> Period | None:
    for pattern, months in _NAMES:
        if found := pattern.fullmatch(name):
            number = int(found[2]) if found.lastindex == 2 else 1
            unit = next(unit for unit, count in MONTHS_OF.items() if count == months and unit != "period")
            return _civil(unit, date(int(found[1]), (number - 1) * months + 1, 1))
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", name):
        return _civil("week", date.fromisocalendar(int(found[1]), int(found[2]), 1))
    return None


@dataclass
class FiscalCalendar(Calendar):
    """A calendar whose periods are listed, each with the quarter, half and year that it belongs to."""

    rows: list[dict[str, Any]]
    found: dict[str, list[Period]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = sorted(self.rows, key=lambda row: row["first"])
        self.found["period"] = [
            Period(row["period"], Span(row["first"], row["last"]), "period") for row in rows
        ]
        self.found["month"] = [Period(item.name, item.days, "month") for item in self.found["period"]]
        self.found["week"] = []
        for unit in ("quarter", "half", "year"):
            groups: dict[str, list[dict[str, Any]]] = {}
            for row in rows:
                if row.get(unit):
                    groups.setdefault(row[unit], []).append(row)
            self.found[unit] = [
                Period(name, Span(group[0]["first"], group[-1]["last"]), unit)
                for name, group in groups.items()
            ]

    def containing(self, unit: str, on: date) -> Period:
        """The period of that unit in which the day lies; raises Unreadable outside the calendar."""
        if unit == "week" and not self.found["week"]:
            return super().containing(unit, on)
        for period in self.found[unit]:
            if period.days.holds(on):
                return period
        raise Unreadable(f"the calendar has no {unit} that holds {on}")

    def periods(self, unit: str, within: Span) -> list[Period]:
        """The periods of that unit that the span touches, in order."""
        if not self.found[unit]:
            if unit == "week":
                return super().periods(unit, within)
            raise Unreadable(f"the calendar has no {unit}s")
        return [period for period in self.found[unit] if period.days.meet(within)]

    def named(self, name: str) -> Period | None:
        """The period of that name, or None."""
        listed = (period for unit in NAMED for period in self.found[unit])
        found = next((period for period in listed if period.name == name), None)
        if found is None and not self.found["week"] and (civil := super().named(name)):
            return civil if civil.unit == "week" else None
        return found


@dataclass
class WeeklyCalendar(FiscalCalendar):
    """A calendar whose periods are whole weeks; its weeks are those of its years, from their first day."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for year in self.found["year"]:
            for number in range(52):
                first = year.days.first + number * 7 * ONE_DAY
                days = Span(first, first + 6 * ONE_DAY)
                self.found["week"].append(Period(f"{year.name}-W{number + 1:02}", days, "week"))
        if len(self.found["period"]) == len(self.found["week"]):
            self.found["month"] = []


def calendar_of(title: str | None, document: Map | None, table: Iterable[dict[str, Any]]) -> Calendar:
    """The calendar by its title: a document, or the rows of the table `calendar`; without title the civil."""
    if title is None:
        return Calendar()
    if document is not None and "periods" in document:
        rows = [{**row, "first": day(row["first"]), "last": day(row["last"])} for row in document["periods"]]
        return FiscalCalendar(rows)
    if document is not None:
        kind = FiscalCalendar if document["pattern"] == "months" else WeeklyCalendar
        return kind(_patterned(day(document["year starts"]), document["pattern"]))
    return FiscalCalendar([row for row in table if row.get("calendar") in (None, title)])


def _patterned(start: date, pattern: str) -> list[dict[str, Any]]:
    """The periods of fiscal years around the given one; a year bears the name of its end or its middle."""
    rows: list[dict[str, Any]] = []
    for offset in range(-10, 20):
        if pattern == "months":
            firsts = [add_months(start, 12 * offset + month) for month in range(13)]
            year = (firsts[-1] - ONE_DAY).year
            names = [f"{first.year}-{first.month:02}" for first in firsts]
        else:
            lengths = [1] * 52 if pattern == "weeks" else list(WEEKS_OF[pattern]) * 4
            opening = start + timedelta(weeks=52 * offset)
            firsts = [opening + timedelta(weeks=sum(lengths[:number])) for number in range(len(lengths) + 1)]
            year = (start + timedelta(weeks=26)).year + offset
            letter = "W" if pattern == "weeks" else "P"
            names = [f"{year}-{letter}{number:02}" for number in range(1, len(firsts) + 1)]
        for number, first in enumerate(firsts[:-1]):
            quarter = number * 4 // (len(firsts) - 1)
            rows.append(
                {
                    "period": names[number],
                    "first": first,
                    "last": firsts[number + 1] - ONE_DAY,
                    "year": str(year),
                }
                | {"quarter": f"{year}-Q{quarter + 1}", "half": f"{year}-H{quarter // 2 + 1}"}
            )
    return rows
