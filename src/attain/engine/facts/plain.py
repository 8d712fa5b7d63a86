"""A table of a plain folder: one file in the table's own columns, no mapping, no store behind it.

Faults are refusals here: there is nowhere to set a row aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.checking.judging import Judging, look
from attain.engine.facts.declared import LOADED, Kind, declared
from attain.engine.facts.loading.quarantine import Quarantine
from attain.engine.facts.mapping.model import without_document
from attain.engine.facts.mapping.targets import Plan, plan_of
from attain.engine.facts.reading.files import FileForm, open_file
from attain.engine.facts.reading.rows import ROW, Texts
from attain.engine.facts.spelling import literal, quoted
from attain.engine.values.problems import Place, Problem, Refused, refuse

TYPES: dict[str, Kind] = {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "moment"}


@dataclass(frozen=True)
class PlainTable:
    """A table read: its typed file, its columns, its rows."""

    path: Path
    columns: dict[str, Kind]
    rows: int
    key: tuple[str, ...]


def read_plain(connection: duckdb.DuckDBPyConnection, path: Path, name: str, scratch: Path) -> PlainTable:
    """Read one file of a folder. Raises Refused with every cell that its column cannot take."""
    scratch.mkdir(exist_ok=True)
    if path.suffix == ".parquet" and (found := _typed_already(connection, path, name)):
        return found
    failed = ""
    for texts in open_file(path, path.name, FileForm(), scratch, connection):
        try:
            return type_texts(connection, texts, name, scratch)
        except duckdb.Error as error:
            failed = str(error).splitlines()[0]
    raise refuse("F109", f"cannot be read: {failed}", "Write it again.", Place(path.name))


def type_texts(connection: duckdb.DuckDBPyConnection, texts: Texts, name: str, scratch: Path) -> PlainTable:
    """Type the rows of a file into one Parquet file of the scratch folder.

    Raises Refused with every faulty cell, and duckdb.Error where the rows cannot be read in this way.
    """
    plan = plan_of(without_document(name), texts, None, {}, strict=False)
    found = look(connection, Judging(plan, strict=False), texts.relation)
    judging = Judging(found.plan, strict=False)
    if found.faulty or texts.row_faults:
        raise Refused(_problems(connection, texts, judging, scratch))
    target = scratch / f"{name}.parquet"
    _copy(connection, f"SELECT {judging.typed()} FROM {judging.judged(texts.relation)}", target)
    rows = found.rows
    if plan.key and _has_ties(connection, f"read_parquet({literal(str(target))})", plan.key, found.plan):
        last = _last_of_ties(judging, texts)
        _copy(connection, last, target)
        rows = _count(connection, target)
    columns: dict[str, Kind] = {each.name: each.kind or "text" for each in found.plan.targets}
    return PlainTable(target, columns, rows, plan.key)


def _typed_already(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> PlainTable | None:
    """The file as it is, where it has the types and the content that a table must have; else None."""
    source = f"read_parquet({literal(str(path))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error:
        return None
    kinds = {row[0]: _kind(row[1]) for row in described}
    columns: dict[str, Kind] = {column: kind for column, kind in kinds.items() if kind}
    table = declared(name, columns)
    fits = all(table.kind(column) in (None, kind) for column, kind in columns.items())
    if len(columns) < len(kinds) or not fits or table.last_moments or not set(table.required) <= set(columns):
        return None
    conditions = [f"{quoted(column)} IS NULL" for column in table.required]
    conditions += [f"trim({quoted(column)}) = ''" for column, kind in columns.items() if kind == "text"]
    faulty = f"count(*) FILTER ({' OR '.join(conditions) or 'false'})"
    rows, faults = connection.execute(f"SELECT count(*), {faulty} FROM {source}").fetchall()[0]
    key = table.key_among(columns)
    if faults or (key and _ties(connection, source, key, LOADED in columns)):
        return None
    return PlainTable(path, columns, int(rows), key)


def _kind(sql_type: str) -> Kind | None:
    if sql_type.startswith("DECIMAL("):
        digits, _ = sql_type[8:-1].split(",")
        return "number" if int(digits) <= 18 else None
    return TYPES.get(sql_type)


def _has_ties(connection: duckdb.DuckDBPyConnection, source: str, key: Sequence[str], plan: Plan) -> bool:
    return _ties(connection, source, key, LOADED in [target.name for target in plan.targets])


def _ties(connection: duckdb.DuckDBPyConnection, source: str, key: Sequence[str], loaded: bool) -> bool:
    """Whether two rows share a key and the moment of loading."""
    by = ", ".join(quoted(column) for column in (*key, *([LOADED] if loaded else [])))
    rows = f"SELECT count(*) = count(DISTINCT hash({by})) FROM {source}"
    if connection.execute(rows).fetchall()[0][0]:
        return False
    several = f"SELECT 1 FROM {source} GROUP BY {by} HAVING count(*) > 1 LIMIT 1"
    return bool(connection.execute(several).fetchall())


def _last_of_ties(judging: Judging, texts: Texts) -> str:
    """Of the versions of a key that were loaded at the same moment the last in the file."""
    names = [target.name for target in judging.plan.targets]
    by = ", ".join(quoted(name) for name in (*judging.plan.key, *([LOADED] if LOADED in names else [])))
    rows = f"SELECT {judging.typed()}, {ROW} FROM {judging.judged(texts.numbered(), True)}"
    last = f"SELECT * FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY {ROW} DESC) = 1"
    return f"SELECT {', '.join(map(quoted, names))} FROM ({last}) ORDER BY {ROW}"


def _problems(
    connection: duckdb.DuckDBPyConnection, texts: Texts, judging: Judging, scratch: Path
) -> list[Problem]:
    rows = f"SELECT * FROM {judging.judged(texts.numbered(), True)} WHERE NOT ({judging.sound()})"
    connection.execute(f"CREATE OR REPLACE TABLE faulty AS {rows}")
    quarantine = Quarantine(connection, texts, judging, "faulty")
    quarantine.write(scratch / "faulty.csv")
    problems = [
        Problem(
            "F201",
            f"row {found.row}{f', column {found.column}' if found.column else ''}: {found.reason}.",
            found.cure,
            Place(texts.file, found.line),
        )
        for found in quarantine.first
    ]
    if quarantine.rows > len(problems):
        more = f"{quarantine.rows - len(problems)} further rows are faulty."
        problems.append(Problem("F200", more, "", Place(texts.file)))
    return problems


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> None:
    connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)")


def _count(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    return int(
        connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(target))})").fetchall()[0][0]
    )
