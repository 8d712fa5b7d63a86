"""The strict reading of CSV: it names every faulty row, and writes the others so that the engine reads them.

Lines without a quote are checked many at a time; only records with quotes, and lines that are faulty, are
taken apart one by one.
"""

import csv
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from attain.engine.facts.reading.lines import Lines
from attain.engine.facts.reading.rows import RowFault
from attain.engine.values.problems import Place, Refused, refuse

LONGEST_FIELD = 1_000_000
MOST_FAULTS = 100_000


@dataclass(frozen=True)
class Layout:
    """How cells are told apart: separator, quote ("" for none), the line of the header, its number of cells
    (`drop` of them, from the left, are no part of the data)."""

    separator: str
    quote: str
    header_row: int
    width: int
    drop: int = 0


@dataclass
class Numbering:
    """Where the sound rows stand: from the `starts[k]`-th of them on, row = number + `rows[k]` and line =
    number + `lines[k]`."""

    starts: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    lines: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, number: int, row: int, line: int) -> None:
        """The sound row of that number is this row of the file and begins on this line."""
        shifts = (row - number, line - number)
        if not self.starts or shifts != (self.rows[-1], self.lines[-1]):
            self.starts.append(number)
            self.rows.append(shifts[0])
            self.lines.append(shifts[1])


@dataclass(frozen=True)
class Scan:
    """What a scan found: how to number the sound rows, and the faulty ones."""

    numbering: Numbering
    faults: tuple[RowFault, ...]


def reader_of(lines: Iterable[str], layout: Layout) -> Iterator[list[str]]:
    """Records of a text by a layout; raises csv.Error where quotes do not close as they must."""
    csv.field_size_limit(LONGEST_FIELD)
    if not layout.quote:
        return csv.reader(lines, delimiter=layout.separator, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=layout.separator, quotechar=layout.quote, strict=True)


def scan(path: Path, shown: str, layout: Layout, target: Path) -> Scan:
    """Write each sound row of a UTF-8 file to `target`, with the file's separator and double quotes.

    Raises Refused where a quote is never closed, or where more than a hundred thousand rows are faulty.
    """
    with path.open("rb") as file, target.open("wb") as written:
        return _Scanning(shown, layout, Lines(file), written).scan()


class _Scanning:
    def __init__(self, shown: str, layout: Layout, lines: Lines, written: BinaryIO) -> None:
        self._shown, self._layout, self._lines, self._written = shown, layout, lines, written
        self._separator = layout.separator.encode()
        self._quotes = tuple({layout.quote.encode(), b'"'}) if layout.quote else ()
        self._reader = reader_of(lines, layout)
        self._numbering = Numbering()
        self._faults: list[RowFault] = []
        self._row = self._sound = 0

    def scan(self) -> Scan:
        for _ in range(self._layout.header_row - 1):
            next(self._lines, None)
        next(self._reader, None)
        self._written.write(self._separator.join(b"h%d" % at for at in range(self._layout.width)) + b"\n")
        while True:
            line = self._lines.count + 1
            if plain := self._lines.plain(self._quotes):
                self._take_plain(plain, line)
            elif not self._take_record(line):
                return Scan(self._numbering, tuple(self._faults))

    def _take_plain(self, lines: list[bytes], first: int) -> None:
        """Lines without a quote, each a record or blank."""
        separators = self._layout.width - 1
        counts = [line.count(self._separator) for line in lines]
        alike = counts.count(separators) == len(counts) and max(map(len, lines)) <= LONGEST_FIELD
        if alike and not any(blank in lines for blank in (b"\n", b"\r\n", b"\r")):
            self._keep(lines, first)
            return
        kept: list[bytes] = []
        for at, (line, count) in enumerate(zip(lines, counts, strict=True)):
            if line.strip(b"\r\n") and count == separators and len(line) <= LONGEST_FIELD:
                kept.append(line)
                continue
            if kept:
                self._keep(kept, first + at - len(kept))
                kept = []
            if text := line.decode().rstrip("\r\n"):
                code = "row_too_short" if count < separators else "row_too_wide"
                code = code if count != separators else "row_too_long"
                self._fault(first + at, text.split(self._layout.separator), code)
        if kept:
            self._keep(kept, first + len(lines) - len(kept))

    def _keep(self, lines: list[bytes], first: int) -> None:
        self._numbering.add(self._sound + 1, self._row + 1, first)
        self._row += len(lines)
        self._sound += len(lines)
        text = b"".join(lines)
        if b"\r" in text or not text.endswith(b"\n"):
            text = b"".join(line.rstrip(b"\r\n") + b"\n" for line in lines)
        self._written.write(text)

    def _take_record(self, line: int) -> bool:
        """A record that holds a quote; False at the end of the file."""
        self._lines.record.clear()
        try:
            cells = next(self._reader)
        except StopIteration:
            return False
        except csv.Error as error:
            record = self._lines.record
            if len(record) != 1 or "unexpected end" in str(error):
                raise _unclosed(self._shown, line, record, self._layout) from None
            code = "row_too_long" if "limit" in str(error) else "after_quote"
            self._fault(line, [""] * self._layout.drop + [record[0].rstrip("\r\n")], code)
            return True
        if code := _fault(cells, self._layout):
            self._fault(line, cells, code)
        elif cells:
            self._row += 1
            self._sound += 1
            self._numbering.add(self._sound, self._row, line)
            quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
            self._written.write((self._layout.separator.join(quoted) + "\n").encode())
        return True

    def _fault(self, line: int, cells: list[str], code: str) -> None:
        self._row += 1
        self._faults.append(RowFault(self._row, line, code, tuple(cells[self._layout.drop :])))
        if len(self._faults) > MOST_FAULTS:
            raise _too_many(self._shown, self._faults[0], self._layout)


def _fault(cells: list[str], layout: Layout) -> str:
    if len(cells) != layout.width:
        return "row_too_short" if len(cells) < layout.width else "row_too_wide"
    if any(cell[:1] == " " and cell.lstrip(" ")[:1] == layout.quote for cell in cells):
        return "space_before_quote"
    return "row_too_long" if sum(map(len, cells)) > LONGEST_FIELD else ""


def _unclosed(shown: str, line: int, record: list[str], layout: Layout) -> Refused:
    opened = line + _opening(record, layout)
    return refuse(
        "F111",
        f"a quote opened on line {opened} is never closed as it must be: what follows cannot be told apart.",
        "Close the quote, or double it where it belongs to the text.",
        Place(shown, opened),
    )


def _opening(record: list[str], layout: Layout) -> int:
    """The line, within a record, on which the last quoted cell begins."""
    inside, at_start, opened, skip = False, True, 0, False
    for number, line in enumerate(record):
        for sign, following in zip(line, line[1:] + " ", strict=True):
            if skip:
                skip = False
            elif inside and sign == layout.quote:
                skip = following == layout.quote
                inside = skip
            elif not inside and at_start and sign == layout.quote:
                inside, opened = True, number
            at_start = not inside and sign == layout.separator
    return opened


def _too_many(shown: str, first: RowFault, layout: Layout) -> Refused:
    return refuse(
        "F112",
        f"more than {MOST_FAULTS:,} rows do not have the {layout.width} cells of the header; "
        f"the first is row {first.row} (line {first.line}).",
        "Check the separator, the quote and the header row in the mapping.",
        Place(shown, first.line),
    )
