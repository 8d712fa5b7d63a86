"""Who holds what, on any day: positions, assignments, reporting lines, teams, territories, leaves, names.

The roster is small beside the transactions, so it is walked in Python; what comes out are runs of
days that the transactions meet set-wise.
"""

import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from attain.engine.calculation.intervals import ALWAYS, Run, meet, meet_all, run_of, without
from attain.engine.calculation.known import Known

Row = Mapping[str, object]


@dataclass(frozen=True)
class Assignment:
    """A participant holds a position from `first` until the day before `next`; `index` names it within the run."""

    index: int
    position: str
    participant: str
    first: date
    next: date

    @property
    def run(self) -> Run:
        """Its days."""
        return (self.first, self.next)


@dataclass
class Roster:
    """The organisation as known; every list is in order of days."""

    positions: dict[str, list[tuple[Run, Row]]] = field(default_factory=lambda: defaultdict(list))
    participants: dict[str, Row] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)
    holders: dict[str, list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[str, list[tuple[Run, str]]] = field(default_factory=lambda: defaultdict(list))
    teams: dict[str, list[tuple[Run, str]]] = field(default_factory=lambda: defaultdict(list))
    leaves: dict[str, list[tuple[Run, str]]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    accounts: dict[str, list[tuple[str, Run, str]]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[str, frozenset[date]] = field(default_factory=dict)
    vacancies: dict[str, list[Run]] = field(default_factory=dict)
    territories: dict[tuple[str, str], list[tuple[Run, str, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def knows(self, position: str) -> bool:
        """Whether there is such a position: listed, held, or in a reporting line."""
        return position in self.positions or position in self.holders or position in self.managers

    @cached_property
    def owned_shares(self) -> frozenset[Decimal]:
        """The shares in which territories are owned."""
        return frozenset(share for owners in self.territories.values() for _, _, share in owners)

    def hired(self, assignment: Assignment) -> date:
        """The day on which an assignment's participant was hired, else its first day."""
        day = self.participants.get(assignment.participant, {}).get("hired")
        return day if isinstance(day, date) else assignment.first

    def field(self, assignment: Assignment, name: str, day: date) -> object:
        """A field of the position on a day (`position.region`), else of the participant (`participant.country`)."""
        owner, _, column = name.rpartition(".")
        if owner != "participant":
            for run, row in self.positions.get(assignment.position, ()):
                if run[0] <= day < run[1] and (column in row):
                    return row[column]
        return self.participants.get(assignment.participant, {}).get(column)

    def places(self, name: str) -> list[tuple[Run, str, str]]:
        """Where a name leads: runs of days with a position, or with none and why.

        A position is itself; a person or alias is the position held: none or several is a problem.
        """
        if self.knows(name):
            return [(ALWAYS, name, "")]
        kind, target = self.aliases.get(name, ("participant", name))
        if kind == "position":
            return [(ALWAYS, target, "")] if self.knows(target) else [(ALWAYS, "", "position_unknown")]
        if target not in self.held and target not in self.participants:
            return [(ALWAYS, "", "position_unknown")]
        cuts = sorted({day for seat in self.held.get(target, ()) for day in seat.run} | set(ALWAYS))
        found = []
        for run in itertools.pairwise(cuts):
            seats = [seat for seat in self.held.get(target, ()) if meet(seat.run, run)]
            problem = {0: "person_without_position", 1: ""}.get(len(seats), "person_with_several_positions")
            found.append((run, seats[0].position if len(seats) == 1 else "", problem))
        return found

    def on_leave(self, assignment: Assignment) -> list[tuple[Run, str]]:
        """Runs of days of the assignment in which its holder is on leave, with the cover's position."""
        cut = [
            (meet(assignment.run, run), cover) for run, cover in self.leaves.get(assignment.participant, ())
        ]
        return [(run, cover) for run, cover in cut if run]

    def cuts(self, name: str) -> frozenset[date]:
        """Every day on which who holds a position, or what is above it, may change."""
        if name not in self.changes:
            self.changes[name] = frozenset()
            days = (
                {day for run, place, _ in self.places(name) for day in run if place != name}
                if not self.knows(name)
                else set()
            )
            positions = {place for _, place, _ in self.places(name) if place and place != name} or {name}
            for position in positions:
                days.update(day for run, _ in self.positions.get(position, ()) for day in run)
                days.update(day for seat in self.holders.get(position, ()) for day in seat.run)
                days.update(
                    day
                    for seat in self.holders.get(position, ())
                    for run, _ in self.on_leave(seat)
                    for day in run
                )
                for run, manager in self.managers.get(position, ()):
                    days.update(run)
                    days.update(self.cuts(manager))
            self.changes[name] = frozenset(days)
        return self.changes[name]

    def gaps(self, position: str, run: Run) -> list[Run]:
        """The days of a run on which nobody holds the position."""
        if position not in self.vacancies:
            self.vacancies[position] = without(ALWAYS, [seat.run for seat in self.holders.get(position, ())])
        vacant = self.vacancies[position]
        return meet_all([run], vacant) if vacant else []


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _by_position(row: Row) -> tuple[str, ...]:
    return tuple(_text(row.get(column)) for column in ("position", "first", "participant"))


def roster_of(known: Known) -> Roster:
    """The roster from the tables positions, participants, assignments, reporting, teams, territories, leaves, aliases."""
    roster = Roster()
    for row in known.fetch("positions"):
        roster.positions[_text(row["position"])].append((run_of(row.get("first"), row.get("last")), row))
    roster.participants = {_text(row["participant"]): row for row in known.fetch("participants")}
    for index, row in enumerate(sorted(known.fetch("assignments"), key=_by_position)):
        run = run_of(row.get("first"), row.get("last"))
        seat = Assignment(index, _text(row["position"]), _text(row["participant"]), *run)
        roster.assignments.append(seat)
        roster.holders[seat.position].append(seat)
        roster.held[seat.participant].append(seat)
    for row in known.fetch("reporting"):
        roster.managers[_text(row["position"])].append(
            (run_of(row["first"], row.get("last")), _text(row["manager"]))
        )
    for row in known.fetch("teams"):
        roster.teams[_text(row["team"])].append(
            (run_of(row.get("first"), row.get("last")), _text(row["position"]))
        )
    for row in known.fetch("leaves"):
        run = run_of(row["first"], row.get("last"))
        roster.leaves[_text(row["participant"])].append((run, _text(row.get("cover"))))
    for row in known.fetch("aliases"):
        kind = "position" if row.get("position") else "participant"
        roster.aliases[_text(row["alias"])] = (kind, _text(row.get(kind)))
    for row in known.fetch("account_territory"):
        place = (_text(row.get("map")), run_of(row.get("first"), row.get("last")), _text(row["territory"]))
        roster.accounts[_text(row["account"])].append(place)
    for row in known.fetch("territory_owner"):
        share = row.get("share")
        owner = (
            run_of(row.get("first"), row.get("last")),
            _text(row["position"]),
            Decimal(1) if share is None else share,
        )
        roster.territories[_text(row.get("map")), _text(row["territory"])].append(owner)  # type: ignore[arg-type]
    for lines in roster.managers.values():
        lines.sort()
    return roster
