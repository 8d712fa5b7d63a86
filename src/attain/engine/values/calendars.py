"""Fiscal calendars: days into periods, half-open in code, shown inclusive to people.

A calendar knows its spans by unit. A fiscal year of months may start on any day; weekly patterns
(weeks, 4-4-5, 4-5-4, 5-4-4) give quarters of thirteen weeks; named periods are given one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from attain.engine.values.problems import refuse

UNITS = ("week", "period", "month", "quarter", "half", "year")
PAID = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "half-yearly": "half",
    "yearly": "year",
    "each period": "period",
}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, order=True)
class Span:
    """A named run of days: `first` is in it, `next` is the day after its last."""

    first: date
    next: date
    name: str = field(compare=False, default="")

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.next

    @property
    def last(self) -> date:
        return self.next - timedelta(days=1)

    def meets(self, first: date, next_day: date) -> bool:
        """Whether any day is in both."""
        return self.first < next_day and first < self.next


def month_after(day: date, months: int = 1) -> date:
    """The same day so many months later, the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


@dataclass(frozen=True)
class Calendar:
    """Spans by unit, in order; `title` names it in messages."""

    title: str
    spans: Mapping[str, Sequence[Span]]

    def of(self, unit: str, first: date, next_day: date) -> list[Span]:
        """The spans of a unit that meet a run of days. Refuses a unit that the calendar has not."""
        if not self.spans.get(unit):
            raise refuse(
                "P330",
                f'calendar "{self.title}" has no {unit}s',
                f"Use one of {', '.join(name for name in self.spans if self.spans[name])}, or give them.",
            )
        return [span for span in self.spans[unit] if span.meets(first, next_day)]

    def at(self, unit: str, day: date) -> Span:
        """The span of a unit that holds the day. Refuses a day outside of the calendar."""
        for span in self.of(unit, day, day + timedelta(days=1)):
            return span
        raise refuse(
            "P331", f'calendar "{self.title}" has no {unit} on {day}', "Extend the calendar to that day."
        )

    def named(self, name: str) -> Span | None:
        """The span of that name, of whatever unit; None where there is none."""
        for unit in UNITS:
            for span in self.spans.get(unit, ()):
                if span.name == name:
                    return span
        return None


def civil(first_year: int, last_year: int, starts: date = date(2000, 1, 1)) -> Calendar:
    """Months, and years of twelve of them that begin on the day of the year that `starts` is.

    A year is named by the civil year that it ends in, a month by the one that its first day lies in.
    """
    months, quarters, halves, years = [], [], [], []
    ends_in = (month_after(starts, 12) - timedelta(days=1)).year
    for year in range(first_year, last_year + 1):
        edges = [month_after(starts, 12 * (year - ends_in) + index) for index in range(13)]
        years.append(Span(edges[0], edges[12], f"{year}"))
        for index in range(12):
            months.append(Span(edges[index], edges[index + 1], f"{edges[index]:%Y-%m}"))
            if index % 3 == 0:
                quarters.append(Span(edges[index], edges[index + 3], f"{year}-Q{index // 3 + 1}"))
            if index % 6 == 0:
                halves.append(Span(edges[index], edges[index + 6], f"{year}-H{index // 6 + 1}"))
    weeks = _weeks(years[0].first, years[-1].next)
    spans = {
        "month": months,
        "period": months,
        "quarter": quarters,
        "half": halves,
        "year": years,
        "week": weeks,
    }
    return Calendar("months of the civil year", spans)


def weekly(title: str, first: date, pattern: Sequence[int], turns: range = range(1)) -> Calendar:
    """Years of 52 weeks, quarters of thirteen weeks that have periods of so many weeks, by turn: 4-4-5.

    `first` begins a year, the turn 0, named by the civil year that its middle lies in; the others count on
    from it. Where each period is a week there is no month: a number per month has no reading.
    """
    periods, quarters, halves, fiscal, weeks = [], [], [], [], []
    for turn in turns:
        start = first + timedelta(weeks=52 * turn)
        name = f"{(first + timedelta(weeks=26)).year + turn}"
        fiscal.append(Span(start, start + timedelta(weeks=52), name))
        weeks += [
            Span(start + timedelta(weeks=w), start + timedelta(weeks=w + 1), f"{name}-W{w + 1:02}")
            for w in range(52)
        ]
        day, number = start, 0
        for quarter in range(4):
            quarters.append(Span(day, day + timedelta(weeks=13), f"{name}-Q{quarter + 1}"))
            if quarter % 2 == 0:
                halves.append(Span(day, day + timedelta(weeks=26), f"{name}-H{quarter // 2 + 1}"))
            for length in pattern:
                number += 1
                periods.append(Span(day, day + timedelta(weeks=length), f"{name}-P{number:02}"))
                day += timedelta(weeks=length)
    in_weeks = max(pattern) == 1
    spans = {
        "period": weeks if in_weeks else periods,
        "month": [] if in_weeks else periods,
        "quarter": quarters,
        "half": halves,
        "year": fiscal,
        "week": weeks,
    }
    return Calendar(title, spans)


def named(title: str, rows: Iterable[Mapping[str, object]]) -> Calendar:
    """Periods given one by one: period, first, last (inclusive), and optionally quarter, half, year.

    Without a year the whole calendar is one. Refuses gaps, overlaps and days out of order.
    """
    periods: list[Span] = []
    groups: dict[str, dict[str, list[Span]]] = {"quarter": {}, "half": {}, "year": {}}
    for row in sorted(rows, key=lambda row: str(row["first"])):
        first, last = row["first"], row["last"]
        assert isinstance(first, date) and isinstance(last, date)
        span = Span(first, last + timedelta(days=1), str(row["period"]))
        if span.next <= span.first or (periods and periods[-1].next != span.first):
            raise refuse(
                "P332",
                f'calendar "{title}": period {span.name} ({span.first} to {span.last}) does not follow',
                "Give every day exactly one period.",
            )
        periods.append(span)
        for unit, members in groups.items():
            label = row.get(unit) or (title if unit == "year" else None)
            if label is not None:
                members.setdefault(str(label), []).append(span)
    spans: dict[str, list[Span]] = {"period": periods, "month": periods}
    for unit, members in groups.items():
        spans[unit] = [Span(group[0].first, group[-1].next, name) for name, group in members.items()]
    spans["week"] = _weeks(periods[0].first, periods[-1].next) if periods else []
    return Calendar(title, spans)


def _weeks(first: date, next_day: date) -> list[Span]:
    """ISO weeks, Monday to Sunday."""
    day = first - timedelta(days=first.weekday())
    weeks = []
    while day < next_day:
        year, week, _ = day.isocalendar()
        weeks.append(Span(day, day + timedelta(weeks=1), f"{year}-W{week:02}"))
        day += timedelta(weeks=1)
    return weeks
