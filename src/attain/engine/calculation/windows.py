"""When a component is evaluated: component periods, windows, and the figures to date that are differenced.

A *turn* is one evaluation: the figure of a window up to (not including) the day `until`. Turns of one
`chain` are figures to date of one window, in order; the earning of a turn is its figure less the one
before in its chain. An eve is a turn that only stands before others.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from attain.engine.calculation.intervals import EARLIEST, Run
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import Window
from attain.engine.values.calendars import PAID, Calendar, Span, month_after


@dataclass(frozen=True)
class Turn:
    """One evaluation of a window, for the component period `period`; `paid` is the last day of its pay period.

    `window` is uncut; credits count from `first` on; `start` is the first day that no turn before it saw,
    `ends` the day after the pay period (or the window) in which it lies.
    """

    seq: int
    chain: int
    period: str
    paid: date
    window: Span
    first: date
    until: date
    start: date
    ends: date
    eve: bool = False


@dataclass(frozen=True)
class Timing:
    """What the turns of a version depend on: its days, its calendar, the first day of all and the end of the run."""

    plan: Plan
    calendar: Calendar
    days: Run
    begin: date
    end: date

    @property
    def pay_unit(self) -> str:
        """The unit of the pay period."""
        return PAID[self.plan.paid]

    def paid(self, span: Span) -> date:
        """The last day of the pay period that contains the last day of a component period."""
        return self.calendar.at(self.pay_unit, span.last).last

    def window_at(self, window: Window, day: date, ends: date) -> Span:
        """The uncut window that holds a day (of a rolling window: the one that ends before `ends`)."""
        if window.last is not None:
            return self._rolling(window, ends)
        if window.unit == "plan":
            return Span(max(self.days[0], self.begin), min(self.days[1], date.max), "plan")
        if window.unit in ("life", "anniversary year"):
            # a participant's own years cut the turn where its points are made
            return Span(EARLIEST, date.max, window.unit)
        return self.calendar.at(window.unit, day)

    def _rolling(self, window: Window, ends: date) -> Span:
        """The so many units of which the last holds the day before `ends`, up to there."""
        assert window.last is not None
        begun = [span for span in self.calendar.spans[window.unit] if span.first < ends]
        first = begun[-window.last].first if len(begun) >= window.last else EARLIEST
        return Span(first, ends, "rolling")

    def turns(self, block: Measure, since: date | None = None) -> list[Turn]:
        """The turns of a component that is measured so, in order of days.

        `since` is the first day of the earliest version that it continues; else its own version's.
        """
        since = self.days[0] if since is None else since
        window = block.over or Window(self.pay_unit)
        if window.to_date or window.last is not None:
            unit = PAID[block.every] if block.every else self.pay_unit
            return self._to_date(window, unit, since)
        if window.unit == "plan":
            last = self.days[1] - timedelta(days=1)
            span = Span(max(self.days[0], self.begin), self.days[1], "")
            paid = self.calendar.at(self.pay_unit, last) if self.days[1] <= self.end else None
            return (
                [Turn(1, 1, paid.name, paid.last, span, span.first, span.next, span.first, span.next)]
                if paid
                else []
            )
        found = []
        for seq, span in enumerate(self._spans(window.unit), 1):
            first, until = max(span.first, self.days[0]), min(span.next, self.days[1])
            start = max(span.first, since)
            if start < self.days[0]:
                eve = self.days[0]
                found.append(
                    Turn(seq, seq, span.name, self.paid(span), span, start, eve, first, span.next, eve=True)
                )
            found.append(Turn(seq, seq, span.name, self.paid(span), span, start, until, first, span.next))
        return found

    def _spans(self, unit: str) -> list[Span]:
        first, following = max(self.days[0], self.begin), min(self.days[1], self.end)
        if first >= following:
            return []
        return [span for span in self.calendar.of(unit, first, following) if span.next <= self.end]

    def _to_date(self, window: Window, unit: str, since: date) -> list[Turn]:
        found: list[Turn] = []
        seq, chains = 0, {}
        for span in self._spans(unit):
            for begun, until in self._cut(window, span):
                whole = self.window_at(window, until - timedelta(days=1), span.next)
                start = max(whole.first, since)
                seq += 1
                if window.last is not None:
                    found.append(
                        Turn(seq, seq, span.name, self.paid(span), whole, start, until, begun, span.next)
                    )
                    continue
                if whole.first not in chains:
                    chains[whole.first] = seq
                    if start < self.days[0]:
                        eve = self.days[0]
                        before = Turn(
                            seq,
                            seq,
                            span.name,
                            self.paid(span),
                            whole,
                            start,
                            eve,
                            begun,
                            span.next,
                            eve=True,
                        )
                        found.append(before)
                chain = chains[whole.first]
                found.append(
                    Turn(seq, chain, span.name, self.paid(span), whole, start, until, begun, span.next)
                )
        return found

    def _cut(self, window: Window, span: Span) -> list[tuple[date, date]]:
        """A pay period cut by the version's days and, within them, where a window ends."""
        first, until = max(span.first, self.days[0]), min(span.next, self.days[1])
        if window.last is not None or window.unit in ("plan", "life", "anniversary year"):
            return [(first, until)]
        parts, day = [], first
        while day < until:
            following = min(self.calendar.at(window.unit, day).next, until)
            parts.append((day, following))
            day = following
        return parts


def anniversaries(hired: date, first: date, until: date) -> list[Run]:
    """The anniversary years of a day that meet a run of days."""
    runs, turn = [], max(0, first.year - hired.year - 1)
    while (start := month_after(hired, 12 * turn)) < until:
        if (following := month_after(hired, 12 * (turn + 1))) > first:
            runs.append((start, following))
        turn += 1
    return runs
