"""YAML: what a document may hold, and that any other text is refused by place and never otherwise."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attain.engine.language import load_text
from attain.engine.language.loader import load
from attain.engine.values.problems import Refused
from tests.engine.language.plans import PLAN, refused
from tests.engine.language.refusals import refusals


@pytest.mark.parametrize("case", refusals("yaml.yaml"))
def test_a_text_is_refused(case):
    assert "\n".join(refused(case["text"])) + "\n" == case["problems"]


def test_a_tab_is_refused():
    assert refused("plan: A\n\tpaid: monthly\n") == [
        "ae.yaml:2:1 P103 a tab stands here.\n    Indent and separate with spaces."
    ]


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}]\n"
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    problems = refused(bomb)
    assert len(problems) == 28
    assert all("P103 an a" in problem for problem in problems)


def test_a_file_beyond_the_limits_is_refused():
    [problem] = refused("# " + "x" * 4_000_000)
    assert "P101 the file has 4000002 characters; at most 4000000 are read." in problem
    [problem] = refused("plan: [" + "a," * 200_000 + "]")
    assert "P101 the file holds more than 200000 values." in problem


def test_scalars_stay_texts_until_a_key_types_them():
    [loaded] = load("a.yaml", "a: 0.10\nb: no\nc: 2026-01-01\nd: ~\n1: 0x10\n")
    assert loaded.root == {"a": "0.10", "b": "no", "c": "2026-01-01", "d": "~", "1": "0x10"}


def test_values_are_exact():
    plan = load_text(PLAN)[0]
    assert plan.effective.first == date(2026, 1, 1)
    assert plan.effective.next == date(2027, 1, 1)
    assert plan.target_incentive.amount == Decimal(18000)
    assert plan.components["Services"].pay.points[1].pay.value == Decimal(1)
    assert plan.values[0].rows[0].values["base_rate"].value == Decimal("0.04")


def test_every_key_and_value_has_its_place():
    plan = load_text(PLAN)[0]
    assert str(plan.source.place(("components", "Services", "over"))) == "plan.yaml:59:11"
    assert str(plan.source.key_place(("components", "Services", "over"))) == "plan.yaml:59:5"
    step = plan.components["New business"].then[1]
    assert str(plan.source.place(step.path)) == "plan.yaml:54:9"
    assert str(plan.source.place(("nowhere",))) == "plan.yaml:1:1"


def test_documents_of_a_file_have_texts_of_their_own():
    text = "# one\nmetric: a\neffective: from 2026-01-01\n---\n# two\nmetric: b\neffective: from 2026-01-01\n"
    first, second = load_text(text)
    assert first.source.text == "# one\nmetric: a\neffective: from 2026-01-01\n"
    assert second.source.text == "# two\nmetric: b\neffective: from 2026-01-01\n"
    assert load_text(second.source.text)[0].source.hash == second.source.hash != first.source.hash
    assert str(second.source.place(("metric",))) == "plan.yaml:6:9"


LINES = st.sampled_from(PLAN.splitlines())
SIGNS = st.text("ab:-{}[],#'\"&*!|>%@` \n\t?<=.0\x00\x07\ud800é", max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(LINES, SIGNS, st.text(max_size=8)), max_size=12).map("\n".join))
@example('"\\UFFFFFFFF": a')
@example("? !!x &y [*z\n: {")
@example('"\\0path": x')
@example("%TAG ! x\n---\na: b")
def test_any_text_loads_or_is_refused(text):
    try:
        load_text(text)
    except Refused as refusal:
        assert refusal.problems
        for problem in refusal.problems:
            str(problem)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_change_of_a_plan_loads_or_is_refused(data):
    lines = PLAN.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = data.draw(st.integers(0, len(line)))
        put = data.draw(
            st.one_of(SIGNS, st.text(max_size=5), st.sampled_from(["[]", "{}", "''", "x: y", "4 %"]))
        )
        lines[at] = line[:cut] + put + data.draw(st.sampled_from(["", line[cut:]]))
    try:
        load_text("\n".join(lines))
    except Refused as refusal:
        assert refusal.problems
        for problem in refusal.problems:
            str(problem)
            assert problem.place is not None
