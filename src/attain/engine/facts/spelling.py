"""Names and texts as DuckDB spells them, and connections that keep to their memory."""

import os
from pathlib import Path

import duckdb

MEMORY = "480MB"
THREADS = 4


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def listed(paths: list[Path] | tuple[Path, ...]) -> str:
    """Paths as a list that read_parquet takes."""
    return "[" + ", ".join(literal(str(path)) for path in paths) + "]"


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """An empty database that spills into `scratch`, in UTC, and installs nothing."""
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": str(min(os.cpu_count() or 1, THREADS)),
            "temp_directory": str(scratch / "spill"),
            "autoinstall_known_extensions": "false",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection
