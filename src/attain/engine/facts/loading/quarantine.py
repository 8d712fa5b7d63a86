"""Rows set aside, as a CSV that a person mends and imports again: what is wrong, then the cells."""

import csv
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from attain.engine.facts.checking.judging import Judging
from attain.engine.facts.checking.reasons import Cell, reason, row_reason
from attain.engine.facts.checking.values import words_of
from attain.engine.facts.loading.outcome import Quarantined
from attain.engine.facts.mapping.targets import Target
from attain.engine.facts.reading.cell_texts import column_letters
from attain.engine.facts.reading.rows import LINE, QUARANTINE_COLUMNS, ROW, Texts
from attain.engine.facts.spelling import quoted
from attain.engine.facts.writing import neutral, read_back

SHOWN = 100
BATCH = 10_000
Entry = tuple[int, Quarantined, Sequence[str]]


@dataclass
class Quarantine:
    """Collects what is set aside. `faulty`: a table of judged rows, numbered; `conflicts`: a table (`_row`,
    `_line`, cells, `_key`, `_columns`, `_detail`) of rows that contradict another row of the file."""

    connection: duckdb.DuckDBPyConnection
    texts: Texts
    judging: Judging
    faulty: str = ""
    conflicts: str = ""
    first: list[Quarantined] = field(default_factory=list)
    rows: int = 0

    def write(self, target: Path) -> None:
        """Write all rows in the order of the file; keeps the first hundred for messages."""
        entries = heapq.merge(
            self._unreadable(), self._faulty(), self._conflicting(), key=lambda entry: entry[0]
        )
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*QUARANTINE_COLUMNS, *self.texts.header])
            for _, found, cells in entries:
                self.rows += 1
                if len(self.first) < SHOWN:
                    self.first.append(found)
                said = (
                    self.texts.file,
                    str(found.row),
                    str(found.line),
                    found.column,
                    found.value,
                    found.reason,
                )
                writer.writerow([neutral(cell) for cell in (*said, found.cure, *cells)])

    def _unreadable(self) -> Iterator[Entry]:
        for fault in self.texts.row_faults:
            why, cure = row_reason(fault.code, len(fault.cells), len(self.texts.header))
            cells = [read_back(cell) for cell in fault.cells] if self.texts.format == "csv" else fault.cells
            yield fault.row, Quarantined(fault.row, fault.line, "", "", why, cure), cells

    def _faulty(self) -> Iterator[Entry]:
        if not self.faulty:
            return
        targets = self.judging.plan.targets
        width = len(self.texts.header)
        details = {(fault.row, fault.column): fault.detail for fault in self.texts.cell_faults}
        columns = [ROW, LINE, *(f"_c{at + 1}" for at in range(width))]
        columns += [quoted(target.name) for target in targets]
        columns += [quoted(f"_f_{target.name}") for target in targets]
        for found in self._rows(f"SELECT {', '.join(columns)} FROM {self.faulty} ORDER BY {ROW}"):
            row, line, cells = found[0], found[1], found[2 : 2 + width]
            values, codes = found[2 + width : 2 + width + len(targets)], found[2 + width + len(targets) :]
            faults = [
                self._fault(target, value, code, line, cells, details, row)
                for target, value, code in zip(targets, values, codes, strict=True)
                if code
            ]
            joined = [" | ".join(dict.fromkeys(part)) for part in zip(*faults, strict=True)]
            yield row, Quarantined(row, line, *joined), [cell or "" for cell in cells]

    def _fault(
        self,
        target: Target,
        value: str | None,
        code: str,
        line: int,
        cells: Sequence[str | None],
        details: dict[tuple[int, int], str],
        row: int,
    ) -> tuple[str, str, str, str]:
        place = next((place for place in target.sources if (row, place) in details), None)
        if place is None and target.sources:
            place = target.sources[0]
        detail = details.get((row, place), "") if place is not None else ""
        if code == "unknown_word":
            detail = words_of(self.judging.plan.table.name, target.name)
        if code == "expression":
            value = " | ".join(cells[source] or "" for source in target.sources)
        at = f"{column_letters(place)}{line}" if place is not None else ""
        why, cure = reason(code, Cell(target.name, value, target.form, at, detail))
        if self.texts.format == "xlsx" and at and at not in why:
            why = f"{why} (cell {at})"
        return target.name, value or "", why, cure

    def _conflicting(self) -> Iterator[Entry]:
        if not self.conflicts:
            return
        width = len(self.texts.header)
        cells = ", ".join(f"_c{at + 1}" for at in range(width))
        sql = f"SELECT {ROW}, {LINE}, _columns, _key, _detail, {cells} FROM {self.conflicts} ORDER BY {ROW}"
        for row, line, columns, key, detail, *found in self._rows(sql):
            why, cure = reason("conflict", Cell(columns, key, detail=detail))
            yield row, Quarantined(row, line, columns, key, why, cure), [cell or "" for cell in found]

    def _rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        cursor = self.connection.cursor().execute(sql)
        while batch := cursor.fetchmany(BATCH):
            yield from batch
