"""Whether facts are shuffled, arrive in several loads or are summarised beforehand changes no cent."""

import random
from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.agreeing import examples
from tests.agreement.readings import calculated
from tests.agreement.strategies.amounts import amounts
from tests.agreement.strategies.company import Company, Row
from tests.agreement.strategies.days import days

PLAN = """
plan: Year to date
effective: 2025-01-01 to 2025-12-31
paid: monthly
currency: USD
for: {role: Rep}
prorate: nothing
components:
  Commission:
    credit:
      - from: booking
        to: {split: splits, otherwise: owner}
    measure: sum(credit)
    over: year to date
    pay:
      how: marginal
      by: measure
      bands:
        - {from: 0, rate: 5 %}
        - {from: 3000, rate: 7.333 %}
        - {from: 9000.50, rate: 12 %}
    then:
      - cap: 250 per month
payment:
  draw: {kind: recoverable, amount: 100 per month, limit: 150}
"""
SEATS = [
    {"position": "R1", "participant": "ann", "first": "2025-01-01", "last": "2025-03-17"},
    {"position": "R1", "participant": "bob", "first": "2025-03-18", "last": ""},
    {"position": "R2", "participant": "bob", "first": "2025-01-01", "last": ""},
]
OWNERS = {"R1": "R1", "R2": "R2", "shared": "R1"}
SALES = st.lists(st.tuples(st.sampled_from(sorted(OWNERS)), days(), amounts()), min_size=4, max_size=30)
LOADED = ("2024-12-01", "2025-01-05", "2025-08-01")


def company(sales: list[tuple[str, str, str]]) -> Company:
    sold = [
        {"id": f"T{number:02}", "date": day, "type": "booking", "owner": OWNERS[owner], "amount": amount}
        for number, (owner, day, amount) in enumerate(sales)
    ]
    splits = [
        {"transaction": f"T{number:02}", "position": position, "share": share}
        for number, (owner, _, _) in enumerate(sales)
        for position, share in (("R1", "0.25"), ("R2", "0.75"))
        if owner == "shared"
    ]
    positions = [{"position": name, "role": "Rep"} for name in ("R1", "R2")]
    rows = {"positions": positions, "assignments": SEATS, "transactions": sold, "splits": splits}
    return Company(PLAN, {name: table for name, table in rows.items() if table}, "2025-01", "2025-06")


def paid(of: Company) -> list[list[Row]]:
    tables = calculated(of)
    return [tables[name] for name in ("earnings", "payments", "balances")]


@examples(8)
@given(SALES, st.randoms(use_true_random=False))
def test_shuffled_split_and_summarised_facts_pay_the_same(
    sales: list[tuple[str, object, str]], chance: random.Random
) -> None:
    listed = [(owner, str(day), amount) for owner, day, amount in sales]
    whole = company(listed)
    expected = paid(whole)
    shuffled = {name: chance.sample(table, len(table)) for name, table in whole.rows.items()}
    assert paid(whole.with_rows(shuffled)) == expected
    loads = {
        name: [{**row, "loaded": chance.choice(LOADED)} for row in table] for name, table in shuffled.items()
    }
    assert paid(whole.with_rows(loads)) == expected
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for owner, day, amount in listed:
        sums[owner, day] += Decimal(amount)
    summarised = [(owner, day, f"{amount:f}") for (owner, day), amount in sums.items()]
    assert paid(company(summarised)) == expected
