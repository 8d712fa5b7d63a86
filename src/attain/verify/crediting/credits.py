"""Crediting: which transactions give which seats how much, and who could not be found."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from attain.verify.crediting.exchange import Rate, rate_on
from attain.verify.crediting.recipients import Missing, Recipient, recipients
from attain.verify.crediting.roster import Seat
from attain.verify.crediting.scopes import FactScope
from attain.verify.crediting.world import Problem, World
from attain.verify.inputs.calendar import later
from attain.verify.inputs.documents import Block, Map, Version, as_list
from attain.verify.inputs.expressions import NotDivisible, evaluated, holds, number_in
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import Span, Unreadable, length, written
from attain.verify.inputs.syntax import has_division, names_in, tables_in

OWN = ("id", "date", "amount", "original")
"""What a return never takes from its original."""

OF_THE_SEAT = {"recipient", "position", "participant"}


@dataclass(frozen=True, eq=False)
class Credit:
    """What one transaction gives one seat by one rule."""

    seat: Seat
    version: Version
    block: str
    rule: int
    transaction: str
    kind: str
    fact: Row
    owner_date: date
    credit_date: date
    share: Fraction
    amount: Fraction
    currency: str
    original_amount: Fraction | None
    original_currency: str
    exchange: Rate | None
    original: str

    @property
    def order(self) -> tuple[date, str, int]:
        """The order in which credits walk."""
        return self.credit_date, self.transaction, self.rule


Outcome = tuple[list[Credit], list[Problem]]
NOTHING: Outcome = ([], [])


@dataclass
class Credited:
    """All credits of one world in the order in which they walk, and the exceptions.

    `outcomes` holds what each rule made of each fact (by its identity).
    """

    credits: list[Credit]
    problems: list[Problem]
    outcomes: list[dict[int, Outcome]]


def credit(world: World, before: Credited | None = None, touched: Container[int] = ()) -> Credited:
    """All credits of all plans, and the exceptions met on the way.

    `before` is what another world gave for every fact but those that are `touched`.
    """
    rules = [
        _Rule(world, version, block, number_of_rule, rule)
        for version in world.versions
        for block in version.in_use()
        for number_of_rule, rule in enumerate(as_list(block.body.get("credit")), 1)
    ]
    outcomes: list[dict[int, Outcome]] = []
    for place, rule in enumerate(rules):
        known = before.outcomes[place] if before else {}
        outcomes.append({
            id(fact): known[id(fact)] if id(fact) in known and id(fact) not in touched else rule.apply(fact)
            for fact in rule.facts()
        })  # fmt: skip
    found = [item for of_rule in outcomes for credits, _ in of_rule.values() for item in credits]
    problems = [item for of_rule in outcomes for _, exceptions in of_rule.values() for item in exceptions]
    found.sort(key=lambda item: (*item.order, item.seat.assignment.position))
    return Credited(found, list(dict.fromkeys(problems)), outcomes)


def names_original(fact: Row) -> str | None:
    """The id of the transaction that this one takes back: a return is what names an original."""
    return fact.get("original")


def is_money(name: str) -> bool:
    """Whether a field converts from the transaction's currency."""
    return name == "amount" or name.endswith("_amount")


