"""Expressions: what is read, how, and what hostile ones are answered."""

from decimal import Decimal

import pytest

from attain.engine.language import Expression, load_text
from attain.engine.language.models.forms import Figure
from tests.engine.language.plans import changed, refused
from tests.engine.language.refusals import refusals


def edit(expression: str) -> tuple[str, str]:
    lines = expression.replace("\n", "\n          ")
    return ("counts: least(amount, 500000)", f"counts: |-\n          {lines}")


def read(expression: str) -> Expression:
    lines = expression.replace("\n", "\n    ")
    plan = load_text(changed(("discount: 1 - amount / list_price", f"discount: |-\n    {lines}")))[0]
    return plan.fields["discount"]


@pytest.mark.parametrize("case", refusals("expressions/refused.yaml"))
def test_an_expression_is_refused(case):
    assert "\n".join(refused(changed(edit(case["expression"])))) + "\n" == case["problems"]


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "an expression has 20001 characters; at most 4000 are read."),
        ("(" * 31 + "1" + ")" * 31, "an expression is nested too deeply."),
        ("case when a = 1 then " * 31 + "1" + " end" * 31, "an expression is nested too deeply."),
        ("1" + " + 1" * 300, "an expression has 601 parts; at most 600 are read."),
    ],
)
def test_an_expression_beyond_the_limits_is_refused(expression, what):
    [problem] = refused(changed(edit(expression)))
    assert f'P112 component "New business": {what}' in problem


@pytest.mark.parametrize(
    "expression",
    ["(" * 30 + "1" + ")" * 30, "1" + " + 1" * 299, "case when a = 1 then " * 30 + "1" + " end" * 30],
)
def test_an_expression_at_the_limits_is_read(expression):
    assert read(expression).tree.sql()


@pytest.mark.parametrize(
    ("expression", "sql"),
    [
        ("10 %", "0.10"),
        ("0.5 %", "0.005"),
        ("250 %", "2.50"),
        ("amount * 50 % + 1", "amount * 0.50 + 1"),
        ("case category when 1 then 30 % else 40 % end", "CASE category WHEN 1 THEN 0.30 ELSE 0.40 END"),
        ("least(amount, 5) + greatest(units, 0)", "LEAST(amount, 5) + GREATEST(units, 0)"),
        ("complete_months(booking.date, date)", "COMPLETE_MONTHS(booking.date, date)"),
        ("coalesce(first, list, order, 0)", "COALESCE(first, list, order, 0)"),
        ("case when type = 'it''s' then 1 end", "CASE WHEN type = 'it''s' THEN 1 END"),
        (
            "case when a not in (1, 2) and b is not null then -abs(c) else 0 end",
            "CASE WHEN NOT a IN (1, 2) AND NOT b IS NULL THEN -ABS(c) ELSE 0 END",
        ),
        ("case when date between '2026-01-01' and booking.date\nthen 1 else 2 end",
         "CASE WHEN date BETWEEN '2026-01-01' AND booking.date THEN 1 ELSE 2 END"),
    ],
)  # fmt: skip
def test_an_expression_is_read(expression, sql):
    assert read(expression).tree.sql() == sql


def test_names_and_titles_are_told_apart():
    plan = load_text(changed())[0]
    condition = plan.components["Services"].then[0].condition
    assert condition.names == {"new_logos"}
    assert condition.titles == {("attainment", "New business")}
    assert str(condition.place_of("new_logos")) == "plan.yaml:69:57"


def test_a_figure_keeps_that_it_is_a_percent():
    assert read("-5.25 %").figure == Figure(Decimal("-0.0525"), percent=True)
    assert read("12.50").figure == Figure(Decimal("12.50"), percent=False)
    assert read("12.50 * amount").figure is None


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("counts: amount * wrong!", "40:31"),
        ("counts: 'amount * wrong!'", "40:32"),
        ('counts: "amount * wrong!"', "40:32"),
        ("counts: >-\n          amount\n          * wrong!", "42:18"),
        ("counts: |\n          amount\n          * wrong!", "42:18"),
        ("counts: amount\n          * wrong!", "41:18"),
    ],
)
def test_a_place_within_an_expression_is_true_however_it_is_written(written, place):
    [problem] = refused(changed(("counts: least(amount, 500000)", written)))
    assert problem.startswith(f"ae.yaml:{place} P111")
