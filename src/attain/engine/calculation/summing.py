"""Credits summed before they are made: where only sums and counts are asked for, no row of a credit is kept.

Names are cut into *stretches*, runs of days on which a name leads to the same seats. Transactions are
summed by stretch and cell in one look at the facts; each stretch then gives its sum to its seats. Facts
whose newer versions are known are not filtered out row by row: they are few, and are subtracted.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.credits import Branch, CreditSet
from attain.engine.calculation.formulas import condition_of
from attain.engine.calculation.intervals import ALWAYS
from attain.engine.calculation.reaching import names_of, reached
from attain.engine.calculation.recipients import Reach, shares_column
from attain.engine.calculation.terms import Day
from attain.engine.language.models.credit_rules import SplitTo


def summable(credits: CreditSet) -> bool:
    """Whether the credits of a set can be summed without being made: nothing depends on a single credit."""
    return not (
        credits.made
        or credits.columns
        or credits.opening
        or credits.fields.columns
        or not credits.branches
        or any(each.fields.columns for each in credits.earlier)
        or any(not _simple(each, branch) for each, branch in credits.every_branch)
    )


def _simple(credits: CreditSet, branch: Branch) -> bool:
    rule, source = branch.rule, branch.source
    return (
        not source.returns
        and rule.owner_on is None
        and rule.credited_on is None
        and not isinstance(rule.to, SplitTo)
        and not credits.conversion.needed(source.table)
        and not credits.spoken(branch)
        and not source.joins
        and isinstance(source.subject("date"), Day)
        and isinstance(amount := credits.amount(branch), Number)
        and not any("s.f" in text for text in (amount.sql, *credits.conditions(branch)))
    )


@dataclass(frozen=True)
class Summed:
    """A table `seat, day, n, credit` of sums; `problems` says whether some credits could not be made."""

    table: str
    credit: Number
    problems: bool


def summed(credits: CreditSet, name: str, cell: str, join: str, rows: int) -> Summed:
    """The sums of a set by seat and cell. `cell` and `join` give the cell of `c.credit_date`."""
    selects, problems = [], False
    goal = credits.credit
    total = Number("", goal.scale, goal.bound * rows)
    for number, (each, branch) in enumerate(credits.every_branch):
        table = f"{name}_{number}"
        shared = _stretched(each, branch, table, cell, join, rows)
        sums = shared.sums
        _load_seats(each, table, shared.stretches, reached(each, branch))
        share = numbers.multiply(Number("s.credit", *_amount(each, branch, rows)), each.share(branch))
        selects.append(
            f"SELECT r.seat AS seat, s.day AS day, s.n AS n, CAST({share.sql} AS {total.type}) AS credit FROM {sums} AS s "
            f"INNER JOIN {table}_seats AS r ON r.stretch = s.stretch WHERE r.seat >= 0"
        )
        lost = (
            f"SELECT CAST(COALESCE(SUM(s.n), 0) AS BIGINT) AS n FROM {sums} AS s INNER JOIN {table}_seats AS r ON r.stretch = s.stretch "
            f"WHERE r.seat < 0"
        )
        problems = problems or bool(credits.known.backend.fetch(lost).to_pylist()[0]["n"])
    credits.known.backend.create(name, " UNION ALL ".join(selects))
    return Summed(name, Number("c.credit", total.scale, total.bound), problems)


def _amount(credits: CreditSet, branch: Branch, rows: int) -> tuple[int, int]:
    amount = credits.amount(branch)
    assert isinstance(amount, Number)
    return amount.scale, amount.bound * rows


def _sums(credits: CreditSet, branch: Branch, table: str, cell: str, join: str, rows: int) -> str:
    """Facts summed by stretch and cell: all that is known, less what newer versions replaced."""
    known, source = credits.known, branch.source
    every, replaced = known.signed(source.table)
    parts = [_facts(credits, branch, every, "1")]
    if replaced:
        parts.append(_facts(credits, branch, replaced, "-1"))
    facts = " UNION ALL ".join(parts)
    scale, bound = _amount(credits, branch, 1)
    total = numbers.total(Number("c.amount", scale, bound), rows)
    return (
        f"SELECT st.stretch AS stretch, {cell} AS day, CAST(SUM(c.sign) AS BIGINT) AS n, {total.sql} AS credit FROM ({facts}) AS c "
        f"INNER JOIN {table} AS st ON st.name = c.name AND c.credit_date >= st.first AND c.credit_date < st.next{join} "
        f"GROUP BY st.stretch, {cell}"
    )


def _facts(credits: CreditSet, branch: Branch, view: str, sign: str) -> str:
    """Name, day and amount of each fact that the rule takes, with a sign."""
    source = replace(branch.source, view=view, joins={})
    rule = branch.rule
    amount = credits.amount(replace(branch, source=source))
    assert isinstance(amount, Number)
    signed = amount.cast() if sign == "1" else numbers.negate(amount).sql
    day = source.own("date")
    assert isinstance(day, Day)
    first, following = credits.within
    filters = [
        *source.filters(),
        f"{day.sql} >= CAST('{first}' AS DATE)",
        f"{day.sql} < CAST('{following}' AS DATE)",
    ]
    if rule.where is not None:
        filters.append(condition_of(rule.where, source.subject))
    return (
        f"SELECT {credits.name_of(replace(branch, source=source))} AS name, {day.sql} AS credit_date, {signed} AS amount, "
        f"CAST({sign} AS INT) AS sign FROM {source.from_clause()} WHERE {' AND '.join(filters)}"
    )


@dataclass(frozen=True)
class Stretched:
    """Sums of facts by stretch and cell, and the stretches: name, first, next."""

    sums: str
    stretches: list[tuple[str, date, date]]


def _stretched(credits: CreditSet, branch: Branch, table: str, cell: str, join: str, rows: int) -> Stretched:
    """The sums of a rule's facts; rules that take the same facts share them where the same cuts serve."""
    every, _ = credits.known.signed(branch.source.table)
    key = f"{_facts(credits, branch, every, '1')} {cell} {join.split(' AS ')[0]}"
    reach = reached(credits, branch)
    cuts = _cuts(credits, reach, names_of(credits, branch))
    held = credits.known.sums.get(key)
    if isinstance(held, Stretched) and cuts is not None:
        return held
    stretches = [
        (name, first, following)
        for name, days in (cuts if cuts is not None else _own_cuts(reach)).items()
        for first, following in itertools.pairwise(days)
    ]
    arrays = {
        "stretch": pa.array(range(len(stretches)), pa.int32()),
        "name": pa.array([name for name, _, _ in stretches], pa.string()),
        "first": pa.array([first for _, first, _ in stretches], pa.date32()),
        "next": pa.array([following for _, _, following in stretches], pa.date32()),
    }
    credits.known.backend.load(table, pa.table(arrays))
    credits.known.backend.create(f"{table}_sums", _sums(credits, branch, table, cell, join, rows))
    made = Stretched(f"{table}_sums", stretches)
    if cuts is not None:
        credits.known.sums[key] = made
    return made


