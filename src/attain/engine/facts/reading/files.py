"""A file of any format, opened: CSV, XLSX, Parquet, told apart by the ending of the name."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from attain.engine.facts.reading.columnar import read_columnar
from attain.engine.facts.reading.delimited import CsvForm, open_delimited
from attain.engine.facts.reading.rows import Texts
from attain.engine.facts.reading.workbook import read_workbook
from attain.engine.values.problems import Place, refuse

FORMATS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
}


@dataclass(frozen=True)
class FileForm:
    """What a mapping says of the file."""

    csv: CsvForm = field(default_factory=CsvForm)
    sheet: str | None = None


@dataclass(frozen=True)
class Opened:
    """An opened file and the ways to read it, the fastest first.

    A query on one way may raise duckdb.Error; then the next way tells what is wrong. Both give the same rows
    where both give any.
    """

    ways: tuple[Callable[[], Texts], ...]

    def __iter__(self) -> Iterator[Texts]:
        return (way() for way in self.ways)


def open_file(
    path: Path, shown: str, form: FileForm, scratch: Path, connection: duckdb.DuckDBPyConnection
) -> Opened:
    """Open a file. Raises Refused where it is missing, or its structure has no reading."""
    if not path.is_file():
        raise refuse("F100", f"{shown} is no file.", "Name a file that is there.")
    format_ = FORMATS.get(path.suffix.lower())
    if format_ == "csv":
        delimited = open_delimited(path, shown, form.csv, scratch, connection)
        return Opened((delimited.fast, delimited.scanned) if delimited.sound else (delimited.scanned,))
    if format_ is None:
        endings = ", ".join(FORMATS)
        raise refuse("F100", f"{shown} ends in none of {endings}.", "Save it as one of them.", Place(shown))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if format_ == "xlsx":
        texts = read_workbook(path, shown, sha256, form.sheet, form.csv.header_row, scratch)
    else:
        texts = read_columnar(path, shown, sha256, connection)
    return Opened((lambda: texts,))
