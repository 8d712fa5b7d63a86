"""Target incentives: what the plan states, or from their table, of the position or of the participant, each for the
days on which it holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import lcm
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.backends.numbers import Number
from attain.engine.calculation.amounts import Piece, Prorated, cut_at, divisor_of, fixed
from attain.engine.calculation.intervals import ALWAYS, Run, run_of
from attain.engine.calculation.shares import Shares, Sharing
from attain.engine.calculation.sources import aligned
from attain.engine.calculation.terms import Numeric
from attain.engine.calculation.window_amounts import (
    amount_column,
    begun_by,
    fixed_amount,
    pieces_for,
    shares_of,
    weights_of,
    windows_of,
)
from attain.engine.language.models.spans import AmountPer
from attain.engine.values.calendars import Span
from attain.engine.values.problems import refuse

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation


@dataclass(frozen=True)
class Target:
    """A target incentive per UNIT on a run of days."""

    amount: Decimal
    per: str
    run: Run


def target_incentive_of(evaluation: "Evaluation") -> Numeric:
    """The target incentive of the component's window as a column of the points, before its weight."""
    block, component = evaluation.block, evaluation.component
    said = component.target_incentive or evaluation.version.plan.target_incentive
    if said is None:
        raise refuse("P203", "there is no target incentive.", "Add `target incentive:`.", evaluation.place())
    windows = windows_of(evaluation, "w0", block.over)
    whole = block.quota_counts != "to date"
    if isinstance(said, AmountPer):
        name = f"{evaluation.name}_ti"
        prorated: Prorated | None = fixed_amount(evaluation, name, "target incentive", said, windows, block)
    else:
        prorated = individual_targets(evaluation, said, windows)
    return amount_column(evaluation, "ti", prorated, "w0", whole, begun_by(evaluation, block))


def individual_targets(evaluation: "Evaluation", said: str, windows: list[Span]) -> Prorated | None:
    """Target incentives `of the position` or `of the participant`, prorated; None where nobody has one."""
    key = "position" if said == "of the position" else "participant"
    targets = _targets(evaluation, key)
    of_seats = {
        seat.index: targets[getattr(seat, key)]
        for seat in evaluation.seats()
        if getattr(seat, key) in targets
    }
    if not of_seats:
        return None
    block = evaluation.block
    weights = weights_of(evaluation, block, "target incentive")
    number, whole = weights.count(), weights.whole("target incentive")
    pieces: dict[str, list[Piece]] = {}
    for per in sorted({target.per for rows in of_seats.values() for target in rows}):
        edges = {
            day for rows in of_seats.values() for target in rows if target.per == per for day in target.run
        }
        uncut = [
            piece
            for each in windows
            for piece in pieces_for(evaluation, each, per, block, "target incentive")
        ]
        pieces[per] = cut_at(uncut, edges, number)
    divisor = lcm(*(divisor_of(each, number, whole) for each in pieces.values()))
    sharing: Sharing = "each position" if key == "position" else "once"
    name = f"{evaluation.name}_ti"
    shares = shares_of(evaluation, name, sharing, windows, block, "target incentive")
    made = [
        _of_seats(evaluation, f"{name}{place}", of_seats, per, parts, divisor, shares)
        for place, (per, parts) in enumerate(pieces.items())
    ]
    value = aligned([one.value for one in made])[0]
    assert isinstance(value, Number)
    selects = [
        f"SELECT unit, span, first, next, {one.value.at(value.scale, value.bound)} AS value FROM {one.table}"
        for one in made
    ]
    evaluation.backend.create(name, " UNION ALL ".join(selects))
    return Prorated(name, Number("value", value.scale, value.bound), divisor)


def _targets(evaluation: "Evaluation", key: str) -> dict[str, list[Target]]:
    """Of each position or participant its amounts, one after the other; the component's own go first.

    Days of no row take the next one, else the one before.
    """
    title = evaluation.component.title
    rows: dict[str, dict[bool, list[Mapping[str, object]]]] = defaultdict(lambda: defaultdict(list))
    for row in evaluation.version.known.fetch("target_incentives"):
        if row.get(key) and row.get("component") in (None, "", title):
            rows[str(row[key])][bool(row.get("component"))].append(row)
    return {holder: _in_turn(of[True] or of[False]) for holder, of in rows.items()}


def _in_turn(rows: list[Mapping[str, object]]) -> list[Target]:
    dated = sorted(
        ((run_of(row.get("first"), row.get("last")), row) for row in rows), key=lambda each: each[0][0]
    )
    found: list[Target] = []
    first = ALWAYS[0]
    for place, (run, row) in enumerate(dated, 1):
        following = run[1] if place < len(dated) else ALWAYS[1]
        if first < following:
            found.append(Target(Decimal(str(row["amount"])), str(row["per"]), (first, following)))
            first = following
    return found


def _of_seats(
    evaluation: "Evaluation",
    name: str,
    of_seats: Mapping[int, Sequence[Target]],
    per: str,
    pieces: list[Piece],
    divisor: int,
    shares: Shares,
) -> Prorated:
    """The amounts of each seat per UNIT, prorated."""
    rows = [(seat, target) for seat, targets in of_seats.items() for target in targets if target.per == per]
    exact = [target.amount for _, target in rows]
    scale = max(0, *(-int(amount.as_tuple().exponent) for amount in exact))
    bound = int(max(exact)) + 1
    arrays = {
        "seat": pa.array([seat for seat, _ in rows], pa.int32()),
        "first": pa.array([target.run[0] for _, target in rows], pa.date32()),
        "next": pa.array([target.run[1] for _, target in rows], pa.date32()),
        "amount": pa.array(exact, pa.decimal128(len(str(bound)) + scale, scale)),
    }
    evaluation.backend.load(f"{name}_amounts", pa.table(arrays))
    join = f" INNER JOIN {name}_amounts AS t ON t.seat = u.seat AND p.first >= t.first AND p.first < t.next"
    amount = Number("t.amount", scale, bound)
    known, weights = evaluation.version.known, weights_of(evaluation, evaluation.block, "target incentive")
    return fixed(known, weights, name, "target incentive", shares, pieces, amount, join, divisor)
