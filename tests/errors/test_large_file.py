"""A file of 1 GB, with faults in it, is imported in less than 1 GB of memory."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROWS = 16_500_000
FAULTY = """R1,2025-01-01,booking,AE-1,5,USD
R2,2025-02-30,booking,AE-1,5,USD,"two
lines"
T000000001,2025-01-01,booking,AE-1,1.00,USD,other
R3,2025-01-01,booking,AE-1,1,2.00,USD,A
"""
GIGABYTE = 1_000_000_000


@pytest.mark.long
def test_a_file_of_one_gigabyte(tmp_path: Path) -> None:
    file, store = tmp_path / "large.csv", tmp_path / "store"
    duckdb.execute(
        "COPY (SELECT 'T' || lpad(CAST(i AS VARCHAR), 9, '0') AS id, "
        "DATE '2025-01-01' + CAST(i % 365 AS INT) AS date, 'booking' AS type, 'AE-' || i % 10000 AS owner, "
        "CAST(i % 1000000 AS DECIMAL(18,2)) amount, 'USD' AS currency, 'Client ' || i % 200000 AS account "
        f"FROM range({ROWS}) t(i)) TO '{file}' (HEADER true)"
    )
    with file.open("a") as opened:
        opened.write(FAULTY)
    assert file.stat().st_size > GIGABYTE
    command = [sys.executable, "-m", "attain.cli", "import", str(file), "--table", "transactions"]
    child = subprocess.Popen([*command, "--store", str(store)], stdout=subprocess.PIPE, text=True)
    told = child.stdout.read() if child.stdout else ""
    _, status, used = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert f"{ROWS + 4:,} rows read: {ROWS - 1:,} taken, 0 changed, 0 unchanged, 0 duplicate, 5 " in told
    assert used.ru_maxrss * 1024 < GIGABYTE
