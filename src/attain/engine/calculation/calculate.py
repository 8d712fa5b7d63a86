"""The calculation from plans and facts to results: one call, every table a stage.

Closed periods keep what was known at their closing; what became known later is posted in the next
period as prior-period adjustments.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from attain.engine.backends.backend import Backend
from attain.engine.backends.duckdb import DuckDB
from attain.engine.calculation.calendars import calendar_of
from attain.engine.calculation.known import Known
from attain.engine.calculation.pay_groups import pay_periods_of
from attain.engine.calculation.paying import Payroll
from attain.engine.calculation.posting import post
from attain.engine.calculation.results import Results
from attain.engine.facts.tables import Facts
from attain.engine.language.models.plan import Plan
from attain.engine.language.not_calculated import not_calculated
from attain.engine.values.calendars import Calendar, Span
from attain.engine.values.problems import Refused, refuse


@dataclass(frozen=True)
class Asked:
    """What a run is asked for: the days of the periods, half-open, and what was known when."""

    first: date
    next: date
    known_as_of: datetime | None
    lines: bool


def calculate(
    plans: Sequence[Plan],
    facts: Facts,
    period: str,
    through: str | None = None,
    known_as_of: datetime | None = None,
    backend: Backend | None = None,
    lines: bool = False,
    participant: str | None = None,
) -> Results:
    """Credits, measures, earnings, payments, balances, adjustments and exceptions of the periods asked for.

    `period` and `through` are names of periods of any unit, both included. Facts are those known at
    `known_as_of`, a table `closings` makes periods closed. Without a backend an embedded one is made.
    With a `participant` only what concerns that one is calculated; rows of others are not whole then.
    Raises Refused where a plan cannot be calculated or the facts do not fit it.
    """
    problems = [problem for plan in plans for problem in not_calculated(plan)]
    if problems:
        raise Refused(problems)
    if not plans:
        raise refuse("P100", "there is no plan to calculate.", "Name a plan document.")
    engine = backend or DuckDB()
    known = Known(engine, facts, known_as_of, "ak")
    asked = Asked(*_days(known, plans, period, through), known_as_of, lines)
    begin = _begin(known, plans, asked)
    with _collecting_rarely():
        posting = post(known, plans, begin, asked.next, participant)
        payrolls = [Payroll(engine, posting, group) for group in pay_periods_of(posting.now)]
    return Results(engine, plans, facts, asked.first, asked.next, known_as_of, posting, payrolls, lines)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """A roster is many small lasting objects, which Python would search for cycles again and again as it grows."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _days(known: Known, plans: Sequence[Plan], period: str, through: str | None) -> tuple[date, date]:
    """The days of the periods asked for. Refuses a name that is no period of a plan's calendar."""
    spans = []
    for name in (period, through or period):
        found = [span for plan in plans if (span := _span(known, plan, name))]
        if not found:
            raise refuse(
                "P334",
                f'"{name}" is no period of the calendars of these plans.',
                "Write a month (2026-01), quarter (2026-Q1), half (2026-H1), year (2026), week (2026-W07) or a name of the calendar.",
            )
        spans.append(found[0])
    if spans[1].next <= spans[0].first:
        raise refuse("P334", f'"{through}" lies before "{period}".', "Name the first period first.")
    return spans[0].first, spans[1].next


def _span(known: Known, plan: Plan, name: str) -> Span | None:
    year = int(name[:4]) if name[:4].isdigit() else None
    first = plan.effective.first or date(2000, 1, 1)
    last = plan.effective.last or date(first.year + 1, 12, 31)
    if year is not None and 1900 < year < 2200:
        first, last = min(first, date(year, 1, 1)), max(last, date(year, 12, 31))
    calendar: Calendar = calendar_of(known, plan, first, last)
    return calendar.named(name)


def _begin(known: Known, plans: Sequence[Plan], asked: Asked) -> date:
    """The first day that is reckoned: of the earliest facts, seats or opening balances within the plans."""
    starts = [plan.effective.first for plan in plans if plan.effective.first]
    days = [asked.first]
    for table, columns in (("transactions", "date"), ("assignments", "first")):
        if known.has(table):
            row = known.backend.fetch(
                f"SELECT MIN({columns}) AS day FROM {known.signed(table)[0]}"
            ).to_pylist()[0]
            if row["day"] is not None:
                days.append(row["day"])
    for plan in plans:
        for component in plan.components.values():
            for rule in plan.whole(component).credit:
                for table in rule.from_:
                    if table != "transactions" and known.has(table) and "date" in known.columns(table):
                        row = known.backend.fetch(
                            f"SELECT MIN(date) AS day FROM {known.signed(table)[0]}"
                        ).to_pylist()[0]
                        days += [row["day"]] if row["day"] is not None else []
    for table in ("earnings_given", "movements", "manual_adjustments"):
        for row in (
            known.backend.fetch(f"SELECT DISTINCT period FROM {known.view(table)}").to_pylist()
            if known.has(table)
            else ()
        ):
            days += [span.first for plan in plans if (span := _span(known, plan, str(row["period"])))][:1]
    day = max([min(days), *([min(starts)] if starts else [])])
    return day.replace(month=1, day=1) if day.year > 1 else day
