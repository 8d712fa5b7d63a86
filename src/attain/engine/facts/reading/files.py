"""A file of any format, opened: CSV, XLSX, Parquet, told apart by its name; one in .gz is unpacked first."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from attain.engine.facts.reading.columnar import read_columnar
from attain.engine.facts.reading.delimited import CsvForm, open_delimited
from attain.engine.facts.reading.rows import Texts
from attain.engine.facts.reading.workbook import read_workbook
from attain.engine.values.problems import Place, refuse

LARGEST_UNPACKED = 8_000_000_000
CHUNK = 1 << 20
FORMATS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
}

PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}
"""How a packed file begins; gzip alone is unpacked."""


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

    shown: str
    ways: tuple[Callable[[], Texts], ...]

    def __iter__(self) -> Iterator[Texts]:
        return (way() for way in self.ways)


def open_file(
    path: Path, shown: str, form: FileForm, scratch: Path, connection: duckdb.DuckDBPyConnection
) -> Opened:
    """Open a file. Raises Refused where it is missing, or its structure has no reading."""
    if not path.is_file():
        raise refuse("F100", f"{shown} is no file.", "Name a file that is there.")
    packed = path
    if path.suffix.lower() == ".gz":
        path = _unpacked(path, shown, scratch)
    format_ = FORMATS.get(path.suffix.lower())
    if format_ in ("csv", None):
        _refuse_packed(path, shown)
    if format_ == "csv":
        delimited = open_delimited(path, shown, form.csv, scratch, connection)
        if packed != path:
            delimited.sha256 = _sha256(packed)
        return Opened(shown, (delimited.fast, delimited.scanned) if delimited.sound else (delimited.scanned,))
    if format_ is None:
        endings = ", ".join(FORMATS)
        raise refuse("F100", f"{shown} ends in none of {endings}.", "Save it as one of them.", Place(shown))
    sha256 = _sha256(packed)
    if format_ == "xlsx":
        texts = read_workbook(path, shown, sha256, form.sheet, form.csv.header_row, scratch)
    else:
        texts = read_columnar(path, shown, sha256, connection)
    return Opened(shown, (lambda: texts,))


def _unpacked(path: Path, shown: str, scratch: Path) -> Path:
    """A gzip file written out, up to a limit of size."""
    target, size = scratch / path.stem, 0
    try:
        with gzip.open(path, "rb") as file, target.open("wb") as written:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > LARGEST_UNPACKED:
                    message = f"it expands to more than {LARGEST_UNPACKED // 1_000_000} MB."
                    raise refuse("F121", message, "Split the file.", Place(shown))
                written.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refuse("F120", f"the archive is damaged: {error}.", "Pack it again.", Place(shown)) from None
    return target


def _refuse_packed(path: Path, shown: str) -> None:
    """Refuses a file that is packed, whatever its name says, before its bytes are read as text."""
    with path.open("rb") as file:
        begin = file.read(8)
    how = next((name for sign, name in PACKED.items() if begin.startswith(sign)), None)
    if how is not None:
        cure = "Unpack it, or pack it with gzip and let its name end in .gz: deals.csv.gz."
        raise refuse("F120", f"it is packed in a way that is not read: {how}.", cure, Place(shown))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
