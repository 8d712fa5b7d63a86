"""The payments of everybody: what each pay period brings, by whose rules, in which currency."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

from attain.verify.crediting.world import Problem, World
from attain.verify.earning.book import ZERO
from attain.verify.earning.earning import Earning
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Version
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import Span, number, rounded
from attain.verify.paying.payments import Due, Ledger, Payment
from attain.verify.paying.postings import Adjustment, Postings
from attain.verify.paying.ruling import Ruling, ruling

ENTRIES = ("movements", "manual_adjustments", "opening_balances")
PAY_DAY_WITHIN = timedelta(days=35)
GUARANTEES = ("draw", "advance", "minimum")


class Payroll:
    """All payments up to a day, from what the pay periods post."""

    def __init__(self, postings: Postings, adjustments: list[Adjustment], until: date) -> None:
        self.postings = postings
        self.world: World = postings.open.world
        self.until = until
        self.problems: list[Problem] = []
        self.earnings: dict[tuple[str, str], list[tuple[Period, Earning]]] = defaultdict(list)
        for earning in postings.posted():
            at = postings.pay_period(earning)
            self.earnings[earning.participant, earning.currency].append((at, earning))
        self.adjustments: dict[tuple[str, str], list[Adjustment]] = defaultdict(list)
        for item in adjustments:
            self.adjustments[item.earning.participant, item.earning.currency].append(item)

    def payments(self) -> list[Payment]:
        """Every payment of everybody, in order."""
        return [payment for person, currency in self._ledgers() for payment in self._run(person, currency)]

    def _ledgers(self) -> list[tuple[str, str]]:
        found = set(self.earnings) | set(self.adjustments)
        for person in self.world.roster.held_by:
            found |= {(person, currency) for currency in self._currencies(person)}
        for table in ENTRIES:
            for row in self.world.tables.get(table, []):
                found.add((row["participant"], row.get("currency") or self._default(row["participant"])))
        return sorted(found)

    def _versions(self, person: str, currency: str) -> list[Version]:
        """The versions that the person holds at some time, in that currency, as known now or at a closing."""
        worlds = [known.world for known in self.postings.all_horizons()]
        return [
            version
            for version in self.world.versions
            if any(
                world.roster.eligible(version, None, item) and world.currency(version, item) == currency
                for world in worlds
                for item in world.roster.held_by.get(person, [])
            )
        ]

    def _currencies(self, person: str) -> set[str]:
        roster = self.world.roster
        return {
            self.world.currency(version, item)
            for version in self.world.versions
            for item in roster.held_by.get(person, [])
            if roster.eligible(version, None, item)
        }

    def _run(self, person: str, currency: str) -> Iterator[Payment]:
        ledger, before = Ledger(currency), None
        versions = self._versions(person, currency) or self._versions_of_earnings(person, currency)
        for period in self._periods(person, currency, versions):
            world = self.postings.at(period.days.last).world
            chosen, titles = ruling(world, versions, person, period, currency)
            if chosen is None and versions:
                chosen = Ruling(world, versions[-1], person, period, currency, none=True)
            if chosen is None:
                continue
            payment = Payment(person, chosen.title, period, currency)
            for row, sign in self._entries("opening_balances", person, currency, period, before):
                ledger.open(row["account"], sign * row["amount"])
            payment.opening = ledger.balances()
            ledger.pay(payment, chosen, self._due(person, currency, period, before))
            payment.closing = ledger.balances()
            if titles and payment.has_figures:
                self._two_rules(chosen, titles)
            self._convert(payment, chosen)
            before = period
            yield payment

    def _versions_of_earnings(self, person: str, currency: str) -> list[Version]:
        titles = {earning.plan for _, earning in self.earnings.get((person, currency), [])}
        titles |= {item.earning.plan for item in self.adjustments.get((person, currency), [])}
        return [version for version in self.world.versions if version.title in titles] or [
            version for version in self.world.versions if version.body["currency"] == currency
        ]

    def _periods(self, person: str, currency: str, versions: list[Version]) -> list[Period]:
        """The pay periods from the first that has anything to the last, in order."""
        earned = self.earnings.get((person, currency), [])
        starts = [period.days.first for period, earning in earned if earning.amount]
        starts += [item.posted_in.days.first for item in self.adjustments.get((person, currency), [])]
        for table in ENTRIES:
            for row in self.world.tables.get(table, []):
                if row["participant"] == person and row.get("currency") in (None, currency):
                    starts += [period.days.first for period in self._named(row["period"])]
        for version in versions:
            if any(word in (version.body.get("payment") or {}) for word in GUARANTEES):
                for roster in (known.world.roster for known in self.postings.all_horizons()):
                    for item in roster.held_by.get(person, []):
                        starts += [days.first for days in roster.eligible(version, None, item)]
        if not starts or min(starts) > self.until:
            return []
        found: dict[tuple[str, Span], Period] = {}
        for version in versions:
            calendar, unit = self.world.calendar(version), self.world.pay_unit(version)
            for period in calendar.periods(unit, Span(min(starts), self.until)):
                if period.days.last <= self.until:
                    found[period.name, period.days] = period
        return sorted(found.values(), key=lambda period: (period.days.last, period.days.first))

    def _named(self, name: str) -> list[Period]:
        """The period of that name, in whichever calendar knows it."""
        named = (calendar.named(name) for calendar in self.world.calendars.values())
        return [period for period in named if period is not None][:1]

    def _entries(
        self, table: str, person: str, currency: str, period: Period, before: Period | None
    ) -> Iterator[tuple[Row, int]]:
        """The rows of the period as known at its closing, and what became known since of periods before.

        The sign of what is known no more is -1.
        """
        world = self.postings.at(period.days.last).world
        for row, last in self._rows(world, table, person, currency):
            if period.days.holds(last):
                yield row, 1
        past = self.postings.at(before.days.last).world if before else world
        if before and past is not world:
            for known, sign in ((world, 1), (past, -1)):
                for row, last in self._rows(known, table, person, currency):
                    if last <= before.days.last:
                        yield row, sign

    def _rows(self, world: World, table: str, person: str, currency: str) -> Iterator[tuple[Row, date]]:
        for row in world.tables.get(table, []):
            if row["participant"] == person and self._is_in(row, currency, person):
                for named in self._named(row["period"]):
                    yield row, named.days.last

    def _is_in(self, row: Row, currency: str, person: str) -> bool:
        """Whether an entry is in the currency; a blank is that of the person's plan."""
        return bool((row.get("currency") or self._default(person)) == currency)

    def _default(self, person: str) -> str:
        """The currency of an entry that says none: the first of the person's plans, else of all."""
        every = {version.body["currency"] for version in self.world.versions}
        return str(min(self._currencies(person) or every))

    def _due(self, person: str, currency: str, period: Period, before: Period | None) -> Due:
        key = (person, currency)
        due = Due([
            (earning, partial(self.postings.posted_lines, earning))
            for at, earning in self.earnings.get(key, [])
            if at == period
        ])  # fmt: skip
        due.prior = sum(
            (item.amount for item in self.adjustments.get(key, []) if item.posted_in == period), ZERO
        )
        for row, sign in self._entries("manual_adjustments", person, currency, period, before):
            due.manual += sign * row["amount"]
        for row, sign in self._entries("movements", person, currency, period, before):
            amount: Fraction = row["amount"]
            if row["kind"] == "prior_period_adjustment":
                due.prior += sign * amount
            elif row["kind"] == "manual_adjustment":
                due.manual += sign * amount
            elif row["kind"] == "release":
                due.release += sign * abs(amount)
            else:
                due.clawback += sign * abs(amount)
        return due

    def _convert(self, payment: Payment, rule: Ruling) -> None:
        """The payment in the currency of pay, rounded once."""
        said = rule.rules.get("pay in") or {}
        wanted = said.get("currency", payment.currency)
        if wanted == "of the participant":
            wanted = (
                rule.world.roster.participant_row(payment.participant).get("pay_currency") or payment.currency
            )
        payment.pay_currency = wanted
        amount = payment.figures["payment"]
        if wanted == payment.currency:
            payment.paid = amount
            return
        if "rate" in said:
            payment.rate = number(said["rate"])
        else:
            payment.rate, payment.rate_day = _pay_rate(rule, said.get("rates"), payment.currency, wanted)
        if payment.rate is None and amount == 0:
            payment.paid = amount
        elif payment.rate is None:
            payment.paid = None
            self.problems.append(
                self._problem("pay_rate_missing", rule, f"no rate {payment.currency} to {wanted}")
            )
        else:
            payment.paid = rounded(amount * payment.rate, wanted)

    def _two_rules(self, rule: Ruling, titles: list[str]) -> None:
        self.problems.append(self._problem("two_payment_rules", rule, ", ".join(titles)))

    def _problem(self, code: str, rule: Ruling, reason: str) -> Problem:
        return Problem(
            code, "payments", rule.version.title, "", "", rule.participant, rule.period.name, "", None,
            rule.currency, reason, rule.period.days.last,
        )  # fmt: skip


def _pay_rate(
    rule: Ruling, table: str | None, spoken: str, wanted: str
) -> tuple[Fraction | None, date | None]:
    """The rate of the pay day: the first within 35 days after the pay period, else the latest before."""
    rows = [
        row
        for row in rule.world.tables.get("exchange_rates", [])
        if row.get("table") in (None, table) and (row["from"], row["to"]) == (spoken, wanted)
    ]
    last = rule.period.days.last
    after = [row for row in rows if last < row["date"] <= last + PAY_DAY_WITHIN]
    before = [row for row in rows if row["date"] <= last]
    if not after and not before:
        return None, None
    chosen = min(after, key=_day_of) if after else max(before, key=_day_of)
    return chosen["rate"], chosen["date"]


def _day_of(row: Row) -> date:
    day: date = row["date"]
    return day
