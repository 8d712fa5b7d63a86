"""Lookup tables: the row that fits, as one CASE; a miss or a tie is an exception, never a silent zero."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.formulas import Scope, text_literal
from attain.engine.calculation.known import Known
from attain.engine.calculation.terms import Blank, Day, Quotient, Term, Text, compared
from attain.engine.language.models.forms import Figure
from attain.engine.language.models.table_rows import Between, Cell, TableRow
from attain.engine.language.models.tables import Table
from attain.engine.values.problems import Place, refuse


@dataclass(frozen=True)
class Found:
    """What a table gives, NULL where no row fits or several do, and the exception then, blank where all is well."""

    value: Number
    problem: str


def looked_up(known: Known, table: Table, title: str, scope: Scope) -> Found:
    """The value that the table gives for the fields of a scope."""
    rows = _rows(known, table, title)
    groups: dict[tuple[object, ...], list[TableRow]] = defaultdict(list)
    plain = [name for name, kind in table.key.items() if kind in ("equal", "within")]
    for row in rows:
        groups[tuple(_hashable(row.key[name]) for name in plain)].append(row)
    terms = {name: scope(name) for name in table.key}
    candidates = []
    for order, members in enumerate(groups.values()):
        fits = (
            " AND ".join(_fits(terms[name], table.key[name], members[0].key[name]) for name in plain)
            or "TRUE"
        )
        said = sum(1 for name in plain if members[0].key[name] is not None)
        candidates.append(
            (-said if table.match == "most specific" else 0, order, fits, _ordered(table, members, terms))
        )
    candidates.sort(key=lambda candidate: candidate[:2])
    result = numbers.choose(
        [(f"{fits} AND {reached.sql} IS NOT NULL", reached) for _, _, fits, reached in candidates], None
    )
    several = _several(table, candidates)
    if isinstance(table.otherwise, Figure):
        value = numbers.choose([(f"{result.sql} IS NOT NULL", result)], literal(table.otherwise.value))
        return Found(value, f"CASE WHEN {several} THEN 'lookup_several_rows' ELSE '' END")
    problem = f"CASE WHEN {several} THEN 'lookup_several_rows' WHEN {result.sql} IS NULL THEN 'lookup_no_row' ELSE '' END"
    return Found(result, problem)


def _several(table: Table, candidates: Sequence[tuple[int, int, str, Number]]) -> str:
    """Whether more than one row fits equally well."""
    if table.match == "first row" or len(candidates) < 2:
        return "FALSE"
    ties = []
    for rank in sorted({candidate[0] for candidate in candidates}):
        same = [
            f"CASE WHEN {fits} AND {reached.sql} IS NOT NULL THEN 1 ELSE 0 END"
            for r, _, fits, reached in candidates
            if r == rank
        ]
        better = [f"({fits} AND {reached.sql} IS NOT NULL)" for r, _, fits, reached in candidates if r < rank]
        if len(same) > 1:
            none_better = f" AND NOT ({' OR '.join(better)})" if better else ""
            ties.append(f"({' + '.join(same)} > 1{none_better})")
    return f"({' OR '.join(ties)})" if ties else "FALSE"


def _ordered(table: Table, members: Sequence[TableRow], terms: dict[str, Term]) -> Number:
    """Of rows that differ only in a `from` or `up to` column, the highest reached or the lowest not passed."""
    ordered = [name for name, kind in table.key.items() if kind in ("from", "up to")]
    if not ordered:
        return literal(members[0].gives.value)
    first = ordered[0]
    rising = table.key[first] == "up to"

    def order(row: TableRow) -> tuple[int, Any]:
        cell = row.key[first]
        return (1, 0) if cell is None else (0, cell if rising else _falling(cell))

    cases = []
    for row in sorted(members, key=order):
        fits = " AND ".join(_fits(terms[name], table.key[name], row.key[name]) for name in ordered)
        cases.append((fits, literal(row.gives.value)))
    return numbers.choose(cases, None)


def _falling(cell: Cell) -> Decimal | int:
    if isinstance(cell, date):
        return -cell.toordinal()
    assert isinstance(cell, Decimal)
    return -cell


def _fits(term: Term, kind: str, cell: Cell) -> str:
    if cell is None:
        return "TRUE"
    if isinstance(cell, Between):
        low = _fits(term, "from", cell.first)
        high = _fits(term, "up to", cell.last)
        return f"({low} AND {high})"
    sign = {"equal": "=", "from": ">=", "up to": "<="}[kind]
    if isinstance(cell, str) and isinstance(term, Number | Quotient):
        cell = Decimal(cell)
    constant: Term = Text(text_literal(cell)) if isinstance(cell, str) else _constant(cell)
    if isinstance(term, Blank):
        return "FALSE"
    return f"COALESCE({compared(term, sign, constant)}, FALSE)"


def _constant(cell: Decimal | date) -> Term:
    return Day(f"CAST('{cell}' AS DATE)") if isinstance(cell, date) else literal(cell)


def _hashable(cell: Cell) -> object:
    return (cell.first, cell.last) if isinstance(cell, Between) else cell


def _rows(known: Known, table: Table, title: str) -> Sequence[TableRow]:
    """The table's rows; those of a table of facts as known."""
    if not isinstance(table.rows, str):
        return table.rows or ()
    if not known.has(table.rows):
        raise refuse("P313", f'table "{title}": there is no table of facts "{table.rows}".', "Load it.")
    found = []
    for number, row in enumerate(known.fetch(table.rows), 1):
        key: dict[str, Cell] = {}
        for name in table.key:
            cell = row.get(name)
            key[name] = None if cell in (None, "any", "*") else cell  # type: ignore[assignment]
        given = row.get(table.gives or "")
        if not isinstance(given, Decimal):
            raise refuse(
                "P313", f'table "{title}": row {number} of {table.rows} gives no number.', "Mend the row."
            )
        found.append(TableRow(key, Figure(given, False), Place(table.rows, number)))
    return found
