"""One sheet of a workbook becomes CSV, in a process of its own that may take little memory.

`python -m attain.engine.facts.reading.sheet` reads a request from its input (JSON: workbook, sheet,
header row, target, memory) and writes its finding to its output (JSON), rows to the target.
"""

import csv
import json
import sys
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from attain.engine.facts.reading.cell_texts import (
    column_letters,
    column_number,
    date_text,
    number_text,
    string_text,
)
from attain.engine.facts.reading.parts import Attributes, Unreadable, Workbook, parse
from attain.engine.facts.reading.rows import LINE, ROW

SECONDS = 600
MOST_COLUMNS, MOST_FAULTS, NAMED = 2_000, 100_000, 10
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Sheet:
    """Reads the rows of one sheet into a CSV writer, and collects what a reader must know of them."""

    workbook: Workbook
    header_row: int
    writer: Any
    header: list[str] = field(default_factory=list)
    rows: int = 0
    row_faults: list[tuple[int, int, str, list[str]]] = field(default_factory=list)
    cell_faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    _line: int = 0
    _hidden: bool = False
    _cells: dict[int, str] = field(default_factory=dict)
    _faults: dict[int, tuple[str, str]] = field(default_factory=dict)
    _cell: Attributes = field(default_factory=dict)
    _column: int = -1
    _in: str = ""
    _phonetic: bool = False
    _value: list[str] = field(default_factory=list)
    _formula: bool = False

    def read(self, part: str) -> None:
        """Walk the sheet."""
        parse(self.workbook.archive, part, self._start, self._end, self._text)
        self._mark_merged()

    def _start(self, tag: str, found: Attributes) -> None:
        if tag == "row":
            self._line = int(found.get("r", self._line + 1))
            self._hidden = found.get("hidden") in ("1", "true")
            self._column, self._cells, self._faults = -1, {}, {}
        elif tag == "c":
            self._cell, self._value, self._formula = found, [], False
            self._column = column_number(found["r"]) if "r" in found else self._column + 1
        elif tag in ("v", "t", "f"):
            self._in = tag
            self._formula = self._formula or tag == "f"
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "mergeCell":
            self.merges.append(found["ref"])
        elif tag == "col" and found.get("hidden") in ("1", "true"):
            first, last = int(found["min"]), min(int(found["max"]), int(found["min"]) + NAMED)
            self.hidden_columns += [column_letters(at - 1) for at in range(first, last + 1)]

    def _text(self, found: str) -> None:
        if self._in in ("v", "t") and not self._phonetic:
            self._value.append(found)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t", "f"):
            self._in = ""
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._keep("".join(self._value))
        elif tag == "row":
            self._row()

    def _keep(self, value: str) -> None:
        kind, at = self._cell.get("t", "n"), self._column
        if at >= MOST_COLUMNS:
            cure = "Name the sheet that holds the rows."
            raise Unreadable("F123", f"more than {MOST_COLUMNS} columns.", cure)
        if self._formula and not value:
            self._faults[at] = ("formula_without_value", "")
            return
        if self._formula:
            self.formulas.append(f"{column_letters(at)}{self._line}")
        if kind == "s":
            value = self.workbook.strings[int(value)] if value else ""
        elif kind in ("inlineStr", "str"):
            value = string_text(value)
        elif kind == "b":
            value = {"1": "TRUE", "0": "FALSE"}.get(value, value)
        elif kind == "e":
            self._faults[at] = ("error_cell", value)
        elif kind == "n" and value:
            value = self._number(value, at)
        if value.strip():
            self._cells[at] = value

    def _number(self, value: str, at: int) -> str:
        style = int(self._cell.get("s", "0"))
        styles = self.workbook.date_styles
        if style < len(styles) and styles[style]:
            day = date_text(value, self.workbook.from_1904)
            if day is None:
                self._faults[at] = ("no_such_serial", value)
            return day or value
        return number_text(value)

    def _row(self) -> None:
        if self._line < self.header_row or not (self._cells or self._faults):
            return
        if self._line == self.header_row:
            self.header = [self._cells.get(at, "") for at in range(max(self._cells, default=-1) + 1)]
            self.writer.writerow([ROW, LINE, *(f"_c{at + 1}" for at in range(len(self.header)))])
            return
        self.rows += 1
        self.lines[self._line] = self.rows
        if self._hidden and len(self.hidden_rows) <= NAMED:
            self.hidden_rows.append(self._line)
        width = max([len(self.header), *(at + 1 for at in self._cells)])
        cells = [self._cells.get(at, "") for at in range(width)]
        if width > len(self.header):
            self.row_faults.append((self.rows, self._line, "row_too_wide", cells))
        else:
            self.writer.writerow([self.rows, self._line, *cells])
        self.cell_faults += [(self.rows, at, code, detail) for at, (code, detail) in self._faults.items()]
        if len(self.row_faults) + len(self.cell_faults) > MOST_FAULTS:
            raise Unreadable("F112", f"more than {MOST_FAULTS:,} cells are faulty.", "Check the sheet.")

    def _mark_merged(self) -> None:
        """Each cell of a merged range but its first has no value of its own."""
        for merge in self.merges:
            first, _, last = merge.partition(":")
            left, right = column_number(first), min(column_number(last), len(self.header) - 1)
            top, bottom = int(first.lstrip(LETTERS)), int(last.lstrip(LETTERS))
            for line in range(max(top, self.header_row + 1), min(bottom, self._line) + 1):
                if line not in self.lines:
                    continue
                self.cell_faults += [
                    (self.lines[line], at, "merged", merge)
                    for at in range(left, right + 1)
                    if (line, at) != (top, left)
                ]
                if len(self.cell_faults) > MOST_FAULTS:
                    raise Unreadable("F112", f"more than {MOST_FAULTS:,} cells are merged.", "Unmerge them.")


