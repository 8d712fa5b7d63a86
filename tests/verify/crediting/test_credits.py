"""Who is credited with what, and who is an exception."""

from decimal import Decimal

import pytest

from attain.verify import recompute
from tests.verify.company import booking, facts, plan, seat


def rule(to: str, more: str = "", source: str = "booking") -> str:
    return plan(f"""
components:
  Commission:
    credit:
      - {{from: {source}, to: {to}{more}}}
    measure: sum(credit)
    over: month
    pay: {{how: flat, rate: 10 %}}
""")


def credited(document, tables, period="2025-01", through=None):
    rows = recompute([document], tables, period, through)["credits"]
    return {(row["transaction"], row["position"]): row["amount"] for row in rows}


def codes(document, tables, period="2025-01", through=None):
    rows = recompute([document], tables, period, through)["exceptions"]
    return [(row["transaction"], row["code"]) for row in rows]


TEAM = [seat("A", "ANA"), seat("B", "BEN"), seat("M", "MIA", last="2025-01-15")]
LINE = [
    {"position": "A", "manager": "M", "first": "2025-01-01"},
    {"position": "M", "manager": "B", "first": "2025-01-01"},
    {"position": "B", "manager": "A", "first": "2025-01-01"},
]


def test_managers_never_come_round_to_the_owner_again():
    tables = facts(TEAM, [booking("T1", "2025-01-10", "A", "100")], reporting=LINE)
    document = rule("{managers of: owner, levels: all, share: 50 %}")
    assert credited(document, tables) == {("T1", "M"): 50, ("T1", "B"): 50}


def test_a_vacant_manager_is_an_exception_climbs_or_gets_nothing():
    tables = facts(TEAM, [booking("T1", "2025-01-16", "A", "100")], reporting=LINE)
    assert codes(rule("{managers of: owner, levels: [100 %]}"), tables) == [("T1", "position_vacant")]
    climbing = rule("{managers of: owner, levels: [100 %, 50 %]}", ", if vacant: climb")
    assert credited(climbing, tables) == {("T1", "B"): 100}
    silent = rule("{managers of: owner, levels: [100 %]}", ", if vacant: no credit")
    assert (credited(silent, tables), codes(silent, tables)) == ({}, [])


def test_a_blank_name_may_be_optional_but_an_unknown_one_stays_an_exception():
    tables = facts(TEAM, [booking("T1", "2025-01-10", "", "1"), booking("T2", "2025-01-10", "X", "1")])
    assert codes(rule("owner"), tables) == [("T1", "position_unknown"), ("T2", "position_unknown")]
    assert codes(rule("owner", ", if blank: no credit"), tables) == [("T2", "position_unknown")]


def test_shares_of_one_position_add_up_and_a_split_must_make_a_whole():
    splits = [
        {"transaction": "T1", "position": "A", "share": "60 %"},
        {"transaction": "T1", "position": "ANA", "share": "40 %"},
        {"transaction": "T2", "position": "A", "share": "99.9 %"},
    ]
    sold = [booking("T1", "2025-01-10", "B", "100"), booking("T2", "2025-01-10", "B", "100")]
    tables = facts(TEAM, [*sold, booking("T3", "2025-01-10", "B", "7")], splits=splits)
    document = rule("{split: splits, otherwise: owner}")
    assert credited(document, tables) == {("T1", "A"): 100, ("T3", "B"): 7}
    assert codes(document, tables) == [("T2", "splits_do_not_add_up")]


def test_only_the_holder_under_the_plan_is_credited_and_others_are_no_exception():
    positions = [{"position": "A", "role": "Seller"}, {"position": "B", "role": "Clerk"}]
    sold = [booking("T1", "2025-01-10", "A", "5"), booking("T2", "2025-01-10", "B", "6")]
    tables = facts(TEAM, sold) | {"positions": positions}
    assert credited(rule("owner"), tables) == {("T1", "A"): 5}
    assert codes(rule("owner"), tables) == []


