"""Facts as known on a moment: cells typed, of each key the newest version, withdrawn keys gone."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.verify.inputs.expressions import Value
from attain.verify.inputs.forms import exact, is_number, moment, number

Row = dict[str, Any]
Tables = dict[str, list[Row]]
KEYS = {
    "transactions": ("id",),
    "participants": ("participant",),
    "positions": ("position", "first"),
    "assignments": ("position", "participant", "first"),
    "reporting": ("position", "first"),
    "teams": ("team", "position", "first"),
    "account_territory": ("map", "account", "territory", "first"),
    "territory_owner": ("map", "territory", "position", "first"),
    "splits": ("transaction", "position"),
    "quotas": ("position", "measure", "period"),
    "target_incentives": ("position", "participant", "component", "first"),
    "exchange_rates": ("table", "date", "from", "to"),
    "leaves": ("participant", "first"),
    "holidays": ("date",),
    "aliases": ("alias",),
    "accounts": ("account",),
    "products": ("product",),
    "opportunities": ("id",),
    "manual_adjustments": ("id",),
    "opening_balances": ("participant", "account", "currency"),
    "opening_credits": ("position", "component", "date"),
    "earnings_given": ("participant", "component", "period"),
    "calendar": ("calendar", "period"),
    "closings": ("period",),
}
TEXTS = set(
    "id type owner original account deal booking currency participant pay_currency country position role "
    "region manager team map territory transaction measure period component per table from to source cover "
    "alias product kind reason entered_by approved_by plan calendar quarter half year withdrawn "
    "moment".split()
)
DATES = {"first", "last", "date", "hired", "ended"}
NUMBERS = {"amount", "rate", "share"}
KNOWING = ("loaded", "withdrawn")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Text(str):
    """A cell of a column that is known to hold texts, whatever it looks like."""


def typed(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Tables:
    """All versions of all rows, each cell a Fraction, a date, a text or None."""
    return {name: _typed(list(rows)) for name, rows in tables.items()}


def _typed(rows: list[Mapping[str, Any]]) -> list[Row]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    read = [_read(column, [row.get(column) for row in rows]) for column in columns]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*read, strict=True)]


def _read(column: str, cells: list[Any]) -> list[Any]:
    reader = _reader(column, cells)
    return [reader(cell) for cell in cells]


def _reader(column: str, cells: list[Any]) -> Any:
    if column == "loaded":
        return lambda cell: moment(cell, at_end=False)
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if column in DATES or (column not in TEXTS and filled and all(_is_day(cell) for cell in filled)):
        return _as_day
    if column in NUMBERS or (column not in TEXTS and filled and all(_is_number(cell) for cell in filled)):
        return _as_number
    return _as_text


def _is_day(cell: Any) -> bool:
    return isinstance(cell, date) or (type(cell) is str and _DAY.fullmatch(cell) is not None)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, Decimal | int | Fraction) or (type(cell) is str and is_number(cell))


def _as_day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return date.fromisoformat(cell) if isinstance(cell, str) and cell else cell or None


def _as_number(cell: Any) -> Fraction | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return number(cell)
    return cell if isinstance(cell, Fraction) else exact(cell)


def _as_text(cell: Any) -> str | None:
    return None if cell is None or cell == "" else str(cell)


def known_on(
    tables: Tables, horizon: datetime | None, lookups: Mapping[str, str], otherwise: Tables | None = None
) -> Tables:
    """The rows as known on a moment (None: all that was ever loaded).

    `lookups` names the column that a table of facts gives where a plan looks something up in it;
    `otherwise` is what is known of the same facts on another moment.
    """
    return {
        name: otherwise[name]
        if otherwise and not any(row.get("loaded") for row in rows)
        else _newest(name, rows, horizon, lookups.get(name))
        for name, rows in tables.items()
    }


def _newest(name: str, rows: list[Row], horizon: datetime | None, gives: str | None) -> list[Row]:
    newest: dict[tuple[Value, ...], Row] = {}
    for row in rows:
        loaded = row.get("loaded")
        if horizon is not None and loaded is not None and loaded > horizon:
            continue
        key = _key(name, row, gives)
        before = newest.get(key)
        if before is None or _moment_of(before) <= _moment_of(row):
            newest.pop(key, None)
            newest[key] = row
    return [row for row in newest.values() if row.get("withdrawn") != "yes"]


def _moment_of(row: Row) -> datetime:
    return row.get("loaded") or datetime.min  # noqa: DTZ901 - all moments here are UTC


def _key(name: str, row: Row, gives: str | None) -> tuple[Value, ...]:
    columns = KEYS.get(name)
    if name == "movements":
        columns = ("id",) if row.get("id") else ("participant", "period", "kind")
    elif columns is None and row.get("id"):
        columns = ("id",)
    elif columns is None:
        columns = tuple(sorted(column for column in row if column not in (*KNOWING, gives)))
    return tuple(row.get(column) for column in columns)
