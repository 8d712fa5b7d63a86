"""Whose payment rules hold: joiners, leavers, movers, two plans, two currencies, longer pay periods."""

from decimal import Decimal

import pytest

from attain.engine.calculation.payments.roster import PayRate
from attain.engine.values.problems import Refused
from tests.engine.calculation.payments.pay_year import PayYear, day, moves, paid, plan, seat

DRAW = "  draw: {kind: recoverable, amount: 3100 per month}"
MARCH = ("2025-03", "2025-05")


def paid_by_month(year: PayYear) -> dict[str, str]:
    payments, _ = year.pay()
    return {period: str(amount) for (_, period), amount in paid(payments).items()}


def plan_that_prorates(payment: str, *kinds: str, leavers: str = "", title: str = "Plan") -> str:
    text = plan(payment, title=title).replace("prorate: nothing", f"prorate: [{', '.join(kinds)}]")
    return text + (f"leavers: {{{leavers}}}\n" if leavers else "")


def test_a_draw_is_prorated_by_days_held_where_the_plan_says_so():
    joiner = [seat("ANA", "2025-03-11")]
    assert paid_by_month(PayYear([plan_that_prorates(DRAW, "draw")], joiner, MARCH)) == {
        "2025-03": "2100.00",
        "2025-04": "3100.00",
        "2025-05": "3100.00",
    }
    assert paid_by_month(PayYear([plan(DRAW)], joiner, MARCH))["2025-03"] == "3100.00"


def test_who_moves_between_seats_of_one_plan_holds_one_draw():
    seats = [
        seat("ANA", "2025-01-01", "2025-03-15", position="A"),
        seat("ANA", "2025-03-16", position="B"),
        seat("ANA", "2025-04-01", position="C"),
    ]
    for text in (plan(DRAW), plan_that_prorates(DRAW, "draw")):
        assert set(paid_by_month(PayYear([text], seats, MARCH)).values()) == {"3100.00"}


@pytest.mark.parametrize(
    ("said", "march"),
    [("full", "3100.00"), ("prorated", "1000.00"), ("none", None)],
)
def test_the_draw_of_the_last_period_is_what_the_plan_says(said: str, march: str | None):
    text = plan_that_prorates(DRAW, "maximum", leavers=f"draw in the last period: {said}")
    year = PayYear([text], [seat("ANA", "2025-01-01", "2025-03-10")], MARCH, left={"ANA": "2025-03-10"})
    assert paid_by_month(year).get("2025-03") == march
    assert "2025-04" not in paid_by_month(year)


def test_without_a_word_on_leavers_the_last_period_is_prorated_like_any_other():
    seats = [seat("ANA", "2025-01-01", "2025-03-10")]
    year = PayYear([plan_that_prorates(DRAW, "draw")], seats, MARCH, left={"ANA": "2025-03-10"})
    assert paid_by_month(year) == {"2025-03": "1000.00"}


def test_what_a_leaver_owes_is_repaid_from_all_that_comes_later_or_written_off():
    year = PayYear([plan(DRAW)], [seat("ANA", "2025-01-01", "2025-03-31")], MARCH, left={"ANA": "2025-03-31"})
    year.earn("ANA", "2025-04", "1000")
    assert paid_by_month(year) == {"2025-03": "3100.00"}
    _, balances = year.pay()
    assert moves(balances, "draw")["2025-04"] == (Decimal(3100), Decimal(-1000), Decimal(2100))
    year.texts = [plan(DRAW) + "leavers: {draw owed: written off}\n"]
    year.__post_init__()
    assert paid_by_month(year) == {"2025-03": "3100.00", "2025-04": "1000.00"}
    payments, _ = year.pay()
    assert payments[0]["written_off"] == Decimal(3100)


