"""Facts as the calculation takes them: tables of typed Parquet files, all versions of all rows.

Within a table with a key no two rows share the key and the moment `loaded`.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from attain.engine.facts.declared import LOADED, WITHDRAWN, Kind
from attain.engine.facts.plain import PlainTable, read_plain, type_texts
from attain.engine.facts.reading.rows import LINE, ROW, Texts
from attain.engine.facts.spelling import connect, listed, literal, quoted
from attain.engine.facts.store.store import Store
from attain.engine.values.problems import Refused, refuse

SUFFIXES = (".csv", ".parquet")
Value = str | Decimal | int | dt.date | dt.datetime | None


@dataclass(frozen=True)
class FactTable:
    """One table: its columns in order, its Parquet files in the order in which they came, its rows.

    In the files text is VARCHAR, a number DECIMAL(18,s), a date DATE, a moment TIMESTAMP in UTC; blank is
    null. `key`: the columns that name a version; empty: the whole row does. Scratch files live as long as
    this value.
    """

    name: str
    columns: dict[str, Kind]
    paths: tuple[Path, ...]
    rows: int
    key: tuple[str, ...] = ()
    scratch: TemporaryDirectory[str] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class SourceFile:
    """A file of the folder that facts were read from, for the record of a run."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Facts:
    """Tables by name, and the files of the folder that they came from."""

    tables: dict[str, FactTable]
    sources: tuple[SourceFile, ...] = ()

    @classmethod
    def from_rows(cls, rows: Mapping[str, Sequence[Mapping[str, Value]]]) -> "Facts":
        """Facts from Python rows: `{"transactions": [{"id": "T1", …}]}`; values are texts, Decimals, whole
        numbers, dates and datetimes (UTC); None and "" are blank. Raises Refused as `read_facts` does.
        """
        scratch = TemporaryDirectory(prefix="attain-facts-")
        tables, problems = {}, []
        with connect(Path(scratch.name)) as connection:
            for name, given in rows.items():
                columns = list(dict.fromkeys(column for row in given for column in row))
                if not columns:
                    continue
                texts = _texts_of(connection, name, columns, given)
                try:
                    read = type_texts(connection, texts, name, Path(scratch.name))
                    tables[name] = _fact_table(name, read, scratch)
                except Refused as refused:
                    problems += refused.problems
        if problems:
            raise Refused(problems)
        return cls(tables)

    def known_as_of(self, horizon: dt.datetime) -> "Facts":
        """Only what counted at a moment (UTC, without a zone): of each key the newest version loaded at or
        before it, withdrawn ones left out. A row without `loaded` was known from the start.
        """
        scratch = TemporaryDirectory(prefix="attain-facts-")
        tables = {}
        with connect(Path(scratch.name)) as connection:
            for table in self.tables.values():
                target = Path(scratch.name) / f"{table.name}.parquet"
                select = _as_of(table, horizon)
                connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)")
                rows = _count(connection, (target,))
                tables[table.name] = replace(table, paths=(target,), rows=rows, scratch=scratch)
        return Facts(tables, self.sources)


def read_facts(folder: Path) -> Facts:
    """The facts of a store that imports made, or of a folder with one `NAME.csv` or `NAME.parquet` per table.

    CSV: UTF-8, a header line. Raises Refused, naming file, row, column, value and cure.
    """
    if Store.is_one(folder):
        return _read_store(folder)
    if not folder.is_dir():
        raise refuse("F100", f"{folder} is no folder.", "Name the folder that holds one file per table.")
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())
    twice = [path for path in files if path.suffix == ".csv" and path.with_suffix(".parquet") in files]
    if twice:
        raise refuse("F100", f"{twice[0].stem} is there as CSV and as Parquet.", "Keep one of the two.")
    scratch = TemporaryDirectory(prefix="attain-facts-")
    tables, problems = {}, []
    with connect(Path(scratch.name)) as connection:
        for path in files:
            try:
                own = Path(scratch.name) / path.stem
                read = read_plain(connection, path, path.stem, own)
                tables[path.stem] = _fact_table(path.stem, read, scratch)
            except Refused as refused:
                problems += refused.problems
    if problems:
        raise Refused(problems)
    return Facts(tables, tuple(SourceFile(path.name, _sha256(path)) for path in files))


def _read_store(folder: Path) -> Facts:
    """All versions of a store's tables; each file is compared with its hash first."""
    store = Store.open(folder)
    try:
        with store.catalogue.reading():
            return Facts(_tables_of(store, TemporaryDirectory(prefix="attain-facts-")))
    finally:
        store.close()


def _tables_of(store: Store, scratch: TemporaryDirectory[str]) -> dict[str, FactTable]:
    tables = {}
    for name in store.catalogue.tables():
        shape = store.shape(name)
        if shape is None:
            continue
        files = store.checked(name, "facts")
        paths = tuple(store.folder / file.path for file in files)
        columns: dict[str, Kind] = {**shape.kinds, LOADED: "moment", WITHDRAWN: "text"}
        if not store.uniform(name, shape):
            target = Path(scratch.name) / f"{name}.parquet"
            paths = (_in_one_shape(store.rows(name, shape), columns, target),)
        rows = sum(file.rows for file in files)
        tables[name] = FactTable(name, columns, paths, rows, shape.key, scratch)
    return tables


def _in_one_shape(rows: str, columns: Mapping[str, str], target: Path) -> Path:
    with connect(target.parent) as connection:
        kept = ", ".join(quoted(name) for name in columns)
        connection.execute(f"COPY (SELECT {kept} FROM {rows}) TO {literal(str(target))} (FORMAT parquet)")
    return target


def _as_of(table: FactTable, horizon: dt.datetime) -> str:
    source = f"read_parquet({listed(table.paths)})"
    conditions, newest = [], ""
    if LOADED in table.columns:
        moment = literal(horizon.isoformat(sep=" ", timespec="microseconds"))
        source = f"(SELECT * FROM {source} WHERE {LOADED} IS NULL OR {LOADED} <= TIMESTAMP {moment})"
        key = ", ".join(
            quoted(name) for name in table.key or [n for n in table.columns if n not in (LOADED, WITHDRAWN)]
        )
        newest = f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {LOADED} DESC NULLS LAST) = 1"
    if WITHDRAWN in table.columns:
        conditions.append(f"coalesce({WITHDRAWN}, '') <> 'yes'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT * FROM (SELECT * FROM {source}{newest}){where}"


def _texts_of(
    connection: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: Sequence[Mapping[str, Value]]
) -> Texts:
    """Python rows as a relation of texts."""
    cells = {
        f"_c{at}": pa.array([_cell(row.get(column)) for row in rows], pa.string())
        for at, column in enumerate(columns, start=1)
    }
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    connection.register("given_rows", pa.table({ROW: numbers, LINE: numbers, **cells}))
    return Texts(f"{name} (rows)", "", tuple(columns), "given_rows", lambda: "given_rows", format="rows")


def _cell(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        in_utc = value.astimezone(dt.UTC) if value.tzinfo else value
        return in_utc.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _fact_table(name: str, read: PlainTable, scratch: TemporaryDirectory[str]) -> FactTable:
    return FactTable(name, read.columns, (read.path,), read.rows, read.key, scratch)


def _count(connection: duckdb.DuckDBPyConnection, paths: tuple[Path, ...]) -> int:
    return int(connection.execute(f"SELECT count(*) FROM read_parquet({listed(paths)})").fetchall()[0][0])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
