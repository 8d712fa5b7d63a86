"""Closed periods: earnings as known at each closing, later differences posted line by line."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from attain.verify.crediting.credits import Credit, credit
from attain.verify.crediting.world import Problem, World
from attain.verify.earning.book import ZERO, Book
from attain.verify.earning.earnings import Earning, earn
from attain.verify.earning.lines import Line, lines_of
from attain.verify.earning.seats import book_of
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Version
from attain.verify.inputs.facts import Row, Tables
from attain.verify.inputs.forms import ONE_DAY, Span, moment

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Adjustment:
    """What later knowledge changes of a closed period, for one transaction."""

    earning: Earning
    posted_in: Period
    transaction: str
    amount: Fraction
    cause: str


@dataclass
class Known:
    """All that follows from the facts as known on one horizon."""

    world: World
    book: Book
    credits: list[Credit]
    earnings: dict[Key, Earning]
    problems: list[Problem]
    lines: dict[Key, list[Line]] = field(default_factory=dict)

    def lines_of(self, key: Key) -> list[Line]:
        """The lines of an earning; none where there is none."""
        if key not in self.lines:
            self.lines[key] = lines_of(self.earnings[key]) if key in self.earnings else []
        return self.lines[key]


def key_of(earning: Earning) -> Key:
    """What makes an earning the same on another horizon."""
    return earning.participant, earning.plan, earning.component, earning.period.name, earning.currency


class Postings:
    """What each pay period posts, from all horizons at which one was closed."""

    def __init__(
        self, versions: list[Version], tables: Tables, horizon: datetime | None, until: date
    ) -> None:
        self.versions = versions
        self.tables = tables
        self.horizon = horizon
        self.until = until
        self.by_horizon: dict[datetime | None, Known] = {}
        self.open = self.known(horizon)
        self.closings = self._closings()

    def known(self, horizon: datetime | None) -> Known:
        """Everything as known on a horizon."""
        if horizon not in self.by_horizon:
            world = World(self.versions, self.tables, horizon)
            credits, problems = credit(world)
            book = book_of(world, credits)
            earnings, more = earn(book, self.until)
            by_key = {key_of(earning): earning for earning in earnings}
            self.by_horizon[horizon] = Known(world, book, credits, by_key, problems + more)
        return self.by_horizon[horizon]

    def _closings(self) -> list[tuple[date, datetime]]:
        """Last day and moment of each closing that is known, by day."""
        found = []
        for row in self.open.world.tables.get("closings", []):
            closed = moment(row["moment"], at_end=True)
            periods = [calendar.named(row["period"]) for calendar in self.open.world.calendars.values()]
            period = next((item for item in periods if item is not None), None)
            if closed and period and (self.horizon is None or closed <= self.horizon):
                found.append((period.days.last, closed))
        return sorted(found)

    def horizon_of(self, last: date) -> datetime | None:
        """When the pay period that ends on the day was closed; while open, the run's horizon."""
        return next((closed for end, closed in self.closings if end >= last), self.horizon)

    def at(self, last: date) -> Known:
        """What was known when the pay period that ends on the day was closed, or is known now."""
        return self.known(self.horizon_of(last))

    def pay_period(self, earning: Earning) -> Period:
        """The pay period that contains the component period's last day."""
        version = next(version for version in self.versions if version.title == earning.plan)
        calendar = self.open.world.calendar(version)
        return calendar.containing(earning.pay_unit, earning.period.days.last)

    def all_horizons(self) -> list[Known]:
        """What is known at each closing, and now."""
        return [self.known(closed) for _, closed in self.closings] + [self.open]

    def posted(self) -> list[Earning]:
        """The earnings of all periods, each as known when its pay period was closed."""
        found = {}
        for known in self.all_horizons():
            for key, earning in known.earnings.items():
                if self.at(self.pay_period(earning).days.last) is known:
                    found[key] = earning
        return list(found.values())

    def posted_lines(self, earning: Earning) -> list[Line]:
        """The lines of a posted earning."""
        return self.at(self.pay_period(earning).days.last).lines_of(key_of(earning))

    def adjustments(self) -> list[Adjustment]:
        """All prior-period adjustments, by the period that posts them."""
        everywhere = {
            key: earning for known in self.all_horizons() for key, earning in known.earnings.items()
        }
        found = []
        for key, earning in everywhere.items():
            version = next(version for version in self.versions if version.title == earning.plan)
            calendar = self.open.world.calendar(version)
            before = self.pay_period(earning)
            while before.days.last < self.until:
                days = calendar.periods(earning.pay_unit, _day_after(before))
                if not days or days[0].days.last > self.until:
                    break
                old, new = self.at(before.days.last), self.at(days[0].days.last)
                if old is not new:
                    found += self._changes(earning, key, days[0], old, new)
                before = days[0]
        return found

    def _changes(
        self, earning: Earning, key: Key, posted_in: Period, old: Known, new: Known
    ) -> list[Adjustment]:
        sums: dict[str, Fraction] = defaultdict(lambda: ZERO)
        for known, sign in ((new, 1), (old, -1)):
            for line in known.lines_of(key):
                sums[line.credit.transaction if line.credit else ""] += sign * line.amount
        return [
            Adjustment(earning, posted_in, transaction, amount, _cause(transaction, old.world, new.world))
            for transaction, amount in sorted(sums.items())
            if amount
        ]

    def problems(self, within: Span) -> list[Problem]:
        """The exceptions of the periods that end within the span, each as known at its closing.

        What arises later about one of them stands there as well.
        """
        found: dict[Problem, bool] = {}
        ends = [end for end, _ in self.closings]
        opened = [*ends, ends[-1] + ONE_DAY if ends else date.min]
        for known, end in zip(self.all_horizons(), opened, strict=True):
            for problem in known.problems:
                own = self.at(problem.until) is known
                late = problem.until < end and problem not in found
                if own or late:
                    found[problem] = within.holds(problem.until)
        return [problem for problem, shown in found.items() if shown]


def _day_after(period: Period) -> Span:
    day = period.days.last + ONE_DAY
    return Span(day, day)


def _cause(transaction: str, old: World, new: World) -> str:
    """The ids of the facts that differ: the transaction itself, else all that changed."""
    changed = _changed(old.tables, new.tables)
    mine = [identity for identity in changed if identity.partition(" ")[2] == transaction]
    return ", ".join(mine or changed)


def _changed(old: Tables, new: Tables) -> list[str]:
    found = []
    for name in sorted(old):
        before, after = _by_identity(old[name]), _by_identity(new.get(name, []))
        found += [
            f"{name} {identity}"
            for identity in sorted(before.keys() | after.keys())
            if before.get(identity) != after.get(identity)
        ]
    return found


def _by_identity(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.get("id") or next((str(cell) for cell in row.values() if cell is not None), "")].append(row)
    return dict(found)
