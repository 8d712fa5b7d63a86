"""Units: what is measured by itself, a seat or a participant; the days that it holds and whose credits feed it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.calculation.roster import Assignment

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation


def members(evaluation: "Evaluation") -> dict[int, list[Assignment]]:
    """The seats of each unit, in the order in which they begin; a unit is named by one of its seats."""
    seats = sorted(evaluation.seats(), key=lambda seat: (seat.first, seat.position))
    if evaluation.block.measured_for != "the participant":
        return {seat.index: [seat] for seat in sorted(seats, key=lambda seat: seat.index)}
    people: dict[str, list[Assignment]] = {}
    for seat in seats:
        people.setdefault(seat.participant, []).append(seat)
    return {min(seat.index for seat in held): held for held in people.values()}


def owners(evaluation: "Evaluation") -> str:
    """Each unit with its participant, as a select in parentheses."""
    return f"(SELECT DISTINCT unit, participant FROM {evaluation.units})"


def bearer(evaluation: "Evaluation", unit: int, until: date) -> Assignment:
    """The seat of a unit under which a figure up to a day stands: the last that has begun, else the first."""
    held = evaluation.members[unit]
    begun = [seat for seat in held if seat.first < until]
    return begun[-1] if begun else held[0]


def make_units(evaluation: "Evaluation") -> None:
    """Makes tables: of each unit its seats; the runs of days that it holds, and those with whom it inherits from;
    whose credits feed it; the seat under which its figures up to a day stand."""
    rows, held, reach, feeds = [], [], [], []
    for unit, seats in evaluation.members.items():
        runs = [run for seat in seats for run in evaluation.own_days(seat)]
        held += [(unit, *run) for run in runs]
        first = min((run[0] for run in runs), default=date.max)
        following = max((run[1] for run in runs), default=date.max)
        reach += [(unit, *run) for run in runs]
        for seat in seats:
            before = _before(evaluation, seat)
            feeds.append((unit, seat.index, 1, date.max))
            feeds += [(unit, other.index, 0, seat.first) for other in before]
            reach += [
                (unit, run[0], min(run[1], seat.first))
                for other in before
                for run in evaluation.own_days(other)
                if run[0] < seat.first
            ]
            begun = min([first, *(run[0] for other in before for run in evaluation.own_days(other))])
            handed = max((min(other.next, seat.first) for other in before), default=None)
            rows.append(
                (
                    unit,
                    seat.index,
                    seat.position,
                    seat.participant,
                    first,
                    following,
                    begun,
                    seat.first,
                    handed,
                )
            )
    kinds = [pa.int32(), pa.int32(), pa.string(), pa.string(), *[pa.date32()] * 5]
    names = ["unit", "seat", "position", "participant", "first", "next", "begun", "assigned", "handed"]
    backend = evaluation.backend
    backend.load(evaluation.units, _table(rows, names, kinds))
    kinds = [pa.int32(), pa.date32(), pa.date32()]
    backend.load(f"{evaluation.units}_held", _table(held, ["unit", "first", "next"], kinds))
    backend.load(f"{evaluation.units}_reach", _table(reach, ["unit", "first", "next"], kinds))
    kinds = [pa.int32(), pa.int32(), pa.int32(), pa.date32()]
    backend.load(f"{evaluation.units}_fed", _table(feeds, ["unit", "seat", "own", "until"], kinds))
    kinds = [pa.int32(), pa.int32(), pa.date32(), pa.date32()]
    bearers = [row for unit in evaluation.members for row in _bearers(evaluation, unit)]
    backend.load(f"{evaluation.units}_bearers", _table(bearers, ["unit", "seat", "first", "next"], kinds))


def _bearers(evaluation: "Evaluation", unit: int) -> list[tuple[int, int, date, date]]:
    """Each seat of a unit with the day after which figures stand under it, and the last such day."""
    held = evaluation.members[unit]
    firsts = [date.min, *(seat.first for seat in held[1:])]
    return [
        (unit, seat.index, first, following)
        for seat, first, following in zip(held, firsts, [*firsts[1:], date.max], strict=True)
    ]


def _before(evaluation: "Evaluation", seat: Assignment) -> list[Assignment]:
    """Who held the position before, where the measure is the position's."""
    if evaluation.block.measured_for != "the position":
        return []
    return [other for other in evaluation.holders(seat.position) if other.first < seat.first]


def _table(
    rows: Sequence[tuple[object, ...]], names: Sequence[str], kinds: Sequence[pa.DataType]
) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = zip(names, columns, kinds, strict=True)
    return pa.table({name: pa.array(list(values), kind) for name, values, kind in arrays})
