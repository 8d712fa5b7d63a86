"""Written tables against recomputed ones: every difference with its table, key and both values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.verify.inputs.forms import exact

Row = Mapping[str, Any]
Cell = str | Fraction | date | None
Values = tuple[Cell, ...]

PAYMENT_FIGURES = (
    "earned prior_period manual held released clawed_back repaid deferred_in advanced drawn topped_up "
    "deferred lost carried written_off payment pay_currency pay_rate pay_rate_date paid"
).split()


@dataclass(frozen=True)
class Compared:
    """What makes two rows of a table the same, and what must then agree; a row of zeros may be absent."""

    key: tuple[str, ...]
    values: tuple[str, ...]
    zeros_may_miss: bool = False


COMPARED = {
    "earnings": Compared(("participant", "plan", "component", "period", "currency"), ("amount",), True),
    "payments": Compared(("participant", "plan", "period", "currency"), tuple(PAYMENT_FIGURES), True),
    "balances": Compared(
        ("participant", "currency", "account", "period"), ("opening", "entries", "closing"), True
    ),
    "adjustments": Compared(
        ("participant", "plan", "component", "posted_in", "for_period", "transaction", "currency"),
        ("amount",),
    ),
    "credits": Compared(
        ("plan", "version", "component", "rule", "transaction", "position", "participant",
         "assignment_first", "owner_date", "credit_date"),
        ("share", "amount", "currency", "original_amount", "original_currency", "exchange_rate",
         "exchange_date"),
    ),
    "measures": Compared(
        ("plan", "version", "component", "position", "participant", "assignment_first", "period"),
        ("measure", "quota", "unrounded"),
    ),
    "exceptions": Compared(
        ("code", "plan", "component", "who", "period", "transaction", "date", "currency"), ()
    ),
    "lines": Compared(
        ("participant", "plan", "component", "period", "position", "transaction", "credit_date", "rule",
         "kind"),
        ("raw", "amount", "cut"), True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One disagreement: a value of a row, or a row that only one side has."""

    table: str
    key: str
    column: str
    written: str
    recomputed: str

    def __str__(self) -> str:
        where = f"{self.table}: {self.key}"
        if not self.column:
            return f"{where}: written {self.written}, recomputed {self.recomputed}"
        return f"{where}: {self.column} written {self.written}, recomputed {self.recomputed}"


def compare(table: str, written: Iterable[Row], recomputed: Iterable[Row]) -> list[Difference]:
    """All differences between two tables of one name; the order of rows does not matter."""
    compared = COMPARED[table]
    ours, theirs = _grouped(compared, recomputed), _grouped(compared, written)
    found: list[Difference] = []
    differing = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    for key in sorted(differing, key=_sortable):
        name = ", ".join(
            f"{column} {_shown(cell)}" for column, cell in zip(compared.key, key, strict=True) if cell
        )
        there, here = theirs.get(key, []), ours.get(key, [])
        if len(there) != len(here):
            found.append(Difference(table, name, "", _rows(there, compared), _rows(here, compared)))
            continue
        for old, new in zip(sorted(there, key=_sortable), sorted(here, key=_sortable), strict=True):
            found += [
                Difference(table, name, column, _shown(before), _shown(after))
                for column, before, after in zip(compared.values, old, new, strict=True)
                if before != after
            ]
    return found


def _grouped(compared: Compared, rows: Iterable[Row]) -> dict[Values, list[Values]]:
    found: dict[Values, list[Values]] = defaultdict(list)
    for row in rows:
        values = tuple(_value(row, column) for column in compared.values)
        if compared.zeros_may_miss and not any(
            isinstance(cell, Fraction) and _counts(column, cell)
            for column, cell in zip(compared.values, values, strict=True)
        ):
            continue
        found[tuple(_value(row, column) for column in compared.key)].append(values)
    return dict(found)


def _counts(column: str, cell: Fraction) -> bool:
    return cell != 0 and column != "pay_rate"


def _value(row: Row, column: str) -> Cell:
    """A cell; what has a divisor is divided, by 0 or nothing it is nothing.

    `who` is the position or, where there is none, the person.
    """
    if column == "who":
        return cell_of(row.get("position")) or (
            None if row.get("transaction") else cell_of(row.get("participant"))
        )
    cell = cell_of(row.get(column))
    if not isinstance(cell, Fraction) or f"{column}_divisor" not in row:
        return cell
    divisor = cell_of(row[f"{column}_divisor"])
    return cell / divisor if isinstance(divisor, Fraction) and divisor else None


def cell_of(value: Any) -> Cell:
    """A cell as text, exact number, date or None; a blank text is None."""
    if value is None or value == "":
        return None
    if value.__class__ is str:
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | Fraction):
        return value
    if isinstance(value, Decimal | int):
        return exact(value)
    return str(value)


def _sortable(cells: Values) -> list[tuple[int, str, Fraction]]:
    return [
        (0, "", cell) if isinstance(cell, Fraction) else (1, str(cell or ""), Fraction(0)) for cell in cells
    ]


def _shown(cell: Cell) -> str:
    if not isinstance(cell, Fraction):
        return "nothing" if cell is None else str(cell)
    exact = Decimal(cell.numerator) / Decimal(cell.denominator)
    return f"{exact:f}"


def _rows(rows: list[Values], compared: Compared) -> str:
    if not rows:
        return "nothing"
    if not compared.values:
        return "a row" if len(rows) == 1 else f"{len(rows)} rows"
    shown = [
        ", ".join(
            f"{column} {_shown(cell)}"
            for column, cell in zip(compared.values, row, strict=True)
            if cell is not None and cell != 0
        )
        for row in rows
    ]
    return " and ".join(text or "zeros" for text in shown)
