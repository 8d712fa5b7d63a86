"""The library: every plan checks and passes its own tests, and says in plain words what it pays."""

from importlib.resources import files
from pathlib import Path

import pytest

from attain.cli import attain
from attain.engine.language.documents import load_documents

PLANS = sorted((Path(str(files("attain.library"))) / "plans").glob("*.yaml"))
WAYS_TO_PAY = {
    "flat-commission",
    "tiered-commission",
    "accelerator-on-annual-quota",
    "quarterly-quota-bonus",
    "sales-development",
    "specialist-overlay",
    "manager-override",
    "recoverable-draw",
    "ramp-for-new-hires",
    "holdback-until-paid",
    "commission-on-margin",
    "growth-and-margin-matrix",
    "customer-retention",
    "split-deals",
    "several-currencies",
}


def test_there_is_a_plan_for_each_usual_way_to_pay():
    assert {path.stem for path in PLANS} == WAYS_TO_PAY


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_checks_and_passes_its_own_tests(path, capsys):
    status = attain.main(["check", str(path)], prog_name="attain", standalone_mode=False)
    assert not status, capsys.readouterr().out


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_says_what_it_pays_and_has_two_tests_or_more(path):
    (plan,) = load_documents([path])
    assert len(plan.about.split()) >= 15
    assert 2 <= len(plan.tests) <= 3
    assert all(test.expect.get("earnings") or test.expect.get("payments") for test in plan.tests)
