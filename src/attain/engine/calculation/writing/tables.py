"""A table of results as two files: Parquet, exact and typed; CSV, for people and their tools."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
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
NUMEROUS = frozenset("transaction fact from to raw amount unrounded measure original_amount".split())
"""Columns with about as many values as rows, for which a dictionary costs time and saves nothing."""
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


def write_table(parts: Iterable[pa.Table], folder: Path, name: str) -> dict[str, object]:
    """One table, given in parts, as Parquet and CSV; its rows and the hash of each file."""
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    whole = (part if part.column_names else _without_rows(name) for part in parts)
    rows = write_parquet(_also_as_text(whole, text), parquet)
    failpoint(f"{name} written")
    return {"rows": rows, parquet.name: sha256_of(parquet), text.name: sha256_of(text)}


def write_parquet(parts: Iterable[pa.Table], path: Path) -> int:
    """Writes a table that is given in parts, one at a time, as one Parquet file; how many rows it has."""
    rows = 0
    with ExitStack() as stack:
        writer: pyarrow.parquet.ParquetWriter | None = None
        for part in parts:
            if writer is None:
                alike = [column for column in part.column_names if column not in NUMEROUS]
                writer = pyarrow.parquet.ParquetWriter(path, part.schema, use_dictionary=alike)
                stack.enter_context(writer)
            writer.write_table(part)
            rows += part.num_rows
    return rows


def _also_as_text(parts: Iterable[pa.Table], path: Path) -> Iterator[pa.Table]:
    """The parts of a table, each added to a file of CSV as it comes."""
    more = path.with_suffix(".more.csv")
    for part in parts:
        columns = [f"{_cell(field)} AS {quoted(field.name)}" for field in part.schema]
        target, header = (more, "false") if path.exists() else (path, "true")
        with duckdb.connect() as connection:
            connection.register("written", part)
            select = f"SELECT {', '.join(columns)} FROM written"
            connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT csv, HEADER {header})")
        if target is more:
            with more.open("rb") as source, path.open("ab") as whole:
                shutil.copyfileobj(source, whole)
            more.unlink()
        yield part


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
