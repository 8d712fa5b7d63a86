"""The embedded engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from attain.engine.backends.backend import printed


class DuckDB:
    """Runs neutral SQL in this process; `threads` and `memory` as DuckDB takes them."""

    name = "duckdb"

    def __init__(
        self, threads: int | None = None, memory: str | None = None, scratch: Path | None = None
    ) -> None:
        self.connection = duckdb.connect()
        self.views: set[str] = set()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute("SET parquet_metadata_cache = true")
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        if memory:
            self.connection.execute("SET memory_limit = $1", [memory])
        if scratch:
            self.connection.execute("SET temp_directory = $1", [str(scratch)])

    def load(self, name: str, table: pa.Table) -> None:
        self.connection.register("rows_to_load", table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM rows_to_load")
        self.connection.unregister("rows_to_load")

    def attach(self, name: str, paths: Sequence[Path]) -> None:
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self.views.add(name)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])"
        )

    def create(self, name: str, select: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {printed(select, 'duckdb')}")

    def view(self, name: str, select: str) -> None:
        self.views.add(name)
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {printed(select, 'duckdb')}")

    def fetch(self, select: str) -> pa.Table:
        return self.connection.sql(printed(select, "duckdb")).to_arrow_table()

    def write(self, select: str, path: Path) -> None:
        target = str(path).replace("'", "''")
        self.connection.execute(f"COPY ({printed(select, 'duckdb')}) TO '{target}' (FORMAT parquet)")

    def columns(self, name: str) -> Mapping[str, str]:
        rows = self.connection.execute(f"DESCRIBE {name}").fetchall()
        return {str(row[0]): str(row[1]) for row in rows}

    def drop(self, name: str) -> None:
        kind = "VIEW" if name in self.views else "TABLE"
        self.views.discard(name)
        self.connection.execute(f"DROP {kind} IF EXISTS {name}")

    def close(self) -> None:
        self.connection.close()
