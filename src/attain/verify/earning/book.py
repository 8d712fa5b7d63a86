"""The credits of one world, and one block measured for a holding in a window up to a day."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlglot import exp

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.roster import Assignment
from attain.verify.crediting.world import World
from attain.verify.earning.proration import Proration
from attain.verify.inputs.calendar import Calendar
from attain.verify.inputs.documents import Block, Version
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import FOREVER, ONE_DAY, Span

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True)
class Window:
    """A span of the plan's calendar in which a block is measured."""

    days: Span
    unit: str
    to_date: bool
    rolling: int = 0


@dataclass(frozen=True)
class Holding:
    """Whose credits a figure takes: seats one after the other, and predecessors whose reach is inherited.

    `shared` are all seats of a position whose measure is the position's: its quota is for all their days.
    `bearer` is the seat under which the figure stands, else the last.
    """

    assignments: tuple[Assignment, ...]
    inherited: tuple[Assignment, ...] = ()
    shared: tuple[Assignment, ...] = ()
    bearer: Assignment | None = None

    @property
    def main(self) -> Assignment:
        """The assignment that bears the figure."""
        return self.bearer or self.assignments[-1]


@dataclass
class Book:
    """The credits of one world, and what its versions need to be measured.

    `earning_of` gives a component's figure after its steps (for conditions on another component), `base_of`
    a figure before them. `summands` remembers what each credit adds to a sum.
    """

    world: World
    credits: list[Credit]
    earning_of: "Callable[[At], Fraction]"
    base_of: "Callable[[Any], Fraction]"
    prorations: dict[int, Proration] = field(default_factory=dict)
    summands: dict[tuple[Credit, exp.Expr], Fraction | None] = field(default_factory=dict)
    by_seat: dict[tuple[str, date, str, Assignment], list[Credit]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[tuple[str, date, str, Assignment], list[Credit]] = defaultdict(list)
        for item in self.credits:
            version = item.version
            found[version.title, version.days.first, item.block, item.seat.assignment].append(item)
        self.by_seat = dict(found)
        self.prorations = self.prorations or {
            id(version): Proration(
                self.world.roster, self.world.of_title(version.title), version, self.world.holidays
            )
            for version in self.world.versions
        }

    def openings(self, names: set[str], item: Assignment) -> list[Row]:
        """Credits of before the first load: what the assignment had reached."""
        return [
            row
            for row in self.world.rows("opening_credits", position=item.position)
            if row["component"] in names and item.days.holds(row["date"])
        ]

    def credited(self, version: Version, component: Block, block: Block, item: Assignment) -> list[Credit]:
        """What the rules of a block gave a seat, for a component whose own `for` narrows them."""
        rules = version.credited(block).name
        found = self.by_seat.get((version.title, version.days.first, rules, item), [])
        if "for" not in component.body:
            return found
        fits = self.world.roster.fits
        return [credit for credit in found if fits(component.body["for"], item, credit.owner_date)]


@dataclass(frozen=True)
class At:
    """One block of one version, measured for a holding in a window up to a day.

    `block` is what is measured, `component` what is earned by it: its `on change` decides what is continued.
    `only` replaces the credits (a credit or a deal alone); `openings` is the last day of opening credits;
    `own_until` leaves out later credits of the holding's own seats;
    `memory` keeps what was found once.
    """

    book: Book
    version: Version
    component: Block
    block: Block
    holding: Holding
    window: Window
    upto: date
    openings: date
    only: tuple[Credit, ...] | None = None
    own_until: date | None = None
    memory: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def calendar(self) -> Calendar:
        """The version's calendar."""
        return self.book.world.calendar(self.version)

    @property
    def proration(self) -> Proration:
        """The version's weights of days."""
        return self.book.prorations[id(self.version)]

    def chain(self) -> list[tuple[Version, Block, Block]]:
        """This version and those that it continues, newest first, each with component and block measured."""
        found = [(self.version, self.component, self.block)]
        component = self.component
        before = self.version
        while component.body.get("on change") == "continued":
            earlier = [
                version
                for version in self.book.world.of_title(before.title)
                if version.days.first < before.days.first
            ]
            title = component.body.get("formerly", component.name)
            if not earlier or title not in earlier[-1].components:
                break
            own = self.block.is_component or self.version.measured(self.component) is self.block
            before, component = earlier[-1], earlier[-1].components[title]
            block = before.measured(component) if own else before.measures.get(self.block.name)
            if block is None:
                break
            found.append((before, component, block))
        return found

    @property
    def start(self) -> date:
        """The first day of the figure: the window's, cut to the version unless that continues another."""
        if "start" not in self.memory:
            self.memory["start"] = max(self.window.days.first, self.chain()[-1][0].days.first)
        first: date = self.memory["start"]
        return first

    @property
    def last(self) -> date:
        """The last day of the versions that continue the component, its own version's where none does."""
        version, title = self.version, self.component.name
        while True:
            later = [
                other
                for other in self.book.world.of_title(version.title)
                if other.days.first > version.days.first
            ]
            components = later[0].components.values() if later else ()
            goes_on = [item for item in components if item.body.get("formerly", item.name) == title]
            if not goes_on or goes_on[0].body.get("on change") != "continued":
                return version.days.last
            version, title = later[0], goes_on[0].name

    @property
    def begun(self) -> date:
        """The first day in the versions of the figure on which the seat, or who had it before, held."""
        shared = (*self.holding.inherited, *self.holding.assignments)
        return min((days.first for item in shared for days in self._held(item)), default=FOREVER)

    def held_days(self) -> list[Span]:
        """The days in the versions of the figure on which the seats, or who had them before, held."""
        own = [days for item in self.holding.assignments for days in self._held(item)]
        until_then = Span(date.min, self.holding.main.days.first - ONE_DAY)
        before = [days.meet(until_then) for item in self.holding.inherited for days in self._held(item)]
        return own + [days for days in before if days]

    def _held(self, item: Assignment) -> list[Span]:
        within = Span(self.chain()[-1][0].days.first, self.version.days.last)
        held = self.proration.held(item, self.component)
        return [days for span in held if (days := span.meet(within))]

    def credits(self) -> list[Credit]:
        """The credits that the figure takes, in the order in which they walk."""
        if self.only is not None:
            return list(self.only)
        if "credits" not in self.memory:
            self.memory["credits"] = self._credits()
        return list(self.memory["credits"])

    def _credits(self) -> list[Credit]:
        found: list[Credit] = []
        for version, component, block in self.chain():
            for item, days in self._sources():
                mine = self.book.credited(version, component, block, item)
                found += [credit for credit in mine if days.holds(credit.credit_date)]
        return sorted(found, key=lambda credit: credit.order)

    def _sources(self) -> list[tuple[Assignment, Span]]:
        last = self.upto if self.own_until is None else self.own_until
        eve = self.holding.main.days.first - ONE_DAY
        own = [(item, Span(self.start, last)) for item in self.holding.assignments if self.start <= last]
        eve = min(eve, self.upto)
        inherited = [(item, Span(self.start, eve)) for item in self.holding.inherited if self.start <= eve]
        return own + inherited

    def opening(self) -> Fraction:
        """What opening credits add."""
        if self.only is not None or not self.window.to_date or self.start > self.openings:
            return ZERO
        within = Span(self.start, self.openings)
        return sum((row["amount"] for row in self._opening_rows() if within.holds(row["date"])), ZERO)

    def last_opening(self) -> date:
        """The last day of opening credits, which count to date; long ago where there are none."""
        days: list[date] = [row["date"] for row in self._opening_rows()] if self.window.to_date else []
        return max(days, default=date.min)

    def _opening_rows(self) -> list[Row]:
        names = {self.version.credited(self.block).name}
        if self.block is self.component or self.version.measured(self.component) is self.block:
            names.add(self.component.name)
        return [
            row
            for item in (*self.holding.assignments, *self.holding.inherited)
            for row in self.book.openings(names, item)
        ]

    def said(self, key: str) -> Any:
        """What the measured block says."""
        return self.version.said(self.block, key)

    def alone(self, credits: tuple[Credit, ...]) -> "At":
        """The same with these credits alone."""
        return replace(self, only=credits)
