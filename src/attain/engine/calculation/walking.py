"""The walk: the credits of each chain of turns one after the other, each with the place to which it walks."""

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.uncredited import OPENED


def walk(
    evaluation: Evaluation, value: Number, source: str, columns: str, join: str = ""
) -> tuple[str, Number]:
    """A select of unit, chain, own, position, transaction, credit_date, rule, seat, the `columns`, value and b; and
    the place b, over no alias.

    `value` is what a credit `c` of the `source` adds; `join` may bring more by the unit `u`. What was credited
    before the first load counts to date, before all else, and has no row of its own.
    """
    credits = evaluation.credit_set(evaluation.block)
    rows = max(evaluation.version.rows_of(credits), 1)
    order, opened = "c.credit_date, c.id, c.rule, c.position", ""
    if credits.opening:
        order = f"CASE WHEN {OPENED} THEN 0 ELSE 1 END, {order}"
        opened = f", CASE WHEN {OPENED} THEN 1 ELSE 0 END AS opened"
        if not evaluation.window.to_date:
            source = f"SELECT * FROM ({source}) AS c WHERE NOT {OPENED}"
    partition = (
        f"PARTITION BY u.unit, p.chain ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    )
    walked = numbers.total(Number(value.sql, value.scale, value.bound * rows), 1, partition)
    windows = f"(SELECT unit, chain, MIN(first) AS first, MAX(until) AS until FROM {evaluation.name}_points GROUP BY unit, chain)"
    select = (
        f"SELECT u.unit AS unit, p.chain AS chain, u.own AS own, c.position AS position, c.id AS transaction, c.credit_date AS credit_date, "
        f"c.rule AS rule, c.seat AS seat, {columns}, {numbers.or_zero(value).sql} AS value, {walked.sql} AS b{opened} FROM ({source}) AS c "
        f"INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat AND c.credit_date < u.until {join} "
        f"INNER JOIN {windows} AS p ON p.unit = u.unit AND c.credit_date >= p.first AND c.credit_date < p.until"
    )
    kept = f"SELECT * FROM ({select}) AS w WHERE opened = 0" if opened else select
    return kept, Number("b", walked.scale, walked.bound)
