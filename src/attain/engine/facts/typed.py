"""From cells of text to typed columns, set-wise: one pass finds each column's kind, one pass writes Parquet.

A cell that its column cannot take is named with row, column, value and cure; nothing is rounded or guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.declared import LOADED, WITHDRAWN, Kind, Table
from attain.engine.values.problems import Place, Problem, Refused

ROW = "_row"
"""The data row of a cell, counted from 1: a column that every relation of texts brings along."""

NUMBER = r"-?[0-9]+(\.[0-9]+)?( ?%)?"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = DATE + r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z?)?"
LEADING_ZERO = r"-?0[0-9].*"
DIGITS, AMOUNT_WHOLE, AMOUNT_DECIMALS = 18, 12, 6
SHOWN = 40
AT_MOST = 100

FORMS: Mapping[Kind, str] = {
    "number": "a plain number such as 1234.56 or 4 %",
    "date": "a day written YYYY-MM-DD",
    "moment": "a date or a time in UTC such as 2025-01-31T17:00:00",
    "text": "text",
}


@dataclass(frozen=True)
class Column:
    """What a column turned out to hold; `scale`: decimals of a number."""

    kind: Kind
    scale: int = 0

    @property
    def sql_type(self) -> str:
        """The type of the column in Parquet."""
        return {
            "text": "VARCHAR",
            "number": f"DECIMAL({DIGITS},{self.scale})",
            "date": "DATE",
            "moment": "TIMESTAMP",
        }[self.kind]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(column: str) -> str:
    """The cell without spaces around it; blank becomes null."""
    return f"nullif(trim({quoted(column)}), '')"


def write_typed(
    connection: duckdb.DuckDBPyConnection, relation: str, table: Table, file: str, target: Path
) -> tuple[dict[str, Column], int]:
    """Type the texts of `relation` (any SQL that can stand after FROM, with a column `_row`) into `target`.

    Returns the columns and the number of rows. Raises Refused with every cell that its column cannot take.
    """
    names = [
        row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall() if row[0] != ROW
    ]
    columns, rows = _columns(connection, relation, table, names)
    problems = _problems(connection, relation, table, file, columns)
    if problems:
        raise Refused(problems)
    ties = _latest_of_ties(table, names)
    select = ", ".join(f"{typed(name, column, table)} AS {quoted(name)}" for name, column in columns.items())
    connection.execute(
        f"COPY (SELECT {select} FROM {relation} {ties}) TO {literal(str(target))} (FORMAT parquet)"
    )
    count = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(target))})").fetchall()[0][0]
    return columns, min(rows, int(count))


def typed(name: str, column: Column, table: Table) -> str:
    """The SQL that turns the cell of text into its value."""
    cell = trimmed(name)
    if column.kind == "text":
        return f"nullif({quoted(name)}, '')"
    if column.kind == "number":
        plain = f"CAST(trim(replace({cell}, '%', '')) AS DECIMAL({DIGITS},{column.scale}))"
        hundredth = f"CAST({plain} * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL({DIGITS},{column.scale}))"
        return f"CASE WHEN {cell} LIKE '%\\%' ESCAPE '\\' THEN {hundredth} ELSE {plain} END"
    if column.kind == "date":
        return f"CAST({cell} AS DATE)"
    moment = f"CAST(replace(replace({cell}, 'T', ' '), 'Z', '') AS TIMESTAMP)"
    if name in table.last_moments:
        last = f"CAST({cell} AS TIMESTAMP) + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND"
        return f"CASE WHEN length({cell}) = 10 THEN {last} ELSE {moment} END"
    return moment


def _columns(
    connection: duckdb.DuckDBPyConnection, relation: str, table: Table, names: Sequence[str]
) -> tuple[dict[str, Column], int]:
    """Each column's kind (declared, or the one that all its cells share) and the number of rows."""
    parts = ["count(*)"]
    for name in names:
        cell = trimmed(name)
        is_number = f"regexp_full_match({cell}, '{NUMBER}')"
        plain = f"trim(replace({cell}, '%', ''))"
        hundred = f"CASE WHEN {cell} LIKE '%\\%' ESCAPE '\\' THEN 2 ELSE 0 END"
        decimals = f"length(rtrim(split_part({plain}, '.', 2), '0'))"
        whole = f"length(ltrim(split_part({plain}, '.', 1), '-0'))"
        parts += [
            f"count({cell})",
            f"count(*) FILTER ({is_number} AND NOT regexp_full_match({cell}, '{LEADING_ZERO}'))",
            f"coalesce(max({decimals} + {hundred}) FILTER ({is_number}), 0)",
            f"coalesce(max({whole}) FILTER ({is_number}), 0)",
            f"count(*) FILTER (regexp_full_match({cell}, '{DATE}') AND try_cast({cell} AS DATE) IS NOT NULL)",
        ]
    found = connection.execute(f"SELECT {', '.join(parts)} FROM {relation}").fetchall()[0]
    columns = {}
    for at, name in enumerate(names):
        filled, numbers, decimals, whole, dates = found[1 + at * 5 : 6 + at * 5]
        fits = whole + decimals <= DIGITS
        kind = table.kind(name)
        if kind is None:
            kind = "text"
            if filled and filled == dates:
                kind = "date"
            elif filled and filled == numbers and fits:
                kind = "number"
        columns[name] = Column(kind, min(decimals, AMOUNT_DECIMALS if name == "amount" else DIGITS))
    return columns, int(found[0])


