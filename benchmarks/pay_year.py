"""One pay year, calculated side by side: by Attain from plan documents, by SQL written by hand, by a loop.

    python benchmarks/pay_year.py --rows 10000000 [--rows 1000000 ...] [--rounds 3] [--folder build/pay_year]

Each contender runs in a process of its own, so that its peak memory is its own. Rounds alternate between
contenders and the best round of each counts. Payments of all contenders are compared to the cent.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import company
import duckdb

HERE = Path(__file__).resolve().parent
SAMPLE_DIVISION = 3


@dataclass(frozen=True)
class Contender:
    """A title, the call that a child process makes with `folder` and `out`, and whom it pays."""

    key: str
    title: str
    call: str
    everybody: bool = True


TRUTH = Contender("by_day", "SQL by hand, by day", "import run_by_hand as r; r.pay(folder, out, 'by day')")
CONTENDERS = (
    Contender("attain", "Attain", "import run_attain as r; r.pay(folder, out)"),
    TRUTH,
    Contender(
        "by_credit", "SQL by hand, by credit", "import run_by_hand as r; r.pay(folder, out, 'by credit')"
    ),
    Contender(
        "attain_lines",
        "Attain, sellers with all lines",
        "import run_attain as r; r.pay(folder, out, 'account-executives', lines=True)",
        everybody=False,
    ),
    Contender(
        "by_hand_lines",
        "SQL by hand, sellers with all lines",
        "import run_by_hand as r; r.pay(folder, out, 'sellers', lines=True)",
        everybody=False,
    ),
    Contender("one", "Attain, one participant's lines", "import run_attain as r; r.one(folder, out)"),
    Contender(
        "loop",
        "Python loop over a sample",
        f"import run_loop as r; r.pay(folder, out, {SAMPLE_DIVISION})",
        everybody=False,
    ),
)


@dataclass(frozen=True)
class Run:
    """One run of one contender: seconds by part of the work, peak memory in megabytes, processor seconds."""

    parts: dict[str, float]
    peak: int
    cpu: float

    @property
    def seconds(self) -> float:
        return sum(self.parts.values())


def run(contender: Contender, folder: Path) -> Run:
    """Run a contender in a child process; its own seconds, and the peak that the system counted."""
    call = contender.call.replace("; r.", "; parts = r.")
    program = (
        f"import json, sys; from pathlib import Path; sys.path.insert(0, {str(HERE)!r})\n"
        f"folder, out = Path({str(folder)!r}), Path({str(paid(contender, folder))!r})\n"
        f"{call}; print(json.dumps(parts))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as child:
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{contender.title}: failed with status {child.returncode}")
    busy = usage.ru_utime + usage.ru_stime
    return Run(json.loads(text.splitlines()[-1]), usage.ru_maxrss // 1024, busy)


def paid(contender: Contender, folder: Path) -> Path:
    """Where a contender writes its payments: participant, period, earned, payment."""
    return folder / f"{contender.key}.paid.parquet"


def compare(folder: Path) -> bool:
    """Print how many payments of each contender differ from the SQL by hand; whether none does."""
    truth = f"SELECT participant, period, earned, payment FROM '{paid(TRUTH, folder)}'"
    differing = 0
    with duckdb.connect() as connection:
        for contender in CONTENDERS:
            path = paid(contender, folder)
            if contender is TRUTH or not path.exists():
                continue
            given = f"SELECT participant, period, earned, payment FROM '{path}'"
            whom = "" if contender.everybody else f" WHERE participant IN (SELECT participant FROM '{path}')"
            payments, differ = connection.execute(
                f"SELECT (SELECT count(*) FROM ({given})), count(*) "
                f"FROM (({given} EXCEPT {truth}) UNION ALL ({truth}{whom} EXCEPT {given}))"
            ).fetchone()
            print(f"  {contender.title:<36}{payments:>9,} payments, {differ} differ from {TRUTH.title}")
            differing += differ
    return compare_lines(folder) and differing == 0


def compare_lines(folder: Path) -> bool:
    """Print how far the lines of Attain are those of the SQL by hand; whether they are, to the cent."""
    drawn, by_hand = (
        path.with_suffix(".lines.parquet")
        for path in (folder / "attain_lines.paid.parquet", folder / "by_hand_lines.paid.parquet")
    )
    sums = "SELECT participant, period, sum(amount) AS amount FROM '{}' GROUP BY ALL"
    one, other = sums.format(drawn), sums.format(by_hand)
    of_credits = f"SELECT * FROM '{drawn}' WHERE transaction <> ''"
    same = "a.participant = b.participant AND a.transaction = b.transaction AND a.rate = b.rate"
    joined = f"({of_credits}) AS a JOIN '{by_hand}' AS b ON {same}"
    with duckdb.connect() as connection:
        lines, rest, hand = (
            connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
            for source in (f"'{drawn}'", f"'{drawn}' WHERE transaction = ''", f"'{by_hand}'")
        )
        sums_differ = connection.execute(
            f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
        ).fetchone()[0]
        same_lines = connection.execute(
            f"SELECT count(*) FROM {joined} WHERE a.amount = b.amount AND a.raw = b.raw"
        ).fetchone()[0]
    print(f"  {lines:,} lines of Attain, {rest:,} of them without a transaction; {hand:,} by hand")
    print(f"  {same_lines:,} are the same; {sums_differ} sums of a participant's month differ")
    return sums_differ == 0 and same_lines == hand == lines - rest


def table(rows: int, sample: int, best: dict[str, Run]) -> None:
    """Print seconds, processor seconds, rows per second, ratios and peak of all, and where the time goes."""
    heads = f"{'÷ by day':>10}{'÷ by credit':>12}{'× loop':>8}"
    print(f"\n{'':<36}{'seconds':>8}{'cpu s':>8}{'rows/s':>12}{heads}{'peak MB':>9}")
    loop = sample / best["loop"].seconds
    for contender in CONTENDERS:
        ran, count = best[contender.key], sample if contender.key == "loop" else rows
        if contender.key == "one":
            print(f"{contender.title:<36}{ran.seconds:>8.3f}{ran.peak:>59,}")
            continue
        speed = count / ran.seconds
        ratios = [ran.seconds / best[other].seconds for other in ("by_day", "by_credit")]
        shown = [f"{ratio:.2f}" if count == rows else "" for ratio in ratios]
        print(
            f"{contender.title:<36}{ran.seconds:>8.2f}{ran.cpu:>8.2f}{speed:>12,.0f}{shown[0]:>10}{shown[1]:>12}"
            f"{speed / loop:>8.0f}{ran.peak:>9,}"
        )
    drawn, by_hand = best["attain_lines"], best["by_hand_lines"]
    ratios = (
        f"{drawn.seconds / by_hand.seconds:.2f} by the clock, {drawn.cpu / by_hand.cpu:.2f} by processors"
    )
    print(f"Attain with all lines ÷ SQL by hand with all lines: {ratios}")
    print("\nWhere the time goes, in seconds")
    for contender in CONTENDERS:
        parts = sorted(best[contender.key].parts.items(), key=lambda part: -part[1])
        shown = ", ".join(f"{name} {seconds:.2f}" for name, seconds in parts[:8])
        print(f"  {contender.title:<36}{shown}")


def measure(rows: int, rounds: int, folder: Path) -> tuple[bool, dict[str, Run]]:
    """Generate a pay year if it is not there, run all contenders, print the table; whether they agree."""
    if not (folder / "transactions.2.parquet").exists():
        began = time.perf_counter()
        company.generate(folder, rows)
        print(f"generated {rows:,} transactions in {time.perf_counter() - began:.0f} s", flush=True)
    best: dict[str, Run] = {}
    for _ in range(rounds):
        for contender in CONTENDERS:
            ran = run(contender, folder)
            held = best.get(contender.key)
            best[contender.key] = ran if held is None or ran.seconds < held.seconds else held
            print(f"  {contender.title:<36}{ran.seconds:>8.2f} s", flush=True)
    with duckdb.connect() as connection:
        sample = connection.execute(
            f"SELECT count(*) FROM '{folder}/transactions.1.parquet' "
            f"WHERE owner LIKE 'A{SAMPLE_DIVISION:02d}-%'"
        ).fetchone()[0]
    table(rows, sample, best)
    print("\nTo the cent")
    return compare(folder), best


def main() -> int:
    """Exit status 1 where any payment differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, action="append", help="transactions; may be repeated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("build/pay_year"))
    asked = parser.parse_args()
    sizes = asked.rows or [1_000_000]
    agreed, costs = True, []
    for rows in sizes:
        print(f"\n== pay year: {rows:,} transactions, {company.PEOPLE:,} people, {os.cpu_count()} cores ==")
        same, best = measure(rows, asked.rounds, asked.folder.resolve() / str(rows))
        agreed = agreed and same
        costs.append((rows, best["attain"].seconds / rows * 1e9))
    if len(costs) > 1:
        print("\nCost per row: " + ", ".join(f"{rows:,} rows {cost:.0f} ns" for rows, cost in costs))
    print("\nall payments agree" if agreed else "\nPAYMENTS DIFFER")
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
