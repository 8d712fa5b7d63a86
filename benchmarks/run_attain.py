"""The pay year from the plan documents in plans/, through the public Python interface."""

import time
from pathlib import Path

import duckdb

from attain.engine.calculation import calculate
from attain.engine.facts.tables import Facts, FactTable
from attain.engine.language import load_documents

PLANS = Path(__file__).parent / "plans"
FIRST, LAST = "2026-01", "2026-12"
KEYS = {
    "transactions": ("id",),
    "positions": ("position", "first"),
    "assignments": ("position", "participant", "first"),
    "reporting": ("position", "first"),
    "quotas": ("position", "measure", "period"),
}
KINDS = {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "moment"}


def pay(folder: Path, out: Path, lines: bool = False, plans: str = "*") -> dict[str, float]:
    """Write payments (participant, period, earned, payment) to `out`; seconds per part of the work."""
    marks = [time.perf_counter()]
    documents = load_documents(sorted(PLANS.glob(f"{plans}.yaml")))
    facts = typed_facts(folder)
    marks.append(time.perf_counter())
    results = calculate(documents, facts, FIRST, LAST, lines=lines)
    marks.append(time.perf_counter())
    payments = results.table("payments")
    with duckdb.connect() as connection:
        connection.register("paid", payments)
        connection.execute(
            f"COPY (SELECT participant, period, earned, payment FROM paid) TO '{out}' (FORMAT parquet)"
        )
    marks.append(time.perf_counter())
    return dict(zip(("plans", "calculate", "write"), (b - a for a, b in zip(marks, marks[1:])), strict=False))


def typed_facts(folder: Path) -> Facts:
    """The facts as they lie in a store: typed Parquet files, named and described, not yet read."""
    tables = {}
    with duckdb.connect() as connection:
        for name, key in KEYS.items():
            paths = tuple(sorted(folder.glob(f"{name}*.parquet")))
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{paths[0]}')").fetchall()
            columns = {row[0]: KINDS.get(row[1], "number") for row in described}
            rows = sum(
                connection.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchone()[0]
                for path in paths
            )
            tables[name] = FactTable(name, columns, paths, rows, key)
    return Facts(tables)
