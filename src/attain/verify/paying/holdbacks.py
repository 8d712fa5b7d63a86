"""Holdback: shares of what is earned, kept until the customer has paid, a time has passed or an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.world import World
from attain.verify.earning.book import ZERO
from attain.verify.earning.earnings import Earning
from attain.verify.earning.lines import Line
from attain.verify.inputs.calendar import Period, later
from attain.verify.inputs.documents import Map, as_list
from attain.verify.inputs.forms import day, length, number, rounded
from attain.verify.paying.ruling import Ruling

Earned = tuple[Earning, Callable[[], list[Line]]]
BY_BOOKING = ("in proportion to payments", "when paid in full")


@dataclass
class Lot:
    """What one rule keeps of one period's earning or of one booking; `early` was released by an entry."""

    rule: Map
    since: Period
    booking: str
    kept: Fraction
    released: Fraction = ZERO
    early: Fraction = ZERO

    @property
    def rest(self) -> Fraction:
        """What is still held."""
        return self.kept - self.released


@dataclass
class Held:
    """What happens to the holdback in one pay period."""

    kept: Fraction
    released: Fraction
    forfeited: Fraction


class Holdback:
    """The lots of one participant and currency; `opening` is what was loaded and belongs to no lot."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.lots: list[Lot] = []
        self.opening = ZERO

    @property
    def balance(self) -> Fraction:
        """All that is held."""
        return self.opening + sum((lot.rest for lot in self.lots), ZERO)

    def turn(self, rule: Ruling, earned: list[Earned], entries: Fraction) -> Held:
        """Keep of this period's earnings, then release what is due.

        What a negative earning takes back of more than is held counts as released less.
        """
        before = self.balance
        kept = max(self._keep(rule, earned), -before)
        self._release_due(rule)
        self._by_entry(entries)
        rest = self.balance
        forfeited = self._forfeit(rule)
        if rule.is_last or rule.is_after:
            said = rule.leavers.get("holdback", "released when due")
            if said == "released at once":
                rest -= self._empty()
            elif said == "forfeited":
                forfeited += self._empty()
        return Held(kept, before + kept - rest, forfeited)

    def _keep(self, rule: Ruling, earned: list[Earned]) -> Fraction:
        """Share by share into the lots; the sum of all shares, whatever the lots can bear."""
        total = ZERO
        for said in as_list(rule.rules.get("holdback")):
            for earning, lines in earned:
                if "of" in said and (earning.component, earning.plan) != (said["of"], rule.version.title):
                    continue
                by_booking = said["release"] in BY_BOOKING
                for booking, amount in _by_transaction(lines()) if by_booking else [("", earning.amount)]:
                    kept = rounded(number(said["keep"]) * amount, self.currency)
                    self._add(said, rule.period, booking, kept)
                    total += kept
        return total

    def _add(self, said: Map, period: Period, booking: str, kept: Fraction) -> None:
        """A lot more; what is taken back comes from what is held, which never falls below zero.

        By booking from its lot, by entry from the oldest; what waits for a time waits for it as well.
        """
        mine = [lot for lot in self.lots if lot.rule is said and lot.booking == booking]
        if kept < 0 and said["release"] == "after a time":
            self.lots.append(Lot(said, period, "", max(kept, -max(_rest(self._timed()), ZERO))))
        elif kept >= 0 and booking and mine:
            mine[0].kept += kept
        elif kept >= 0:
            self.lots.append(Lot(said, period, booking, kept))
        else:
            for lot in mine:
                part = min(-kept, max(lot.rest, ZERO))
                lot.kept -= part
                kept += part
            if said["release"] == "by entry":
                self.opening -= min(-kept, self.opening)

    def _timed(self) -> list[Lot]:
        return [lot for lot in self.lots if lot.rule["release"] == "after a time"]

    def _release_due(self, rule: Ruling) -> None:
        for lot in self.lots:
            if lot.rule["release"] in BY_BOOKING and _may_release(lot, rule):
                lot.released = max(self._target(lot, rule), lot.early)
        on = rule.period.days.last
        ripe = [
            lot for lot in self._timed() if _may_release(lot, rule) and _moment(lot, lot.rule["after"]) <= on
        ]
        left = min(_rest(ripe), max(_rest(self._timed()), ZERO))
        for lot in ripe:
            part = max(lot.rest, left) if lot.rest < 0 else min(lot.rest, max(left, ZERO))
            lot.released += part
            left -= part

    def _target(self, lot: Lot, rule: Ruling) -> Fraction:
        """How much of a booking's lot is due by the pay period's end."""
        said, on = lot.rule["release"], rule.period.days.last
        booked = booked_to_date(rule.world, lot.booking, on)
        paid = paid_to_date(rule.world, lot.booking, on)
        if said == "when paid in full":
            return lot.kept if paid >= booked else min(lot.released, lot.kept)
        if booked <= 0:
            return lot.kept
        return rounded(lot.kept * max(min(paid, booked), ZERO) / booked, self.currency)

    def _by_entry(self, amount: Fraction) -> None:
        """Release an entered amount, at most the balance: first what was loaded, then the oldest lots."""
        left = min(amount, max(self.balance, ZERO))
        part = min(left, self.opening)
        self.opening -= part
        left -= part
        for lot in self.lots:
            part = min(left, max(lot.rest, ZERO))
            lot.released += part
            lot.early += part
            left -= part

    def _forfeit(self, rule: Ruling) -> Fraction:
        total = ZERO
        for lot in self.lots:
            until = lot.rule.get("forfeit after")
            if until and lot.rest > 0 and _moment(lot, until) <= rule.period.days.last:
                total += lot.rest
                lot.released = lot.kept
        return total

    def _empty(self) -> Fraction:
        rest = self.balance
        self.opening = ZERO
        for lot in self.lots:
            lot.released = lot.kept
        return rest


def _rest(lots: list[Lot]) -> Fraction:
    return sum((lot.rest for lot in lots), ZERO)


def _may_release(lot: Lot, rule: Ruling) -> bool:
    return "not before" not in lot.rule or rule.period.days.last >= _moment(lot, lot.rule["not before"])


def _moment(lot: Lot, said: str) -> date:
    """A day as written, or a length after the end of the lot's period."""
    return later(lot.since.days.last, length(said)) if " " in said else day(said)


def _booking(line: Line) -> str:
    """The booking that a line's transaction belongs to."""
    if line.credit is None:
        return ""
    fact = line.credit.fact
    return str(line.credit.original or fact.get("booking") or line.credit.transaction)


def _by_transaction(lines: list[Line]) -> list[tuple[str, Fraction]]:
    """Of each transaction its booking, and what it gives in all lines."""
    sums: dict[str, tuple[str, Fraction]] = {}
    for line in lines:
        if line.credit is not None:
            booking, amount = sums.get(line.credit.transaction, (_booking(line), ZERO))
            sums[line.credit.transaction] = (booking, amount + line.amount)
    return list(sums.values())


def booked_to_date(world: World, booking: str, on: date) -> Fraction:
    """A booking's amount, less what was returned of it."""
    booked: Fraction = world.transactions.get(booking, {}).get("amount") or ZERO
    for row in world.transactions.values():
        if row.get("original") == booking and row["date"] <= on:
            booked += row.get("amount") or ZERO
    return booked


def paid_to_date(world: World, booking: str, on: date) -> Fraction:
    """What the customer has paid of a booking."""
    return sum(
        (
            row["amount"]
            for row in world.facts_of("payment")
            if row.get("booking") == booking and row["date"] <= on and row.get("amount") is not None
        ),
        ZERO,
    )
