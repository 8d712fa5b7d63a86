"""`attain calculate`: what it writes, what it says, and what it refuses before anything is written."""

import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from tests.cli.small import FACTS, PLAN, company, paid, rows, run

TABLES = ("earnings", "credits", "measures", "payments", "balances", "adjustments", "exceptions")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = company(tmp_path_factory.mktemp("company"))
    assert paid(folder, "--lines").exit_code == 0
    return folder / "paid"


def test_says_what_was_paid_and_what_to_do_next(tmp_path: Path) -> None:
    result = paid(company(tmp_path))
    assert result.exit_code == 0
    assert "11 payments to 5 people" in result.stdout
    assert "17,900.00 USD" in result.stdout
    assert re.search(r" 1 +position_unknown: Load the position", result.stdout)
    assert "quota_missing" in result.stdout and "attain verify" in result.stdout
    steps = re.findall(r"^ +\d+\.\d\d s  (.+)$", result.stderr, re.MULTILINE)
    assert steps[:3] == ["1 plan versions", "27 facts in 6 tables", "credits to payments"]


def test_every_table_is_there_as_parquet_and_as_csv_with_the_same_rows(written: Path) -> None:
    for name in (*TABLES, "lines"):
        table, text = parquet.read_table(written / f"{name}.parquet"), rows(written / f"{name}.csv")
        assert len(text) == table.num_rows
        for exact, shown in zip(table.to_pylist(), text, strict=True):
            for column, value in exact.items():
                if isinstance(value, Decimal):
                    assert Decimal(shown[column]) == value
                else:
                    assert shown[column].removeprefix("'") == ("" if value is None else str(value))


def test_lines_are_written_only_when_asked_for_and_add_up(written: Path, tmp_path: Path) -> None:
    sums: dict[tuple[str, ...], Decimal] = {}
    for line in rows(written / "lines.csv"):
        key = (line["participant"], line["component"], line["period"])
        sums[key] = sums.get(key, Decimal(0)) + Decimal(line["amount"])
    earned = {
        (row["participant"], row["component"], row["period"]): Decimal(row["amount"])
        for row in rows(written / "earnings.csv")
    }
    assert {key: value for key, value in sums.items() if value} == earned
    folder = company(tmp_path)
    paid(folder)
    assert not list((folder / "paid").glob("lines.*"))


def test_numbers_are_plain_and_texts_are_harmless_to_a_spreadsheet(written: Path) -> None:
    credit = next(row for row in rows(written / "credits.csv") if row["transaction"] == "D-3")
    assert (credit["amount"], credit["share"], credit["exchange_rate"]) == ("10850", "1", "1.085")
    assert credit["credit_date"] == "2026-02-12"


def test_a_key_that_looks_like_a_formula_gets_an_apostrophe(tmp_path: Path) -> None:
    facts = {name: text.replace("P1", "=P1") for name, text in FACTS.items()}
    folder = company(tmp_path, facts=facts)
    assert paid(folder).exit_code == 0
    assert "'=P1" in {row["participant"] for row in rows(folder / "paid" / "earnings.csv")}
    assert "=P1" in parquet.read_table(folder / "paid" / "earnings.parquet")["participant"].to_pylist()


def test_the_record_names_every_file_with_its_hash(written: Path) -> None:
    record = json.loads((written / "run.json").read_text())
    files = {written / "plans" / each["file"]: each["sha256"] for each in record["plans"]}
    files |= {written / "facts" / each["file"]: each["sha256"] for each in record["data"]}
    for entry in record["tables"].values():
        files |= {written / name: digest for name, digest in entry.items() if name != "rows"}
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == digest for path, digest in files.items())
    everything = {path for path in written.rglob("*") if path.is_file()}
    assert everything == {*files, written / "run.json"}
    assert (record["period"], record["through"], record["periods"]) == (
        "2026-01",
        "2026-03",
        ["2026-01", "2026-02", "2026-03"],
    )


def test_facts_and_plans_are_copied_byte_for_byte(written: Path) -> None:
    origin = written.parent
    assert (written / "plans" / "plan.yaml").read_bytes() == (origin / "plan.yaml").read_bytes()
    for path in (origin / "facts").iterdir():
        assert (written / "facts" / path.name).read_bytes() == path.read_bytes()


def test_the_same_inputs_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    folder = company(tmp_path)
    paid(folder, "--lines")
    assert json.loads((folder / "paid" / "run.json").read_text()) == json.loads(
        (written / "run.json").read_text()
    )


