"""An import with all its checks, beside DuckDB's own read of the same CSV into Parquet.

    python benchmarks/import_rows.py --rows 10000000 [--rounds 3] [--folder build/import_rows]

The CSV is an export of a pay year's deals. Attain reads it through a mapping into a store: types, checks,
quarantine, comparison with earlier versions, hash, catalogue. Each runs in a process of its own; rounds
alternate and the best round of each counts.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import company
import duckdb

HERE = Path(__file__).resolve().parent
HEADER = (
    'id AS "Deal", date AS "Closed", type AS "Kind", owner AS "Owner", specialist AS "Specialist", '
    'amount AS "Amount"'
)
TYPES = (
    "{'Deal': 'VARCHAR', 'Closed': 'DATE', 'Kind': 'VARCHAR', 'Owner': 'VARCHAR', 'Specialist': 'VARCHAR', "
    "'Amount': 'DECIMAL(18, 2)'}"
)
DUCKDB = """
import time, duckdb
began = time.perf_counter()
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
connection.execute("COPY (SELECT * FROM read_csv('{csv}', header=true, columns={types})) "
                   "TO '{folder}/read.parquet' (FORMAT parquet, COMPRESSION zstd)")
print(json.dumps(dict(seconds=time.perf_counter() - began)))
"""
ATTAIN = """
import time
from datetime import datetime
from pathlib import Path
from attain.engine.facts.mapping.model import load_mapping
from attain.engine.facts.store.importing import Importing
began = time.perf_counter()
mapping = Path('{mapping}')
mapped = load_mapping(mapping.name, mapping.read_text())
outcome = Importing(Path('{folder}/store'), 'benchmark').load(Path('{csv}'), mapped, datetime(2027, 1, 2))
print(json.dumps(dict(seconds=time.perf_counter() - began, outcome=str(outcome))))
"""


def write_csv(folder: Path, rows: int) -> Path:
    """The export, in the order of ids, as a CRM writes it."""
    path = folder / f"deals-{rows}.csv"
    if not path.exists():
        company.generate(folder / str(rows), rows)
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(
                f"COPY (SELECT {HEADER} FROM '{folder}/{rows}/transactions.1.parquet' ORDER BY id) "
                f"TO '{path}' (FORMAT csv, HEADER)"
            )
    return path


def run(program: str, **named: object) -> tuple[dict, int]:
    """What a child process says of its work, and its peak memory in megabytes."""
    text = "import json" + program.format(**named)
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as child:
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"failed with status {child.returncode}")
    return json.loads(said.splitlines()[-1]), usage.ru_maxrss // 1024


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("build/import_rows"))
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    csv = write_csv(folder, asked.rows)
    print(f"{asked.rows:,} rows, {csv.stat().st_size / 1e6:,.0f} MB of CSV, {os.cpu_count()} cores")
    best: dict[str, tuple[float, int]] = {}
    for _ in range(asked.rounds):
        shutil.rmtree(folder / "store", ignore_errors=True)
        for title, program in (("DuckDB, CSV to Parquet", DUCKDB), ("Attain, import", ATTAIN)):
            said, peak = run(
                program, csv=csv, folder=folder, types=TYPES, mapping=HERE / "mappings" / "deals.yaml"
            )
            print(f"  {title:<26}{said['seconds']:>8.2f} s  {said.get('outcome', '')[:300]}", flush=True)
            held = best.get(title)
            best[title] = (said["seconds"], peak) if held is None or said["seconds"] < held[0] else held
    least = best["DuckDB, CSV to Parquet"][0]
    print(f"\n{'':<26}{'seconds':>9}{'rows/s':>12}{'ratio':>8}{'peak MB':>9}")
    for title, (seconds, peak) in best.items():
        print(f"{title:<26}{seconds:>9.2f}{asked.rows / seconds:>12,.0f}{seconds / least:>8.2f}{peak:>9,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
