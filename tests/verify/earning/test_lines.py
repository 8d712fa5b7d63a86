"""Lines add up to the earning, and say what gave it."""

from decimal import Decimal

from attain.verify import recompute
from tests.verify.company import booking, facts, plan, seat

MONTHLY = """
components:
  Commission:
    credit: [{from: [booking, return], to: owner}]
    measure: sum(credit)
    over: OVER
    pay: PAY
    then: [STEPS]
"""


def lines(over, pay, transactions, period, steps=""):
    document = plan(MONTHLY.replace("OVER", over).replace("PAY", pay).replace("STEPS", steps))
    tables = recompute([document], facts([seat("A", "ANA")], transactions), "2025-01", period)
    rows = [row for row in tables["lines"] if row["period"] == period]
    earned = [row["amount"] for row in tables["earnings"] if row["period"] == period]
    assert sum(row["amount"] for row in rows) == sum(earned)
    return [(row["kind"], row["transaction"], row["amount"]) for row in rows]


def test_units_that_are_left_go_to_the_largest_remainders_in_the_order_of_the_lines():
    sold = [booking(f"T{n}", "2025-01-10", "A", "0.05") for n in range(3)]
    assert lines("month", "{how: flat, rate: 10 %}", sold, "2025-01") == [
        ("line", "T0", Decimal("0.01")), ("line", "T1", Decimal("0.01")), ("line", "T2", Decimal("0.00")),
    ]  # fmt: skip


def test_a_credit_that_crosses_a_bound_gives_a_line_for_each_band_also_on_the_way_back():
    sold = [booking("T1", "2025-01-10", "A", "150"), booking("T2", "2025-02-10", "A", "-100", type="return")]
    pay = "{how: marginal, by: measure, bands: [{from: 0, rate: 10 %}, {from: 100, rate: 20 %}]}"
    assert lines("year to date", pay, sold, "2025-01") == [("line", "T1", 10), ("line", "T1", 10)]
    assert lines("year to date", pay, sold, "2025-02") == [("line", "T2", -5), ("line", "T2", -10)]


def test_what_a_period_changes_for_earlier_credits_is_one_line():
    sold = [booking("T1", "2025-01-10", "A", "100"), booking("T2", "2025-02-10", "A", "100")]
    pay = "{how: whole amount, by: measure, bands: [{from: 0, rate: 10 %}, {from: 200, rate: 30 %}]}"
    assert lines("year to date", pay, sold, "2025-02") == [("line", "T2", 30), ("re-rating", "", 20)]


def test_a_cut_is_shared_in_proportion_and_a_floor_is_a_line_of_its_own():
    sold = [booking("T1", "2025-01-10", "A", "300"), booking("T2", "2025-01-11", "A", "100")]
    pay = "{how: flat, rate: 10 %}"
    assert lines("month", pay, sold, "2025-01", "cap: 20") == [("line", "T1", 15), ("line", "T2", 5)]
    assert lines("month", pay, sold, "2025-01", "floor: 50") == [
        ("line", "T1", 30), ("line", "T2", 10), ("floor", "", 10),
    ]  # fmt: skip


def test_a_curve_gives_one_line():
    pay = "{how: stepped amount, by: measure, bands: [{from: 100, pay: 70}]}"
    assert lines("month", pay, [booking("T1", "2025-01-10", "A", "300")], "2025-01") == [("line", "", 70)]
