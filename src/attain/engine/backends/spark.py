"""Spark SQL through Spark Connect, for what one machine cannot hold.

A stage's rows are written as Parquet in a scratch folder that the server reads too: a temporary
view alone would be computed again by every later stage.
"""

import gc
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from attain.engine.backends.backend import printed

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
}


class Spark:
    """Runs neutral SQL on a Spark Connect server, `sc://host:port`; `scratch` is a folder that both sides see."""

    name = "spark"

    def __init__(self, address: str, scratch: Path | None = None) -> None:
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder
        self.session: Any = builder.remote(address).getOrCreate()
        for key, value in SETTINGS.items():
            self.session.conf.set(key, value)
        self.scratch = Path(tempfile.mkdtemp(prefix="attain-spark-", dir=scratch))
        self.made = 0

    def load(self, name: str, table: pa.Table) -> None:
        import pyarrow.parquet

        folder = self._folder(name)
        folder.mkdir()
        pyarrow.parquet.write_table(table, folder / "rows.parquet")
        self._read(name, [folder], folder / "rows.parquet")

    def attach(self, name: str, paths: Sequence[Path]) -> None:
        self._read(name, paths, paths[0])

    def create(self, name: str, select: str) -> None:
        folder = self._folder(name)
        rows = self.session.sql(printed(select, "spark"))
        rows.write.parquet(str(folder))
        file = next(folder.rglob("*.parquet"), None)
        if file:
            self._read(name, [folder], file)
        else:
            # some servers write no file for no rows, and with it no columns
            self.load(name, rows.toArrow())

    def view(self, name: str, select: str) -> None:
        self.session.sql(printed(select, "spark")).createOrReplaceTempView(name)

    def fetch(self, select: str) -> pa.Table:
        table: pa.Table = self.session.sql(printed(select, "spark")).toArrow()
        return table

    def write(self, select: str, path: Path) -> None:
        import pyarrow.parquet

        pyarrow.parquet.write_table(self.fetch(select), path)

    def columns(self, name: str) -> Mapping[str, str]:
        return {field: kind.upper() for field, kind in self.session.table(name).dtypes}

    def drop(self, name: str) -> None:
        self.session.catalog.dropTempView(name)

    def close(self) -> None:
        self.session.stop()
        # a session that is collected while the client starts a thread waits for that thread, and it for the session
        del self.session
        gc.collect()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        self.made += 1
        return self.scratch / f"{name}-{self.made}"

    def _read(self, name: str, paths: Sequence[Path], one: Path) -> None:
        """Makes files or folders a table, whose columns are those of the file `one`."""
        import pyarrow.parquet
        from pyspark.sql.pandas.types import from_arrow_schema

        # a reader that is not told the columns runs a job of its own to look for them; moments have no zone
        columns = from_arrow_schema(pyarrow.parquet.read_schema(one), prefer_timestamp_ntz=True)
        self.session.read.schema(columns).parquet(*map(str, paths)).createOrReplaceTempView(name)
