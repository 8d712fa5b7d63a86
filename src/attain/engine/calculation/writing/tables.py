"""A table of results as two files: Parquet, exact and typed; CSV, for people and their tools."""

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


def write_table(table: pa.Table, folder: Path, name: str) -> dict[str, object]:
    """One table as Parquet and CSV; its rows and the hash of each file."""
    table = table if table.column_names else _without_rows(name)
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    pyarrow.parquet.write_table(table, parquet)
    failpoint(f"{name} written")
    columns = [f"{_cell(field)} AS {quoted(field.name)}" for field in table.schema]
    with duckdb.connect() as connection:
        connection.register("written", table)
        select = f"SELECT {', '.join(columns)} FROM written"
        connection.execute(f"COPY ({select}) TO {literal(str(text))} (FORMAT csv, HEADER true)")
    return {"rows": table.num_rows, parquet.name: sha256_of(parquet), text.name: sha256_of(text)}


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
