"""`attain explain`: a payment down to its transactions, in words and as data, from a run's folder alone."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.small import company, paid, run


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose plan and facts are gone: what explains it lies beside its tables."""
    folder = company(tmp_path_factory.mktemp("company"))
    assert paid(folder).exit_code == 0
    (folder / "plan.yaml").unlink()
    shutil.rmtree(folder / "facts")
    return folder / "paid"


def told(written: Path, participant: str, period: str, *more: str) -> str:
    result = run("explain", written, "--participant", participant, "--period", period, *more)
    assert result.exit_code == 0, result.output
    return result.stdout


def parts(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for part in tree["parts"]:
        yield from parts(part)


def test_a_payment_leads_down_to_its_transactions(written: Path) -> None:
    text = told(written, "P1", "2026-02")
    for fact in (
        "Ana Abel (P1) is paid 4,400.00 USD for 2026-02",
        "version of 2026-01-01",
        "measure sum(credit), 2026-01-01 to 2026-02-28 (year to date): 150,000.00",
        "attainment 150,000.00 ÷ 120,000.00 = 125 %",
        "5 % from 0 % and 8 % from 100 %",
        "8,400.00 USD − 4,000.00 USD = 4,400.00",
        "D-2 of 2026-02-11, booking, 70,000.00 USD, Bolt: 4,400.00 USD",
        "rule 1: booking or return to owner",
        "band from 0 %: measure 80,000.00 to 120,000.00, 40,000.00 × 5 % = 2,000.00 USD",
        "band from 100 %: measure 120,000.00 to 150,000.00, 30,000.00 × 8 % = 2,400.00 USD",
    ):
        assert fact in text


def test_a_foreign_amount_shows_its_rate_and_the_rates_date(written: Path) -> None:
    text = told(written, "P6", "2026-02")
    assert "10,000.00 EUR × 1.085 (EUR to USD of 2026-02-10) = 10,850.00 USD" in text


def test_a_quota_shows_the_days_that_count(written: Path) -> None:
    assert "2026 of AE-2: 120,000.00 × 323 of 365 days = ≈ 106,191.7808" in told(written, "P6", "2026-02")


def test_a_return_shows_what_it_returns_and_who_held_the_seat(written: Path) -> None:
    text = told(written, "P1", "2026-03")
    assert "R-1 of 2026-03-02, return, -20,000.00 USD, Bolt, of D-2" in text
    assert "held by P1 on 2026-02-11" in text
    assert "-20,000.00 × 8 % = -1,600.00 USD" in text


def test_payment_steps_add_up_and_balances_close(written: Path) -> None:
    text = told(written, "P1", "2026-03")
    assert "drawn, to reach the draw: 2,600.00 USD (recoverable draw 1,000 per month)" in text
    assert "-1,600.00 + 2,600.00 = 1,000.00 USD" in text
    assert "draw owed: 0.00 + 2,600.00 = 2,600.00 USD" in text


@pytest.mark.parametrize(
    ("participant", "period", "component", "reason"),
    [
        ("P1", "2026-01", "Logo bonus", "the gate `new_logos >= 2` is not met (new_logos is 1)"),
        ("P1", "2026-02", "Big months", "measure is 70,000; the table pays from 75,000 on"),
        (
            "P2",
            "2026-02",
            "New business",
            "D-3 of 2026-02-12, booking, 10,000.00 EUR, Core: credited to =Finn (P6)",
        ),
        ("P3", "2026-02", "New business", "no rule takes the type renewal"),
        ("P3", "2026-01", "New business", "no transaction gave credit to AE-3, 2026-01-01 to 2026-01-31"),
        ("P4", "2026-01", "New business", "holds SE-1 (role Solution Engineer), which is under no plan"),
        ("P5", "2026-01", "New business", "holds no position from 2026-01-01 to 2026-01-31"),
        ("P5", "2026-03", "New business", "exception quota_missing"),
        ("P6", "2026-03", "New business", "the figure to date is 542.50 USD, as it was before"),
    ],
)
def test_says_why_a_component_gives_nothing(
    written: Path, participant: str, period: str, component: str, reason: str
) -> None:
    text = told(written, participant, period, "--component", component)
    assert f"earns nothing by {component} for {period}" in text
    assert reason in text


def test_a_component_alone_shows_only_its_earning(written: Path) -> None:
    text = told(written, "P1", "2026-01", "--component", "Big months")
    assert "earns 500.00 USD by Big months" in text and "reached: band from 75,000 with 500" in text
    assert "New business" not in text


def test_as_data_every_figure_is_an_exact_text(written: Path) -> None:
    tree = json.loads(told(written, "P1", "2026-02", "--json"))
    lines = [part for part in parts(tree) if part["kind"] == "line"]
    assert [(line["facts"]["rate"], line["facts"]["amount"]) for line in lines] == [
        ("0.05", "2000"),
        ("0.08", "2400"),
    ]
    attainment = next(part for part in parts(tree) if part["kind"] == "attainment")
    assert attainment["facts"] == {"attainment": "1.25"}
    payment = next(part for part in parts(tree) if part["kind"] == "payment")
    assert payment["facts"]["paid"] == "4400"


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (["--participant", "P11", "--period", "2026-01"], "R110", "Did you mean P1"),
        (["--participant", "P1", "--period", "2026-07"], "R111", "2026-01 to 2026-03"),
        (["--participant", "P1", "--period", "2026-01", "--component", "Bonus"], "R112", "New business"),
    ],
)
def test_what_the_run_does_not_know_is_refused_with_what_it_knows(
    written: Path, words: list[str], code: str, cure: str
) -> None:
    result = run("explain", written, *words)
    assert result.exit_code == 1 and code in result.stderr and cure in result.stderr


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    result = run("explain", tmp_path, "--participant", "P1", "--period", "2026-01")
    assert result.exit_code == 1 and "R104" in result.stderr and "attain calculate" in result.stderr


def test_facts_that_are_not_those_of_the_run_explain_nothing(tmp_path: Path) -> None:
    folder = company(tmp_path)
    paid(folder)
    facts = folder / "paid" / "facts" / "transactions.csv"
    facts.write_text(facts.read_text().replace("80000", "90000"))
    result = run("explain", folder / "paid", "--participant", "P1", "--period", "2026-01")
    assert result.exit_code == 1
    assert "R105" in result.stderr and "transactions.csv" in result.stderr


def test_runs_as_a_module_in_a_process_of_its_own(written: Path) -> None:
    words = ["explain", str(written), "--participant", "P1", "--period", "2026-02"]
    done = subprocess.run(
        [sys.executable, "-m", "attain.cli", *words], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0 and done.stderr == ""
    assert "is paid 4,400.00 USD for 2026-02" in done.stdout


def test_long_lists_are_cut_unless_all_is_asked_for(tmp_path: Path) -> None:
    head = "id,date,type,owner,amount,currency,account,new_logo,original\n"
    many = head + "".join(f"S-{n:03},2026-01-09,booking,AE-1,10,USD,A{n},no,\n" for n in range(60))
    folder = company(tmp_path)
    (folder / "facts" / "transactions.csv").write_text(many)
    paid(folder)
    words = ["explain", folder / "paid", "--participant", "P1", "--period", "2026-01"]
    short, full = run(*words).stdout, run(*words, "--all").stdout
    assert "S-000" in short and "S-059" not in short and "more" in short and "(--all shows them)" in short
    assert all(f"S-{n:03}" in full for n in range(60))
