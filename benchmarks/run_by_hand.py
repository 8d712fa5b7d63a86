"""The pay year in SQL written by hand for these plans and these files; the texts stand in by_hand/."""

import time
from pathlib import Path

import duckdb

TEXTS = Path(__file__).parent / "by_hand"
STYLES = {
    "by credit": "months_by_credit.sql",
    "by day": "months_by_day.sql",
    "sellers": "months_of_sellers.sql",
}


def pay(folder: Path, out: Path, style: str, lines: bool = False) -> dict[str, float]:
    """Write payments (participant, period, earned, payment) to `out`, and with `lines` the sellers' lines
    beside it; seconds per part of the work.
    """
    parts = {"facts": "facts.sql", "credits to months": STYLES[style], "curve to payments": "pay.sql"}
    if lines:
        parts["lines"] = "lines.sql"
    seconds = {}
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        for part, text in parts.items():
            began = time.perf_counter()
            target = out.with_suffix(".lines.parquet")
            connection.execute(
                (TEXTS / text).read_text().replace("{folder}", str(folder)).replace("{target}", str(target))
            )
            seconds[part] = time.perf_counter() - began
        began = time.perf_counter()
        connection.execute(f"COPY payments TO '{out}' (FORMAT parquet)")
        seconds["write"] = time.perf_counter() - began
    return seconds
