"""What stands posted: earnings of closed periods as known at their closing, later differences as adjustments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from attain.engine.backends.backend import Backend
from attain.engine.calculation.known import Known
from attain.engine.calculation.passes import Pass
from attain.engine.language.models.plan import Plan
from attain.engine.values.calendars import Span


@dataclass(frozen=True)
class Change:
    """What a later horizon made of a closed period: posted in the pay period `posted_in`."""

    before: Pass
    after: Pass
    posted_in: Span
    closed_until: date


@dataclass
class Posting:
    """The passes of a run; `now` is the one of the run's horizon.

    `earnings` and `changes` are tables: earnings as they stand posted, and adjustments by component and period.
    """

    now: Pass
    passes: list[Pass]
    changes: list[Change] = field(default_factory=list)
    earnings: str = "posted_earnings"
    adjustments: str = "posted_changes"


def post(known: Known, plans: Sequence[Plan], begin: date, end: date) -> Posting:
    """Reckons once for each closing and once for now, and tells what stands posted."""
    engine, facts = known.backend, known.facts
    now = Pass(known, plans, begin, end, "a")
    now.earn()
    closings = _closings(now, end)
    passes = []
    for number, (span, moment) in enumerate(closings):
        one = Pass(Known(engine, facts, moment, f"b{number}k"), plans, begin, span.next, f"b{number}")
        one.earn()
        passes.append(one)
    posting = Posting(now, passes)
    _post_earnings(engine, posting, [span for span, _ in closings])
    _post_changes(engine, posting, [span for span, _ in closings])
    return posting


def _closings(now: Pass, end: date) -> list[tuple[Span, datetime]]:
    """Closed pay periods in order, with the moment of each; only those closed at or before the horizon."""
    calendar = now.versions[0].calendar if now.versions else now.calendar(now.plans[0])
    found = []
    for row in now.known.fetch("closings"):
        span, moment = calendar.named(str(row["period"])), row["moment"]
        assert isinstance(moment, datetime)
        if span is None or span.next > end:
            continue
        if now.horizon is None or moment <= now.horizon.replace(tzinfo=None):
            found.append((span, moment))
    return sorted(found, key=lambda closing: closing[0])


def _post_earnings(engine: Backend, posting: Posting, closed: list[Span]) -> None:
    """Of each pay period the earnings as known at its closing, of open ones as known now."""
    selects = []
    after = date.min
    for span, one in zip(closed, posting.passes, strict=True):
        selects.append(
            f"SELECT * FROM {one.earnings} WHERE {_after('paid', after)}paid < CAST('{span.next}' AS DATE)"
        )
        after = span.next
    selects.append(f"SELECT * FROM {posting.now.earnings} WHERE {_after('paid', after)}1 = 1")
    engine.create(posting.earnings, " UNION ALL ".join(selects))


def _after(column: str, day: date) -> str:
    return f"{column} >= CAST('{day}' AS DATE) AND " if day > date.min else ""


def _post_changes(engine: Backend, posting: Posting, closed: list[Span]) -> None:
    """Differences that each later horizon makes to closed periods, posted in the period after."""
    selects = [
        "SELECT '' AS participant, '' AS plan, '' AS component, '' AS period, CAST(NULL AS DATE) AS paid, '' AS currency, "
        "CAST('0' AS DECIMAL(22, 4)) AS amount, '' AS posted_in, CAST(NULL AS DATE) AS posted WHERE 1 = 0"
    ]
    horizons = [*posting.passes, posting.now]
    for number, before in enumerate(posting.passes):
        after, until = horizons[number + 1], closed[number].next
        span = closed[number + 1] if number + 1 < len(closed) else _next_open(posting, until)
        if span is None:
            continue
        posting.changes.append(Change(before, after, span, until))
        keys = ("participant", "plan", "component", "period", "paid", "currency")
        same = " AND ".join(f"n.{key} = o.{key}" for key in keys)
        either = ", ".join(f"COALESCE(n.{key}, o.{key}) AS {key}" for key in keys)
        change = "CAST(COALESCE(n.amount, CAST('0' AS DECIMAL(22, 4))) - COALESCE(o.amount, CAST('0' AS DECIMAL(22, 4))) AS DECIMAL(22, 4))"
        limit = f"WHERE paid < CAST('{until}' AS DATE)"
        selects.append(
            f"SELECT {either}, {change} AS amount, '{span.name}' AS posted_in, CAST('{span.first}' AS DATE) AS posted "
            f"FROM (SELECT * FROM {after.earnings} {limit}) AS n FULL OUTER JOIN (SELECT * FROM {before.earnings} {limit}) AS o ON {same} "
            f"WHERE COALESCE(n.amount, CAST('0' AS DECIMAL(22, 4))) <> COALESCE(o.amount, CAST('0' AS DECIMAL(22, 4)))"
        )
    engine.create(posting.adjustments, " UNION ALL ".join(selects))


def _next_open(posting: Posting, day: date) -> Span | None:
    """The first open pay period."""
    versions = posting.now.versions
    if not versions:
        return None
    calendar, unit = versions[0].calendar, versions[0].timing.pay_unit
    return calendar.at(unit, day)
