"""The pay year from the plan documents in plans/, through the public Python interface."""

import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attain.engine.backends.duckdb import DuckDB
from attain.engine.calculation import Results, calculate
from attain.engine.calculation.writing import write_parquet
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
# where pandas is installed, as for tests, the first array loads it: no part of a calculation
pa.array([0])
KINDS = {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "moment"}


class Timed:
    """A backend that counts the seconds of each statement, by the name of what it makes."""

    def __init__(self, backend: DuckDB) -> None:
        self.backend, self.name, self.seconds = backend, backend.name, Counter()

    def __getattr__(self, act: str) -> Any:
        method = getattr(self.backend, act)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*arguments, **named)
            finally:
                what = arguments[0] if arguments and act in ("create", "load") else act
                self.seconds[str(what)[:40]] += time.perf_counter() - began

        return timed if callable(method) else method


def pay(folder: Path, out: Path, plans: str = "*", lines: bool = False) -> dict[str, float]:
    """Write payments (participant, period, earned, payment) to `out`, by all plans or by that of one name,
    and with `lines` all lines beside it; seconds per statement of the engine, and the rest.
    """
    began = time.perf_counter()
    backend = Timed(DuckDB())
    results = calculated(folder, backend, plans, lines)
    write_payments(results, out)
    if lines:
        write_parquet(results.parts("lines"), out.with_suffix(".lines.parquet"))
    rest = time.perf_counter() - began - sum(backend.seconds.values())
    return {**backend.seconds, "the rest": rest}


def one(folder: Path, out: Path, people: int = 7) -> dict[str, float]:
    """The median seconds for the lines of one participant's year, over a few participants, once the totals
    are there. The payments go to `out`.
    """
    results = calculated(folder, DuckDB(), "*", lines=False)
    write_payments(results, out)
    taken = []
    for number in range(people):
        began = time.perf_counter()
        results.lines_of(f"PA{number:02d}-{number * 41:03d}")
        taken.append(time.perf_counter() - began)
    return {"lines": median(taken)}


def calculated(folder: Path, backend: DuckDB | Timed, plans: str, lines: bool) -> Results:
    documents = load_documents(sorted(PLANS.glob(f"{plans}.yaml")))
    return calculate(documents, typed_facts(folder), FIRST, LAST, backend=backend, lines=lines)


def write_payments(results: Results, out: Path) -> None:
    columns = ["participant", "period", "earned", "payment"]
    pq.write_table(results.table("payments").select(columns), out)


def typed_facts(folder: Path) -> Facts:
    """The facts as they lie in a store: typed Parquet files, named and described, not yet read."""
    tables = {}
    with duckdb.connect() as connection:
        for name, key in KEYS.items():
            paths = tuple(sorted(folder.glob(f"{name}*.parquet")))
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{paths[0]}')").fetchall()
            columns = {row[0]: KINDS.get(row[1], "number") for row in described}
            files = ", ".join(f"'{path}'" for path in paths)
            counted = connection.execute(f"SELECT count(*) FROM read_parquet([{files}])").fetchone()
            tables[name] = FactTable(name, columns, paths, counted[0], key)
    return Facts(tables)
