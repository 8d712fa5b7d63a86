"""Measuring: which credits a figure takes, what they add up to, the quota and what is reached of it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlglot import exp

from attain.verify.inputs.calendar import Calendar
from attain.verify.inputs.documents import Block, Version
from attain.verify.inputs.expressions import NotDivisible, Value, parsed, value_of
from attain.verify.inputs.forms import ONE_DAY, Span, Unreadable
from attain.verify.stages.credits import Credit
from attain.verify.stages.proration import Proration
from attain.verify.stages.roster import Assignment
from attain.verify.stages.scopes import FactScope
from attain.verify.stages.world import World

ZERO = Fraction(0)
ONE = Fraction(1)


class NoEarning(Exception):
    """The figure earns nothing; `code` names the exception, blank where the plan wants none."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code
        self.reason = reason or code.replace("_", " ")


@dataclass(frozen=True)
class Level:
    """What picks a band: a number, or the policy that the lowest band holds."""

    value: Fraction
    lowest: bool = False


@dataclass(frozen=True)
class Window:
    """A span of the plan's calendar in which a block is measured."""

    days: Span
    unit: str
    to_date: bool
    rolling: int = 0


@dataclass(frozen=True)
class Holding:
    """Whose credits a figure takes: seats one after the other, and predecessors whose reach is inherited."""

    assignments: tuple[Assignment, ...]
    inherited: tuple[Assignment, ...] = ()

    @property
    def main(self) -> Assignment:
        """The assignment that bears the figure."""
        return self.assignments[-1]

    @property
    def first(self) -> date:
        """The first day on which anything can have been reached."""
        return min(item.days.first for item in (*self.inherited, *self.assignments))


