"""Measuring: which credits a figure takes, what they add up to, the quota and what is reached of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlglot import exp

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.scopes import FactScope
from attain.verify.earning.book import ONE, ZERO, At
from attain.verify.inputs.expressions import NotDivisible, Value, value_of
from attain.verify.inputs.forms import Span, Unreadable, written
from attain.verify.inputs.syntax import has_division, parsed


class NoEarning(Exception):
    """The figure earns nothing; `code` names the exception, blank where the plan wants none."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code
        self.reason = reason or code.replace("_", " ")


@dataclass(frozen=True)
class Level:
    """What picks a band: a number, or the policy that the lowest band holds.

    `instead` is a number that a policy puts in the place of one that cannot be divided.
    """

    value: Fraction
    lowest: bool = False
    instead: bool = False


def policy(at: At, what: str, state: str) -> str:
    """What `denominator` says of a quota or ratio that is missing, zero or negative; raises NoEarning."""
    said = (at.said("denominator") or {}).get(state, "exception")
    if said in ("lowest band", "100 %"):
        return str(said)
    code = "" if said == "no earning" else f"{what}_{state}"
    raise NoEarning(code, f"the {what} is {state}")


def measure(at: At) -> Level:
    """What the block's expression gives over its credits; raises NoEarning."""
    if "measure" not in at.memory:
        at.memory["measure"] = _measured(at)
    level: Level = at.memory["measure"]
    return level


def shown(at: At) -> Fraction | None:
    """What was measured, whether it earns or not; None where nothing is measured or it cannot be divided."""
    if not at.said("measure"):
        return None
    try:
        return _number(at)
    except NotDivisible:
        return None


def _measured(at: At) -> Level:
    check_full(at)
    return _aggregated(at)


def _aggregated(at: At) -> Level:
    try:
        return Level(_number(at))
    except NotDivisible as wrong:
        said = policy(at, "ratio", wrong.sign)
        return Level(ZERO, lowest=True) if said == "lowest band" else Level(ONE, instead=True)


def _number(at: At) -> Fraction:
    """What was measured; raises NotDivisible."""
    across = at.said("across")
    if across and at.only is None:
        return _across(at, across)
    return _plain(at)


def _plain(at: At) -> Fraction:
    found = value_of(parsed(at.said("measure")), CreditsScope(at, at.credits(), at.opening()))
    return found if isinstance(found, Fraction) else ZERO


def check_full(at: At) -> None:
    """Raises NoEarning where a rolling window is not full and the plan says nothing else for then."""
    if not at.window.rolling or at.only is not None:
        return
    full = at.begun <= at.window.days.first and at.start <= at.window.days.first
    said = at.said("short window")
    if not full and said in (None, "no earning"):
        raise NoEarning("" if said else "window_short", "the window is not full yet")


def _across(at: At, across: dict[str, str]) -> Fraction:
    """Of the windows that a seat touches, or has a credit in, the least, the greatest or the average.

    Raises NotDivisible where one of them cannot be divided: zero goes before negative.
    """
    found, wrong = [], []
    for inner in _windows_within(at, across["each"]):
        try:
            found.append(_plain(inner))
        except NotDivisible as undivided:
            wrong.append(undivided)
    if wrong:
        raise next((each for each in wrong if each.sign == "zero"), wrong[0])
    if not found:
        return ZERO
    if across["take"] == "average":
        ratio = has_division(at.said("measure"))
        return sum((written(each) if ratio else each for each in found), ZERO) / len(found)
    return min(found) if across["take"] == "least" else max(found)


def _windows_within(at: At, unit: str) -> Iterator[At]:
    """The windows of a unit that the figure's days meet, each cut to them."""
    held = at.held_days()
    for period in at.calendar.periods(unit, Span(at.start, at.upto)):
        days = period.days.meet(Span(at.start, at.upto))
        if days is not None:
            own = None if at.own_until is None else min(at.own_until, days.last)
            window = replace(at.window, days=days, rolling=0)
            opened = min(at.openings, days.last)
            inner = replace(at, window=window, upto=days.last, openings=opened, own_until=own)
            if any(span.meet(days) for span in held) or inner.credits() or inner.opening():
                yield inner


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
        known, key = self.at.book.summands, (credit, node)
        if key not in known:
            found = value_of(node, credit_scope(self.at, credit))
            of_credit = any(column.name == "credit" for column in node.find_all(exp.Column))
            share = ONE if of_credit else credit.share
            known[key] = found * share if isinstance(found, Fraction) else None
        return known[key]


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