@dataclass
class _Rule:
    world: World
    version: Version
    block: Block
    number: int
    rule: Map

    def facts(self) -> list[Row]:
        """The facts of the rule's types, and the returns that may follow one of them."""
        found = [row for kind in as_list(self.rule["from"]) for row in self.world.facts_of(kind)]
        found = [row for row in found if not names_original(row)] + self.world.returns
        if "credited on" in self.rule:
            return found
        return [row for row in found if self._in_force(row.get("date"))]

    def apply(self, fact: Row) -> Outcome:
        """The credits that a fact gives, and the exceptions; a return stands where its original stands."""
        original = names_original(fact)
        source = fact
        if original is not None:
            if self.rule.get("returns") == "do not count":
                return NOTHING
            if original not in self.world.transactions:
                return [], self._orphan(fact, original)
            source = self.world.transactions[original]
            if source.get("type") not in as_list(self.rule["from"]):
                return NOTHING
            own = {name: cell for name, cell in fact.items() if cell is not None or name in OWN}
            fact = {**source, **own}
        owner_date = self._date("owner on", source)
        credit_date = self._date("credited on", fact)
        if owner_date is None or credit_date is None or not self.version.days.holds(credit_date):
            return NOTHING
        scope = self.world.scope(self.version, source, owner_date)
        if not self._asks(source) and not self._holds(source, scope, self.version.body["currency"]):
            return NOTHING
        credits: list[Credit] = []
        problems: list[Problem] = []
        for found in recipients(self.world, self.rule, scope, owner_date):
            if isinstance(found, Missing):
                problems.append(
                    self._problem(found.code, fact, owner_date, credit_date, found.position, found.reason)
                )
            else:
                given = self._give(fact, source, found, owner_date, credit_date)
                if isinstance(given, Credit):
                    credits.append(given)
                elif given is not None:
                    problems.append(given)
        return (credits, problems) if credits or problems else NOTHING

    def _in_force(self, on: date | None) -> bool:
        return on is not None and self.version.days.holds(on)

    def _holds(self, fact: Row, scope: FactScope, currency: str) -> bool:
        """Whether the rule's condition holds, money in the currency; without a rate it stays open."""
        if "where" not in self.rule:
            return True
        spoken = fact.get("currency") or currency
        if spoken != currency and self._is_money(self.rule["where"]):
            rate = self._rate(fact, spoken, currency)
            if isinstance(rate, str):
                return True
            scope.exchange = rate.value
        found = holds(self.rule["where"], scope)
        scope.exchange = Fraction(1)
        return found

    def _asks(self, fact: Row) -> bool:
        """Whether the rule's condition asks for what is the recipient's, be it only into which currency."""
        return self._asks_recipient or (self._asks_currency and bool(fact.get("currency")))

    @cached_property
    def _asks_currency(self) -> bool:
        """Whether the rule's condition compares money in the recipient's currency."""
        by_recipient: bool = self.version.body["currency"].startswith("by ")
        return by_recipient and "where" in self.rule and self._is_money(self.rule["where"])

    @cached_property
    def _asks_recipient(self) -> bool:
        """Whether the rule's condition asks for a value or field of the recipient."""
        if "where" not in self.rule:
            return False
        names = self._names(self.rule["where"])
        fields = self.version.body.get("fields", {})
        texts = [self.rule["where"], *(fields[name] for name in names & fields.keys())]
        if any(tables_in(text) & OF_THE_SEAT for text in texts):
            return True
        tables = as_list(self.version.body.get("values"))
        return any(
            name in row.keys() - {table["by"]} for table in tables for row in table["rows"] for name in names
        )

    def _orphan(self, fact: Row, original: str) -> list[Problem]:
        """Where it belongs nobody can tell, so its own date counts."""
        on: date = fact["date"]
        if not self.version.days.holds(on):
            return []
        return [self._problem("original_missing", fact, on, on, "", f"{original} is no transaction")]

    def _date(self, key: str, fact: Row) -> date | None:
        if key not in self.rule:
            plain: date | None = fact.get("date")
            return plain
        scope = self.world.scope(self.version, fact, fact.get("date") or date.min)
        found = evaluated(self.rule[key], scope)
        if found is None or isinstance(found, date):
            return found
        raise Unreadable(f"{self.rule[key]!r} gives no day")

    def _give(
        self, fact: Row, source: Row, to: Recipient, owner_date: date, credit_date: date
    ) -> Credit | Problem | None:
        seat = Seat(self.version.title, to.assignment)
        position = to.assignment.position
        if not self._belongs(seat, owner_date) or (to.named and self._on_leave(seat, owner_date)):
            return None
        currency = self.world.currency(self.version, to.assignment)
        if self._asks(source):
            near = self._scope(source, seat, owner_date, credit_date)
            if not self._holds(source, near, currency):
                return None
        if not self._in_time(seat, credit_date):
            return self._too_late(fact, seat, owner_date, credit_date)
        spoken = fact.get("currency") or currency
        rate: Rate | str | None = self._rate(source, spoken, currency) if spoken != currency else None
        read = [self.rule.get("counts", "amount"), self.rule.get("where", "")]
        if isinstance(rate, str) and any(map(self._is_money, filter(None, read))):
            why = f"no rate {spoken} to {currency} on {source['date']}"
            return self._problem(
                rate, fact, owner_date, credit_date, position, why, seat, spoken, source["date"]
            )
        rate = rate if isinstance(rate, Rate) else None
        scope = self._scope(fact, seat, owner_date, credit_date)
        counts = self.rule.get("counts", "amount")
        try:
            scope.exchange = rate.value if rate else Fraction(1)
            amount = (number_in(counts, scope) or Fraction(0)) * to.share
        except NotDivisible:
            why = f"{counts} cannot be computed"
            return self._problem("credit_not_computable", fact, owner_date, credit_date, position, why, seat)
        return Credit(
            seat,
            self.version,
            self.block.name,
            self.number,
            fact.get("id") or "/".join(f"{name}={fact[name]}" for name in sorted(fact) if fact[name]),
            fact.get("type") or "",
            fact,
            owner_date,
            credit_date,
            to.share,
            written(amount) if has_division(counts) else amount,
            currency,
            fact.get("amount"),
            spoken,
            rate,
            names_original(fact) or "",
        )

    def _belongs(self, seat: Seat, on: date) -> bool:
        """Whether the seat is under the plan, and the component, on the owner date."""
        roster = self.world.roster
        at = self.world.in_force(seat.title, on)
        if at is None or not any(days.holds(on) for days in roster.eligible(at, None, seat.assignment)):
            return False
        users = [self.block] if self.block.is_component else self.version.users(self.block)
        wanted = [user.body["for"] for user in users if "for" in user.body]
        return (
            len(wanted) < len(users) or not users or any(roster.fits(w, seat.assignment, on) for w in wanted)
        )

    def _on_leave(self, seat: Seat, on: date) -> bool:
        said = (self.version.body.get("leave") or {}).get("credit", "owner")
        return said != "owner" and self.world.roster.leave_on(seat.assignment.participant, on) is not None

    def _scope(self, fact: Row, seat: Seat, owner_date: date, credit_date: date) -> FactScope:
        position = self.world.roster.position_row(seat.assignment.position, owner_date)
        person = self.world.roster.participant_row(seat.assignment.participant)
        scope = self.world.scope(self.version, fact, owner_date)
        scope.near = {"recipient": position, "participant": person}
        scope.values = self.world.numbers(self.version, seat.assignment, credit_date)
        return scope

    def _in_time(self, seat: Seat, credit_date: date) -> bool:
        """Whether the credit date lies in the assignment or its tail."""
        last = seat.assignment.days.last
        until = (self.version.body.get("leavers") or {}).get("credit until")
        return credit_date <= last or (until is not None and credit_date <= later(last, length(until)))

    def _too_late(self, fact: Row, seat: Seat, owner_date: date, credit_date: date) -> Problem | None:
        """Forfeited after the tail; where the plan says nothing of a tail, an exception."""
        if (self.version.body.get("leavers") or {}).get("credit until") is not None:
            return None
        position, last = seat.assignment.position, seat.assignment.days.last
        why = f"{credit_date} lies after the last day {last}"
        return self._problem("tail_not_said", fact, owner_date, credit_date, position, why, seat)

    def _is_money(self, text: str) -> bool:
        """Whether an expression names money, by itself or in the plan's fields."""
        return any(is_money(name) for name in self._names(text))

    def _names(self, text: str) -> set[str]:
        """The names in an expression, and in the plan's fields that it names."""
        fields = self.version.body.get("fields", {})
        names = set(names_in(text))
        while more := {name for field in names & fields.keys() for name in names_in(fields[field])} - names:
            names |= more
        return names

    def _rate(self, fact: Row, spoken: str, currency: str) -> Rate | str:
        return rate_on(self.world, self.version.body.get("exchange") or {}, fact, spoken, currency)

    def _problem(
        self,
        code: str,
        fact: Row,
        owner_date: date,
        credit_date: date,
        position: str,
        reason: str,
        seat: Seat | None = None,
        currency: str = "",
        day: date | None = None,
    ) -> Problem:
        unit = self.world.pay_unit(self.version)
        periods = self.world.calendar(self.version).periods(unit, Span(credit_date, credit_date))
        return Problem(
            code,
            "credits",
            self.version.title,
            self.version.heading(self.block),
            position,
            seat.assignment.participant if seat else "",
            periods[0].name if periods else "",
            fact.get("id") or "",
            day or (credit_date if code == "tail_not_said" else owner_date),
            currency,
            reason,
            periods[0].days.last if periods else credit_date,
        )
