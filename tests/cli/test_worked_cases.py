"""Worked cases through the commands: files in, files out, and the payment explained."""

import csv
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from tests.cases.adapter import Case, case_files, read_case
from tests.cases.comparison import differences
from tests.cli.small import run


def case_of(name: str) -> Case:
    return read_case(next(path for path in case_files() if path.stem == name))


def calculated(case: Case, folder: Path) -> Path:
    """The case's facts as files, calculated; the folder of the run."""
    (folder / "facts").mkdir()
    for name, rows in case.facts.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if not columns:
            continue
        with (folder / "facts" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([row.get(column) or "" for column in columns] for row in rows)
    known = ["--known-as-of", case.known_as_of] if case.known_as_of else []
    result = run(
        "calculate", case.plan, "--data", folder / "facts", "--period", case.periods[0], "--through",
        case.periods[-1], "--out", folder / "paid", "--lines", *known,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return folder / "paid"


@pytest.mark.parametrize(
    "name",
    [
        "payment-steps-in-order",
        "late-correction-prior-period-adjustment",
        "accelerator-with-retroactive-base",
    ],
)
def test_what_is_written_answers_the_case(tmp_path: Path, name: str) -> None:
    case = case_of(name)
    out = calculated(case, tmp_path)
    assert differences(case, lambda table: parquet.read_table(out / f"{table}.parquet").to_pylist()) == []


def test_every_payment_step_is_shown_in_order_and_adds_up(tmp_path: Path) -> None:
    out = calculated(case_of("payment-steps-in-order"), tmp_path)
    text = run("explain", out, "--participant", "ANA", "--period", "2025-01").stdout
    assert "is paid 3,600.00 EUR for 2025-01" in text
    assert "6,000.00 − 400.00 + 250.00 − 600.00 + 300.00 − 500.00 − 1,000.00 − 50.00 = 4,000.00 USD" in text
    assert "4,000.00 USD × 0.9, fixed by the plan = 3,600.00 EUR" in text
    assert "draw owed: 1,000.00 − 1,000.00 = 0.00 USD" in text
    words = ["earned", "prior-period", "manual", "held back", "released", "clawed back", "repaid", "lost"]
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)


def test_a_closed_period_is_explained_as_known_at_its_closing_and_the_change_where_it_was_posted(
    tmp_path: Path,
) -> None:
    out = calculated(case_of("late-correction-prior-period-adjustment"), tmp_path)
    closed = run("explain", out, "--participant", "ANA", "--period", "2025-01").stdout
    assert "as known at the closing (2025-01-31" in closed
    assert "T1 of 2025-01-10, booking, 10,000.00 USD: 500.00 USD" in closed and "T2 of" not in closed
    posted = run("explain", out, "--participant", "ANA", "--period", "2025-02").stdout
    assert "Commission, 2025-01 for T1: -100.00 USD, because of T1" in posted
    assert "Commission, 2025-01 for T2: 150.00 USD, because of T2" in posted
    assert "1,000.00 + 50.00 = 1,050.00 USD" in posted
