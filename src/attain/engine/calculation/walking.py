"""The walk: the credits of each chain of turns one after the other, each with the place to which it walks."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.uncredited import OPENED


def walk(
    evaluation: Evaluation, value: Number, source: str, columns: str, points: str = ""
) -> tuple[str, Number]:
    """A select of unit, chain, own, position, transaction, credit_date, rule, seat, the `columns`, value and b; and
    the place b, over no alias.

    `value` is what a credit `c` of the `source` adds; `points` are those to which is walked, where not all are. What was credited
    before the first load counts to date, before all else, and has no row of its own.
    """
    credits = evaluation.credit_set(evaluation.block)
    rows = max(evaluation.version.rows_of(credits), 1)
    order, opened = _order(evaluation), ""
    if credits.opening:
        order = f"CASE WHEN {OPENED} THEN 0 ELSE 1 END, {order}"
        opened = f", CASE WHEN {OPENED} THEN 1 ELSE 0 END AS opened"
        if not evaluation.window.to_date:
            source = f"SELECT * FROM ({source}) AS c WHERE NOT {OPENED}"
    partition = (
        f"PARTITION BY u.unit, p.chain ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    )
    walked = numbers.total(Number(value.sql, value.scale, value.bound * rows), 1, partition)
    points = points or f"{evaluation.name}_points"
    windows = (
        f"(SELECT unit, chain, MIN(first) AS first, MAX(until) AS until FROM {points} GROUP BY unit, chain)"
    )
    join = ""
    on = "p.unit = u.unit AND c.credit_date >= p.first AND c.credit_date < p.until"
    days = _chain_days(evaluation)
    if days:
        join, on = f"INNER JOIN {days} AS d ON d.day = c.credit_date", f"p.chain = d.number AND {on}"
    select = (
        f"SELECT u.unit AS unit, p.chain AS chain, u.own AS own, c.position AS position, c.id AS transaction, c.credit_date AS credit_date, "
        f"c.rule AS rule, c.seat AS seat, {columns}, {numbers.or_zero(value).sql} AS value, {walked.sql} AS b{opened} FROM ({source}) AS c "
        f"INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat AND c.credit_date < u.until {join} "
        f"INNER JOIN {windows} AS p ON {on}"
    )
    kept = f"SELECT * FROM ({select}) AS w WHERE opened = 0" if opened else select
    return kept, Number("b", walked.scale, walked.bound)


MOST_DAYS = 8000


def _order(evaluation: Evaluation) -> str:
    """The order of credits, without what is the same for all credits of any unit."""
    credits = evaluation.credit_set(evaluation.block)
    rules = {branch.number for _, branch in credits.every_branch}
    alone = not evaluation.inherits and all(len(seats) == 1 for seats in evaluation.members.values())
    order = ["c.credit_date", "c.id"]
    order += ["c.rule"] if len(rules) > 1 or credits.opening else []
    return ", ".join(order if alone else [*order, "c.position"])


def turn_days(evaluation: Evaluation) -> str:
    """The table of the turn of each day (day, number), so that credits meet points on equal turns; blank where there
    is one turn, or turns differ from unit to unit."""
    runs = [(turn.start, turn.until, turn.seq) for turn in evaluation.turns if not turn.eve]
    return _days(evaluation, "turn", runs)


def _chain_days(evaluation: Evaluation) -> str:
    """The table of the chain of each day (day, number), as `turn_days` has the turns."""
    chains: dict[int, tuple[date, date]] = {}
    for turn in evaluation.turns:
        first, until = chains.get(turn.chain, (turn.first, turn.until))
        chains[turn.chain] = (min(first, turn.first), max(until, turn.until))
    return _days(evaluation, "chain", ((*run, chain) for chain, run in chains.items()))


def _days(evaluation: Evaluation, what: str, runs: Iterable[tuple[date, date, int]]) -> str:
    ordered = sorted(runs)
    apart = all(one[1] <= other[0] for one, other in pairwise(ordered))
    length = sum((until - first).days for first, until, _ in ordered)
    if len(ordered) < 2 or not apart or length > MOST_DAYS or evaluation.window.unit == "anniversary year":
        return ""
    table = f"{evaluation.name}_{what}_days"
    if table not in evaluation.day_tables:
        evaluation.day_tables.add(table)
        rows = [
            (first + timedelta(days=offset), number)
            for first, until, number in ordered
            for offset in range((until - first).days)
        ]
        days, numbers_ = [day for day, _ in rows], [number for _, number in rows]
        arrays = {"day": pa.array(days, pa.date32()), "number": pa.array(numbers_, pa.int32())}
        evaluation.backend.load(table, pa.table(arrays))
    return table
