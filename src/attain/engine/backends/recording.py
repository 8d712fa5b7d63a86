"""An engine that runs everything on another one and remembers what was run, in order, and who asked."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa
import sqlglot
from sqlglot.errors import ErrorLevel

from attain.engine.backends.backend import Backend

Kind = Literal["rows", "files", "table", "view", "result"]
DIALECTS = {"duckdb": "duckdb", "spark": "spark"}


@dataclass(frozen=True)
class Statement:
    """One thing that an engine was asked for.

    `rows`: rows from Python under a name; `files`: Parquet files under a name; `table`, `view`: a select kept
    or named; `result`: a select whose rows were brought. `asked_by` is the module that asked, `size` the rows
    or files where there is no select.
    """

    kind: Kind
    name: str
    select: str
    asked_by: str
    size: int = 0

    def text(self, dialect: str) -> str:
        """The statement laid out as SQL of a dialect; what is no SQL as a comment."""
        if self.kind in ("rows", "files"):
            what = "Parquet" if self.kind == "files" else "from the roster, the calendar or a document"
            return f"-- {self.name}: {self.kind} {what} ({self.size})"
        tree = sqlglot.parse_one(self.select, dialect="duckdb")
        text = tree.sql(dialect=DIALECTS[dialect], pretty=True, unsupported_level=ErrorLevel.RAISE)
        heads = {"table": f"CREATE TABLE {self.name} AS\n", "view": f"CREATE VIEW {self.name} AS\n"}
        return f"{heads.get(self.kind, '')}{text};"


@dataclass
class Recording:
    """A backend around another, with the statements that it was given."""

    engine: Backend
    statements: list[Statement] = field(default_factory=list)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.engine.name

    def load(self, name: str, table: pa.Table) -> None:
        self._keep("rows", name, "", table.num_rows)
        self.engine.load(name, table)

    def attach(self, name: str, paths: Sequence[Path]) -> None:
        self._keep("files", name, "", len(paths))
        self.engine.attach(name, paths)

    def create(self, name: str, select: str) -> None:
        self._keep("table", name, select)
        self.engine.create(name, select)

    def view(self, name: str, select: str) -> None:
        self._keep("view", name, select)
        self.engine.view(name, select)

    def fetch(self, select: str) -> pa.Table:
        self._keep("result", "", select)
        return self.engine.fetch(select)

    def write(self, select: str, path: Path) -> None:
        self._keep("result", path.name, select)
        self.engine.write(select, path)

    def columns(self, name: str) -> Mapping[str, str]:
        return self.engine.columns(name)

    def drop(self, name: str) -> None:
        self.engine.drop(name)

    def close(self) -> None:
        self.engine.close()

    def _keep(self, kind: Kind, name: str, select: str, size: int = 0) -> None:
        asked_by = sys._getframe(2).f_globals.get("__name__", "")
        self.statements.append(Statement(kind, name, select, str(asked_by), size))