@pytest.mark.parametrize(
    ("said", "march", "forfeited"),
    [("released at once", "1050.00", "0.00"), ("forfeited", "900.00", "150.00")],
)
def test_what_is_still_held_at_the_end_is_what_the_plan_says(said: str, march: str, forfeited: str):
    text = plan("  holdback: [{keep: 10 %, release: after a time, after: 4 months}]")
    text += f"leavers: {{holdback: {said}}}\n"
    seats = [seat("ANA", "2025-01-01", "2025-03-20")]
    year = PayYear([text], seats, ("2025-02", "2025-08"), left={"ANA": "2025-03-20"})
    year.earn("ANA", "2025-02", "500")
    year.earn("ANA", "2025-03", "1000")
    payments, balances = year.pay()
    assert [str(row["paid"]) for row in payments] == ["450.00", march]
    assert str(payments[1]["forfeited"]) == forfeited
    assert moves(balances, "holdback")["2025-03"][2] == 0


def test_who_has_left_is_paid_up_to_the_whole_maximum_and_without_a_minimum():
    text = plan_that_prorates(
        "  maximum: {amount: 3100 per month, excess: deferred}\n  minimum: 620 per month",
        "maximum",
        "minimum",
    )
    year = PayYear([text], [seat("ANA", "2025-01-01", "2025-03-10")], MARCH, left={"ANA": "2025-03-10"})
    year.earn("ANA", "2025-04", "2000")
    assert paid_by_month(year) == {"2025-03": "200.00", "2025-04": "2000.00"}


def test_of_two_plans_the_one_with_payment_rules_holds():
    texts = [plan(title="A contest"), plan(DRAW, title="Main")]
    year = PayYear(texts, [seat("ANA", version=0), seat("ANA", version=1)], ("2025-03", "2025-03"))
    payments, _ = year.pay()
    assert [(row["plan"], str(row["paid"])) for row in payments] == [("Main", "3100.00")]
    assert year.exceptions == []


def test_of_two_plans_with_payment_rules_the_leading_one_holds_else_it_is_an_exception():
    texts = [plan(DRAW, title="Zeta"), plan("  minimum: 100 per month", title="Alpha")]
    seats = [seat("ANA", version=0), seat("ANA", version=1)]
    year = PayYear(texts, seats, ("2025-03", "2025-03"))
    payments, _ = year.pay()
    assert [(row["plan"], str(row["paid"])) for row in payments] == [("Alpha", "100.00")]
    [exception] = year.exceptions
    named = ("code", "participant", "period", "plan")
    assert [exception[name] for name in named] == ["two_payment_rules", "ANA", "2025-03", "Alpha"]
    assert "Alpha, Zeta" in str(exception["reason"])
    year.texts = [texts[0] + "leading: this plan\n", texts[1]]
    year.__post_init__()
    payments, _ = year.pay()
    assert [(row["plan"], str(row["paid"])) for row in payments] == [("Zeta", "3100.00")]
    assert year.exceptions == []


def test_a_new_version_rules_from_the_pay_period_in_which_it_is_held_last():
    texts = [
        plan(DRAW, effective="2025-01-01 to 2025-04-14"),
        plan("  draw: {kind: recoverable, amount: 100 per month}", effective="from 2025-04-15").replace(
            "pay: {how: given}", "pay: {how: given}, on change: fresh"
        ),
    ]
    seats = [seat("ANA", "2025-01-01", "2025-04-14"), seat("ANA", "2025-04-15", version=1)]
    year = PayYear(texts, seats, MARCH)
    assert paid_by_month(year) == {"2025-03": "3100.00", "2025-04": "100.00", "2025-05": "100.00"}


def test_a_debt_of_an_earlier_plan_is_repaid_under_one_without_a_draw():
    texts = [plan(DRAW, title="With draw"), plan(title="Without")]
    seats = [seat("ANA", "2025-01-01", "2025-03-31"), seat("ANA", "2025-04-01", version=1)]
    year = PayYear(texts, seats, MARCH)
    year.earn("ANA", "2025-05", "5000", plan="Without")
    assert paid_by_month(year) == {"2025-03": "3100.00", "2025-05": "1900.00"}


def test_a_draw_that_ends_within_a_pay_period_is_over_in_it():
    text = plan(
        "  draw: {kind: recoverable, amount: 3100 per month, during: to 2025-04-15, recover at most: 50 %}"
    )
    year = PayYear([text], [seat("ANA")], MARCH)
    year.earn("ANA", "2025-04", "2000")
    year.earn("ANA", "2025-05", "2000")
    assert paid_by_month(year) == {"2025-03": "3100.00", "2025-05": "900.00"}


