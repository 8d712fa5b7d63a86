"""The steps of a payment and their accounts, figured by hand."""

from decimal import Decimal

import pytest

from attain.verify import recompute
from attain.verify.checking.proofs import balances_go_on, payments_conserve
from tests.verify.company import COMMISSION, booking, facts, plan, seat

MONTHS = [f"2025-0{month}" for month in range(1, 7)]


def paid(rules: str, *earned: str, seats=None, head="", **tables):
    """What is paid in each month from January on, with all balances; the sums are proved on the way."""
    given = [
        {"participant": "ANA", "component": "Commission", "period": MONTHS[n], "amount": amount}
        for n, amount in enumerate(earned)
        if amount
    ]
    components = "components:\n  Commission: {over: month, pay: {how: given}}\n"
    document = plan(f"prorate: nothing\n{head}{components}payment:\n{rules}")
    held = seats or [seat("A", "ANA")]
    results = recompute(
        [document], facts(held, earnings_given=given, **tables), MONTHS[0], MONTHS[len(earned) - 1]
    )
    assert list(balances_go_on(results["balances"], MONTHS)) == []
    assert list(payments_conserve(results["payments"], results["balances"])) == []
    payments = {row["period"]: row["paid"] for row in results["payments"]}
    closing = {(row["account"], row["period"]): row["closing"] for row in results["balances"]}
    return [payments.get(month, 0) for month in MONTHS[: len(earned)]], closing


def test_a_recoverable_draw_with_a_limit_is_earned_back():
    rules = "  draw: {kind: recoverable, amount: 1000 per month, limit: 900}\n"
    payments, closing = paid(rules, "400", "500", "1200", "2500")
    assert payments == [1000, 800, 1000, 1800]
    assert [closing.get(("draw", month), 0) for month in MONTHS[:4]] == [600, 900, 700, 0]


def test_after_its_end_all_that_is_due_repays_a_draw_and_the_rest_is_written_off():
    rules = (
        "  draw: {kind: recoverable, amount: 1000 per month, during: to 2025-01-31, recover at most: 10 %, "
        "write off: 2025-03-15}\n"
    )
    payments, closing = paid(rules, "400", "100", "50", "70")
    assert payments == [1000, 0, 0, 70]
    assert closing["draw", "2025-02"] == 500


def test_what_a_negative_month_owes_is_taken_from_the_next_unless_the_plan_pays_it():
    assert paid("  negative: carry forward\n", "-50", "30", "40") == (
        [0, 0, 20],
        {
            ("negative_carry", "2025-01"): 50,
            ("negative_carry", "2025-02"): 20,
            ("negative_carry", "2025-03"): 0,
        },
    )
    assert paid("  negative: pay\n", "-50", "30")[0] == [-50, 30]


def test_a_maximum_defers_and_a_minimum_tops_up():
    rules = "  maximum: {amount: 500 per month, excess: deferred}\n  minimum: 100 per month\n"
    assert paid(rules, "800", "0.01", "10", "-20")[0] == [500, Decimal("300.01"), 100, 100]
    lost = "  maximum: {amount: 500 per month, excess: lost}\n"
    assert paid(lost, "800", "10") == ([500, 10], {})


def test_debts_are_repaid_in_their_order_before_the_draw():
    entries = [
        {"participant": "ANA", "period": "2025-01", "kind": "clawback", "amount": "-70"},
        {"participant": "ANA", "period": "2025-02", "kind": "manual_adjustment", "amount": "5"},
    ]
    payments, closing = paid("  negative: carry forward\n", "50", "-10", "25", movements=entries)
    assert payments == [0, 0, 0]
    assert (closing["clawback", "2025-03"], closing["negative_carry", "2025-03"]) == (0, 0)
    assert [closing["clawback", month] for month in MONTHS[:2]] == [20, 20]
    assert closing["negative_carry", "2025-02"] == 5


def test_a_leavers_last_draw_holdback_and_what_is_still_owed():
    head = (
        "leavers: {draw in the last period: prorated, draw owed: written off, holdback: released at once}\n"
    )
    rules = (
        "  holdback: [{keep: 50 %, release: by entry}]\n  draw: {kind: recoverable, amount: 310 per month}\n"
    )
    payments, closing = paid(rules, "100", "40", "10", seats=[seat("A", "ANA", last="2025-02-14")], head=head)
    assert payments == [310, 155, 10]
    assert closing["draw", "2025-02"] == 0 and closing["holdback", "2025-02"] == 0


def test_of_two_plans_the_leading_one_rules_and_without_one_the_first_by_title():
    low = plan(COMMISSION + "payment:\n  minimum: 100 per month\n", title="A").replace(
        "paid:", "prorate: nothing\npaid:"
    )
    high = low.replace("plan: A", "plan: B").replace("100 per", "200 per").replace("Commission:", "Extra:")
    tables = facts([seat("A", "ANA")], [booking("T1", "2025-01-10", "A", "10")])
    both = recompute([low + "---" + high], tables, "2025-01")
    assert [(row["plan"], row["paid"]) for row in both["payments"]] == [("A", 100)]
    assert [row["code"] for row in both["exceptions"]] == ["two_payment_rules"]
    led = recompute([low + "---" + high + "leading: this plan\n"], tables, "2025-01")
    assert [(row["plan"], row["paid"]) for row in led["payments"]] == [("B", 200)]
    assert led["exceptions"] == []


@pytest.mark.parametrize(
    ("dates", "rate", "result"),
    [(["2025-01-31", "2025-02-03"], "0.5", 50), (["2025-01-30"], "0.25", 25), ([], None, None)],
)
def test_pay_converts_at_the_rate_of_the_pay_day(dates, rate, result):
    rates = [
        {"date": date, "from": "USD", "to": "EUR", "rate": "0.25" if date < "2025-02" else "0.5"}
        for date in dates
    ]
    people = [{"participant": "ANA", "pay_currency": "EUR"}]
    rules = "payment:\n  pay in: {currency: of the participant, rates: Daily, on: pay day}\n"
    tables = facts([seat("A", "ANA")], [booking("T", "2025-01-02", "A", "1000")], exchange_rates=rates)
    results = recompute([plan(COMMISSION + rules)], tables | {"participants": people}, "2025-01")
    [row] = results["payments"]
    assert (row["pay_currency"], row["pay_rate"], row["paid"]) == ("EUR", rate and Decimal(rate), result)
    assert [row["code"] for row in results["exceptions"]] == ([] if dates else ["pay_rate_missing"])


def test_a_holdback_waits_for_the_customer_and_a_return_takes_its_part_back():
    rules = "payment:\n  holdback: [{keep: 50 %, release: in proportion to payments}]\n"
    sales = [
        booking("B1", "2025-01-10", "A", "1000"),
        {"id": "P1", "date": "2025-02-10", "type": "payment", "booking": "B1", "amount": "250"},
        {"id": "R1", "date": "2025-03-10", "type": "return", "original": "B1", "amount": "-500"},
        {"id": "P2", "date": "2025-04-10", "type": "payment", "booking": "B1", "amount": "250"},
    ]
    results = recompute([plan(COMMISSION + rules)], facts([seat("A", "ANA")], sales), "2025-01", "2025-04")
    assert [row["payment"] for row in results["payments"]] == [50, Decimal("12.50"), 0, 0]
    assert list(payments_conserve(results["payments"], results["balances"])) == []
    assert sum(row["earned"] for row in results["payments"]) == 50
    owed = {row["account"]: row["closing"] for row in results["balances"] if row["period"] == "2025-04"}
    assert owed == {"negative_carry": Decimal("12.50"), "holdback": 0}
