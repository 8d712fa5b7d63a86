"""What reading a file yields: a relation of texts, and the rows and cells that are faulty as such."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from attain.engine.facts.spelling import literal
from attain.engine.values.problems import Place, Problem, refuse

ROW, LINE = "_row", "_line"
QUARANTINE_COLUMNS = ("file", "row", "line", "column", "value", "reason", "cure")
"""The columns that a file of quarantined rows has before the original ones."""

FORMULA_SIGNS = "=+-@\t\r"


@dataclass(frozen=True)
class RowFault:
    """A row whose cells cannot be told apart: kept as it is, never read."""

    row: int
    line: int
    code: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CellFault:
    """A cell that a workbook shows as something else than its value; `column` counts from 0."""

    row: int
    column: int
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Texts:
    """The rows of a file as texts.

    `relation` stands after FROM and has columns _c1 … _cn for the names of `header`; `numbered()` gives the
    same rows with `_row` (data rows from 1) and `_line` (where the row begins in the file).
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    relation: str
    numbered: Callable[[], str]
    row_faults: tuple[RowFault, ...] = ()
    cell_faults: tuple[CellFault, ...] = ()
    notes: tuple[Problem, ...] = ()
    format: str = "csv"
    details: dict[str, str] = field(default_factory=dict)
    strip_apostrophes: bool = False
    may_hold_nul: bool = True
    mended: bool = False

    def cell_name(self, column: str) -> str:
        """The SQL name of a column of the header."""
        return f"_c{self.header.index(column) + 1}"


def texts_options(separator: str = ",", quote: str = '"') -> str:
    """Options of read_csv that take every cell as text, strictly; blank is null."""
    return (
        f"auto_detect=false, strict_mode=true, delim={literal(separator)}, quote={literal(quote)}, "
        f"escape={literal(quote)}, nullstr='', allow_quoted_nulls=true, comment=''"
    )


def staged(target: Path, width: int) -> str:
    """The relation of a CSV that a reader of ours wrote: `_row`, `_line`, then so many cells."""
    columns = "".join(f", '_c{at + 1}': 'VARCHAR'" for at in range(width))
    kinds = f"{{'{ROW}': 'BIGINT', '{LINE}': 'BIGINT'{columns}}}"
    return f"read_csv({literal(str(target))}, columns={kinds}, header=true, {texts_options()})"


def unique_names(header: list[str], shown: str, line: int) -> tuple[str, ...]:
    """Names of the columns; a blank one is called by its place. Raises Refused where a name comes twice."""
    names = [name.strip() or f"(column {at})" for at, name in enumerate(header, start=1)]
    for name in names:
        if names.count(name) > 1:
            at = [str(place) for place, other in enumerate(names, start=1) if other == name]
            times = "twice" if len(at) == 2 else f"{len(at)} times"
            raise refuse(
                "F107",
                f'column "{name}" appears {times} (columns {" and ".join(at)}).',
                "Give each column a name of its own.",
                Place(shown, line),
            )
    return tuple(names)
