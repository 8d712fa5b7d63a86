"""Holdback: shares of what is earned, kept until the customer has paid, a time has passed or an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.world import World
from attain.verify.earning.book import ZERO
from attain.verify.earning.earning import Earning
from attain.verify.earning.lines import Line
from attain.verify.inputs.calendar import Period, later
from attain.verify.inputs.documents import Map, as_list
from attain.verify.inputs.forms import day, length, number, rounded
from attain.verify.paying.ruling import Ruling

Earned = tuple[Earning, Callable[[], list[Line]]]
BY_BOOKING = ("in proportion to payments", "when paid in full")


@dataclass
class Lot:
    """What is kept of one booking by one rule and component; `due` is what of it has fallen due so far."""

    rule: Map
    booking: str
    not_before: date | None
    forfeited_on: date | None
    kept: Fraction = ZERO
    due: Fraction = ZERO
    gone: bool = False


@dataclass
class Held:
    """What happens to the holdback in one pay period."""

    kept: Fraction
    released: Fraction
    forfeited: Fraction


@dataclass
class Flow:
    """What one pay period keeps, and what falls due in it; each before it is cut at what is held."""

    by_entry: Fraction = ZERO
    later: Fraction = ZERO
    taken_back: Fraction = ZERO
    due: Fraction = ZERO
    forfeited: Fraction = ZERO


class Holdback:
    """The holdback of one participant and currency: what entries release, and what waits for something else.

    `pending` is what has fallen due of what waits, less what was released or taken back of it.
    """

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.opening = ZERO
        self.waiting = ZERO
        self.pending = ZERO
        self.lots: dict[tuple[object, ...], Lot] = {}
        self.ripe: list[tuple[date, Fraction]] = []

    @property
    def balance(self) -> Fraction:
        """All that is held."""
        return self.opening + self.waiting

    def turn(self, rule: Ruling, earned: list[Earned], entries: Fraction) -> Held:
        """Keep of this period's earnings, then release what is due, then what is entered."""
        flow = self._flow(rule, earned)
        kept = max(flow.by_entry, -self.opening)
        self.opening += kept
        entered = min(entries, self.opening)
        self.opening -= entered
        later = max(flow.later, -self.waiting)
        self.waiting += later
        self.pending += flow.due + flow.taken_back - flow.later + later
        released = min(max(self.pending, min(flow.due, ZERO)), self.waiting)
        early = min(entries - entered, self.waiting - released)
        lost = min(flow.forfeited, self.waiting - released - early)
        self.waiting -= released + early + lost
        self.pending += flow.forfeited - lost - released - early
        released += entered + early
        if rule.is_last or rule.is_after:
            said = rule.leavers.get("holdback", "released when due")
            if said == "released at once":
                released += self._empty()
            elif said == "forfeited":
                lost += self._empty()
        return Held(kept + later, released, lost)

    def _empty(self) -> Fraction:
        rest = self.balance
        self.pending -= self.waiting
        self.opening = self.waiting = ZERO
        return rest

    def _flow(self, rule: Ruling, earned: list[Earned]) -> Flow:
        flow = Flow()
        for said in as_list(rule.rules.get("holdback")):
            mine = [
                (earning, lines)
                for earning, lines in earned
                if "of" not in said or (earning.component, earning.plan) == (said["of"], rule.version.title)
            ]
            if said["release"] in BY_BOOKING:
                self._keep_bookings(flow, said, rule, mine)
            else:
                self._keep_earnings(flow, said, rule, [earning.amount for earning, _ in mine])
        on = rule.period.days.last
        flow.due += sum((amount for day, amount in self.ripe if day <= on), ZERO)
        self.ripe = [(day, amount) for day, amount in self.ripe if day > on]
        for lot in self.lots.values():
            self._look_at(flow, lot, rule)
        return flow

    def _keep_earnings(self, flow: Flow, said: Map, rule: Ruling, earned: list[Fraction]) -> None:
        """Each earning; what a negative one takes back of what waits for a time is due no more."""
        for amount in earned:
            kept = rounded(number(said["keep"]) * amount, self.currency)
            if said["release"] == "by entry":
                flow.by_entry += kept
                continue
            flow.later += kept
            if kept < 0:
                flow.taken_back += kept
            else:
                day = _moment(rule.period, said["after"])
                first = said.get("not before")
                self.ripe.append((max(day, _moment(rule.period, first)) if first else day, kept))

    def _keep_bookings(self, flow: Flow, said: Map, rule: Ruling, earned: list[Earned]) -> None:
        """Each transaction of a component, into the lot of its booking."""
        sums: dict[tuple[str, str, str], tuple[str, Fraction]] = {}
        for earning, lines in earned:
            for line in lines():
                booking = _booking(rule.world, line)
                if booking and line.credit:
                    key = (earning.plan, earning.component, line.credit.transaction)
                    sums[key] = (booking, sums.get(key, (booking, ZERO))[1] + line.amount)
        since, until = (
            _moment(rule.period, said[word]) if word in said else None
            for word in ("not before", "forfeit after")
        )
        for (plan, component, _), (booking, amount) in sums.items():
            kept = rounded(number(said["keep"]) * amount, self.currency)
            key_of_lot = (plan, component, booking, said["release"], since, until)
            lot = self.lots.setdefault(key_of_lot, Lot(said, booking, since, until))
            lot.kept += kept
            flow.later += kept

    def _look_at(self, flow: Flow, lot: Lot, rule: Ruling) -> None:
        """What of a lot falls due in the period, or is due no more; what is forfeited."""
        if lot.gone:
            return
        due = self._target(lot, rule)
        flow.due += due - lot.due
        lot.due = due
        if lot.forfeited_on and lot.forfeited_on <= rule.period.days.last:
            flow.forfeited += lot.kept - due
            lot.gone = True

    def _target(self, lot: Lot, rule: Ruling) -> Fraction:
        """How much of a booking's lot is due by the pay period's end."""
        on = rule.period.days.last
        if lot.not_before and on < lot.not_before:
            return ZERO
        booked = booked_to_date(rule.world, lot.booking, on)
        paid = paid_to_date(rule.world, lot.booking, on)
        if booked <= 0 or paid >= booked:
            return lot.kept
        if lot.rule["release"] == "when paid in full" or paid <= 0:
            return ZERO
        return rounded(lot.kept * paid / booked, self.currency)


def _moment(period: Period, said: str) -> date:
    """A day as written, or a length after the end of a period."""
    return later(period.days.last, length(said)) if " " in said else day(said)


def _booking(world: World, line: Line) -> str:
    """The booking that a line's transaction belongs to; blank where it is of no transaction."""
    if line.credit is None or line.credit.transaction not in world.transactions:
        return ""
    fact = line.credit.fact
    return str(line.credit.original or fact.get("booking") or line.credit.transaction)


def booked_to_date(world: World, booking: str, on: date) -> Fraction:
    """A booking's amount, less what was returned of it."""
    booked: Fraction = world.transactions.get(booking, {}).get("amount") or ZERO
    for row in world.rows("transactions", original=booking):
        if row["date"] <= on:
            booked += row.get("amount") or ZERO
    return booked


def paid_to_date(world: World, booking: str, on: date) -> Fraction:
    """What the customer has paid of a booking."""
    return sum(
        (
            row["amount"]
            for row in (
                *world.rows("transactions", booking=booking, type="payment"),
                *world.rows("payment", booking=booking),
            )
            if row["date"] <= on and row.get("amount") is not None
        ),
        ZERO,
    )
