"""Credits that no rule makes: what was credited before the first load, and returns of what is not known."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.backends.numbers import Number
from attain.engine.calculation.formulas import day_of
from attain.engine.calculation.terms import Text

if TYPE_CHECKING:
    from attain.engine.calculation.credits import Branch, CreditSet

FIXED = (
    "rule", "fact", "id", "seat", "position", "owner_date", "credit_date", "share", "credit",
    "original_amount", "original_currency", "exchange_rate", "exchange_date", "name", "problem",
)  # fmt: skip
"""Columns of every credit set; fields that others ask for follow as x0, x1 …"""

SHARE = "DECIMAL(18, 12)"
"""The type of a credit's share: the digits that a loaded share may have."""

OPENED = "c.fact = 'opening credit'"
"""Of a credit `c`: that it was given before the first load; it counts to date, whenever the turn began."""


def _nothing(credits: "CreditSet", extras: bool) -> list[str]:
    """The columns that others asked for, empty."""
    empty = []
    for number, term in enumerate(credits.columns if extras else []):
        kind = term.type if isinstance(term, Number) else "DATE"
        empty.append(f"'' AS x{number}" if isinstance(term, Text) else f"CAST(NULL AS {kind}) AS x{number}")
    return empty


def _plainly(credits: "CreditSet", values: dict[str, str], source: str, extras: bool) -> str:
    """A select with the set's columns, those not given empty."""
    goal = credits.credit
    empty = {
        "rule": "CAST(0 AS INT)", "fact": "''", "id": "''", "seat": "CAST(-1 AS INT)", "position": "''",
        "owner_date": "CAST(NULL AS DATE)", "credit_date": "CAST(NULL AS DATE)", "share": f"CAST('1' AS {SHARE})",
        "credit": f"CAST(NULL AS {goal.type})", "original_amount": "CAST(NULL AS DECIMAL(18, 6))", "original_currency": "''",
        "exchange_rate": "CAST(NULL AS DECIMAL(24, 10))", "exchange_date": "CAST(NULL AS DATE)", "name": "''", "problem": "''",
    }  # fmt: skip
    columns = [f"{values.get(name, empty[name])} AS {name}" for name in FIXED]
    return f"SELECT {', '.join([*columns, *_nothing(credits, extras)])} FROM {source}"


def no_credits(credits: "CreditSet", extras: bool) -> str:
    """The columns of a set without rules or facts, and no row."""
    return _plainly(credits, {}, "(SELECT 1 AS n) AS nothing WHERE 1 = 0", extras)


def lost_returns(credits: "CreditSet", branch: "Branch", extras: bool) -> str:
    """Returns whose original is not known: an exception of the block, since no rule can be told."""
    view = credits.known.view(branch.source.table)
    day = " AND ".join(credits.dates("t.date"))
    source = f"{view} AS t LEFT JOIN {view} AS o ON o.id = t.original WHERE COALESCE(t.original, '') <> '' AND o.id IS NULL AND {day}"
    values = {
        "fact": "t.type",
        "id": "t.id",
        "owner_date": "t.date",
        "credit_date": "t.date",
        "name": "t.original",
    }
    return _plainly(credits, values | {"problem": "'original_missing'"}, source, extras)


def unbalanced_splits(credits: "CreditSet", branch: "Branch", extras: bool) -> str:
    """Transactions whose shares do not add up to the whole: nobody is credited, whoever they name."""
    source, rule = branch.source, branch.rule
    day = day_of(rule.credited_on, source.own) if rule.credited_on else "t.date"
    filters = [*source.filters(), *credits.conditions(branch, holder=False), *credits.dates(day)]
    filters.append("st.total <> CAST('1' AS DECIMAL(1, 0))")
    if source.owner_day:
        filters.append(f"{source.owner_day} IS NOT NULL")
    joined = f"{source.from_clause()}{credits.split_join(branch)} WHERE {' AND '.join(filters)}"
    owned = source.owner_day or f"{'o' if source.returns else 't'}.date"
    values = {"fact": "t.type", "id": "t.id", "owner_date": owned, "credit_date": day}
    return _plainly(credits, values | {"problem": "'splits_do_not_add_up'"}, joined, extras)


def opening_credits(credits: "CreditSet", extras: bool) -> str:
    """Credits of before the company's first load, of the holder on their day."""
    goal, table = credits.credit, f"{credits.name}_opening"
    seats = [
        (_holder(credits, position, day), position, day, amount) for position, day, amount in credits.opening
    ]
    rows = [row for row in seats if row[0] is not None]
    amounts = pa.array([Decimal(row[3]).quantize(Decimal("0.000001")) for row in rows], pa.decimal128(24, 6))
    arrays = {
        "seat": pa.array([row[0] for row in rows], pa.int32()),
        "position": pa.array([row[1] for row in rows], pa.string()),
        "day": pa.array([row[2] for row in rows], pa.date32()),
        "amount": amounts,
    }
    credits.known.backend.load(table, pa.table(arrays))
    values = {
        "fact": "'opening credit'", "id": "'opening credit'", "seat": "a.seat", "position": "a.position", "owner_date": "a.day",
        "credit_date": "a.day", "credit": f"CAST(a.amount AS {goal.type})",
    }  # fmt: skip
    return _plainly(credits, values, f"{table} AS a", extras)


def _holder(credits: "CreditSet", position: str, day: date) -> int | None:
    """The assignment under the plan that holds a position on a day."""
    held = (seat for seat in credits.roster.holders.get(position, ()) if seat.first <= day < seat.next)
    return next((seat.index for seat in held if seat.index in credits.days), None)


def opened(credits: "CreditSet") -> dict[int, date]:
    """Of each assignment with opening credits the last day of them."""
    days: dict[int, date] = {}
    for position, day, _ in credits.opening:
        seat = _holder(credits, position, day)
        if seat is not None:
            days[seat] = max(day, days.get(seat, day))
    return days