def test_plans_of_several_folders_keep_their_files_apart(tmp_path: Path) -> None:
    folder = company(tmp_path)
    for place, title in (("field", "Field"), ("inside", "Inside")):
        (folder / place).mkdir()
        text = PLAN.replace("plan: Account Executives", f"plan: {title}")
        (folder / place / "2026-01-01.yaml").write_text(text.partition("payment:")[0])
    result = run(
        "calculate", folder / "field", folder / "inside", "--data", folder / "facts", "--period", "2026-Q1",
        "--out", folder / "paid",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    record = json.loads((folder / "paid" / "run.json").read_text())
    assert {each["file"]: each["title"] for each in record["plans"]} == {
        "field/2026-01-01.yaml": "Field",
        "inside/2026-01-01.yaml": "Inside",
    }
    shown = run("explain", folder / "paid", "--participant", "P1", "--period", "2026-02").output
    assert "by plan Field" in shown and "by plan Inside" in shown


def test_a_table_of_rates_beside_the_plan_comes_along(tmp_path: Path) -> None:
    plan = """\
plan: Rates
effective: from 2026-01-01
paid: monthly
currency: USD
for: {role: Account Executive}
tables:
  Rates: {key: {new_logo: equal}, gives: rate, match: only row, otherwise: exception, rows: tables/rates.csv}
components:
  Commission:
    credit: [{from: booking, where: currency = 'USD', to: owner}]
    measure: sum(credit)
    over: month
    pay: {how: lookup, table: Rates, each: credit}
"""
    folder = company(tmp_path, plan)
    (folder / "tables").mkdir()
    (folder / "tables" / "rates.csv").write_text("new_logo,rate\nyes,10 %\nno,4 %\n")
    assert paid(folder).exit_code == 0
    assert (folder / "paid/plans/tables/rates.csv").read_text() == "new_logo,rate\nyes,10 %\nno,4 %\n"
    (folder / "tables" / "rates.csv").unlink()
    shown = run("explain", folder / "paid", "--participant", "P1", "--period", "2026-01").output
    assert "80,000.00 × 10 % = 8,000.00" in shown


def test_known_as_of_a_day_means_its_last_instant(tmp_path: Path) -> None:
    late = FACTS["transactions"].replace(",original\n", ",original,loaded\n")
    late = late.replace("Acme,yes,\n", "Acme,yes,,2026-01-31T23:30:00\n")
    lines = late.splitlines()
    facts = {
        **FACTS,
        "transactions": "\n".join([line if line.count(",") == 9 else f"{line}," for line in lines]) + "\n",
    }
    folder = company(tmp_path, facts=facts)

    def earned(known_as_of: str) -> set[str]:
        out = folder / known_as_of.replace(":", "-")
        result = run(
            "calculate", folder / "plan.yaml", "--data", folder / "facts", "--period", "2026-01",
            "--out", out, "--known-as-of", known_as_of,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        return {row["amount"] for row in rows(out / "earnings.csv")}

    assert earned("2026-01-31") == {"4000.00", "500.00"}
    assert earned("2026-01-30") == set()
    assert earned("2026-01-31T23:29:59") == set()
    assert earned("2026-02-01T00:30:00+01:00") == {"4000.00", "500.00"}


def test_a_run_is_not_lost_unless_it_is_said(tmp_path: Path) -> None:
    folder = company(tmp_path)
    assert paid(folder).exit_code == 0
    before = (folder / "paid" / "run.json").read_bytes()
    again = paid(folder)
    assert again.exit_code == 1 and "R100" in again.stderr and "--replace" in again.stderr
    assert (folder / "paid" / "run.json").read_bytes() == before
    assert paid(folder, "--replace", "--lines").exit_code == 0
    assert (folder / "paid" / "lines.csv").is_file()
    assert {path.name for path in folder.iterdir()} == {"plan.yaml", "facts", "paid"}


def test_what_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    folder = company(tmp_path)
    (folder / "paid").mkdir()
    (folder / "paid" / "letter.txt").write_text("dear")
    result = paid(folder, "--replace")
    assert result.exit_code == 1 and "R101" in result.stderr
    assert [path.name for path in (folder / "paid").iterdir()] == ["letter.txt"]
    (folder / "paid" / "letter.txt").unlink()
    assert paid(folder).exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--engine", "spark"], "sc://"),
        (["--spark", "sc://127.0.0.1:1"], "--engine spark"),
        (["--known-as-of", "January"], "2026-01-31"),
        (["--engine", "abacus"], "duckdb"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(tmp_path: Path, words: list[str], told: str) -> None:
    folder = company(tmp_path)
    result = paid(folder, *words)
    assert result.exit_code == 2 and told in result.stderr
    assert not (folder / "paid").exists()


def test_a_spark_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    folder = company(tmp_path)
    result = paid(folder, "--engine", "spark", "--spark", "sc://127.0.0.1:1")
    assert result.exit_code == 1 and "R107 sc://127.0.0.1:1 does not answer" in result.stderr
    assert not (folder / "paid").exists()


@pytest.mark.parametrize(
    ("file", "wrong", "right", "place", "told"),
    [
        ("plan.yaml", "rate: 250", "rate: 250 each", "plan.yaml:27:32 ", "P110"),
        ("plan.yaml", "how: stepped amount", "how: by steps", "plan.yaml:", "stepped amount"),
        ("facts/transactions.csv", ",80000,", ",eighty,", "transactions.csv", "eighty"),
        ("facts/assignments.csv", "position,participant", "seat,participant", "assignments.csv", "position"),
    ],
)
def test_errors_carry_their_place_and_leave_nothing(
    tmp_path: Path, file: str, wrong: str, right: str, place: str, told: str
) -> None:
    folder = company(tmp_path)
    path = folder / file
    path.write_text(path.read_text().replace(wrong, right, 1))
    result = paid(folder)
    assert result.exit_code == 1
    assert place in result.stderr and told in result.stderr and "Traceback" not in result.output
    assert not (folder / "paid").exists()


def test_a_period_of_no_calendar_is_refused(tmp_path: Path) -> None:
    folder = company(tmp_path)
    result = run(
        "calculate", folder / "plan.yaml", "--data", folder / "facts", "--period", "2026-13",
        "--out", folder / "paid",
    )  # fmt: skip
    assert result.exit_code == 1 and "2026-13" in result.stderr and "2026-Q1" in result.stderr
