"""Figures worked out by hand: rates, steps, quotas, windows, versions."""

from decimal import Decimal

import pytest

from attain.verify import recompute
from tests.verify.company import amounts, booking, facts, plan, seat

JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"


def component(pay: str, over: str = "month", more: str = "", head: str = "", then: str = "") -> str:
    steps = f"    then: [{then}]\n" if then else ""
    return plan(f"""
{head}
components:
  Commission:
    credit:
      - {{from: [booking, return], to: owner}}
    measure: sum(credit)
    over: {over}
{more}
    pay: {pay}
{steps}
""")


def sold(*amounts_by_month: str, owner: str = "A") -> list[dict]:
    return [
        booking(f"T{n}", f"2025-{n:02}-10", owner, amount)
        for n, amount in enumerate(amounts_by_month, 1)
        if amount
    ]


def ana(*amounts_by_month: str, **tables):
    return facts([seat("A", "ANA")], sold(*amounts_by_month), **tables)


BANDS = "bands: [{from: 0, rate: 5 %}, {from: 1000, rate: 10 %}]"


@pytest.mark.parametrize(
    ("how", "amount", "earned"),
    [
        ("marginal", "1500", 100),
        ("marginal", "1000", 50),
        ("marginal", "-200", -10),
        ("whole amount", "1000", 100),
        ("whole amount", "999.99", 50),
        ("whole amount, bands include: upper bound", "1000", 50),
        ("whole amount, bands include: upper bound", "1000.01", Decimal("100.00")),
    ],
)
def test_bands(how, amount, earned):
    assert amounts(component(f"{{how: {how}, by: measure, {BANDS}}}"), ana(amount), JAN) == [earned]


def test_a_band_that_reaches_back_restates_what_lies_below():
    pay = "{how: marginal, by: measure, bands: [{from: 0, rate: 5 %}, {from: 500, rate: 10 %, back to: 200}]}"
    assert amounts(component(pay), ana("400"), JAN) == [20]
    assert amounts(component(pay), ana("500"), JAN) == [10 + 30]


@pytest.mark.parametrize(
    ("outside", "below", "above"), [("nothing", 0, 0), ("flat", 10, 30), ("extend", 5, 50)]
)
def test_a_curve_outside_its_points(outside, below, above):
    points = "points: [{at: 100, pay: 10}, {at: 300, pay: 30}]"
    pay = f"{{how: interpolated, by: measure, before: {outside}, beyond: {outside}, {points}}}"
    assert amounts(component(pay), ana("50", "500", "200"), JAN, FEB, MAR) == [below, above, 20]


def test_a_matrix_read_linearly_between_its_cells():
    measures = """
measures:
  deals: {credit: [{from: booking, to: owner}], measure: count(*), over: month}
  money: {credit: [{from: booking, to: owner}], measure: sum(credit), over: month}
"""
    pay = (
        "{how: matrix, read: bilinear, down: {by: deals, from: [0, 2]}, across: {by: money, from: [0, 100]}, "
        "cells: [[0, 100], [200, 300]]}"
    )
    document = component(pay, head=measures).replace(
        "    measure: sum(credit)\n    over: month\n\n    pay", "    pay"
    )
    assert amounts(document, ana("50", "400"), JAN, FEB) == [150, 200]


def test_a_quotient_meets_a_band_exactly():
    quotas = [{"position": "A", "measure": "q", "period": JAN, "amount": "3000"}]
    pay = "{how: whole amount, by: attainment, bands: [{from: 0 %, rate: 1 %}, {from: 100 %, rate: 2 %}]}"
    document = component(pay, more="    quota: q", head="prorate: [quota]")
    tables = facts(
        [seat("A", "ANA", last="2025-01-10")], [booking("T", "2025-01-02", "A", "")], quotas=quotas
    )
    tables["transactions"] = [booking(f"T{n}", "2025-01-02", "A", "322.580645") for n in range(3)]
    assert amounts(document, tables, JAN) == [Decimal("9.68")]
    tables["transactions"] += [booking("T4", "2025-01-02", "A", "0.000001")]
    assert amounts(document, tables, JAN) == [Decimal("19.35")]


@pytest.mark.parametrize(
    ("policy", "earned", "listed"),
    [
        ("exception", 0, ["quota_zero"]),
        ("no earning", 0, []),
        ("no earning and exception", 0, ["quota_zero"]),
        ("lowest band", 10, []),
        ("100 %", 20, []),
    ],
)
def test_a_quota_of_zero_follows_its_policy(policy, earned, listed):
    quotas = [{"position": "A", "measure": "q", "period": JAN, "amount": "0"}]
    pay = "{how: whole amount, by: attainment, bands: [{from: 0 %, rate: 1 %}, {from: 100 %, rate: 2 %}]}"
    document = component(
        pay, more=f"    quota: q\n    denominator: {{zero: {policy}}}", head="prorate: [quota]"
    )
    assert amounts(document, ana("1000", quotas=quotas), JAN) == [earned]
    rows = recompute([document], ana("1000", quotas=quotas), JAN)["exceptions"]
    assert [row["code"] for row in rows] == listed


