"""Whose days an amount is prorated over: the seats of a unit, in groups that each have the amount once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from attain.engine.calculation.intervals import Run, meet_all
from attain.engine.calculation.roster import Assignment
from attain.engine.values.calendars import Span

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation

Sharing = Literal["each position", "once", "the seat"]
"""Each position of a participant has the amount; the unit has it once; or its own seats have it once."""


@dataclass(frozen=True)
class Group:
    """Seats that hold one after the other; `seat` is the one whose fields count."""

    unit: int
    number: int
    position: str
    seat: int
    seats: tuple[Assignment, ...]


@dataclass(frozen=True)
class Shares:
    """A table of groups `unit, grp, position, seat, span`, and the seats of each group."""

    table: str
    seats: Mapping[int, Sequence[Assignment]]


def groups_of(evaluation: "Evaluation", sharing: Sharing) -> list[Group]:
    """The groups of every unit of a component; the days of a position's measure are those of all its holders."""
    said = evaluation.block.measured_for
    found: list[Group] = []
    if said != "the participant":
        for seat in evaluation.seats():
            shared = said == "the position" and sharing != "the seat"
            members = evaluation.holders(seat.position) if shared else [seat]
            found.append(Group(seat.index, len(found), seat.position, seat.index, _in_order(members)))
        return found
    for unit, members in evaluation.members.items():
        held: dict[str, list[Assignment]] = {}
        for seat in members:
            held.setdefault(seat.position if sharing == "each position" else "", []).append(seat)
        for each in held.values():
            first = each[0]
            found.append(Group(unit, len(found), first.position, first.index, tuple(each)))
    return found


def _in_order(seats: Sequence[Assignment]) -> tuple[Assignment, ...]:
    return tuple(sorted(seats, key=lambda seat: (seat.first, seat.position)))


def load_groups(
    evaluation: "Evaluation", name: str, groups: Sequence[Group], windows: Sequence[Span], within: Run
) -> str:
    """A table of groups (unit, grp, position, seat) for each window (span) whose days that count they touch.

    Of a participant none of whose positions touch a window the last one before it stands for it.
    """
    kinds = {
        "unit": pa.int32(),
        "grp": pa.int32(),
        "position": pa.string(),
        "seat": pa.int32(),
        "span": pa.date32(),
    }
    rows: dict[str, list[object]] = {key: [] for key in kinds}
    by_unit: dict[int, list[Group]] = {}
    for group in groups:
        by_unit.setdefault(group.unit, []).append(group)
    for members in by_unit.values():
        for window in windows:
            for group in _touching(evaluation, members, window, within):
                values = (group.unit, group.number, group.position, group.seat, window.first)
                for key, value in zip(kinds, values, strict=True):
                    rows[key].append(value)
    arrays = {key: pa.array(values, kinds[key]) for key, values in rows.items()}
    evaluation.backend.load(name, pa.table(arrays))
    return name


def _touching(
    evaluation: "Evaluation", groups: Sequence[Group], window: Span, within: Run
) -> Sequence[Group]:
    if len(groups) == 1:
        return groups
    days = [(max(window.first, within[0]), min(window.next, within[1]))]

    def touches(group: Group) -> bool:
        return any(meet_all(evaluation.days[seat.index], days) for seat in group.seats)

    touching = [group for group in groups if touches(group)]
    begun = [group for group in groups if group.seats[0].first < window.next]
    return touching or [max(begun, key=lambda group: group.seats[0].first) if begun else groups[0]]
