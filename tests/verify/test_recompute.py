"""What must hold of any facts: sums, balances, conservation, no matter in which order."""

import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from attain.verify import recompute
from attain.verify.checking.proofs import (
    balances_go_on,
    earnings_are_paid,
    lines_add_up,
    payments_conserve,
)
from tests.verify.company import booking, facts, plan, seat

PLAN = plan("""
prorate: [quota, draw, cap]
leavers: {credit until: 10 days, holdback: forfeited, draw owed: written off}
components:
  Bookings:
    credit: [{from: [booking, return], to: owner}]
    measure: sum(credit)
    over: quarter to date
    quota: 9000 per month
    quota counts: to date
    denominator: {zero: no earning}
    pay: {how: marginal, by: attainment, bands: [{from: 0 %, rate: 3 %}, {from: 50 %, rate: 7.5 %}]}
    then: [{cap: 700 per month}]
  Size:
    credit of: Bookings
    measure: sum(credit)
    over: month
    pay:
      how: whole amount
      each: credit
      by: measure
      bands: [{from: 0, rate: 1 %}, {from: 4000, rate: 2 %}]
payment:
  holdback: [{keep: 25 %, of: Size, release: after a time, after: 2 months}]
  draw: {kind: recoverable, amount: 150 per month, limit: 400}
  maximum: {amount: 600 per month, excess: deferred}
""")
MONTHS = [f"2025-0{month}" for month in range(1, 7)]

SALES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.integers(1, 6),
        st.integers(1, 28),
        st.decimals(Decimal(-5000), Decimal(9000), places=2),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(SALES, st.integers(1, 28), st.randoms(use_true_random=False))
def test_lines_balances_and_payments_add_up_and_no_order_of_facts_matters(
    sales, day, shuffler: random.Random
):
    seats = [
        seat("A", "ANA", last=f"2025-04-{day:02}"),
        seat("A", "BEN", first="2025-05-01"),
        seat("B", "BEN"),
    ]
    sold = [
        booking(f"T{n:02}", f"2025-{month:02}-{day:02}", owner, str(amount), type=kind)
        for n, (owner, month, day, amount) in enumerate(sales)
        for kind in ["return" if amount < 0 else "booking"]
    ]
    results = recompute([PLAN], facts(seats, sold), MONTHS[0], MONTHS[-1])
    assert list(lines_add_up(results["earnings"], results["lines"])) == []
    assert list(balances_go_on(results["balances"], MONTHS)) == []
    assert list(payments_conserve(results["payments"], results["balances"])) == []
    assert list(earnings_are_paid(results["earnings"], [], results["payments"])) == []
    shuffler.shuffle(sold)
    shuffler.shuffle(seats)
    again = recompute([PLAN], facts(seats, sold), MONTHS[0], MONTHS[-1])
    for table in ("earnings", "payments", "balances"):
        assert again[table] == results[table]


def test_cells_may_be_typed_or_texts_and_a_run_of_one_month_is_a_part_of_the_run_of_all():
    sold = [booking("T1", "2025-01-10", "B", "5000.50"), booking("T2", "2025-02-10", "B", "7000")]
    whole = recompute([PLAN], facts([seat("B", "BEN")], sold), "2025-01", "2025-02")
    typed = [row | {"amount": Decimal(row["amount"])} for row in sold]
    february = recompute([PLAN], facts([seat("B", "BEN")], typed), "2025-02")
    for table in ("earnings", "payments", "balances", "lines"):
        assert february[table] == [row for row in whole[table] if row["period"] == "2025-02"]
    assert recompute([PLAN], facts([seat("B", "BEN")], sold), "2025-02", lines=False)["lines"] == []