def test_steps_act_in_the_order_written_and_a_failed_gate_pays_nothing():
    rates = "{how: flat, rate: 10 %}"
    assert amounts(component(rates, then="{multiply by: 2}, {cap: 100}"), ana("800"), JAN) == [100]
    assert amounts(component(rates, then="{cap: 50}, {multiply by: 2}"), ana("800"), JAN) == [100]
    assert amounts(component(rates, then="{only if: measure > 800}, {floor: 5}"), ana("800"), JAN) == [5]
    assert amounts(component(rates, then="{soft cap: [{from: 50, rate: 50 %}]}"), ana("800"), JAN) == [65]
    assert amounts(component(rates, then="{cap rate: 4 %}"), ana("800", "-800"), JAN, FEB) == [32, -32]


def test_a_cap_of_the_year_counts_what_months_have_earned():
    document = component("{how: flat, rate: 10 %}", then="{cap: 100 per year}")
    assert amounts(document, ana("800", "400", "-300"), JAN, FEB, MAR) == [80, 20, -10]


def test_a_cap_for_each_deal_is_on_its_net_to_date():
    deals = [
        booking("T1", "2025-01-10", "A", "800", deal="D1"),
        booking("T2", "2025-01-11", "A", "300", deal="D2"),
        booking("R1", "2025-02-10", "A", "-500", deal="D1", type="return"),
        booking("T3", "2025-02-11", "A", "900", deal=""),
    ]
    document = component("{how: flat, rate: 10 %}", then="{cap: 50, each: deal}")
    assert amounts(document, facts([seat("A", "ANA")], deals), JAN, FEB) == [80, -20 + 50]


def test_what_was_reached_is_kept():
    pay = f"{{how: whole amount, by: measure, {BANDS}}}"
    document = component(pay, over="year to date", then="{keep: highest so far}")
    assert amounts(document, ana("1000", "-500", "600"), JAN, FEB, MAR) == [100, 0, 10]


def test_opening_credit_counts_to_date_and_earns_nothing_itself():
    opening = [{"position": "A", "component": "Commission", "date": "2025-01-31", "amount": "900"}]
    document = component(f"{{how: marginal, by: measure, {BANDS}}}", over="year to date")
    assert amounts(document, ana("", "300", opening_credits=opening), JAN, FEB) == [0, 5 + 20]


def test_a_leaver_and_a_successor_share_a_quota_and_a_target_by_days():
    head = "target incentive: 310 per month\nprorate: [quota, target incentive]"
    pay = "{how: flat, rate: 100 %, of: target_incentive * attainment}"
    document = component(pay, more="    quota: 3100 per month", head=head)
    seats = [seat("A", "ANA", last="2025-01-10"), seat("A", "BEN", first="2025-01-11")]
    tables = facts(seats, [booking("T1", "2025-01-02", "A", "500"), booking("T2", "2025-01-20", "A", "2100")])
    rows = recompute([document], tables, JAN)["earnings"]
    assert [(row["participant"], row["amount"]) for row in rows] == [("ANA", 50), ("BEN", 210)]


def test_a_yearly_target_is_an_even_quarter_for_a_quarter():
    rows = [{"participant": "ANA", "amount": "4000", "per": "year", "first": "2025-01-01", "last": ""}]
    head = "target incentive: of the participant\nprorate: [target incentive]"
    document = component("{how: flat, rate: 50 %, of: target_incentive}", over="quarter", head=head)
    assert amounts(document, ana("1", target_incentives=rows), "2025-Q1") == [500]


def test_two_versions_earn_for_their_own_days_and_the_sum_is_rounded_once():
    first = component("{how: flat, rate: 5 %}").replace(
        "2025-01-01 to 2025-12-31", "2025-01-01 to 2025-01-15"
    )
    second = component("{how: flat, rate: 8 %}", more="    on change: fresh")
    second = second.replace("2025-01-01 to 2025-12-31", "from 2025-01-16")
    tables = facts(
        [seat("A", "ANA")],
        [booking("T1", "2025-01-15", "A", "100.09"), booking("T2", "2025-01-16", "A", "100.06")],
    )
    assert amounts(first + "---" + second, tables, JAN) == [Decimal("13.01")]


def test_values_differ_by_a_field_of_the_participant():
    values = "values: [{by: country, rows: [{country: DE, base: 4 %}, {country: US, base: 5 %}]}]"
    document = component("{how: flat, rate: base}", head=values)
    people = [{"participant": "ANA", "country": "US"}]
    assert amounts(document, ana("1000", participants=people), JAN) == [50]


@pytest.mark.parametrize(
    ("match", "code"), [("only row", "lookup_several_rows"), ("most specific", ""), ("first row", "")]
)
def test_a_lookup_takes_the_first_or_the_most_specific_row(match, code):
    rows = "[{product: any, size: 0, rate: 1 %}, {product: X, size: 0, rate: 2 %}"
    rows += ", {product: X, size: 50, rate: 3 %}]"
    head = (
        "tables:\n  Rates: {key: {product: equal, size: from}, gives: rate, "
        f"match: {match}, otherwise: exception, rows: {rows}}}"
    )
    document = component("{how: lookup, table: Rates, each: credit}", head=head)
    deals = [booking("T1", "2025-01-10", "A", "100", product="X", size="50")]
    tables = facts([seat("A", "ANA")], deals)
    assert amounts(document, tables, JAN) == [{"only row": 0, "most specific": 3, "first row": 1}[match]]
    listed = [row["code"] for row in recompute([document], tables, JAN)["exceptions"]]
    assert listed == ([code] if code else [])