def _problems(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    table: Table,
    file: str,
    columns: Mapping[str, Column],
) -> list[Problem]:
    """Every cell that is missing or that its column cannot take, in the order of the rows."""
    checks = [_check(name, column) for name, column in columns.items() if column.kind != "text"]
    checks += [
        (name, f"{trimmed(name)} IS NULL", "is missing", f"Fill in {name}.")
        for name in table.required
        if name in columns
    ]
    if WITHDRAWN in columns:
        bad = f"{trimmed(WITHDRAWN)} NOT IN ('yes', 'no')"
        checks.append((WITHDRAWN, bad, "is neither yes nor blank", "Write yes where the row is withdrawn."))
    for group in table.alternatives:
        missing = " AND ".join(f"{trimmed(name)} IS NULL" for name in group if name in columns)
        if missing:
            checks.append((group[0], missing, "is missing", f"Fill in {' or '.join(group)}."))
    if not checks:
        return []
    union = " UNION ALL ".join(
        f"SELECT {ROW}, {at} AS check_, CAST({quoted(name)} AS VARCHAR) AS cell FROM {relation} WHERE {bad}"
        for at, (name, bad, _, _) in enumerate(checks)
    )
    found = connection.execute(
        f"SELECT * FROM ({union}) ORDER BY {ROW}, check_ LIMIT {AT_MOST + 1}"
    ).fetchall()
    problems = [
        Problem(
            "F201" if what == "is missing" else "F202",
            f"row {row}, column {name}: {_shown(cell)}{what}.",
            cure,
            Place(file),
        )
        for row, at, cell in found
        for name, _, what, cure in [checks[at]]
    ]
    if len(found) > AT_MOST:
        problems[AT_MOST:] = [Problem("F200", f"more than {AT_MOST} cells are wrong; the first are shown.")]
    return problems


def _check(name: str, column: Column) -> tuple[str, str, str, str]:
    cell = trimmed(name)
    if column.kind == "number":
        whole = AMOUNT_WHOLE if name == "amount" else DIGITS - column.scale
        plain = f"trim(replace({cell}, '%', ''))"
        too_long = f"length(ltrim(split_part({plain}, '.', 1), '-0')) > {whole}"
        decimals = f"length(rtrim(split_part({plain}, '.', 2), '0'))"
        hundred = f"CASE WHEN {cell} LIKE '%\\%' ESCAPE '\\' THEN 2 ELSE 0 END"
        too_fine = f"{decimals} + {hundred} > {column.scale}"
        bad = f"NOT regexp_full_match({cell}, '{NUMBER}') OR {too_long} OR {too_fine}"
        limits = f"at most {whole} digits before and {column.scale or AMOUNT_DECIMALS} after the point"
        return name, bad, "is not a number that this column can hold", f"Write {FORMS['number']}, {limits}."
    if column.kind == "date":
        bad = f"NOT (regexp_full_match({cell}, '{DATE}') AND try_cast({cell} AS DATE) IS NOT NULL)"
        bad = f"{cell} IS NOT NULL AND {bad}"
        return name, bad, "is no day of the calendar written YYYY-MM-DD", f"Write {FORMS['date']}."
    as_moment = f"try_cast(replace(replace({cell}, 'T', ' '), 'Z', '') AS TIMESTAMP)"
    bad = f"{cell} IS NOT NULL AND NOT (regexp_full_match({cell}, '{MOMENT}') AND {as_moment} IS NOT NULL)"
    return name, bad, "is no moment", f"Write {FORMS['moment']}."


def _latest_of_ties(table: Table, names: Sequence[str]) -> str:
    """Of the versions of a key that were loaded at the same moment only the last in the file remains."""
    key = table.key_among(names)
    if not key:
        return ""
    by = ", ".join(trimmed(name) for name in (*key, *([LOADED] if LOADED in names else [])))
    return f"QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY {ROW} DESC) = 1 ORDER BY {ROW}"


def _shown(cell: str | None) -> str:
    if cell is None or not cell.strip():
        return ""
    return f'"{cell}" ' if len(cell) <= SHOWN else f'"{cell[:SHOWN]}…" ({len(cell)} characters) '
