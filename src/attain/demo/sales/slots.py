"""When deals are decided: for each seat and month as many as its holder works on, most of them late in the
quarter; fewer while a new hire ramps up, nearly none on leave."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from attain.demo.chance import day_in, poisson
from attain.demo.days import LAST_DAY, Span, months, months_since
from attain.demo.organisation.careers import Stint
from attain.demo.organisation.leaves import Leave
from attain.demo.organisation.positions import ENTERPRISE_EXECUTIVE, EXECUTIVE, SELLERS

SHARE_OF_MONTH = (0.055, 0.070, 0.105, 0.060, 0.075, 0.105, 0.055, 0.060, 0.105, 0.065, 0.085, 0.160)
DECIDED_PER_YEAR = {EXECUTIVE: 136.0, ENTERPRISE_EXECUTIVE: 78.0}
OPEN_DEALS = {EXECUTIVE: 20.0, ENTERPRISE_EXECUTIVE: 23.0}
GROWTH = {2024: 0.93, 2025: 0.95, 2026: 1.0}
RAMP = (0.04, 0.15, 0.35, 0.55, 0.75, 0.90)  # of a full month's work, from the month of hire on
RAMP_OF_A_MOVER = (0.45, 0.70, 0.90)
ON_LEAVE = 0.15
EFFORT = 0.45  # how much of skill shows in the number of deals; the rest in how many are won


@dataclass(frozen=True)
class Slot:
    """One deal of a seat's holder that is decided (or, if open, expected) on a day."""

    day: date
    stint: Stint
    is_open: bool = False


def make_slots(chance: Random, stints: list[Stint], leaves: list[Leave]) -> list[Slot]:
    """All deals of the sellers by day of decision."""
    away = defaultdict(list)
    for leave in leaves:
        away[id(leave.stint)].append(leave.span)
    slots: list[Slot] = []
    for stint in stints:
        if stint.position.role in SELLERS:
            slots += decided(chance, stint, away[id(stint)])
            slots += still_open(chance, stint)
    return sorted(slots, key=lambda slot: (slot.day, slot.stint.position.position))


def decided(chance: Random, stint: Stint, away: list[Span]) -> Iterator[Slot]:
    """The deals that a seat's holder wins or loses."""
    per_year = DECIDED_PER_YEAR[stint.position.role] * stint.person.skill**EFFORT
    for month in months(stint.span):
        held = month.cut(stint.span)
        full = per_year * SHARE_OF_MONTH[month.first.month - 1] * GROWTH[month.first.year]
        mean = full * held.days / month.days * ramped(stint, held.first)
        for _ in range(poisson(chance, mean)):
            day = day_in(chance, held)
            if not any(span.holds(day) for span in away) or chance.random() < ON_LEAVE:
                yield Slot(day, stint)


def still_open(chance: Random, stint: Stint) -> Iterator[Slot]:
    """The deals that a holder has open on the last day."""
    if stint.last is None:
        for _ in range(poisson(chance, OPEN_DEALS[stint.position.role])):
            yield Slot(LAST_DAY + timedelta(days=3 + int(chance.random() ** 1.7 * 230)), stint, is_open=True)


def ramped(stint: Stint, day: date) -> float:
    """The share of a full month's work that somebody new to the seat does."""
    hired = months_since(stint.person.hired, day)
    if hired <= len(RAMP):
        return RAMP[hired - 1]
    months_here = months_since(stint.first, day)
    moved = stint.first > stint.person.hired
    return RAMP_OF_A_MOVER[months_here - 1] if moved and months_here <= len(RAMP_OF_A_MOVER) else 1.0