def test_an_advance_is_paid_for_months_of_which_a_day_is_held():
    advance = "[{of: Commission, amount: 300 per month, in months: [1, 2], settled from: its component}]"
    text = plan(f"  advance: {advance}").replace("over: month", "over: quarter")
    year = PayYear([text], [seat("ANA", "2025-02-20", "2025-04-02")], ("2025-01", "2025-06"))
    assert paid_by_month(year) == {"2025-02": "300.00", "2025-04": "300.00"}


def test_plans_in_two_currencies_pay_two_payments():
    texts = [plan(DRAW, title="Dollars"), plan(title="Euros").replace("USD", "EUR")]
    year = PayYear(texts, [seat("ANA"), seat("ANA", version=1, currency="EUR")], ("2025-03", "2025-03"))
    year.earn("ANA", "2025-03", "10", plan="Euros", currency="EUR")
    payments, _ = year.pay()
    assert [(row["currency"], row["plan"], str(row["paid"])) for row in payments] == [
        ("EUR", "Euros", "10.00"),
        ("USD", "Dollars", "3100.00"),
    ]


def test_a_quarterly_payment_has_three_months_of_draw():
    text = plan(DRAW).replace("paid: monthly", "paid: quarterly")
    year = PayYear([text], [seat("ANA")], ("2025-Q1", "2025-Q2"), calendar_unit="quarter")
    year.earn("ANA", "2025-Q1", "1000")
    assert paid_by_month(year) == {"2025-Q1": "9300.00", "2025-Q2": "9300.00"}


def test_who_holds_no_plan_is_paid_what_is_due_and_carries_what_is_not():
    year = PayYear([plan()], [], MARCH)
    year.add("entries", "2025-03", "-70", participant="BEN", kind="manual_adjustment")
    year.add("entries", "2025-04", "100", participant="BEN", kind="manual_adjustment")
    payments, balances = year.pay()
    assert paid(payments) == {("BEN", "2025-04"): Decimal(30)}
    assert moves(balances, "negative_carry")["2025-03"][2] == Decimal(70)


def test_a_missing_rate_is_an_exception_and_no_payment():
    text = plan("  pay in: {currency: of the participant, rates: Pay-day rates, on: pay day}")
    seats = [seat("ANA"), seat("BEN"), seat("EVA"), seat("KEN")]
    currencies = {"ANA": "EUR", "BEN": "JPY", "EVA": "JPY"}
    year = PayYear([text], seats, ("2025-03", "2025-03"), pay_currency=currencies)
    year.rates = {"EUR": PayRate(Decimal("0.9615"), day("2025-04-05"))}
    for who in ("ANA", "BEN", "KEN"):
        year.earn(who, "2025-03", "841.53")
    payments, _ = year.pay()
    shown = [(row["participant"], row["pay_currency"], row["paid"]) for row in payments]
    assert shown == [
        ("ANA", "EUR", Decimal("809.13")),
        ("BEN", "JPY", None),
        ("KEN", "USD", Decimal("841.53")),
    ]
    [exception] = year.exceptions
    assert (exception["code"], exception["participant"]) == ("pay_rate_missing", "BEN")
    assert (exception["date"], exception["currency"]) == (day("2025-03-31"), "USD")
    assert "from USD into JPY" in str(exception["reason"])


def test_an_entry_or_account_that_no_step_takes_is_refused():
    year = PayYear([plan()], [seat("ANA")], MARCH)
    year.add("entries", "2025-03", "10", participant="ANA", kind="manual")
    year.add("opening", "2025-03", "10", participant="ANA", account="savings")
    with pytest.raises(Refused) as refused:
        year.pay()
    assert [str(one).splitlines()[0] for one in refused.value.problems] == [
        'R120 opening_balances: there is no account "savings"',
        'R121 movements: there is no kind "manual"',
    ]


def test_what_is_not_calculated_yet_is_refused():
    text = plan("  holdback: [{keep: 10 %, release: by entry, forfeit after: 3 months}]")
    with pytest.raises(Refused, match='P900 "forfeit after" with "release: by entry" is not calculated yet'):
        PayYear([text], [seat("ANA")], MARCH).pay()