def _own_cuts(reach: Sequence[Reach]) -> dict[str, list[date]]:
    """Of each name the days on which it leads elsewhere."""
    days: dict[str, set[date]] = defaultdict(set)
    for row in reach:
        days[row.name].update(row.run)
    return {name: sorted(found) for name, found in days.items()}


def _cuts(credits: CreditSet, reach: Sequence[Reach], names: Iterable[str]) -> dict[str, list[date]] | None:
    """Of every name, whether it leads to somebody here or not, the days on which anything above it in the roster
    changes: the sums serve other plans too. None where these days do not suffice.
    """
    own = _own_cuts(reach)
    always = {*ALWAYS, *credits.within}
    found = {name: sorted(always | credits.roster.cuts(name)) for name in sorted({*own, *names})}
    if any(not set(days) <= set(found[name]) for name, days in own.items()):
        return None
    return found


def _load_seats(
    credits: CreditSet, table: str, stretches: Sequence[tuple[str, date, date]], reach: Sequence[Reach]
) -> None:
    """Which seats each stretch leads to, with their shares."""
    by_name: dict[str, list[Reach]] = defaultdict(list)
    for row in reach:
        by_name[row.name].append(row)
    numbers_, found = [], []
    for number, (name, first, following) in enumerate(stretches):
        for row in by_name.get(name, ()):
            if row.run[0] <= first and following <= row.run[1]:
                numbers_.append(number)
                found.append(row)
    arrays = {
        "stretch": pa.array(numbers_, pa.int32()),
        "seat": pa.array([row.seat for row in found], pa.int32()),
        "share": shares_column(found),
    }
    credits.known.backend.load(f"{table}_seats", pa.table(arrays))


def lost(credits: CreditSet, where: str) -> str:
    """The credits that could not be made, of a set that was only summed."""
    return f"SELECT * FROM ({credits.select(seated=False)}) AS c WHERE problem <> '' AND {where}"
