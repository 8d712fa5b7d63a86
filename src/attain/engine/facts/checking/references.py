"""Names that nothing else knows yet: said as warnings, because the other file may come later."""

from collections.abc import Mapping, Sequence

import duckdb

from attain.engine.facts.spelling import literal, quoted

HOLDERS = ("positions", "participants", "aliases")
REFERENCES: Mapping[tuple[str, str], Sequence[str]] = {
    ("transactions", "owner"): HOLDERS,
    ("opportunities", "owner"): HOLDERS,
    ("assignments", "position"): ("positions",),
    ("quotas", "position"): ("positions",),
    ("reporting", "position"): ("positions",),
    ("reporting", "manager"): ("positions",),
    ("teams", "position"): ("positions",),
    ("territory_owner", "position"): ("positions",),
    ("splits", "position"): HOLDERS,
    ("opening_credits", "position"): ("positions",),
    ("leaves", "participant"): ("participants",),
    ("manual_adjustments", "participant"): ("participants",),
    ("opening_balances", "participant"): ("participants",),
    ("movements", "participant"): ("participants",),
    ("earnings_given", "participant"): ("participants",),
}
NAMES = {"positions": "position", "participants": "participant", "aliases": "alias"}
MOST_NAMES, MOST_ROWS = 20, 5


def references_of(table: str, columns: Sequence[str]) -> dict[str, Sequence[str]]:
    """The tables that each column of a table names things of."""
    return {
        column: tables for (name, column), tables in REFERENCES.items() if name == table and column in columns
    }


def unknown_names(connection: duckdb.DuckDBPyConnection, rows: str, column: str, known: str) -> list[str]:
    """The first names in a column that the relation `known` (one column, `name`) does not have."""
    name = quoted(column)
    unknown = f"{name} IS NOT NULL AND {name} NOT IN (SELECT name FROM {known})"
    first = f"SELECT DISTINCT {name} FROM {rows} WHERE {unknown} ORDER BY 1 LIMIT {MOST_NAMES + 1}"
    found = connection.execute(first).fetchall()
    return [str(row[0]) for row in found]


def where_named(
    connection: duckdb.DuckDBPyConnection, numbered: str, column: str, names: Sequence[str]
) -> dict[str, tuple[int, list[int]]]:
    """For each name how many rows have it, and the first of them, in a relation with `_row`."""
    name, listed = quoted(column), ", ".join(literal(each) for each in names)
    found = connection.execute(
        f"SELECT {name}, count(*), list_sort(list(_row))[1:{MOST_ROWS}] FROM {numbered} "
        f"WHERE {name} IN ({listed}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return {each: (int(count), list(rows)) for each, count, rows in found}
