"""Two years of holding seats: leavers, vacancies, hires, promotions and moves, in the order of the days."""

import heapq
import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from attain.demo.chance import days_later, stream
from attain.demo.days import FIRST_DAY, LAST_DAY, ONE_DAY, Span, workday
from attain.demo.organisation.people import Participant, Recruiter
from attain.demo.organisation.positions import (
    DEVELOPER,
    DEVELOPER_MANAGER,
    DIRECTOR,
    ENGINEER,
    ENTERPRISE_EXECUTIVE,
    EXECUTIVE,
    SALES_MANAGER,
    SUCCESS,
    SUCCESS_MANAGER,
    VICE_PRESIDENT,
    Position,
)
from attain.demo.rows import Row

LEAVING_PER_YEAR = {
    DEVELOPER: 0.20,
    EXECUTIVE: 0.15,
    ENTERPRISE_EXECUTIVE: 0.10,
    ENGINEER: 0.09,
    SUCCESS: 0.11,
}
MANAGERS_LEAVING_PER_YEAR = 0.05
STAYING = (DIRECTOR, VICE_PRESIDENT)
FILLED_FROM = {
    EXECUTIVE: ((DEVELOPER, 0.30), (EXECUTIVE, 0.12)),
    ENTERPRISE_EXECUTIVE: ((EXECUTIVE, 0.50),),
    SALES_MANAGER: ((ENTERPRISE_EXECUTIVE, 0.30), (EXECUTIVE, 0.30)),
    DEVELOPER_MANAGER: ((DEVELOPER, 0.60),),
    SUCCESS_MANAGER: ((SUCCESS, 0.60),),
    SUCCESS: ((DEVELOPER, 0.15),),
}
LEAST_DAYS_BEFORE_A_MOVE = 270
VACANT_DAYS = (12, 68)
# Managers whose leaving belongs to the story: team, last day, days until the successor starts.
PLANNED = {"Pacific": (date(2026, 5, 13), 44), "Midlands and North": (date(2026, 3, 20), 47)}
CARETAKERS = {"Pacific": "Mountain and Plains"}  # this manager holds the vacant seat as well
VACANT_AT_START = 0.03


@dataclass
class Stint:
    """A person holds a position from first to last (None = still)."""

    position: Position
    person: Participant
    first: date
    last: date | None = None

    @property
    def span(self) -> Span:
        """Its days within the demo's two years."""
        return Span(max(self.first, FIRST_DAY), self.last or LAST_DAY)


