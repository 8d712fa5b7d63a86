"""Closed periods: earnings as known at each closing, later differences posted line by line."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from attain.verify.crediting.changes import Changes, References, differing
from attain.verify.crediting.credits import Credited, credit
from attain.verify.crediting.world import Problem, World
from attain.verify.earning.book import ZERO, Book
from attain.verify.earning.earning import Earning
from attain.verify.earning.earnings import earn
from attain.verify.earning.lines import Line, lines_of
from attain.verify.earning.seats import book_of
from attain.verify.earning.staying import Earlier, changed_from
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Version
from attain.verify.inputs.facts import Tables
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
    """All that follows from the facts as known on one horizon, for periods up to a day."""

    book: Book
    until: date
    credited: Credited
    earnings: dict[Key, Earning]
    problems: list[Problem]
    lines: dict[Earning, list[Line]]

    @property
    def world(self) -> World:
        """The facts as known on the horizon."""
        return self.book.world

    def lines_of(self, key: Key) -> list[Line]:
        """The lines of an earning; none where there is none."""
        earning = self.earnings.get(key)
        if earning is None:
            return []
        if earning not in self.lines:
            self.lines[earning] = lines_of(earning)
        return self.lines[earning]


def all_known(world: World, until: date, last: date) -> Known:
    """Everything as known on a horizon, for the pay periods that have begun by a day, none after the last."""
    credited = credit(world)
    book = book_of(world, credited.credits)
    return _known(book, until, credited, earn(book, until, last), {})


def also_known(before: Known, world: World, until: date, last: date, references: References) -> Known:
    """The same, where what is sure to be as it was on the horizon before is taken from there."""
    changes = Changes(before.world, world, references)
    credited = credit(world, *(() if changes.reach_all_credits else (before.credited, changes.facts)))
    changed = changed_from(changes, before.credited.credits, credited.credits)
    earlier = Earlier(list(before.earnings.values()), before.until, changed)
    book = book_of(world, credited.credits, None if changes.reach_all_figures else before.book)
    return _known(book, until, credited, earn(book, until, last, earlier), before.lines)


def _known(
    book: Book,
    until: date,
    credited: Credited,
    earned: tuple[list[Earning], list[Problem]],
    lines: dict[Earning, list[Line]],
) -> Known:
    earnings = {key_of(earning): earning for earning in earned[0]}
    return Known(book, until, credited, earnings, credited.problems + earned[1], lines)


def key_of(earning: Earning) -> Key:
    """What makes an earning the same on another horizon."""
    return earning.participant, earning.plan, earning.component, earning.period.name, earning.currency


class Postings:
    """What each pay period posts, from all horizons at which one was closed.

    What is sure to be the same as on the horizon before is not made again, unless all is wanted `anew`.
    """

    def __init__(
        self,
        versions: list[Version],
        tables: Tables,
        horizon: datetime | None,
        until: date,
        anew: bool = False,
    ) -> None:
        self.versions = versions
        self.tables = tables
        self.horizon = horizon
        self.until = until
        self.closings = self._closings()
        self.causes: dict[tuple[datetime | None, datetime | None], list[str]] = {}
        self.by_horizon = dict(self._know_all(anew))
        self.open = self.by_horizon[horizon]

    def _closings(self) -> list[tuple[date, datetime]]:
        """Last day and moment of each closing that is known, by day."""
        read = {name: self.tables.get(name, []) for name in ("closings", "calendar")}
        world = World(self.versions, read, self.horizon)
        found = []
        for row in world.tables["closings"]:
            closed = moment(row["moment"], at_end=True)
            periods = [calendar.named(row["period"]) for calendar in world.calendars.values()]
            period = next((item for item in periods if item is not None), None)
            if closed and period and (self.horizon is None or closed <= self.horizon):
                found.append((period.days.last, closed))
        return sorted(found)

    def _know_all(self, anew: bool) -> Iterator[tuple[datetime | None, Known]]:
        """Everything on each horizon, in the order of what was closed with it, and only up to that."""
        references = References(self.versions, self.tables)
        before: Known | None = None
        for horizon, end in self._horizons():
            if anew or before is None:
                world = World(self.versions, self.tables, horizon)
                before = all_known(world, self.until if anew else min(end, self.until), self.until)
            else:
                world = World(self.versions, self.tables, horizon, before.world)
                before = also_known(before, world, min(end, self.until), self.until, references)
            yield horizon, before

    def _horizons(self) -> list[tuple[datetime | None, date]]:
        """Each moment of a closing, with the last day that was closed with it; then the run's horizon."""
        ends = {closed: end for end, closed in self.closings if closed != self.horizon}
        return [*sorted(ends.items(), key=lambda item: item[1]), (self.horizon, self.until)]

    def horizon_of(self, last: date) -> datetime | None:
        """When the pay period that ends on the day was closed; while open, the run's horizon."""
        return next((closed for end, closed in self.closings if end >= last), self.horizon)

    def at(self, last: date) -> Known:
        """What was known when the pay period that ends on the day was closed, or is known now."""
        return self.by_horizon[self.horizon_of(last)]

    def pay_period(self, earning: Earning) -> Period:
        """The pay period that contains the component period's last day."""
        version = next(version for version in self.versions if version.title == earning.plan)
        calendar = self.open.world.calendar(version)
        return calendar.containing(earning.pay_unit, earning.period.days.last)

    def all_horizons(self) -> list[Known]:
        """What is known at each closing, and now."""
        return list(self.by_horizon.values())

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
                if old.earnings.get(key) is not new.earnings.get(key):
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
            Adjustment(earning, posted_in, transaction, amount, self._cause(transaction, old, new))
            for transaction, amount in sorted(sums.items())
            if amount
        ]

    def _cause(self, transaction: str, old: Known, new: Known) -> str:
        """The ids of the facts that differ: the transaction itself, else all that changed."""
        horizons = (old.world.horizon, new.world.horizon)
        if horizons not in self.causes:
            self.causes[horizons] = list(differing(old.world, new.world))
        changed = self.causes[horizons]
        mine = [identity for identity in changed if identity.partition(" ")[2] == transaction]
        return ", ".join(mine or changed)

    def problems(self, within: Span) -> list[Problem]:
        """What cannot be decided as known now, of the periods that end within the span, closed or open."""
        # two versions may meet one problem in one period
        known = dict.fromkeys([*self.open.problems, *self._without_currency(within)])
        return [problem for problem in known if within.holds(problem.until)]

    def _without_currency(self, within: Span) -> Iterator[Problem]:
        """Seats that a plan is for, and that it does not say the currency of: in each pay period."""
        world = self.open.world
        for version in self.versions:
            for item in [seat for held in world.roster.held_by.values() for seat in held]:
                fitting = world.roster.fitting(version, None, item)
                if not fitting or world.has_currency(version, item):
                    continue
                for days in filter(None, (span.meet(within) for span in fitting)):
                    for period in world.calendar(version).periods(world.pay_unit(version), days):
                        yield Problem(
                            "currency_missing", "credits", version.title, "", item.position, item.participant,
                            period.name, reason=f"no currency for {item.position}", until=period.days.last,
                        )  # fmt: skip


def _day_after(period: Period) -> Span:
    day = period.days.last + ONE_DAY
    return Span(day, day)
