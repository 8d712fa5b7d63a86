"""The demo's plan documents: sound, for every role, in three currencies, with the words buyers ask for."""

from importlib.resources import files
from pathlib import Path

import pytest

from attain.engine.calculation.plan_tests import run_tests
from attain.engine.language.checking import checked
from attain.engine.language.documents import load_documents

WORDS = (
    *("over: year to date", "how: marginal", "how: interpolated", "how: stepped amount", "how: whole amount"),
    *("only if:", "cap:", "kind: recoverable", "release: in proportion to payments", "on change: continued"),
    *("currency: USD", "currency: EUR", "currency: GBP", "currency: by region", "advance:", "maximum:"),
    *("pay in:", "ramp:", "leave:", "{cover of: owner}", "{territory of: account", "{managers of: owner"),
    "{split: splits",
)
PLANS = Path(str(files("attain.demo"))) / "plans"


@pytest.fixture(scope="module")
def documents():
    return load_documents([PLANS])


def test_all_documents_are_sound(documents):
    assert [str(problem) for problem in checked(documents)] == []


def test_each_says_what_it_is_about_and_proves_itself(documents):
    for plan in documents:
        assert len(plan.about) > 40, plan.title
        assert plan.tests, plan.title
        assert all(component.about for component in plan.components.values()) or plan.title.startswith(
            "Launch"
        )


def test_every_role_has_a_plan_in_every_region_all_year(documents, tables):
    roles = {row["role"] for row in tables["positions"]}
    assert roles == {role for plan in documents for role in plan.for_.role}
    europe = [plan for plan in documents if plan.title == "Account Executive, Europe"]
    assert len(europe) == 2 and europe[0].effective.next == europe[1].effective.first


def test_the_tests_of_a_plan_that_changes_hold_for_both_versions_together(documents):
    europe = [plan for plan in documents if plan.title == "Account Executive, Europe"]
    outcomes = [outcome for plan in europe for outcome in run_tests(plan, europe)]
    assert len(outcomes) == 4
    assert [outcome.problems for outcome in outcomes if outcome.problems] == []


def test_target_incentives_in_the_facts_name_components(documents, tables):
    titles = {title for plan in documents for title in plan.components}
    assert {row["component"] for row in tables["target_incentives"]} <= titles


def test_quotas_in_the_facts_are_those_that_the_plans_divide_by(documents, tables):
    named = {
        str(component.quota)
        for plan in documents
        for component in plan.components.values()
        if component.quota is not None
    }
    assert named == {row["measure"] for row in tables["quotas"]}


def test_the_words_that_were_promised_are_used(documents):
    text = "\n".join(plan.source.text for plan in documents)
    for word in WORDS:
        assert word in text, word