class Careers:
    """Plays two years of coming and going; `stints` is the result."""

    def __init__(self, seed: int, positions: list[Position]) -> None:
        self.chance = stream(seed, "careers")
        self.recruiter = Recruiter(stream(seed, "people"))
        self.stints: list[Stint] = []
        self.holders: dict[str, Stint] = {}
        self.numbers = count()
        self.events: list[tuple[date, int, str, Position | Stint]] = []
        for position in positions:
            self.open(position)
        self.play()
        self.add_caretakers(positions)
        self.stints.sort(key=lambda stint: (stint.position.position, stint.first))

    def open(self, position: Position) -> None:
        """The first holder of a seat, or a vacancy."""
        if position.first > FIRST_DAY:
            self.plan(position.first, "vacant", position)
        elif self.chance.random() < VACANT_AT_START and position.role not in STAYING:
            self.plan(FIRST_DAY, "vacant", position)
        else:
            day = workday(FIRST_DAY - timedelta(days=20 + int(self.chance.random() ** 1.5 * 2300)))
            self.sit(position, self.recruiter.hire(position.region, day), day)

    def plan(self, day: date, kind: str, thing: Position | Stint) -> None:
        """Something will happen on a day."""
        heapq.heappush(self.events, (day, next(self.numbers), kind, thing))

    def sit(self, position: Position, person: Participant, day: date) -> None:
        """The person holds the seat from the day on; the leaving, if any, is planned."""
        stint = Stint(position, person, day)
        self.stints.append(stint)
        self.holders[position.position] = stint
        if position.team in PLANNED and position.role == SALES_MANAGER:
            leaving = PLANNED[position.team][0]
        elif position.role in STAYING:
            return
        else:
            rate = LEAVING_PER_YEAR.get(position.role, MANAGERS_LEAVING_PER_YEAR)
            waiting = -math.log(1 - self.chance.random()) / rate * 365
            leaving = max(FIRST_DAY + timedelta(days=25), day + timedelta(days=75)) + timedelta(
                days=int(waiting)
            )
        if day < leaving < LAST_DAY:
            self.plan(leaving, "leaving", stint)

    def play(self) -> None:
        """All events until the last day."""
        while self.events:
            day, _, kind, thing = heapq.heappop(self.events)
            if kind == "leaving" and isinstance(thing, Stint) and thing.last is None:
                self.end(thing, day)
                thing.person.ended = day
            elif kind == "vacant" and isinstance(thing, Position):
                self.fill(thing, day)

    def end(self, stint: Stint, day: date) -> None:
        """The seat is vacant from the day after."""
        stint.last = day
        del self.holders[stint.position.position]
        self.plan(day + ONE_DAY, "vacant", stint.position)

    def fill(self, position: Position, vacant: date) -> None:
        """From a vacant day on: a move from another seat, or a hire, some weeks later; perhaps too late."""
        start = days_later(self.chance, vacant, *VACANT_DAYS)
        if position.first == vacant:
            start = workday(vacant + timedelta(days=int(self.chance.random() * 25)))
        if position.role == SALES_MANAGER and position.team in PLANNED:
            start = workday(vacant + timedelta(days=PLANNED[position.team][1]))
        if start > LAST_DAY:
            return
        mover = self.mover(position, start)
        if mover:
            self.end(mover, start - ONE_DAY)
            self.sit(position, mover.person, start)
        else:
            self.sit(position, self.recruiter.hire(position.region, start), start)

    def mover(self, position: Position, start: date) -> Stint | None:
        """Somebody of the region who takes the seat, if anybody does."""
        for role, share in FILLED_FROM.get(position.role, ()):
            candidates = [
                stint
                for stint in self.holders.values()
                if stint.position.role == role
                and stint.position.region == position.region
                and (start - stint.first).days > LEAST_DAYS_BEFORE_A_MOVE
            ]
            if self.chance.random() < share and candidates:
                return self.chance.choice(sorted(candidates, key=lambda stint: stint.position.position))
        return None

    def add_caretakers(self, positions: list[Position]) -> None:
        """A neighbouring manager holds a vacant manager's seat until the successor starts."""
        managers = {seat.team: seat for seat in positions if seat.role == SALES_MANAGER}
        for team, neighbour in CARETAKERS.items():
            vacant = PLANNED[team][0] + ONE_DAY
            successor = min(
                s.first for s in self.stints if s.position == managers[team] and s.first >= vacant
            )
            caretaker = holder(self.stints, managers[neighbour].position, vacant)
            if caretaker and (caretaker.last is None or caretaker.last >= successor):
                self.stints.append(Stint(managers[team], caretaker.person, vacant, successor - ONE_DAY))


def holder(stints: list[Stint], position: str, day: date) -> Stint | None:
    """Who holds a position on a day."""
    for stint in stints:
        if (
            stint.position.position == position
            and stint.first <= day
            and (stint.last is None or day <= stint.last)
        ):
            return stint
    return None


def vacancies(position: Position, stints: list[Stint]) -> list[Span]:
    """The spans of the two years in which nobody holds the position; its stints are given in order."""
    found, free = [], max(FIRST_DAY, position.first)
    for stint in stints:
        if stint.first > free:
            found.append(Span(free, stint.first - ONE_DAY))
        free = max(free, (stint.last or LAST_DAY) + ONE_DAY)
    return [*found, Span(free, LAST_DAY)] if free <= LAST_DAY else found


def assignment_rows(stints: list[Stint]) -> list[Row]:
    """Table `assignments`."""
    return [
        {
            "position": stint.position.position,
            "participant": stint.person.participant,
            "first": stint.first,
            "last": stint.last,
        }
        for stint in stints
    ]
