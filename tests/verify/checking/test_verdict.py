"""Judging a folder: right as it is, wrong in every way that it is changed."""

import json
from decimal import Decimal

import pytest

from attain.verify.checking.verdict import judge
from attain.verify.inputs.forms import Unreadable
from tests.verify.checking.written import change, put, write
from tests.verify.company import COMMISSION, booking, facts, plan, seat

DRAW = "payment:\n  draw: {kind: recoverable, amount: 100 per month}\n"


@pytest.fixture
def folder(tmp_path):
    sold = [booking("T1", "2025-01-10", "A", "500"), booking("T2", "2025-02-10", "A", "1500.05")]
    document = plan("prorate: nothing\n" + COMMISSION + DRAW)
    return write(tmp_path / "out", document, facts([seat("A", "ANA")], sold), "2025-01", "2025-02")


def test_a_run_that_its_facts_and_plans_give_is_right(folder):
    verdict = judge(folder)
    assert verdict.faults == []
    assert verdict.rows["earnings"] == 2 and verdict.rows["balances"] == 2


def test_a_cent_more_is_named_with_its_place_and_both_figures(folder):
    change(folder, "earnings", 1, amount=Decimal("150.02"))
    assert judge(folder).faults == [
        "earnings: participant ANA, plan Plan, component Commission, period 2025-02, currency USD: "
        "amount written 150.02, recomputed 150.01",
        "lines: ANA, Plan, Commission, 2025-02: they add up to 150.01 of 150.02",
        "payments: ANA, USD: 0.01 of the earnings stand in no payment",
    ]


def test_a_payment_that_nobody_earned_breaks_the_law_of_conservation(folder):
    change(folder, "payments", 0, payment=Decimal("101.00"))
    assert [fault.partition(":")[2] for fault in judge(folder).faults] == [
        " participant ANA, plan Plan, period 2025-01, currency USD: payment written 101, recomputed 100",
        " ANA, USD, 2025-01: 50 came in, 51 went out",
    ]


def test_a_balance_must_go_on_where_it_ended(folder):
    change(folder, "balances", 1, opening=Decimal("49.00"), entries=Decimal("-49.00"))
    faults = judge(folder).faults
    assert "balances: ANA, USD, draw, 2025-02: opens with 49, the period before closed with 50" in faults


def test_a_row_too_few_is_missed(folder):
    put(folder, "credits", [])
    assert [fault.split(": ")[-1] for fault in judge(folder).faults] == [
        "written nothing, recomputed share 1, amount 500, currency USD, original_amount 500, "
        "original_currency USD",
        "written nothing, recomputed share 1, amount 1500.05, currency USD, original_amount 1500.05, "
        "original_currency USD",
    ]


def test_a_fact_or_plan_that_was_changed_since_is_found_by_its_hash(folder):
    path = folder / "facts" / "transactions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1500.05", "1500.06"), encoding="utf-8")
    assert judge(folder).faults[0] == "facts/transactions.csv: changed since the run"
    (folder / "plans" / "plan.yaml").unlink()
    assert "plans/plan.yaml: missing" in judge(folder).faults


def test_a_table_is_held_to_its_hash_as_well(folder):
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["tables"] = {"earnings": {"rows": 2, "earnings.parquet": "0" * 64}}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert judge(folder).faults == ["earnings.parquet: changed since the run"]


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(Unreadable, match=r"holds no run\.json"):
        judge(tmp_path)
    (tmp_path / "run.json").write_text("[]", encoding="utf-8")
    with pytest.raises(Unreadable, match="is no record of a run"):
        judge(tmp_path)
