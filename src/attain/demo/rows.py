"""Tables as rows of Python values, and as files."""

import csv
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def write_tables(folder: Path, tables: Tables) -> None:
    """One `NAME.csv` per table, UTF-8, with a header line; a blank cell is null."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
