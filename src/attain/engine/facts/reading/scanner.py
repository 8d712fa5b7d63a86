"""The strict reading of CSV, record by record: slower than the engine's, and it names every faulty row."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from attain.engine.facts.reading.rows import LINE, ROW, RowFault
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


class _Lines:
    """A text's physical lines, which remembers those of the record being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.record.append(line)
        return line


def reader_of(lines: Iterable[str], layout: Layout) -> Iterator[list[str]]:
    """Records of a text by a layout; raises csv.Error where quotes do not close as they must."""
    csv.field_size_limit(LONGEST_FIELD)
    if not layout.quote:
        return csv.reader(lines, delimiter=layout.separator, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=layout.separator, quotechar=layout.quote, strict=True)


def scan(path: Path, shown: str, layout: Layout, target: Path) -> tuple[RowFault, ...]:
    """Write each sound row of a UTF-8 file to `target`, all cells in quotes, `_row` and `_line` before them.

    Returns the rows whose cells cannot be told apart. Raises Refused where a quote is never closed, or
    where more than a hundred thousand rows are faulty.
    """
    faults: list[RowFault] = []
    with (
        path.open(encoding="utf-8-sig", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([ROW, LINE, *(f"_c{at + 1}" for at in range(layout.width - layout.drop))])
        for row, line, cells, code in _records(file, shown, layout):
            if code:
                faults.append(RowFault(row, line, code, tuple(cells[layout.drop :])))
                if len(faults) > MOST_FAULTS:
                    raise _too_many(shown, faults[0], layout)
            else:
                writer.writerow([row, line, *cells[layout.drop :]])
    return tuple(faults)


def _records(file: Iterable[str], shown: str, layout: Layout) -> Iterator[tuple[int, int, list[str], str]]:
    """Row, first line, cells and fault ("" where sound) of each record after the header."""
    lines = _Lines(file)
    for _ in range(layout.header_row - 1):
        next(lines, None)
    reader = reader_of(lines, layout)
    next(reader, None)
    row = 0
    while True:
        lines.record.clear()
        line = lines.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if len(lines.record) != 1 or "unexpected end" in str(error):
                raise _unclosed(shown, line, lines.record, layout) from None
            code = "row_too_long" if "limit" in str(error) else "after_quote"
            row += 1
            yield row, line, [""] * layout.drop + [lines.record[0].rstrip("\r\n")], code
            continue
        if cells:
            row += 1
            yield row, line, cells, _fault(cells, layout)


def _fault(cells: list[str], layout: Layout) -> str:
    if len(cells) != layout.width:
        return "row_too_short" if len(cells) < layout.width else "row_too_wide"
    if layout.quote and any(cell[:1] == " " and cell.lstrip(" ")[:1] == layout.quote for cell in cells):
        return "space_before_quote"
    if sum(map(len, cells)) > LONGEST_FIELD:
        return "row_too_long"
    return ""


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
