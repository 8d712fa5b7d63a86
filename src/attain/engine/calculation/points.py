"""Points: every unit at every turn, as tables; a participant's own years cut the turns of their own."""

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.calculation.windows import anniversaries

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation

POINT = (
    "unit", "seq", "eve", "chain", "period", "paid", "span", "first", "until", "own_until", "start", "ends", "held",
    "begun", "own",
)  # fmt: skip
"""`held`: the seat touches the window; `own`: it touches the turn itself, or has a credit there; `own_until`: before
this day the unit's own credits count, before `until` those of who held the position before."""


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
    if evaluation.window.unit == "anniversary year":
        turns = f"{evaluation.name}_own_turns"
        evaluation.backend.load(turns, _anniversary_turns(evaluation))
        source = f"{_units(evaluation)} AS u INNER JOIN {turns} AS t ON t.unit = u.unit"
    else:
        turns = f"{evaluation.name}_turns"
        source = f"{_units(evaluation)} AS u CROSS JOIN {turns} AS t"
    plain = _point(evaluation, "t.eve", "t.until", "COALESCE(o.own, 0)")
    select = (
        f"SELECT {plain} FROM {source} "
        f"LEFT JOIN {_own_turns(evaluation, turns)} AS o ON o.unit = u.unit AND o.seq = t.seq AND o.eve = t.eve"
    )
    conditions = []
    if evaluation.block.measured_for == "the position" and evaluation.window.last is None:
        conditions.append("u.assigned > t.start AND u.handed > t.first")
    opened = evaluation.opened()
    if opened:
        days = ", ".join(f"({unit}, CAST('{day}' AS DATE))" for unit, day in sorted(opened.items()))
        joined = f" LEFT JOIN (SELECT * FROM (VALUES {days}) AS v(unit, day)) AS d ON d.unit = u.unit"
        source, select = source + joined, select + joined
        conditions.append("d.day >= t.start")
    if not conditions:
        return select
    # before the turn of a seat that inherits, or that opening credits reach, there are its own credits of
    # before the turn, and all that it inherits or opened with
    inherits = f"COALESCE({' OR '.join(conditions)}, FALSE)"
    one = "CAST(1 AS INT)"
    return (
        f"{select} WHERE NOT (t.eve = 1 AND {inherits}) UNION ALL "
        f"SELECT {_point(evaluation, one, 't.start', one)} FROM {source} WHERE t.eve = 0 AND {inherits}"
    )


def _point(evaluation: "Evaluation", eve: str, own_until: str, own: str) -> str:
    handed = "COALESCE(u.begun < t.until AND u.handed > t.first, FALSE)"
    held = f"CASE WHEN (u.first < t.until AND u.next > t.first) OR {handed} THEN 1 ELSE 0 END"
    extra = "".join(f", t.{name} AS {name}" for name in evaluation.turn_dates)
    return (
        f"u.unit AS unit, t.seq AS seq, {eve} AS eve, t.chain AS chain, t.period AS period, t.paid AS paid, t.span AS span, "
        f"t.first AS first, t.until AS until, {own_until} AS own_until, t.start AS start, t.ends AS ends, {held} AS held, "
        f"u.begun AS begun, {own} AS own{extra}"
    )


def _units(evaluation: "Evaluation") -> str:
    """Each unit once: its first and next day, the day on which its measure begins, what it inherits."""
    columns = "MIN(first) AS first, MAX(next) AS next, MIN(begun) AS begun, MIN(assigned) AS assigned, MAX(handed) AS handed"
    return f"(SELECT unit, {columns} FROM {evaluation.units} GROUP BY unit)"


def _own_turns(evaluation: "Evaluation", turns: str) -> str:
    """The turns in which a unit holds a day of its own: unit, seq, eve, own."""
    since = "t.first" if evaluation.window.last is not None else "t.start"
    of_unit = " AND t.unit = h.unit" if evaluation.window.unit == "anniversary year" else ""
    return (
        f"(SELECT DISTINCT h.unit AS unit, t.seq AS seq, t.eve AS eve, CAST(1 AS INT) AS own FROM {evaluation.units}_held AS h "
        f"INNER JOIN {turns} AS t ON h.first < t.until AND h.next > {since}{of_unit})"
    )


def _anniversary_turns(evaluation: "Evaluation") -> pa.Table:
    """Turns cut where a unit's own year ends, each with its window; and the eve of a year that a version continues."""
    names = ("unit", "seq", "eve", "chain", "period", "paid", "span", "first", "until", "start", "ends")
    rows: dict[str, list[object]] = {name: [] for name in (*names, *evaluation.turn_dates)}
    since, changed = evaluation.since(evaluation.block), evaluation.version.days[0]
    roster = evaluation.version.roster
    for unit, seats in evaluation.members.items():
        hired, begun = roster.hired(seats[0]), set()
        for turn in (turn for turn in evaluation.turns if not turn.eve):
            for number, run in enumerate(anniversaries(hired, turn.start, turn.until)):
                first, until, seq = max(run[0], since), min(run[1], turn.until), turn.seq * 2 + number
                start = max(run[0], turn.start)
                parts = [(0, until)]
                if first < changed == start and run[0] not in begun:
                    parts.insert(0, (1, changed))
                begun.add(run[0])
                for eve, end in parts:
                    values = (
                        unit, seq, eve, run[0].toordinal(), turn.period, turn.paid, run[0], first, end, start, turn.ends,
                    )  # fmt: skip
                    for name, value in zip(names, values, strict=True):
                        rows[name].append(value)
                    for name in evaluation.turn_dates:
                        rows[name].append(first)
    kinds: dict[str, pa.DataType] = dict.fromkeys(rows, pa.date32())
    kinds |= dict.fromkeys(("unit", "seq", "eve", "chain"), pa.int32())
    kinds["period"] = pa.string()
    return pa.table({name: pa.array(values, kinds[name]) for name, values in rows.items()})