@pytest.mark.parametrize(
    ("said", "who"), [("nobody", {}), ("cover", {("T1", "B"): 5}), ("owner", {("T1", "A"): 5})]
)
def test_leave_of_the_owner(said, who):
    leaves = [{"participant": "ANA", "first": "2025-01-10", "last": "2025-01-10", "cover": "B"}]
    tables = facts(TEAM, [booking("T1", "2025-01-10", "A", "5")], leaves=leaves)
    words = f"leave: {{credit: {said}, prorates: []}}\n"
    to = "{cover of: owner}" if said == "cover" else "owner"
    assert credited(rule(to).replace("components:", words + "components:"), tables) == who


def test_a_rate_is_the_latest_before_the_date_and_no_rate_is_no_credit():
    rates = [
        {"date": "2025-01-05", "from": "EUR", "to": "USD", "rate": "2"},
        {"date": "2025-01-11", "from": "EUR", "to": "USD", "rate": "3"},
    ]
    sold = [
        booking("T1", "2025-01-10", "A", "10", currency="EUR"),
        booking("T2", "2025-01-04", "A", "10", currency="EUR"),
        booking("T3", "2025-01-10", "A", "10", currency=""),
    ]
    words = "exchange: {rates: Daily, on: transaction date, at most: 4 days}\n"
    document = rule("owner").replace("components:", words + "components:")
    tables = facts(TEAM, sold, exchange_rates=rates)
    assert credited(document, tables) == {("T3", "A"): 10}
    assert sorted(codes(document, tables)) == [
        ("T1", "exchange_rate_too_old"),
        ("T2", "exchange_rate_missing"),
    ]
    assert credited(document.replace("4 days", "5 days"), tables) == {("T1", "A"): 20, ("T3", "A"): 10}


def test_a_return_follows_its_original_to_the_people_of_then_at_the_rate_of_then():
    seats = [seat("A", "ANA", last="2025-01-31"), seat("A", "BEN", first="2025-02-01")]
    rates = [
        {"date": "2025-01-01", "from": "EUR", "to": "USD", "rate": "2"},
        {"date": "2025-02-01", "from": "EUR", "to": "USD", "rate": "3"},
    ]
    back = {"id": "R1", "date": "2025-02-10", "type": "return", "original": "T1", "amount": "-4"}
    lost = {"id": "R2", "date": "2025-02-10", "type": "return", "original": "T9", "amount": "-4"}
    sold = [booking("T1", "2025-01-10", "A", "10", currency="EUR"), back, lost]
    words = (
        "exchange: {rates: Daily, on: transaction date, at most: any age}\nleavers: {credit until: 60 days}\n"
    )
    document = rule("owner").replace("components:", words + "components:")
    tables = facts(seats, sold, exchange_rates=rates)
    rows = recompute([document], tables, "2025-02")["credits"]
    assert [(row["transaction"], row["participant"], row["amount"]) for row in rows] == [("R1", "ANA", -8)]
    assert codes(document, tables, "2025-02") == [("R2", "original_missing")]


def test_a_credit_made_by_division_has_ten_decimals():
    tables = facts(TEAM, [booking("T1", "2025-01-10", "A", "100", units="3")])
    assert credited(rule("owner", ", counts: amount / units"), tables) == {
        ("T1", "A"): Decimal("33.3333333333")
    }


def test_the_tail_ends_on_its_last_day():
    seats = [seat("A", "ANA", last="2025-01-10")]
    paid = [
        {"id": f"P{day}", "date": f"2025-01-{day}", "type": "payment", "booking": "B1", "amount": "1"}
        for day in (10, 15, 16)
    ]
    document = rule("booking.owner", ", owner on: booking.date", "payment")
    tables = facts(seats, [booking("B1", "2025-01-05", "A", "9"), *paid])
    assert codes(document, tables) == [("P15", "tail_not_said"), ("P16", "tail_not_said")]
    said = document.replace("components:", "leavers: {credit until: 5 days}\ncomponents:")
    assert (list(credited(said, tables)), codes(said, tables)) == ([("P10", "A"), ("P15", "A")], [])
