"""Who holds what on a day: assignments, seats and their eligibility, managers, leaves, names of people."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from attain.verify.crediting.scopes import FactScope
from attain.verify.inputs.documents import Block, Map, Version, as_list
from attain.verify.inputs.expressions import Value, holds
from attain.verify.inputs.facts import Row, Tables
from attain.verify.inputs.forms import FOREVER, ONE_DAY, Span

OF_ROSTER = ("participants", "positions", "assignments", "reporting", "leaves", "aliases")


@dataclass(frozen=True)
class Assignment:
    """A participant holds a position for some days."""

    position: str
    participant: str
    days: Span


@dataclass(frozen=True)
class Seat:
    """An assignment under the plan of one title."""

    title: str
    assignment: Assignment


@dataclass(frozen=True)
class Named:
    """What a text that should name a position turned out to be."""

    position: str | None
    code: str = ""


def days_of(row: Row) -> Span:
    """A row's `first` and `last`; a blank first was always, a blank last is open."""
    return Span(row.get("first") or date.min, row.get("last") or FOREVER)


def valid_on(rows: list[Row], on: date) -> list[Row]:
    """The rows whose days hold the day."""
    return [row for row in rows if (row.get("first") or date.min) <= on <= (row.get("last") or FOREVER)]


@dataclass
class Roster:
    """The people's side of the facts, as known on one moment."""

    tables: Tables
    eligible_days: dict[tuple[int, int, Assignment], list[Span]] = field(default_factory=dict)
    has_currency: Callable[[Version, Assignment], bool] = field(
        default=lambda version, item: True, repr=False
    )

    def _by(self, table: str, *columns: str) -> dict[Value, list[Row]]:
        found: dict[Value, list[Row]] = defaultdict(list)
        for row in self.tables.get(table, []):
            found[next((row[column] for column in columns if row.get(column)), None)].append(row)
        return dict(found)

    @cached_property
    def assignments(self) -> dict[str, list[Assignment]]:
        """Of each position its assignments by first day."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for row in self.tables.get("assignments", []):
            found[row["position"]].append(Assignment(row["position"], row["participant"], days_of(row)))
        return {
            position: sorted(held, key=lambda item: (item.days.first, item.participant))
            for position, held in found.items()
        }

    @cached_property
    def held_by(self) -> dict[str, list[Assignment]]:
        """Of each participant the assignments by first day."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for held in self.assignments.values():
            for item in held:
                found[item.participant].append(item)
        return {
            person: sorted(held, key=lambda item: (item.days.first, item.position))
            for person, held in found.items()
        }

    @cached_property
    def positions(self) -> dict[Value, list[Row]]:
        """Of each position its dated rows."""
        return self._by("positions", "position")

    @cached_property
    def participants(self) -> dict[Value, list[Row]]:
        """Of each participant the row."""
        return self._by("participants", "participant")

    @cached_property
    def reporting(self) -> dict[Value, list[Row]]:
        """Of each position its dated managers."""
        return self._by("reporting", "position")

    @cached_property
    def leaves(self) -> dict[Value, list[Row]]:
        """Of each participant the leaves."""
        return self._by("leaves", "participant")

    @cached_property
    def aliases(self) -> dict[Value, list[Row]]:
        """Of each other key the position or participant."""
        return self._by("aliases", "alias")

    def holder(self, position: str, on: date) -> Assignment | None:
        """Who holds the position on the day."""
        held = self.assignments.get(position, [])
        return next((item for item in held if item.days.holds(on)), None)

    def position_row(self, position: str, on: date) -> Row:
        """The position's row on the day: role and whatever else is said of it."""
        return next(iter(valid_on(self.positions.get(position, []), on)), {})

    def participant_row(self, participant: str) -> Row:
        """The participant's row."""
        return next(iter(self.participants.get(participant, [])), {})

    def manager(self, position: str, on: date) -> str | None:
        """The position above, on the day."""
        rows = valid_on(self.reporting.get(position, []), on)
        return next((row["manager"] for row in rows if row.get("manager")), None)

    def leave_on(self, participant: str, on: date) -> Row | None:
        """The leave that the participant is on, on the day."""
        return next(iter(valid_on(self.leaves.get(participant, []), on)), None)

    def named(self, text: str, on: date) -> Named:
        """The position that a text names: by itself, an alias, or as the person who holds it on the day."""
        for alias in self.aliases.get(text, []):
            text = alias.get("position") or alias.get("participant") or text
        if text in self.positions or text in self.assignments:
            return Named(text)
        if text not in self.participants and text not in self.held_by:
            return Named(None, "position_unknown")
        held = [item for item in self.held_by.get(text, []) if item.days.holds(on)]
        if len(held) == 1:
            return Named(held[0].position)
        return Named(None, "person_with_several_positions" if held else "person_without_position")

    def hired(self, assignment: Assignment) -> date:
        """The participant's hire, else the assignment's first day."""
        hired: date = self.participant_row(assignment.participant).get("hired") or assignment.days.first
        return hired

    def eligible(self, version: Version, block: Block | None, assignment: Assignment) -> list[Span]:
        """The days of the assignment on which the version, and the component's own `for`, hold for it.

        None where the version does not say in which currency it is paid.
        """
        key = (id(version), id(block), assignment)
        if key not in self.eligible_days:
            fitting = self.fitting(version, block, assignment)
            self.eligible_days[key] = fitting if fitting and self.has_currency(version, assignment) else []
        return self.eligible_days[key]

    def fitting(self, version: Version, block: Block | None, assignment: Assignment) -> list[Span]:
        """The same, whatever the currency."""
        days = version.days.meet(assignment.days)
        if days is None:
            return []
        rows = [days_of(row) for row in self.positions.get(assignment.position, [])]
        turns = {span.first for span in rows} | {span.last + ONE_DAY for span in rows if span.last < FOREVER}
        starts = sorted({days.first} | {turn for turn in turns if days.first < turn <= days.last})
        ends = [start - ONE_DAY for start in starts[1:]] + [days.last]
        wanted: list[Map] = [version.body["for"]]
        if block is not None and "for" in block.body:
            wanted.append(block.body["for"])
        return [
            Span(first, last)
            for first, last in zip(starts, ends, strict=True)
            if all(self.fits(condition, assignment, first) for condition in wanted)
        ]

    def fits(self, wanted: Map, assignment: Assignment, on: date) -> bool:
        """Whether a `for` holds for an assignment on a day."""
        position = self.position_row(assignment.position, on)
        person = self.participant_row(assignment.participant)
        if "role" in wanted and position.get("role") not in as_list(wanted["role"]):
            return False
        if "position" in wanted and assignment.position not in as_list(wanted["position"]):
            return False
        if "participant" in wanted and assignment.participant not in as_list(wanted["participant"]):
            return False
        if "where" not in wanted:
            return True
        scope = FactScope({}, {"position": position, "recipient": position, "participant": person})
        return holds(wanted["where"], scope) is True
