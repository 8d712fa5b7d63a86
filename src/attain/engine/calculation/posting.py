"""What stands posted: earnings of closed periods as known at their closing, later differences as adjustments."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from attain.engine.backends.backend import Backend
from attain.engine.calculation.formulas import text_literals
from attain.engine.calculation.known import Known, moment_literal
from attain.engine.calculation.passes import EARNING, Pass
from attain.engine.calculation.pay_groups import PayGroup, pay_periods_of
from attain.engine.language.models.plan import Plan
from attain.engine.values.calendars import Span

Closing = tuple[Span, datetime]

_NOUGHT = "CAST('0' AS DECIMAL(22, 4))"


@dataclass(frozen=True)
class Change:
    """What a later horizon made of closed periods of a group's plans: posted in its pay period `posted_in`."""

    before: Pass
    after: Pass
    posted_in: Span
    closed_until: date
    group: PayGroup

    @property
    def plans(self) -> str:
        """The titles of the plans, as a list in SQL."""
        return text_literals(sorted({version.plan.plan for version in self.group.versions}))


@dataclass(frozen=True)
class Slice:
    """Days whose pay is posted as one pass knew it; half-open, None: without an end."""

    one: Pass
    first: date | None
    next: date | None

    def holds(self, day: str) -> str:
        """The condition that a day, as SQL, lies in the slice."""
        since = f"{day} >= CAST('{self.first}' AS DATE)" if self.first else ""
        until = f"{day} < CAST('{self.next}' AS DATE)" if self.next else ""
        return " AND ".join(part for part in (since, until) if part) or "1 = 1"

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the slice."""
        return (self.first is None or self.first <= day) and (self.next is None or day < self.next)


@dataclass
class Posting:
    """The passes of a run; `now` is the one of the run's horizon, `slices` say which pass holds for which days.

    `earnings` and `adjustments` are tables: earnings as they stand posted, and changes by component and period.
    """

    now: Pass
    slices: list[Slice]
    changes: list[Change] = field(default_factory=list)
    earnings: str = "posted_earnings"
    adjustments: str = "posted_changes"


def post(
    known: Known, plans: Sequence[Plan], begin: date, end: date, participant: str | None = None
) -> Posting:
    """Reckons once for each state of knowledge in which a period was closed, and for now; tells what stands posted.

    With a `participant` only what concerns that one.
    """
    now = Pass(known, plans, begin, end, "a", participant)
    now.earn()
    closings = _closings(now, end)
    passes = list(_passes(now, closings, begin))
    posting = Posting(now, list(_slices(now, passes, closings)))
    _post_earnings(known.backend, posting)
    posting.changes = list(_changes(now, posting.slices))
    _post_changes(known.backend, posting)
    return posting


def _closings(now: Pass, end: date) -> list[Closing]:
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


def _passes(now: Pass, closings: Sequence[Closing], begin: date) -> Iterator[Pass]:
    """The pass of each closing; closings between which nothing became known share one."""
    made: Pass | None = None
    for number, (_, moment) in enumerate(closings):
        if made is None or _learned(now.known, made.known.horizon, moment):
            if not _learned(now.known, moment, now.horizon):
                made = now
            else:
                alike = [
                    span
                    for span, other in closings[number:]
                    if other == moment or not _learned(now.known, moment, other)
                ]
                until = max(span.next for span in alike)
                engine, facts = now.backend, now.known.facts
                known = Known(engine, facts, moment, f"b{number}k")
                made = Pass(known, now.plans, begin, until, f"b{number}", now.participant)
                made.earn()
        yield made


def _learned(known: Known, one: datetime | None, other: datetime | None) -> bool:
    """Whether any fact became known between two horizons, in either direction; None: all that is loaded."""
    if one == other:
        return False
    moments = sorted(moment_literal(moment) for moment in (one, other) if moment is not None)
    for name, table in known.facts.tables.items():
        if "loaded" not in table.columns or name == "closings":
            continue
        known.view(name)
        until = f" AND loaded <= {moments[1]}" if len(moments) > 1 else ""
        counted = f"SELECT COUNT(*) AS n FROM f_{name} WHERE loaded > {moments[0]}{until}"
        if known.backend.fetch(counted).to_pylist()[0]["n"]:
            return True
    return False


def _slices(now: Pass, passes: Sequence[Pass], closings: Sequence[Closing]) -> Iterator[Slice]:
    """Of each closed pay period the pass of its closing, and of the days after them that of now."""
    after: date | None = None
    for number, (one, (span, _)) in enumerate(zip(passes, closings, strict=True)):
        if one is not (passes[number + 1] if number + 1 < len(passes) else now):
            yield Slice(one, after, span.next)
            after = span.next
    yield Slice(now, after, None)


def _post_earnings(engine: Backend, posting: Posting) -> None:
    """Of each closed pay period the earnings as known at its closing, of open ones as known now."""
    selects = [f"SELECT * FROM {part.one.earnings} WHERE {part.holds('paid')}" for part in posting.slices]
    engine.view(posting.earnings, " UNION ALL ".join(selects))


def _changes(now: Pass, slices: Sequence[Slice]) -> Iterator[Change]:
    """Where what was known of one pay period at its closing differs from what was known of the next."""
    for group in pay_periods_of(now):
        for closed, following in itertools.pairwise(group.spans):
            before, after = knowing(slices, closed.last), knowing(slices, following.last)
            if before is not after:
                yield Change(before, after, following, closed.next, group)


def knowing(slices: Sequence[Slice], day: date) -> Pass:
    """The pass that knew what was known when the pay period that ends on a day was closed, or is known now."""
    return next(part.one for part in slices if day in part)


def _post_changes(engine: Backend, posting: Posting) -> None:
    """Differences that each later horizon makes to closed periods, posted in the period after."""
    selects = [
        "SELECT '' AS participant, '' AS plan, '' AS component, '' AS period, CAST(NULL AS DATE) AS paid, '' AS currency, "
        f"{_NOUGHT} AS amount, '' AS posted_in, CAST(NULL AS DATE) AS posted WHERE 1 = 0"
    ]
    same = " AND ".join(f"n.{key} = o.{key}" for key in EARNING)
    either = ", ".join(f"COALESCE(n.{key}, o.{key}) AS {key}" for key in EARNING)
    new, old = f"COALESCE(n.amount, {_NOUGHT})", f"COALESCE(o.amount, {_NOUGHT})"
    for change in posting.changes:
        limit = f"WHERE plan IN ({change.plans}) AND paid < CAST('{change.closed_until}' AS DATE)"
        span = change.posted_in
        selects.append(
            f"SELECT {either}, CAST({new} - {old} AS DECIMAL(22, 4)) AS amount, '{span.name}' AS posted_in, "
            f"CAST('{span.first}' AS DATE) AS posted FROM (SELECT * FROM {change.after.earnings} {limit}) AS n "
            f"FULL OUTER JOIN (SELECT * FROM {change.before.earnings} {limit}) AS o ON {same} WHERE {new} <> {old}"
        )
    engine.create(posting.adjustments, " UNION ALL ".join(selects))
