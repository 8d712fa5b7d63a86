"""A table of results as two files: Parquet, exact and typed; CSV, for people and their tools."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from attain.engine.calculation.writing.hashes import sha256_of
from attain.engine.facts.spelling import literal, quoted
from attain.engine.facts.writing import neutral_sql
from attain.engine.values.failpoints import failpoint

MOST_DECIMALS_OF_MONEY = 4
DAYS = frozenset(
    "version first last assignment_first owner_date credit_date exchange_date pay_rate_date".split()
)
TEXTS = frozenset(
    "plan component transaction fact position participant period currency original_currency account "
    "pay_currency".split()
)
COLUMNS = {
    "credits": "plan version component rule transaction fact position participant assignment_first "
    "owner_date credit_date share amount currency original_amount original_currency exchange_rate exchange_date",
    "measures": "plan version component position participant assignment_first period first last measure "
    "measure_divisor quota quota_divisor unrounded",
    "payments": "participant plan period currency earned prior_period manual held released clawed_back "
    "repaid deferred_in advanced drawn topped_up deferred lost carried written_off forfeited payment pay_currency "
    "pay_rate pay_rate_date paid",
    "balances": "participant currency account period opening entries closing",
}
"""The columns of tables that a run may have no statement for: it writes them without rows."""


def write_table(parts: Iterator[pa.Table], folder: Path, name: str) -> dict[str, object]:
    """One table, given in parts, as Parquet and CSV; its rows and the hash of each file."""
    parquet, text, more = (folder / f"{name}.{kind}" for kind in ("parquet", "csv", "more.csv"))
    rows = 0
    for table in write_parquet(parts, parquet, name):
        columns = [f"{_cell(field)} AS {quoted(field.name)}" for field in table.schema]
        with duckdb.connect() as connection:
            connection.register("written", table)
            select = f"SELECT {', '.join(columns)} FROM written"
            target, header = (more, "false") if text.exists() else (text, "true")
            connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT csv, HEADER {header})")
        if target is more:
            with more.open("rb") as source, text.open("ab") as whole:
                shutil.copyfileobj(source, whole)
            more.unlink()
        rows += table.num_rows
    return {"rows": rows, parquet.name: sha256_of(parquet), text.name: sha256_of(text)}


def write_parquet(parts: Iterable[pa.Table], path: Path, name: str) -> Iterator[pa.Table]:
    """Writes a table that is given in parts as one Parquet file; gives each part once it is written."""
    writer: pyarrow.parquet.ParquetWriter | None = None
    try:
        for part in parts:
            table = part if part.column_names else _without_rows(name)
            writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
            yield table
    finally:
        if writer:
            writer.close()
    failpoint(f"{name} written")


def _without_rows(name: str) -> pa.Table:
    def kind(column: str) -> pa.DataType:
        return pa.date32() if column in DAYS else pa.string() if column in TEXTS else pa.decimal128(38, 10)

    return pa.schema([(column, kind(column)) for column in COLUMNS[name].split()]).empty_table()


def _cell(field: pa.Field) -> str:
    """A cell of CSV as SQL: exact decimals, ISO days, and no text that a spreadsheet would run."""
    name = quoted(field.name)
    if pa.types.is_decimal(field.type):
        text = f"CAST({name} AS VARCHAR)"
        return text if field.type.scale <= MOST_DECIMALS_OF_MONEY else f"rtrim(rtrim({text}, '0'), '.')"
    if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
        return f"nullif({neutral_sql(name)}, '')"
    return name
