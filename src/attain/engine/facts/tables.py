"""Facts as the calculation takes them: tables of typed Parquet files, all versions of all rows.

Within a table with a key no two rows share the key and the moment `loaded`.
"""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from attain.engine.facts.declared import Kind, declared
from attain.engine.facts.typed import ROW, literal, quoted, write_typed
from attain.engine.values.problems import Place, Refused, refuse

SUFFIXES = (".csv", ".parquet")
Value = str | Decimal | int | dt.date | dt.datetime | None


@dataclass(frozen=True)
class FactTable:
    """One table: its columns in order, its Parquet files in the order in which they came, its rows.

    In the files text is VARCHAR, a number DECIMAL(18,s), a date DATE, a moment TIMESTAMP in UTC; blank is
    null. `key`: the columns that name a version; empty: the whole row does.
    """

    name: str
    columns: dict[str, Kind]
    paths: tuple[Path, ...]
    rows: int
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceFile:
    """A file that facts were read from, for the record of a run."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Facts:
    """Tables by name, and the files they came from. Scratch files live as long as this value."""

    tables: dict[str, FactTable]
    sources: tuple[SourceFile, ...] = ()
    scratch: TemporaryDirectory[str] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_rows(cls, rows: Mapping[str, Sequence[Mapping[str, Value]]]) -> "Facts":
        """Facts from Python rows: `{"transactions": [{"id": "T1", …}]}`; values are texts, Decimals, whole
        numbers, dates and datetimes (UTC); None and "" are blank. Raises Refused as `read_facts` does.
        """
        scratch = TemporaryDirectory(prefix="attain-facts-")
        tables = {}
        for name, given in rows.items():
            columns = list(dict.fromkeys(column for row in given for column in row))
            if not columns:
                continue
            text = io.StringIO()
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in given)
            path = Path(scratch.name) / f"{name}.csv"
            path.write_text(text.getvalue(), encoding="utf-8", newline="")
            tables[name] = _from_csv(path, name, Path(scratch.name), f"{name} (rows)")
        return cls(tables, (), scratch)


def read_facts(folder: Path) -> Facts:
    """The facts of a folder that holds one `NAME.csv` or `NAME.parquet` per table.

    CSV: UTF-8, comma, a header line. Raises Refused, naming file, row, column, value and cure.
    """
    if not folder.is_dir():
        raise refuse("F100", f"{folder} is no folder.", "Name the folder that holds one file per table.")
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".csv", ".parquet") and path.is_file()
    )
    twice = [path for path in files if path.suffix == ".csv" and path.with_suffix(".parquet") in files]
    if twice:
        raise refuse("F100", f"{twice[0].stem} is there as CSV and as Parquet.", "Keep one of the two.")
    scratch = TemporaryDirectory(prefix="attain-facts-")
    tables, problems = {}, []
    for path in files:
        try:
            read = _from_csv if path.suffix == ".csv" else _from_parquet
            tables[path.stem] = read(path, path.stem, Path(scratch.name), path.name)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return Facts(tables, tuple(SourceFile(path.name, _sha256(path)) for path in files), scratch)


def _from_csv(path: Path, name: str, scratch: Path, shown: str) -> FactTable:
    header = _header(path, shown)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    reading = (
        f"read_csv({literal(str(path))}, columns={{{columns}}}, header=true, auto_detect=false, delim=',', "
        "quote='\"', escape='\"', strict_mode=true, nullstr='', allow_quoted_nulls=true, "
        "max_line_size=2000000)"
    )
    with duckdb.connect() as connection:
        try:
            connection.execute(
                f"CREATE TABLE texts AS SELECT row_number() OVER () AS {ROW}, * FROM {reading}"
            )
        except duckdb.Error as error:
            first = str(error).splitlines()
            raise refuse("F103", f"not a sound CSV: {first[0]}", "Export it again.", Place(shown)) from None
        return _typed_table(connection, "texts", name, scratch, shown, header)


def _from_parquet(path: Path, name: str, scratch: Path, shown: str) -> FactTable:
    with duckdb.connect() as connection:
        try:
            described = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})"
            ).fetchall()
        except duckdb.Error:
            raise refuse("F104", "not a sound Parquet file.", "Write it again.", Place(shown)) from None
        header = [row[0] for row in described]
        wrong = [row for row in described if row[1] in ("DOUBLE", "FLOAT")]
        if wrong:
            raise refuse(
                "F105",
                f"column {wrong[0][0]} holds binary fractions ({wrong[0][1]}), which are not exact.",
                "Write it as DECIMAL.",
                Place(shown),
            )
        texts = ", ".join(f"CAST({quoted(column)} AS VARCHAR) AS {quoted(column)}" for column in header)
        connection.execute(
            f"CREATE TABLE texts AS SELECT file_row_number + 1 AS {ROW}, {texts} "
            f"FROM read_parquet({literal(str(path))}, file_row_number=true)"
        )
        return _typed_table(connection, "texts", name, scratch, shown, header)


def _typed_table(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    name: str,
    scratch: Path,
    shown: str,
    header: Iterable[str],
) -> FactTable:
    table = declared(name, header)
    missing = [column for column in table.required if column not in set(header)]
    if missing:
        raise refuse(
            "F106",
            f"no column for {', '.join(missing)}; found: {', '.join(header)}.",
            f"A file of {name} needs {', '.join(table.required)}.",
            Place(shown),
        )
    target = scratch / f"{name}.parquet"
    columns, rows = write_typed(connection, relation, table, shown, target)
    kinds = {column: found.kind for column, found in columns.items()}
    return FactTable(name, kinds, (target,), rows, table.key_among(header))


def _header(path: Path, shown: str) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file, strict=True), [])
    except UnicodeDecodeError:
        raise refuse("F102", "not UTF-8.", "Save the file as UTF-8.", Place(shown, 1)) from None
    except csv.Error as error:
        raise refuse("F103", f"the header line is not sound: {error}.", "", Place(shown, 1)) from None
    names = [name.strip() for name in header]
    if not names:
        raise refuse("F101", "the file is empty.", "Write a header line.", Place(shown))
    doubled = sorted({name for name in names if names.count(name) > 1 or not name or name == ROW})
    if doubled:
        raise refuse(
            "F107",
            f'column "{doubled[0]}" is not a name of one column.',
            "Name each column once.",
            Place(shown, 1),
        )
    return names


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        in_utc = value.astimezone(dt.UTC) if value.tzinfo else value
        return in_utc.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
