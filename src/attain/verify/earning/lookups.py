"""Lookup tables: the row that fits, by equality, bounds, ranges and wildcards."""

from datetime import date
from fractions import Fraction
from typing import Any

from attain.verify.crediting.world import World
from attain.verify.earning.measures import NoEarning
from attain.verify.inputs.documents import Map
from attain.verify.inputs.expressions import Scope, Value, compared
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import is_number, number

ANY = "any"


def looked_up(world: World, table: Map, scope: Scope) -> Fraction:
    """What the row that fits gives; raises NoEarning where none or several fit."""
    rows: list[Row] = (
        table["rows"] if isinstance(table["rows"], list) else world.tables.get(table["rows"], [])
    )
    kinds: dict[str, str] = table["key"]
    values = {name: scope.name(*_split(name)) for name in kinds}
    fitting = [row for row in rows if all(_fits(rows, row, kinds, name, values[name]) for name in kinds)]
    if not fitting and table.get("otherwise", "exception") != "exception":
        return number(table["otherwise"])
    said = ", ".join(f"{name} {value}" for name, value in values.items())
    if not fitting:
        raise NoEarning("lookup_no_row", f"no row fits {said}")
    if table["match"] == "most specific":
        wild = [sum(_cell(row, name, kinds) == ANY for name in kinds) for row in fitting]
        fitting = [row for row, count in zip(fitting, wild, strict=True) if count == min(wild)]
    if len(fitting) > 1 and table["match"] != "first row":
        raise NoEarning("lookup_several_rows", f"several rows fit {said}")
    given = fitting[0][table["gives"]]
    return number(given) if isinstance(given, str) else Fraction(given)


def _split(name: str) -> tuple[str, str]:
    table, _, field = name.rpartition(".")
    return table, field


def _cell(row: Row, name: str, kinds: dict[str, str]) -> Any:
    if name not in row and kinds[name] == "within" and ("first" in row or "last" in row):
        return (row.get("first"), row.get("last"))
    return row.get(name)


def _fits(rows: list[Row], row: Row, kinds: dict[str, str], name: str, value: Value) -> bool:
    cell = _cell(row, name, kinds)
    if cell == ANY:
        return True
    if value is None or cell is None:
        return False
    if kinds[name] == "equal":
        return compared(value, _read(cell, value), lambda left, right: left == right)
    if kinds[name] == "within":
        first, last = _ends(cell)
        return (first is None or _read(first, value) <= value) and (
            last is None or value <= _read(last, value)
        )
    bounds = [
        _read(other[name], value)
        for other in rows
        if other.get(name) != ANY and all(other.get(key) == row.get(key) for key in kinds if key != name)
    ]
    bound = _read(cell, value)
    if kinds[name] == "from":
        return bool(bound == max((item for item in bounds if item <= value), default=None))
    return bool(bound == min((item for item in bounds if item >= value), default=None))


def _ends(cell: Any) -> tuple[Any, Any]:
    if isinstance(cell, tuple):
        return cell[0] or None, cell[1] or None
    if cell.startswith("from "):
        return cell[5:], None
    if cell.startswith("to "):
        return None, cell[3:]
    first, _, last = cell.partition(" to ")
    return first, last


def _read(cell: Any, like: Value) -> Any:
    """A cell as a value of the kind that it is compared with."""
    if isinstance(cell, str) and isinstance(like, Fraction) and is_number(cell):
        return number(cell)
    if isinstance(cell, str) and isinstance(like, date):
        return date.fromisoformat(cell)
    return cell
