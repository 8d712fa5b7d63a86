"""CSV as a relation of texts: read by the engine where the file is sound, by the scanner where it is not."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from attain.engine.facts.reading.encodings import encoding_of, require_utf8, to_utf8
from attain.engine.facts.reading.rows import (
    LINE,
    QUARANTINE_COLUMNS,
    ROW,
    RowFault,
    Texts,
    texts_options,
    unique_names,
)
from attain.engine.facts.reading.scanner import Layout, Scan, reader_of, scan
from attain.engine.facts.reading.survey import Survey, count_separators, survey_bytes
from attain.engine.facts.spelling import literal
from attain.engine.values.problems import Place, refuse

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
HEADER_SIGNS = 1_000_000
MENDED = re.compile("\ufeff?" + "[,;\t]".join(QUARANTINE_COLUMNS) + "[,;\t]")


@dataclass(frozen=True)
class CsvForm:
    """What a mapping says of a CSV file; None where the file tells it."""

    encoding: str | None = None
    separator: str | None = None
    quote: str = '"'
    header_row: int = 1


@dataclass
class Delimited:
    """An opened CSV file. `fast()` is the reading by the engine, whose queries raise duckdb.Error where the
    file is not sound; `scanned()` is the strict one. Both give the same rows where both give any."""

    path: Path
    shown: str
    survey: Survey
    sha256: str
    layout: Layout
    header: tuple[str, ...]
    encoding: str
    scratch: Path
    mended: bool
    connection: duckdb.DuckDBPyConnection
    _scanned: Texts | None = field(default=None, repr=False)

    @property
    def sound(self) -> bool:
        """Whether the engine reads such a file as the scanner does."""
        plain = self.survey.line_ends_agree and not self.survey.misleading
        alike = plain and self.layout.width > 1 and self.layout.header_row == 1 and self._sound_end
        return alike and (not self.survey.trailing or self._no_surplus())

    def _no_surplus(self) -> bool:
        """Whether no row has more separators than the header; the engine drops empty cells at the end."""
        separator = self.layout.separator
        relation = self._engine_relation(self.path, self.layout.quote)
        inside = "0"
        if self.survey.quotes:
            sign = literal(separator)
            cells = (f"_h{at + 1}" for at in range(self.layout.width))
            lengths = " + ".join(
                f"coalesce(strlen({c}) - strlen(replace({c}, {sign}, '')), 0)" for c in cells
            )
            inside = f"coalesce(sum({lengths}), 0)"
        try:
            rows, quoted = self.connection.execute(f"SELECT count(*), {inside} FROM {relation}").fetchall()[0]
        except duckdb.Error:
            return False
        header = sum(name.count(separator) for name in self.header)
        expected = (int(rows) + 1) * (self.layout.width - 1) + int(quoted) + header
        return count_separators(self.path, separator) == expected

    @property
    def _sound_end(self) -> bool:
        """The engine is lenient with a last line that has no line end."""
        last, separator = self.survey.last_line, self.layout.separator.encode()
        quoted = bool(self.layout.quote) and self.layout.quote.encode() in last
        return not self.survey.ends_open or (not quoted and last.count(separator) == self.layout.width - 1)

    def fast(self) -> Texts:
        """The rows as the engine reads them."""
        relation = self._relation(self.path, self.layout.quote)
        return self._texts(relation, lambda: self._numbered(relation))

    def _relation(self, path: Path, quote: str) -> str:
        names = [f"_h{at + 1}" for at in range(self.layout.width)]
        kept = ", ".join(f"{name} AS _c{at + 1}" for at, name in enumerate(names[self.layout.drop :]))
        return f"(SELECT {kept} FROM {self._engine_relation(path, quote)})"

    def _engine_relation(self, path: Path, quote: str) -> str:
        columns = ", ".join(f"'_h{at + 1}': 'VARCHAR'" for at in range(self.layout.width))
        options = texts_options(self.layout.separator, quote)
        return f"read_csv({literal(str(path))}, columns={{{columns}}}, header=true, {options})"

    def scanned(self) -> Texts:
        """The rows as the scanner reads them. Raises Refused where a quote is never closed."""
        if self._scanned is None:
            target = self.scratch / "scanned.csv"
            found = scan(self.path, self.shown, self.layout, target)
            relation = self._relation(target, '"' if self.layout.quote else "")
            self._scanned = self._texts(relation, lambda: self._renumbered(relation, found), found.faults)
        return self._scanned

    def _renumbered(self, relation: str, found: Scan) -> str:
        """The sound rows with the numbers that they have in the file."""
        numbering = found.numbering
        shifts = pa.table(
            {
                "start": pa.array(numbering.starts, pa.int64()),
                "row_shift": pa.array(numbering.rows, pa.int64()),
                "line_shift": pa.array(numbering.lines, pa.int64()),
            }
        )
        self.connection.register("shifts_given", shifts)
        self.connection.execute("CREATE OR REPLACE TABLE shifts AS SELECT * FROM shifts_given")
        self.connection.unregister("shifts_given")
        counted = f"SELECT row_number() OVER () AS n, * FROM {relation}"
        return (
            f"(SELECT n + row_shift AS {ROW}, n + line_shift AS {LINE}, "
            f"* EXCLUDE (n, start, row_shift, line_shift) "
            f"FROM ({counted}) c ASOF JOIN shifts s ON c.n >= s.start)"
        )

    def _texts(self, relation: str, numbered: Callable[[], str], faults: tuple[RowFault, ...] = ()) -> Texts:
        return Texts(
            file=self.shown,
            sha256=self.sha256,
            header=self.header,
            relation=relation,
            numbered=numbered,
            row_faults=faults,
            details={
                "encoding": self.encoding,
                "separator": self.layout.separator,
                "quote": self.layout.quote,
                "header row": str(self.layout.header_row),
            },
            strip_apostrophes=self.survey.apostrophes,
            may_hold_nul=self.survey.nul,
            mended=self.mended,
        )

    def _numbered(self, relation: str) -> str:
        """Rows count from 1; a line is a row where nothing spans lines and none is blank, else the scanner
        knows."""
        rows = self.connection.execute(
            f"SELECT count(_c1) + count(*) - count(_c1) FROM {relation}"
        ).fetchall()
        if self.survey.lines != rows[0][0] + self.layout.header_row:
            return self.scanned().numbered()
        counted = f"SELECT row_number() OVER () AS {ROW}, * FROM {relation}"
        return (
            f"(SELECT {ROW}, {ROW} + {self.layout.header_row} AS {LINE}, * EXCLUDE ({ROW}) FROM ({counted}))"
        )


def open_delimited(
    path: Path, shown: str, form: CsvForm, scratch: Path, connection: duckdb.DuckDBPyConnection
) -> Delimited:
    """Open a CSV file.

    Raises Refused where it is empty, not in its encoding, or its header has no reading.
    """
    if not path.stat().st_size:
        cure = "Export it again, with a header line."
        raise refuse("F101", "the file is empty (0 bytes).", cure, Place(shown))
    mended = _is_mended(path)
    form = CsvForm() if mended else form
    encoding, mark = encoding_of(path, form.encoding, shown)
    sha256 = ""
    if encoding != "utf-8":
        sha256 = survey_bytes(path, shown).sha256
        target = scratch / "utf-8.csv"
        to_utf8(path, encoding, mark, target, shown)
        path = target
    try:
        separator, header = _header(path, shown, form)
    except UnicodeDecodeError:
        require_utf8(survey_bytes(path, shown), shown)
        raise
    survey = survey_bytes(path, shown, separator)
    require_utf8(survey, shown)
    sha256 = sha256 or survey.sha256
    drop = len(QUARANTINE_COLUMNS) if mended else 0
    layout = Layout(separator, form.quote, form.header_row, len(header), drop)
    names = unique_names(header[drop:], shown, form.header_row)
    return Delimited(path, shown, survey, sha256, layout, names, encoding, scratch, mended, connection)


def _is_mended(path: Path) -> bool:
    """Whether the file is one of quarantined rows, mended in an editor or a spreadsheet program."""
    with path.open("rb") as file:
        start = file.read(200).decode("utf-8", "replace")
    return bool(MENDED.match(start.replace('"', "")))


def _header(path: Path, shown: str, form: CsvForm) -> tuple[str, list[str]]:
    """The separator and the cells of the header line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(form.header_row - 1):
            file.readline(HEADER_SIGNS)
        place = file.tell()
        first = file.readline(HEADER_SIGNS)
        if not first.strip():
            message = f"line {form.header_row}, where the header belongs, is blank."
            raise refuse(
                "F101", message, "Name the header row in the mapping.", Place(shown, form.header_row)
            )
        separator = form.separator or _separator(first, form, shown)
        file.seek(place)
        layout = Layout(separator, form.quote, 1, 0)
        try:
            return separator, next(reader_of(iter(file.readline, ""), layout))
        except csv.Error as error:
            message = f"the header line is not sound: {error}."
            raise refuse("F107", message, "Mend its quotes.", Place(shown, form.header_row)) from None


def _separator(header: str, form: CsvForm, shown: str) -> str:
    """The one separator that stands in the header outside quotes; a comma where there is none."""
    parts = header.split(form.quote)[::2] if form.quote else [header]
    found = {sign: sum(part.count(sign) for part in parts) for sign in SEPARATORS}
    present = [sign for sign, times in found.items() if times]
    if len(present) > 1:
        names = " and ".join(f"{SEPARATORS[sign]} ({found[sign]})" for sign in present)
        raise refuse(
            "F108",
            f"the header has more than one sign that may separate columns: {names}.",
            "Declare it in the mapping, for example \"separator: ';'\".",
            Place(shown, form.header_row),
        )
    return present[0] if present else ","
