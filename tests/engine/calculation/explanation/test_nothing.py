"""Why zero: each reason for which a component gives nothing is named, with the figures that it turns on."""

import pytest

from attain.engine.calculation.explanation import explain
from attain.engine.values.problems import Refused
from tests.engine.calculation.explanation.worlds import calculated, nothing, sale, words

COMMISSION = """\
components:
  Commission:
    credit: [{{from: booking, to: owner}}]
    measure: sum(credit)
    over: {over}
    {more}
    pay: {pay}
"""
FLAT = "{how: flat, rate: 5 %}"


def commission(over: str = "month", more: str = "about: Pay.", pay: str = FLAT, then: str = "") -> str:
    return COMMISSION.format(over=over, more=more, pay=pay) + (f"    then: [{then}]\n" if then else "")


def reason(item: object) -> object:
    return item.facts.get("reason")  # type: ignore[attr-defined]


def test_no_credits_in_the_window() -> None:
    item = nothing(calculated(commission(), transactions=[sale("T1", "2026-02-03", "100")]), "Commission")
    assert reason(item) == "no credits" and "2026-01-01 to 2026-01-31" in item.text


def test_a_credit_of_another_window_is_no_mystery() -> None:
    rule = "about: Pay."
    body = commission(more=rule).replace("to: owner", "to: owner, credited on: signed")
    results = calculated(body, transactions=[sale("T1", "2026-01-30", "100", signed="2026-02-02")])
    assert "T1 of 2026-01-30" in words(nothing(results, "Commission"))
    assert "credited on 2026-02-02, outside of this window" in words(nothing(results, "Commission"))


def test_a_split_that_gave_the_credit_to_somebody_else() -> None:
    body = commission().replace("to: owner", "to: {split: splits, otherwise: owner}")
    split = [{"transaction": "T1", "position": "S-2", "share": "100 %"}]
    results = calculated(body, transactions=[sale("T1", "2026-01-09", "100")], splits=split)
    assert "T1 of 2026-01-09, booking, 100.00 USD: credited to BEN in S-2 by rule 1" in words(
        nothing(results, "Commission")
    )


def test_an_exception_about_a_transaction_of_theirs() -> None:
    split = [{"transaction": "T1", "position": "S-1", "share": "60 %"}]
    body = commission().replace("to: owner", "to: {split: splits, otherwise: owner}")
    results = calculated(body, transactions=[sale("T1", "2026-01-09", "100")], splits=split)
    assert "exception splits_do_not_add_up" in words(nothing(results, "Commission"))


def test_a_condition_that_no_transaction_meets() -> None:
    body = commission().replace("to: owner", "where: amount > 500, to: owner")
    results = calculated(body, transactions=[sale("T1", "2026-01-09", "100")])
    text = words(nothing(results, "Commission"))
    assert "no rule gives this participant credit" in text and "where amount > 500" in text


def test_credits_that_add_up_to_nothing() -> None:
    results = calculated(
        commission(), transactions=[sale("T1", "2026-01-09", "100"), sale("T2", "2026-01-10", "-100")]
    )
    item = nothing(results, "Commission")
    assert reason(item) == "zero" and "2 credits" in item.text and "add up to 0" in item.text


@pytest.mark.parametrize(
    ("quotas", "state"),
    [([], "missing"), (["0"], "zero"), (["-5"], "negative")],
)
def test_a_quota_that_cannot_divide(quotas: list[str], state: str) -> None:
    body = "prorate: nothing\n" + commission(
        more="quota: sales", pay="{how: marginal, by: attainment, bands: [{from: 0 %, rate: 5 %}]}"
    )
    rows = [{"position": "S-1", "measure": "sales", "period": "2026-01", "amount": each} for each in quotas]
    rows.append({"position": "S-2", "measure": "sales", "period": "2026-01", "amount": "100"})
    results = calculated(body, transactions=[sale("T1", "2026-01-09", "100")], quotas=rows)
    text = words(nothing(results, "Commission"))
    assert f"exception quota_{state}" in text
    assert f"where the quota is {state}, the plan says exception" in text


