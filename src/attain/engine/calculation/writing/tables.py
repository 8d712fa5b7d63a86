"""A table of results as two files: Parquet, exact and typed; CSV, for people and their tools."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from attain.engine.calculation.writing.hashes import sha256_of
from attain.engine.values.failpoints import failpoint

MOST_DECIMALS_OF_MONEY = 4
FORMULA = r"^[=+\-@\t\r]"


def write_table(table: pa.Table, folder: Path, name: str) -> dict[str, object]:
    """One table as Parquet and CSV; its rows and the hash of each file."""
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    pyarrow.parquet.write_table(table, parquet)
    failpoint(f"{name} written")
    columns = [f"{_cell(field)} AS {_quoted(field.name)}" for field in table.schema]
    with duckdb.connect() as connection:
        connection.register("written", table)
        target = str(text).replace("'", "''")
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM written) TO '{target}' (FORMAT csv, HEADER)"
        )
    return {"rows": table.num_rows, parquet.name: sha256_of(parquet), text.name: sha256_of(text)}


def _cell(field: pa.Field) -> str:
    """A cell of CSV as SQL: exact decimals, ISO days, and no text that a spreadsheet would run."""
    name = _quoted(field.name)
    if pa.types.is_decimal(field.type):
        text = f"CAST({name} AS VARCHAR)"
        return text if field.type.scale <= MOST_DECIMALS_OF_MONEY else f"rtrim(rtrim({text}, '0'), '.')"
    if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
        harmless = f"CASE WHEN regexp_matches({name}, '{FORMULA}') THEN '''' || {name} ELSE {name} END"
        return f"nullif({harmless}, '')"
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
