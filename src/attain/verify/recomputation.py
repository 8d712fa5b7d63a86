"""The way from documents and facts to the tables of a calculation, stage by stage."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.openings import opening_credits
from attain.verify.crediting.world import World
from attain.verify.inputs.documents import Version, read_versions
from attain.verify.inputs.facts import Tables, typed
from attain.verify.inputs.forms import Span, Unreadable, moment
from attain.verify.paying.payroll import Payroll
from attain.verify.paying.postings import Postings
from attain.verify.tables import (
    Table,
    adjustments_table,
    balances_table,
    credits_table,
    earnings_table,
    exceptions_table,
    lines_table,
    measures_table,
    payments_table,
)


def recompute(
    documents: list[str | Path],
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    period: str,
    through: str | None = None,
    known_as_of: datetime | date | str | None = None,
    lines: bool = True,
    anew: bool = False,
) -> dict[str, Table]:
    """The tables of a calculation, for the periods from `period` to `through`.

    `documents` are plan documents, texts or files; `tables` the facts, cells as texts (as in CSV) or as
    Decimal, date, datetime and None (as in Parquet). Money is in the row's currency, numbers are
    Decimal. Without `lines` that table is left empty. With `anew` everything is made on every horizon, not
    only what can differ from the one before: the same tables, more slowly.
    Raises Unreadable where a document or fact cannot be understood.
    """
    facts = typed(tables)
    span = run_span(read_versions(documents), facts, period, through or period)
    horizon = moment(known_as_of, at_end=True)
    return _recomputed(read_versions(documents), facts, span, horizon, lines, anew)


def recompute_days(
    documents: list[str | Path],
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    span: Span,
    horizon: datetime | None,
    lines: bool = True,
) -> dict[str, Table]:
    """The same for the periods that end on the days of a span, as known on a moment in UTC."""
    return _recomputed(read_versions(documents), typed(tables), span, horizon, lines, anew=False)


def _recomputed(
    versions: list[Version], facts: Tables, span: Span, horizon: datetime | None, lines: bool, anew: bool
) -> dict[str, Table]:
    postings = Postings(versions, facts, horizon, span.last, anew)
    adjustments = postings.adjustments()
    payroll = Payroll(postings, adjustments, span.last)
    payments = [item for item in payroll.payments() if span.holds(item.period.days.last)]
    earnings = [item for item in postings.posted() if span.holds(postings.pay_period(item).days.last)]
    problems = postings.problems(span)
    problems += [item for item in payroll.problems if span.holds(item.until)]
    return {
        "earnings": earnings_table(earnings),
        "credits": credits_table(_credits(postings, span)),
        "measures": measures_table(earnings),
        "payments": payments_table(payments),
        "balances": balances_table(payments),
        "adjustments": adjustments_table(
            [item for item in adjustments if span.holds(item.posted_in.days.last)]
        ),
        "exceptions": exceptions_table(problems),
        "lines": lines_table([(item, postings.posted_lines(item)) for item in earnings if lines]),
    }


def run_span(versions: list[Version], facts: Tables, period: str, through: str) -> Span:
    """The days from the first of one period to the last of another; raises Unreadable for an unknown name."""
    calendars = World(versions, facts, None).calendars.values()

    def named(name: str) -> Span:
        for calendar in calendars:
            found = calendar.named(name)
            if found is not None:
                return found.days
        raise Unreadable(f"{name!r} is no period of these plans")

    return Span(named(period).first, named(through).last)


def _credits(postings: Postings, span: Span) -> list[Credit]:
    """The credits of the run's days, each as known when its pay period was closed."""
    return [
        credit
        for known in postings.all_horizons()
        for credit in (*known.credited.credits, *opening_credits(known.world))
        if span.holds(credit.credit_date) and postings.at(credit.credit_date) is known
    ]