def test_below_the_first_band_that_pays() -> None:
    pay = "{how: marginal, by: measure, bands: [{from: 0, rate: 0 %}, {from: 1000, rate: 5 %}]}"
    item = nothing(
        calculated(commission(pay=pay), transactions=[sale("T1", "2026-01-09", "999.99")]), "Commission"
    )
    assert reason(item) == "below the first band"
    assert "measure is 999.99; the table pays from 1,000 on" in item.text


def test_a_measure_that_just_reaches_the_band_beyond_which_it_pays() -> None:
    pay = "{how: marginal, by: measure, bands: [{from: 0, rate: 0 %}, {from: 1000, rate: 5 %}]}"
    item = nothing(
        calculated(commission(pay=pay), transactions=[sale("T1", "2026-01-09", "1000")]), "Commission"
    )
    assert reason(item) == "zero" and "reached: band from 1,000 with 5 %" in words(item)


def test_a_gate_names_its_condition_and_what_it_saw() -> None:
    body = commission(then="only if: measure >= 300")
    item = nothing(calculated(body, transactions=[sale("T1", "2026-01-09", "100")]), "Commission")
    assert reason(item) == "gate not met" and "`measure >= 300` is not met (measure is 100)" in item.text


def test_a_cap_that_was_used_up() -> None:
    body = commission(then="cap: 10 per year").replace("components:", "prorate: nothing\ncomponents:")
    results = calculated(
        body, transactions=[sale("T1", "2026-01-09", "1000"), sale("T2", "2026-02-09", "1000")]
    )
    item = nothing(results, "Commission", "2026-02")
    assert reason(item) == "steps" and "the steps make 0 of 50.00 USD" in item.text
    assert "cap 10 per year" in words(item)


def test_nothing_new_since_the_figure_before() -> None:
    results = calculated(commission("year to date"), transactions=[sale("T1", "2026-01-09", "1000")])
    item = nothing(results, "Commission", "2026-02")
    assert reason(item) == "nothing new" and "50.00 USD, as it was before" in item.text


def test_earned_only_at_the_end_of_a_quarter() -> None:
    results = calculated(commission("quarter"), transactions=[sale("T1", "2026-01-09", "1000")])
    item = nothing(results, "Commission", "2026-02")
    assert reason(item) == "not due" and "for each quarter" in item.text
    assert "earns 50.00 USD by Commission" in explain(results, "ANA", "2026-03", "Commission").text


def test_a_rolling_window_that_is_not_full() -> None:
    body = commission("last 3 months", "short window: no earning", "{how: flat, rate: 5 %, of: measure}")
    item = nothing(calculated(body, transactions=[sale("T1", "2026-01-09", "1000")]), "Commission")
    assert reason(item) == "short window" and "not full yet" in item.text


def test_a_component_for_others() -> None:
    body = commission(more="for: {position: S-2}")
    results = calculated(body, transactions=[sale("T1", "2026-01-09", "1000")])
    item = nothing(results, "Commission")
    assert reason(item) == "no seat" and "only for position S-2" in item.text


def test_an_earning_that_nobody_loaded() -> None:
    body = "components:\n  Bonus:\n    over: month\n    pay: {how: given}\n"
    given = [{"participant": "BEN", "component": "Bonus", "period": "2026-01", "amount": "10"}]
    item = nothing(calculated(body, earnings_given=given), "Bonus")
    assert reason(item) == "not given" and "earnings_given" in item.text


def test_who_holds_no_seat_is_told_whom_the_plans_are_for() -> None:
    results = calculated(
        commission(),
        participants=[{"participant": "ANA"}, {"participant": "BEN"}, {"participant": "CLEO"}],
        transactions=[sale("T1", "2026-01-09", "1000")],
    )
    assert "no assignment is loaded" in words(explain(results, "CLEO", "2026-01"))


def test_what_is_paid_is_no_zero() -> None:
    results = calculated(commission(), transactions=[sale("T1", "2026-01-09", "1000")])
    assert list(explain(results, "ANA", "2026-01").all("nothing")) == []


def test_a_name_that_is_nearly_right_is_offered() -> None:
    results = calculated(commission(), transactions=[sale("T1", "2026-01-09", "1000")])
    with pytest.raises(Refused) as refused:
        explain(results, "ANNA", "2026-01")
    assert [problem.code for problem in refused.value.problems] == ["R110"]
    assert "ANA" in refused.value.problems[0].cure
