"""A small company: plan documents, its facts, and the periods that are calculated."""

from dataclasses import dataclass, field, replace
from datetime import datetime

Row = dict[str, str]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Company:
    """What both readings are given; shown as a text that can be read and copied into a case."""

    plan: str
    rows: Rows = field(hash=False)
    period: str
    through: str
    known_as_of: datetime | None = None

    def with_rows(self, rows: Rows) -> "Company":
        """The same with other facts."""
        return replace(self, rows=rows)

    def __repr__(self) -> str:
        return "\n".join([f"Company {self.period} through {self.through}", self.plan, *self._tables()])

    def _tables(self) -> list[str]:
        shown = [f"known as of {self.known_as_of}"] if self.known_as_of else []
        for name, rows in self.rows.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            shown.append(f"{name}:")
            shown += ["  " + ", ".join(columns)] if columns else []
            shown += ["  " + ", ".join(row.get(column, "") for column in columns) for row in rows]
        return shown


def filled(rows: list[Row]) -> list[Row]:
    """The rows without columns that are blank throughout."""
    kept = {name for row in rows for name, cell in row.items() if cell}
    return [{name: cell for name, cell in row.items() if name in kept} for row in rows]