def notes(workbook: Workbook, sheet: Sheet) -> list[str]:
    """What a person should know of the sheet that was read, and of those that were not."""
    hidden = [name for name, state, _ in workbook.sheets if state != "visible"]
    found = [f"sheet {name} is hidden and was not read." for name in hidden]
    if sheet.hidden_rows:
        found.append(f"row {_several(sheet.hidden_rows)} is hidden and was read.")
    if sheet.hidden_columns:
        found.append(f"column {_several(sheet.hidden_columns)} is hidden and was read.")
    if sheet.formulas:
        found.append(f"{_several(sheet.formulas)} is a formula; its stored result was read.")
    return found


def _several(named: list[Any]) -> str:
    shown = ", ".join(str(name) for name in named[:NAMED])
    return shown if len(named) <= NAMED else f"{shown} and further"


def read(request: dict[str, Any]) -> dict[str, Any]:
    """Answer one request."""
    with (
        zipfile.ZipFile(request["workbook"]) as archive,
        open(request["target"], "w", encoding="utf-8", newline="") as target,
    ):
        workbook = Workbook(archive)
        workbook.load()
        part = workbook.choose(request["sheet"])
        workbook.load_strings()
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        sheet = Sheet(workbook, request["header_row"], writer)
        sheet.read(part)
    return {
        "header": sheet.header,
        "rows": sheet.rows,
        "row_faults": sheet.row_faults,
        "cell_faults": sheet.cell_faults,
        "notes": notes(workbook, sheet),
    }


def main() -> None:
    """Limit the process, read, answer."""
    request = json.load(sys.stdin)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except ImportError:
        pass
    broken = "Open it in a spreadsheet program and save it again as a workbook (.xlsx)."
    try:
        finding = read(request)
    except Unreadable as refused:
        finding = {"problem": refused.finding}
    except MemoryError:
        message = "reading it takes too much memory."
        finding = {"problem": {"code": "F121", "message": message, "cure": "Save the sheet as CSV."}}
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, IndexError, EOFError) as error:
        message = f"the workbook is damaged ({type(error).__name__}: {error})."
        finding = {"problem": {"code": "F120", "message": message, "cure": broken}}
    json.dump(finding, sys.stdout)


if __name__ == "__main__":
    main()
