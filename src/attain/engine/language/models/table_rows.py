"""The rows of a lookup table: from the document, or from a CSV file beside it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from attain.engine.language.fault import Fault, Faults, listed
from attain.engine.language.models.forms import DATE, NUMBER, PERCENT, SNAKE, Figure, Percent
from attain.engine.language.source import Items, Map, Node, Text
from attain.engine.values.problems import Place

ANY = "any"
MOST_ROWS = 100_000
LARGEST_CSV = 20_000_000


@dataclass(frozen=True)
class Between:
    """A range, both ends included; None is open."""

    first: Decimal | date | None
    last: Decimal | date | None


Cell = str | Decimal | date | Between | None


@dataclass(frozen=True)
class TableRow:
    """One row: of each key column what fits (None fits anything), and what the row gives."""

    key: Mapping[str, Cell]
    gives: Figure
    place: Place = field(compare=False)


@dataclass
class Tables:
    """What a document's tables are read from: folder, the tables it may name, files read."""

    folder: Path | None = None
    titled: dict[str, Map] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    referred: set[tuple[str | int, ...]] = field(default_factory=set)
    attached: dict[str, str] = field(default_factory=dict)


def rows_of(value: Node, key: Mapping[str, str], gives: str, tables: Tables) -> tuple[TableRow, ...] | str:
    """Rows, typed by the key's kinds; or the name of a table of facts.

    Raises Faults with the place of each cell that does not fit.
    """
    faults: list[Fault] = []
    if isinstance(value, Text):
        if not value.endswith(".csv"):
            if SNAKE.fullmatch(value):
                return str(value)
            raise Fault(
                "P107", f'"{value}" holds no rows.', "Write rows, a file ending in .csv, or a table of facts."
            )
        found = [_from_csv(row, key, place) for row, place in _csv_rows(value, tables)]
    elif isinstance(value, Items):
        found = [_from_map(row, faults) for row in value]
    else:
        raise Fault("P106", "rows are a list of maps, a CSV file or the name of a table of facts.")
    rows = [_row(row, place, key, gives, faults) for row, place in found]
    if faults:
        raise Faults(faults)
    if not rows:
        raise Fault("P104", "a table has no rows.", "Write at least one.")
    return tuple(row for row in rows if row)


def _from_map(row: Node, faults: list[Fault]) -> tuple[dict[str, str], Place]:
    if not isinstance(row, Map):
        place = row.place if isinstance(row, Text) else None
        faults.append(
            Fault("P106", "a row is a map of column and value.", "Write {region: EMEA, rate: 4 %}.", place)
        )
        return {}, place or Place("")
    cells = {str(name): str(cell) for name, cell in row.items() if isinstance(cell, Text)}
    place = next(iter(row)).place if row else Place("")
    faults.extend(
        Fault("P106", f'the cell "{name}" is a list or a map.', "Write one value.", name.place)
        for name, cell in row.items()
        if not isinstance(cell, Text)
    )
    return cells, place


def _csv_rows(name: Text, tables: Tables) -> Iterator[tuple[dict[str, str], Place]]:
    text = _csv_text(name, tables)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(lines, [])]
        if not header or len(set(header)) != len(header):
            raise Fault(
                "P120", f"{name} has no header with different names.", "Name each column once.", name.place
            )
        for count, cells in enumerate(lines):
            place = Place(str(name), lines.line_num)
            if count >= MOST_ROWS:
                raise Fault(
                    "P101",
                    f"{name} has more than {MOST_ROWS} rows.",
                    "Load it as a table of facts.",
                    name.place,
                )
            if cells and len(cells) != len(header):
                raise Fault("P120", f"this row has {len(cells)} cells, the header {len(header)}.", "", place)
            if cells:
                yield dict(zip(header, (cell.strip() for cell in cells), strict=True)), place
    except csv.Error as error:
        raise Fault("P120", f"not readable as CSV: {error}.", "", Place(str(name), lines.line_num)) from error


def _csv_text(name: Text, tables: Tables) -> str:
    if (
        tables.folder is None
        or name.startswith(("/", "\\"))
        or ".." in re.split(r"[/\\]", name)
        or ":" in name
    ):
        raise Fault(
            "P120", f'"{name}" is not beside this document.', "Name a CSV file in or below its folder."
        )
    path = tables.folder / name
    try:
        if path.stat().st_size > LARGEST_CSV:
            raise Fault("P101", f"{name} is larger than {LARGEST_CSV} bytes.", "Load it as a table of facts.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no UTF-8 text"
        raise Fault("P120", f"{name} cannot be read: {reason}.") from error
    tables.attached[str(name)] = text
    return text


def _from_csv(row: dict[str, str], key: Mapping[str, str], place: Place) -> tuple[dict[str, str], Place]:
    ranged = next((name for name, kind in key.items() if kind == "within"), None)
    if ranged and ranged not in row and {"first", "last"} <= row.keys():
        first, last = row.pop("first"), row.pop("last")
        both = f"{first} to {last}" if first and last else f"from {first}" if first else f"to {last}"
        row[ranged] = both if first or last else ANY
    return row, place


def _row(
    cells: Mapping[str, str], place: Place, key: Mapping[str, str], gives: str, faults: list[Fault]
) -> TableRow | None:
    missing = [name for name in (*key, gives) if not cells.get(name)]
    extra = [name for name in cells if name not in key and name != gives]
    if missing or extra:
        what = f"lacks {listed(missing, 'and')}" if missing else f"has {listed(extra, 'and')} beside"
        cure = f"The columns are {listed((*key, gives), 'and')}; `any` fits everything."
        faults.append(Fault("P104", f"a row {what}.", cure, place))
        return None
    given = _number(cells[gives])
    if given is None:
        faults.append(
            Fault("P107", f'"{cells[gives]}" is no number.', "Write digits, with a point, or 4 %.", place)
        )
        return None
    try:
        typed = {name: _cell(cells[name], kind) for name, kind in key.items()}
    except ValueError as error:
        faults.append(Fault("P107", str(error), "Write a number, a day, or `any`.", place))
        return None
    return TableRow(typed, Figure(Decimal(given), isinstance(given, Percent)), place)


def _cell(text: str, kind: str) -> Cell:
    if text == ANY:
        return None
    if kind == "equal":
        return text
    if kind == "within":
        match = re.fullmatch(r"from (.+)|to (.+)|(.+) to (.+)", text)
        if not match:
            raise ValueError(f'"{text}" is no range: write A to B.')
        since, until, first, last = match.groups()
        return Between(*(_ordered(part) if part else None for part in (since or first, until or last)))
    return _ordered(text)


def _ordered(text: str) -> Decimal | date:
    number = _number(text)
    if number is not None:
        return Decimal(number)
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f'"{text}" is no day of the calendar.') from error
    raise ValueError(f'"{text}" is no number and no day.')


def _number(text: str) -> Decimal | None:
    if NUMBER.fullmatch(text):
        return Decimal(text)
    match = PERCENT.fullmatch(text)
    return Percent(Decimal(match[1]).scaleb(-2)) if match else None
