"""Each check: a plan that is sound but for one thing, and the exact words that it is refused with."""

import re
from pathlib import Path

import pytest

import attain.engine.language as language
from attain.engine.language import load_text
from attain.engine.language.not_calculated import not_calculated
from tests.engine.language.plans import PLAN, changed, refused
from tests.engine.language.refusals import HERE, refusals

EDITED = [f"checks/{name}.yaml" for name in ("blocks", "choices", "names", "types", "bands", "unreachable")]


def test_the_plan_that_is_changed_is_sound():
    assert refused(PLAN) == []


@pytest.mark.parametrize("case", refusals(*EDITED))
def test_a_changed_plan_is_refused(case):
    edits = [(edit["old"], edit["new"]) for edit in case["edits"]]
    assert "\n".join(refused(changed(*edits))) + "\n" == case["problems"]


@pytest.mark.parametrize("case", refusals("checks/versions.yaml"))
def test_documents_are_refused_together(case):
    assert "\n".join(refused(case["text"])) + "\n" == case["problems"]


def test_each_code_is_shown_by_a_refusal():
    folder = Path(language.__file__).parent
    codes = {code for path in folder.rglob("*.py") for code in re.findall(r'"(P\d{3})"', path.read_text())}
    tests = [*HERE.rglob("*.yaml"), *HERE.rglob("test_*.py")]
    shown = {code for path in tests for code in re.findall(r" (P\d{3}) ", path.read_text())}
    guard = {"P130"}  # no text is known that the canonical layout would change
    assert codes - shown - guard == set()


def test_words_that_are_not_calculated_yet_are_named():
    text = changed(
        (
            "    pay: {how: lookup, table: Rates, each: credit}",
            "    pay: {how: pool, rate: 2 %, among: team, shared by: measure}",
        ),
        ("payment:\n", "payment:\n  clawback:\n    - {when: cancellation, take: 50 %}\n"),
    )
    assert refused(text) == []
    [plan] = load_text(text, "ae.yaml")
    assert [str(problem) for problem in not_calculated(plan)] == [
        'ae.yaml:74:16 P900 component "Deals": "how: pool" is a word of the language, '
        "and is not calculated yet.\n    Leave this part out, or pay it by manual adjustments.",
        'ae.yaml:77:34 P900 "clawback by take" is a word of the language, and is not calculated yet.'
        "\n    Leave this part out, or pay it by manual adjustments.",
    ]
