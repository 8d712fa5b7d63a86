"""What a calculation asks of an engine: load, create, fetch, write."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from attain.engine.backends.lint import lint


class Backend(Protocol):
    """An engine that runs neutral SQL. Tables live until `close`."""

    name: str

    def load(self, name: str, table: pa.Table) -> None:
        """Makes rows from Python a table."""

    def attach(self, name: str, paths: Sequence[Path]) -> None:
        """Makes Parquet files of one schema a table, without reading them yet."""

    def create(self, name: str, select: str) -> None:
        """Runs a select and keeps its rows as a table."""

    def view(self, name: str, select: str) -> None:
        """Names a select without running it."""

    def fetch(self, select: str) -> pa.Table:
        """Runs a select and brings its rows."""

    def write(self, select: str, path: Path) -> None:
        """Runs a select into one Parquet file."""

    def columns(self, name: str) -> Mapping[str, str]:
        """Columns of a table and their types, in the neutral dialect."""

    def drop(self, name: str) -> None:
        """Forgets a table or view."""

    def close(self) -> None:
        """Lets everything go."""


@lru_cache(maxsize=2000)
def printed(select: str, dialect: str) -> str:
    """The neutral select as text of a dialect, linted.

    Raises AssertionError where the text is not portable: a fault of the program, not of a user.
    """
    if dialect == "duckdb" and not os.environ.get("ATTAIN_LINT"):
        return select
    tree = sqlglot.parse_one(select, dialect="duckdb")
    assert isinstance(tree, exp.Expression)
    found = lint(tree)
    assert not found, "not portable: " + "; ".join(found)
    if dialect == "duckdb":
        return select
    return tree.sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
