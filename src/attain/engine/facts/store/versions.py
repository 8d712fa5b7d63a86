"""Versions of keys as SQL: which row counts now, what a new load changes, what a withdrawal brings back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.declared import LOADED, WITHDRAWN, Kind
from attain.engine.facts.spelling import literal, quoted
from attain.engine.facts.store.catalogue import StoredFile

LOAD = "_load"
VERSION = "_version"
"""In a file of confirmations: the load whose version of the key was found unchanged."""


@dataclass(frozen=True)
class Shape:
    """What a table of the store looks like over all its loads."""

    kinds: Mapping[str, Kind]
    scales: Mapping[str, int]
    key: tuple[str, ...]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name a version: the key, else all."""
        return self.key or tuple(self.kinds)

    def sql_type(self, column: str) -> str:
        """The type of a column in the files."""
        kind = self.kinds[column]
        number = f"DECIMAL(18,{self.scales.get(column, 0)})"
        return {"text": "VARCHAR", "number": number, "date": "DATE", "moment": "TIMESTAMP"}[kind]


def all_rows(store: Path, files: Sequence[StoredFile], shape: Shape, present: Mapping[int, set[str]]) -> str:
    """All versions in the files as one relation of the table's shape, with `loaded`, `withdrawn`, `_load`."""
    parts = []
    for file in files:
        here = present[file.load]
        cells = [
            f"CAST({quoted(name) if name in here else 'NULL'} AS {shape.sql_type(name)}) AS {quoted(name)}"
            for name in shape.kinds
            if name != WITHDRAWN
        ]
        source = f"read_parquet({literal(str(store / file.path))})"
        parts.append(f"SELECT {', '.join([*cells, LOADED, WITHDRAWN])}, {file.load} AS {LOAD} FROM {source}")
    return "(" + " UNION ALL ".join(parts) + ")"


def newest(rows: str, key: Sequence[str], among: str = "") -> str:
    """Of each key the newest version; `among`: a relation to whose keys the look is confined."""
    named = ", ".join(quoted(name) for name in key)
    confined = f" WHERE hash({named}) IN (SELECT hash({named}) FROM {among})" if among else ""
    return (
        f"(SELECT * FROM {rows}{confined} "
        f"QUALIFY row_number() OVER (PARTITION BY {named} ORDER BY {LOADED} DESC, {LOAD} DESC) = 1)"
    )


def standing(rows: str, key: Sequence[str]) -> str:
    """The rows that count now."""
    return f"(SELECT * FROM {newest(rows, key)} WHERE coalesce({WITHDRAWN}, '') <> 'yes')"


@dataclass(frozen=True)
class Compared:
    """Staged rows against the store: how many are new, changed, unchanged."""

    taken: int
    changed: int
    unchanged: int


def compare(
    connection: duckdb.DuckDBPyConnection, staged: str, rows: str, shape: Shape, columns: Iterable[str]
) -> Compared:
    """Fill the table `compared` with the staged rows and `_state`: new, changed or unchanged.

    A key that is withdrawn now is new again. Columns that only one side has count as blank there.
    """
    named = shape.key_columns
    given = set(columns)
    same_key = " AND ".join(f"s.{quoted(name)} IS NOT DISTINCT FROM n.{quoted(name)}" for name in named)
    compared = [name for name in shape.kinds if name not in named]
    differs = [
        f"{f's.{quoted(name)}' if name in given else 'NULL'} IS DISTINCT FROM n.{quoted(name)}"
        for name in compared
    ]
    withdrawn = f"coalesce(s.{WITHDRAWN}, '') = 'yes'"
    differs.append(withdrawn)
    state = (
        f"CASE WHEN n.{LOAD} IS NULL OR (coalesce(n.{WITHDRAWN}, '') = 'yes' AND NOT {withdrawn}) THEN 'new' "
        f"WHEN coalesce(n.{WITHDRAWN}, '') = 'yes' THEN 'unchanged' "
        f"WHEN {' OR '.join(differs)} THEN 'changed' ELSE 'unchanged' END"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT s.*, {state} AS _state, n.{LOAD} AS {VERSION} "
        f"FROM {staged} s LEFT JOIN {newest(rows, named, staged)} n ON {same_key}"
    )
    found = dict(connection.execute("SELECT _state, count(*) FROM compared GROUP BY 1").fetchall())
    return Compared(found.get("new", 0), found.get("changed", 0), found.get("unchanged", 0))


@dataclass(frozen=True)
class Withdrawing:
    """A load to withdraw among the others: `imports` are the loads that say something themselves, `gone`
    those of them that are withdrawn already."""

    load: int
    imports: Sequence[int]
    gone: Iterable[int]


def restored(rows: str, confirmed: str, shape: Shape, withdrawing: Withdrawing) -> str:
    """What a withdrawal writes, as a query: for each key that the load gave or confirmed, the content that
    the newest load that still counts gave or confirmed; where there is none, the row with `withdrawn` = yes.

    Keys whose content stays as it is are left out.
    """
    key = shape.key_columns
    named = ", ".join(quoted(name) for name in key)
    columns = [*shape.kinds, WITHDRAWN]
    counting = set(withdrawing.imports) - {withdrawing.load, *withdrawing.gone}
    heard = ", ".join(str(number) for number in sorted(counting)) or "-1"
    same = " AND ".join(f"a.{quoted(name)} IS NOT DISTINCT FROM b.{quoted(name)}" for name in key)
    differs = " OR ".join(f"a.{quoted(name)} IS DISTINCT FROM b.{quoted(name)}" for name in columns)
    kept = ", ".join(f"b.{quoted(name)}" for name in columns)
    gone = ", ".join([*(f"a.{quoted(name)}" for name in shape.kinds), f"'yes' AS {WITHDRAWN}"])
    return (
        f"WITH all_rows AS (SELECT * FROM {rows}), "
        f"said AS (SELECT {named}, {LOAD} AS said_by, {LOAD} AS {VERSION} FROM all_rows "
        f"UNION ALL SELECT {named}, {LOAD}, {VERSION} FROM {confirmed}), "
        f"touched AS (SELECT DISTINCT {named} FROM said WHERE said_by = {withdrawing.load}), "
        f"current AS (SELECT a.* FROM {newest('all_rows', key)} a JOIN touched b ON {same}), "
        f"heard AS (SELECT * FROM said WHERE said_by IN ({heard}) "
        f"QUALIFY row_number() OVER (PARTITION BY {named} ORDER BY said_by DESC) = 1), "
        f"wanted AS (SELECT a.* FROM all_rows a JOIN heard b ON {same} AND a.{LOAD} = b.{VERSION}) "
        f"SELECT {kept} FROM current a JOIN wanted b ON {same} WHERE {differs} "
        f"UNION ALL SELECT {gone} FROM current a "
        f"WHERE coalesce(a.{WITHDRAWN}, '') <> 'yes' AND NOT EXISTS (SELECT 1 FROM wanted b WHERE {same})"
    )
