"""A folder as `attain calculate` writes it, made from the tables of the second reading itself."""

import hashlib
import json
from calendar import monthrange
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from attain.verify import recompute

Row = dict[str, Any]


def write(folder: Path, document: str, facts: dict[str, list[Row]], first: str, last: str) -> Path:
    """Write facts as CSV, the plan, all tables and a record of the run; months from `first` to `last`."""
    (folder / "plans").mkdir(parents=True)
    (folder / "facts").mkdir()
    (folder / "plans" / "plan.yaml").write_text(document, encoding="utf-8")
    for name, rows in facts.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
        (folder / "facts" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, rows in recompute([document], facts, first, last).items():
        put(folder, name, rows)
    record = {
        "first": f"{first}-01",
        "last": f"{last}-{monthrange(int(last[:4]), int(last[-2:]))[1]}",
        "periods": [f"2025-{month:02}" for month in range(int(first[-2:]), int(last[-2:]) + 1)],
        "known_as_of": None,
        "plans": [{"file": "plan.yaml", "sha256": _hash(folder / "plans" / "plan.yaml")}],
        "data": [
            {"file": f"{name}.csv", "sha256": _hash(folder / "facts" / f"{name}.csv")} for name in facts
        ],
        "tables": {},
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def put(folder: Path, name: str, rows: list[Row]) -> None:
    """Write one table."""
    texts = pa.schema([]) if rows else pa.schema([("participant", pa.string())])
    pq.write_table(pa.Table.from_pylist(rows) if rows else texts.empty_table(), folder / f"{name}.parquet")


def change(folder: Path, name: str, number: int, **cells: Any) -> None:
    """Change cells of one row of a table."""
    rows = pq.read_table(folder / f"{name}.parquet").to_pylist()
    rows[number] |= cells
    put(folder, name, rows)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