@dataclass
class Book:
    """The credits of one world, and what its versions need to be measured.

    `earning_of` gives a component's figure after its steps (for conditions on another component), `base_of`
    a figure before them.
    """

    world: World
    credits: list[Credit]
    earning_of: "Callable[[At], Fraction]"
    base_of: "Callable[[Any], Fraction]"
    by_seat: dict[tuple[str, date, str, Assignment], list[Credit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found: dict[tuple[str, date, str, Assignment], list[Credit]] = defaultdict(list)
        for item in self.credits:
            version = item.version
            found[version.title, version.days.first, item.block, item.seat.assignment].append(item)
        self.by_seat = dict(found)
        self.prorations = {
            id(version): Proration(
                self.world.roster, self.world.of_title(version.title), version, self.world.holidays
            )
            for version in self.world.versions
        }

    def opening(self, version: Version, names: set[str], item: Assignment, days: Span) -> Fraction:
        """Credit of before the first load: what the holder of the position had reached on those days."""
        return sum(
            (
                row["amount"]
                for row in self.world.tables.get("opening_credits", [])
                if row["position"] == item.position
                and row["component"] in names
                and days.holds(row["date"])
                and item.days.holds(row["date"])
            ),
            ZERO,
        )


@dataclass(frozen=True)
class At:
    """One block of one version, measured for a holding in a window up to a day.

    `block` is what is measured, `component` what is earned by it: its `on change` decides what is continued.
    `only` replaces the credits (a credit or a deal alone); `openings` is the last day of opening credits;
    `own_until` leaves out later credits of the holding's own seats.
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

    @property
    def calendar(self) -> Calendar:
        """The version's calendar."""
        return self.book.world.calendar(self.version)

    @property
    def proration(self) -> Proration:
        """The version's weights of days."""
        return self.book.prorations[id(self.version)]

    def chain(self) -> list[tuple[Version, Block]]:
        """This version, and those before it that it continues, newest first, each with the block measured."""
        found = [(self.version, self.block)]
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
            found.append((before, block))
        return found

    @property
    def start(self) -> date:
        """The first day of the figure: the window's, cut to the version unless that continues another."""
        return max(self.window.days.first, self.chain()[-1][0].days.first)

    def credits(self) -> list[Credit]:
        """The credits that the figure takes, in the order in which they walk."""
        if self.only is not None:
            return list(self.only)
        found: list[Credit] = []
        for version, block in self.chain():
            rules = version.credited(block).name
            for item, days in self._sources():
                mine = self.book.by_seat.get((version.title, version.days.first, rules, item), [])
                found += [credit for credit in mine if days.holds(credit.credit_date)]
        return sorted(found, key=lambda credit: credit.order)

    def _sources(self) -> list[tuple[Assignment, Span]]:
        last = self.upto if self.own_until is None else self.own_until
        eve = self.holding.main.days.first - ONE_DAY
        own = [(item, Span(self.start, last)) for item in self.holding.assignments if self.start <= last]
        inherited = [(item, Span(self.start, eve)) for item in self.holding.inherited if self.start <= eve]
        return own + inherited

    def opening(self) -> Fraction:
        """What opening credits add."""
        if self.only is not None or not self.window.to_date or self.start > self.openings:
            return ZERO
        names = {self.component.name, self.version.credited(self.block).name}
        return sum(
            (
                self.book.opening(self.version, names, item, Span(self.start, self.openings))
                for item in (*self.holding.assignments, *self.holding.inherited)
            ),
            ZERO,
        )

    def said(self, key: str) -> Any:
        """What the measured block says."""
        return self.version.said(self.block, key)

    def alone(self, credits: tuple[Credit, ...]) -> "At":
        """The same with these credits alone."""
        return replace(self, only=credits)


def policy(at: At, what: str, state: str) -> str:
    """What `denominator` says of a quota or ratio that is missing, zero or negative; raises NoEarning."""
    said = (at.said("denominator") or {}).get(state, "exception")
    if said in ("lowest band", "100 %"):
        return str(said)
    code = "" if said == "no earning" else f"{what}_{state}"
    raise NoEarning(code, f"the {what} is {state}")


def measure(at: At) -> Level:
    """What the block's expression gives over its credits; raises NoEarning."""
    if at.window.rolling and at.only is None:
        at = _rolled(at)
    across = at.said("across")
    if across and at.only is None:
        return _across(at, across)
    text = at.said("measure")
    try:
        found = value_of(parsed(text), CreditsScope(at, at.credits(), at.opening()))
    except NotDivisible as wrong:
        said = policy(at, "ratio", wrong.sign)
        return Level(ZERO, lowest=True) if said == "lowest band" else Level(ONE)
    return Level(found if isinstance(found, Fraction) else ZERO)


def _rolled(at: At) -> At:
    """The rolling window, if it is full or the plan says what then."""
    full = at.holding.first <= at.window.days.first and at.start <= at.window.days.first
    said = at.said("short window")
    if not full and said in (None, "no earning"):
        raise NoEarning("" if said else "window_short", "the window is not full yet")
    return at


def _across(at: At, across: dict[str, str]) -> Level:
    spans = at.calendar.periods(across["each"], Span(at.start, at.upto))
    found: list[Fraction] = []
    for period in spans:
        days = period.days.meet(Span(at.start, at.upto))
        if days is not None:
            inner = tuple(credit for credit in at.credits() if days.holds(credit.credit_date))
            found.append(measure(at.alone(inner)).value)
    if not found:
        return Level(ZERO)
    if across["take"] == "average":
        return Level(sum(found, ZERO) / len(found))
    return Level(min(found) if across["take"] == "least" else max(found))


@dataclass
class CreditsScope:
    """The names of a `measure`: aggregates over credits."""

    at: At
    credits: list[Credit]
    opening: Fraction

    def name(self, table: str, name: str) -> Value:
        """Outside an aggregate only named values are known."""
        world, at = self.at.book.world, self.at
        found = world.numbers(at.version, at.holding.main, at.upto).get(name)
        if found is None:
            raise Unreadable(f"{name} stands outside of an aggregate")
        return found

    def of_title(self, word: str, title: str) -> Value:
        """A measure takes credits only."""
        raise Unreadable(f"{word} stands in a measure")

    def divide(self, numerator: Fraction, denominator: Fraction) -> Fraction:
        """A ratio of two aggregates; raises NotDivisible where the divisor is zero or negative."""
        if denominator <= 0:
            raise NotDivisible("zero" if denominator == 0 else "negative")
        return numerator / denominator

    def aggregate(self, node: exp.Expr) -> Value:
        """A sum takes each credit at its share, a count takes it whole."""
        if isinstance(node, exp.Count):
            return self._count(node)
        found = [self._shared(node.this, credit) for credit in self.credits]
        known = [value for value in found if value is not None]
        if isinstance(node, exp.Avg):
            return self.divide(sum(known, ZERO), Fraction(len(known)))
        plain = node.this.find(exp.Column)
        opening = self.opening if plain is not None and plain.name == "credit" else ZERO
        return sum(known, opening)

    def _count(self, node: exp.Expr) -> Fraction:
        if not isinstance(node.this, exp.Distinct):
            return Fraction(len(self.credits)) + self.opening
        counted = node.this.expressions[0]
        values = {value_of(counted, credit_scope(self.at, credit)) for credit in self.credits}
        return Fraction(len(values - {None})) + self.opening

    def _shared(self, node: exp.Expr, credit: Credit) -> Fraction | None:
        found = value_of(node, credit_scope(self.at, credit))
        if not isinstance(found, Fraction):
            return None
        of_credit = any(column.name == "credit" for column in node.find_all(exp.Column))
        return found if of_credit else found * credit.share


def credit_scope(at: At, credit: Credit) -> FactScope:
    """The names that a credit knows: its fact, whom it went to, its own amount."""
    world = at.book.world
    item = credit.seat.assignment
    scope = world.scope(at.version, credit.fact, credit.owner_date)
    scope.near = {
        "recipient": world.roster.position_row(item.position, credit.owner_date),
        "participant": world.roster.participant_row(item.participant),
    }
    scope.values = {**world.numbers(at.version, item, credit.credit_date), "credit": credit.amount}
    scope.exchange = credit.exchange.value if credit.exchange else ONE
    return scope
