"""What became of a file: counts that add up to its rows, control totals, warnings, and who is set aside."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from attain.engine.values.problems import Problem


@dataclass(frozen=True)
class Total:
    """The sum of a column of amounts over the rows of a load, per currency ("" where there is none)."""

    column: str
    currency: str
    rows: int
    total: Decimal

    def __str__(self) -> str:
        currency = f" {self.currency}" if self.currency else ""
        return f"{self.column}{currency}: {self.total:f} in {number_of_rows(self.rows)}"


@dataclass(frozen=True)
class Quarantined:
    """One row set aside: where it stands, what is wrong with it, what to do."""

    row: int
    line: int
    column: str
    value: str
    reason: str
    cure: str

    def __str__(self) -> str:
        line = "" if self.line == self.row + 1 else f" (line {self.line})"
        column = f", column {self.column}" if self.column else ""
        return f"row {self.row}{line}{column}: {self.reason}. {self.cure}"


@dataclass(frozen=True)
class Counts:
    """Rows of a file: read = taken + changed + unchanged + duplicate + quarantined + skipped."""

    read: int = 0
    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        parts = [
            f"{self.taken:,} taken",
            f"{self.changed:,} changed",
            f"{self.unchanged:,} unchanged",
            f"{self.duplicate:,} duplicate",
            f"{self.quarantined:,} quarantined",
        ]
        if self.skipped:
            parts.append(f"{self.skipped:,} skipped by where")
        return f"{number_of_rows(self.read)} read: {', '.join(parts)}"


@dataclass(frozen=True)
class Outcome:
    """What an import did. `nothing new`: the same file was loaded before in the same way, as `load`."""

    file: str
    table: str
    result: Literal["loaded", "nothing new"]
    load: int
    moment: dt.datetime
    counts: Counts
    totals: tuple[Total, ...] = ()
    notes: tuple[Problem, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    quarantine_file: str = ""

    @property
    def warnings(self) -> list[str]:
        """What a person should know, as lines."""
        return [str(note) for note in self.notes]

    def __str__(self) -> str:
        if self.result == "nothing new":
            when = f"{self.moment:%Y-%m-%d %H:%M}"
            return (
                f"{self.file}: nothing new, it was loaded as load {self.load} on {when} UTC. {self.counts}."
            )
        lines = [f"{self.file} → {self.table}, load {self.load}", f"  {self.counts}"]
        lines += [f"  {total}" for total in self.totals]
        lines += [f"  {warning}" for warning in self.warnings]
        lines += [f"  quarantined {row}" for row in self.quarantine]
        if self.counts.quarantined > len(self.quarantine):
            lines.append(f"  and {number_of_rows(self.counts.quarantined - len(self.quarantine))} further")
        if self.quarantine_file:
            lines.append(f"  Mend them in a copy of {self.quarantine_file} and import that.")
        return "\n".join(lines)


def number_of_rows(number: int) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} row{'' if number == 1 else 's'}"
