"""Points: every unit at every turn, as tables; a participant's own years cut the turns of their own."""

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.calculation.windows import anniversaries

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation

POINT = (
    "unit", "seq", "eve", "chain", "period", "paid", "span", "first", "until", "start", "ends", "held", "begun",
    "own",
)  # fmt: skip
"""`held`: the seat touches the window; `own`: it touches the turn itself, or has a credit there."""


def make_turns(evaluation: "Evaluation") -> None:
    """The turns as a table, with the days that formulas asked for."""

    def days(values: list[date]) -> pa.Array:
        return pa.array(values, pa.date32())

    turns = evaluation.turns
    arrays = {
        "seq": pa.array([turn.seq for turn in turns], pa.int32()),
        "eve": pa.array([1 if turn.eve else 0 for turn in turns], pa.int32()),
        "chain": pa.array([turn.chain for turn in turns], pa.int32()),
        "period": pa.array([turn.period for turn in turns], pa.string()),
        "paid": days([turn.paid for turn in turns]),
        "span": days([turn.window.first for turn in turns]),
        "first": days([turn.first for turn in turns]),
        "until": days([turn.until for turn in turns]),
        "start": days([turn.start for turn in turns]),
        "ends": days([turn.ends for turn in turns]),
    }
    arrays |= {name: days(values) for name, values in evaluation.turn_dates.items()}
    evaluation.backend.load(f"{evaluation.name}_turns", pa.table(arrays))


def points_select(evaluation: "Evaluation") -> str:
    """Every unit at every turn: held there, or only with credits."""
    extra = "".join(f", t.{name} AS {name}" for name in evaluation.turn_dates)
    units = f"(SELECT unit, MIN(first) AS first, MAX(next) AS next FROM {evaluation.units} GROUP BY unit)"
    until = "LEAST(t.until, u.next)" if evaluation.block.measured_for == "the position" else "t.until"
    held = "CASE WHEN u.first < t.until AND u.next > t.first THEN 1 ELSE 0 END"
    since = "t.first" if evaluation.window.last is not None else "t.start"
    own = f"CASE WHEN u.first < t.until AND u.next > {since} THEN 1 ELSE 0 END"
    select = (
        f"SELECT u.unit AS unit, t.seq AS seq, t.eve AS eve, t.chain AS chain, t.period AS period, t.paid AS paid, "
        f"t.span AS span, t.first AS first, {until} AS until, t.start AS start, t.ends AS ends, {held} AS held, u.first AS begun, {own} AS own{extra} "
        f"FROM {units} AS u CROSS JOIN {evaluation.name}_turns AS t"
    )
    if evaluation.window.unit == "anniversary year":
        return _anniversary_points(evaluation)
    if evaluation.block.measured_for != "the position":
        return select
    seated = f"{select} WHERE u.first < t.until AND u.next > t.first"
    eve = (
        f"SELECT u.unit AS unit, t.seq AS seq, CAST(1 AS INT) AS eve, t.chain AS chain, t.period AS period, t.paid AS paid, "
        f"t.span AS span, t.first AS first, u.first AS until, t.start AS start, t.ends AS ends, CAST(1 AS INT) AS held, u.first AS begun, CAST(1 AS INT) AS own{extra} "
        f"FROM {units} AS u CROSS JOIN {evaluation.name}_turns AS t WHERE u.first > t.first AND u.first >= t.start AND u.first < t.until AND t.eve = 0"
    )
    return f"{seated} UNION ALL {eve}"


def _anniversary_points(evaluation: "Evaluation") -> str:
    """Turns cut where a participant's own year ends, each with its window."""
    rows: dict[str, list[object]] = {name: [] for name in (*POINT, *evaluation.turn_dates)}
    for seat in evaluation.seats():
        runs = evaluation.own_days(seat)
        hired = evaluation.version.roster.hired(seat.participant) or seat.first
        for turn in evaluation.turns:
            for number, run in enumerate(anniversaries(hired, turn.start, turn.until)):
                first, until = max(run[0], evaluation.version.days[0]), min(run[1], turn.until)
                values: dict[str, object] = {
                    "unit": seat.index, "seq": turn.seq * 2 + number, "eve": 0, "chain": run[0].toordinal(),
                    "period": turn.period, "paid": turn.paid, "span": run[0], "first": first, "until": until,
                    "start": max(run[0], turn.start), "ends": turn.ends,
                    "begun": runs[0][0] if runs else until,
                    "held": int(any(r[0] < until and r[1] > first for r in runs)),
                    "own": int(any(r[0] < until and r[1] > max(first, turn.start) for r in runs)),
                }  # fmt: skip
                values |= dict.fromkeys(evaluation.turn_dates, first)
                for name, value in values.items():
                    rows[name].append(value)
    kinds: dict[str, pa.DataType] = dict.fromkeys(rows, pa.date32())
    kinds |= dict.fromkeys(("unit", "seq", "eve", "chain", "held", "own"), pa.int32())
    kinds["period"] = pa.string()
    table = f"{evaluation.name}_own_turns"
    evaluation.backend.load(
        table, pa.table({name: pa.array(values, kinds[name]) for name, values in rows.items()})
    )
    return f"SELECT {', '.join(f'o.{name} AS {name}' for name in rows)} FROM {table} AS o"
