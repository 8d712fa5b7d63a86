"""Payments once more: one participant at a time, one month after the other, in exact fractions.

Written from the steps of docs/semantics.md, to hold the set-wise stage against; months count from 0.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

ZERO = Fraction(0)


@dataclass(frozen=True)
class Terms:
    """Payment rules in figures; amounts in cents, shares in fractions, months as numbers."""

    negative_paid: bool = False
    keep: Fraction = ZERO
    released_after: int | None = None
    advance: int = 0
    advance_from_all: bool = False
    draw: int | None = None
    recoverable: bool = True
    draw_from: int = 0
    draw_until: int = 99
    limit: int | None = None
    recovery_from: int = 0
    recover_at_most: Fraction = Fraction(1)
    write_off: int | None = None
    maximum: int | None = None
    excess_lost: bool = False
    minimum: int | None = None


@dataclass
class Month:
    """What enters one month, in cents; `bonus` is earned by the quarter and paid in its last month."""

    commission: int = 0
    bonus: int = 0
    prior: int = 0
    manual: int = 0
    clawback: int = 0
    release: int = 0
    opening: Mapping[str, int] = field(default_factory=dict)


def half_up(value: Fraction) -> Fraction:
    size = (abs(value) * 2 + 1) // 2
    return Fraction(size if value >= 0 else -size)


class Fold:
    """Balances so far; `pay` takes the next month and returns its payment in cents."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.number = -1
        self.owed: dict[str, Fraction] = defaultdict(lambda: ZERO)
        self.free = ZERO
        self.later = ZERO
        self.fallen = ZERO
        self.released = ZERO
        self.falls: dict[int, Fraction] = defaultdict(lambda: ZERO)

    def pay(self, month: Month) -> Fraction:
        self.number += 1
        for account, amount in month.opening.items():
            if account == "holdback":
                self.free += amount
            else:
                self.owed[account] += amount
        due = Fraction(month.commission + month.bonus + month.prior + month.manual)
        due = self.hold_back(due, month)
        due = self.claw_back(due, month)
        due = self.advance(due, month)
        due = self.draw(due)
        due = self.limit(due)
        if due < 0 and not self.terms.negative_paid:
            self.owed["negative_carry"] -= due
            due = ZERO
        return due

    def balances(self) -> dict[str, Fraction]:
        return {**self.owed, "holdback": self.free + self.later}

    def hold_back(self, due: Fraction, month: Month) -> Fraction:
        terms, before = self.terms, self.free + self.later
        parts = [half_up(terms.keep * earned) for earned in (month.commission, month.bonus)]
        kept = sum(parts, ZERO)
        if terms.released_after is None:
            self.free = max(self.free + kept, ZERO)
        else:
            self.falls[self.number + terms.released_after] += sum((part for part in parts if part > 0), ZERO)
            self.fallen += sum((part for part in parts if part < 0), ZERO)
            cut = max(ZERO, -(self.later + kept))
            self.later += kept + cut
            self.fallen += cut + self.falls[self.number]
            released = min(max(self.fallen - self.released, ZERO), self.later)
            self.later -= released
            self.released += released
        entered = min(Fraction(month.release), self.free)
        self.free -= entered
        early = min(month.release - entered, self.later)
        self.later -= early
        self.released += early
        return due + before - self.free - self.later

    def claw_back(self, due: Fraction, month: Month) -> Fraction:
        taken = Fraction(month.clawback)
        if not self.terms.negative_paid:
            taken = min(taken, max(due, ZERO))
        due -= taken
        for account in ("clawback", "negative_carry"):
            repaid = min(self.owed[account], max(due, ZERO))
            self.owed[account] -= repaid
            due -= repaid
        self.owed["clawback"] += month.clawback - taken
        due += self.owed.pop("deferred", ZERO)
        return due

    def advance(self, due: Fraction, month: Month) -> Fraction:
        terms = self.terms
        if terms.advance and self.number % 3 < 2:
            due += terms.advance
            self.owed["advance"] += terms.advance
        repaid = ZERO
        if not terms.advance or (self.number % 3 == 2 and terms.advance_from_all):
            repaid = min(self.owed["advance"], max(due, ZERO))
        elif self.number % 3 == 2:
            repaid = min(self.owed["advance"], max(Fraction(month.bonus), ZERO))
        self.owed["advance"] -= repaid
        return due - repaid

    def draw(self, due: Fraction) -> Fraction:
        terms, owed = self.terms, self.owed["draw"]
        is_over = terms.draw is None or self.number > terms.draw_until
        runs = not is_over and self.number >= terms.draw_from
        draw = Fraction(terms.draw or 0) if runs else ZERO
        if due < draw:
            if runs and not terms.recoverable:
                due = draw
            elif runs:
                room = draw - due if terms.limit is None else max(terms.limit - owed, ZERO)
                drawn = min(draw - due, room)
                self.owed["draw"] += drawn
                due += drawn
        elif terms.draw is None or not terms.recoverable or self.number >= terms.recovery_from:
            all_of_it = is_over or not terms.recoverable
            over = due - draw
            repaid = min(owed, over if all_of_it else half_up(over * terms.recover_at_most))
            self.owed["draw"] -= repaid
            due -= repaid
        if terms.draw is not None and terms.recoverable and terms.write_off == self.number:
            self.owed["draw"] = ZERO
        return due

    def limit(self, due: Fraction) -> Fraction:
        terms = self.terms
        if terms.maximum is not None and due > terms.maximum:
            if not terms.excess_lost:
                self.owed["deferred"] = due - terms.maximum
            due = Fraction(terms.maximum)
        return due if terms.minimum is None else max(due, Fraction(terms.minimum))
