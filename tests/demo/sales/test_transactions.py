"""Deals, cash and their versions: keys that lead somewhere, sums that reconcile, planted situations."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

TWO_YEARS_OF_MONTHS = 24


def of_type(rows, kind):
    return [row for row in rows.values() if row["type"] == kind]


def test_every_owner_is_a_position_held_on_the_day(tables, latest, faulty, holders):
    positions = {row["position"] for row in tables["positions"]}
    sold = [row for row in latest.values() if row["type"] in ("booking", "renewal", "expansion")]
    unknown = [row["id"] for row in sold if row["owner"] not in positions]
    vacant = [
        row["id"] for row in sold if row["owner"] in positions and not holders(row["owner"], row["date"])
    ]
    assert set(unknown) | set(vacant) <= faulty
    assert len(unknown) == len(vacant) == 1
    for column in ("sourced_by", "specialist"):
        assert {row[column] for row in sold if row[column]} <= positions


def test_accounts_deals_and_products_are_known(tables, latest, faulty):
    accounts = {row["account"] for row in tables["accounts"]}
    deals = {row["id"] for row in tables["opportunities"]}
    products = {row["product"] for row in tables["products"]}
    for row in latest.values():
        known = row["account"] in accounts
        assert known or row["id"] in faulty or row["original"] in faulty or row["booking"] in faulty, row[
            "id"
        ]
        assert row["product"] in products
        assert row["deal"] in deals or row["type"] not in ("booking", "return")


def test_splits_add_up_but_for_the_planted_one(tables, faulty, holders, latest):
    shares = defaultdict(Decimal)
    for row in tables["splits"]:
        shares[row["transaction"]] += row["share"]
        assert holders(row["position"], latest[row["transaction"]]["date"]) or row["transaction"] in faulty
    wrong = {key for key, total in shares.items() if total != 1}
    assert len(wrong) == 1 and wrong <= faulty
    assert len(shares) > 500


def test_a_won_opportunity_is_booked_to_the_cent(tables, faulty):
    first = {}
    for row in tables["transactions"]:
        if row["type"] == "booking":
            first.setdefault(row["id"], row)
    booked = defaultdict(Decimal)
    for row in first.values():
        booked[row["deal"]] += row["amount"]
    won = {row["id"]: row["amount"] for row in tables["opportunities"] if row["stage"] == "Won"}
    assert booked == won


def test_amount_is_list_less_discount_and_margin_is_amount_less_cost(tables):
    for row in tables["transactions"]:
        if row["type"] == "booking":
            assert row["margin_amount"] == row["amount"] - row["cost_amount"]
    first = {row["id"]: row for row in reversed(tables["transactions"]) if row["type"] == "booking"}
    for row in first.values():
        assert abs(row["list_amount"] * (1 - row["discount"]) - row["amount"]) <= Decimal("0.01")


def test_a_return_names_its_booking_and_is_not_larger(tables, faulty):
    bookings = {row["id"]: row for row in reversed(tables["transactions"]) if row["type"] == "booking"}
    back = defaultdict(Decimal)
    returns = [row for row in tables["transactions"] if row["type"] == "return"]
    for row in returns:
        booking = bookings[row["original"]]
        assert row["amount"] < 0 and row["deal"] == booking["deal"]
        assert row["date"] > booking["date"] or booking["id"] in faulty
        back[booking["id"]] += row["amount"]
    assert len(returns) > 100
    assert all(-total <= bookings[key]["amount"] for key, total in back.items())


def test_invoices_and_payments_never_exceed_what_was_sold(tables, latest):
    first = {
        row["id"]: row for row in reversed(tables["transactions"]) if row["type"] in ("booking", "renewal")
    }
    invoiced, paid = defaultdict(Decimal), defaultdict(Decimal)
    for row in latest.values():
        if row["type"] == "invoice":
            invoiced[row["booking"]] += row["amount"]
        if row["type"] == "payment":
            paid[row["invoice"]] += row["amount"]
    assert all(total <= first[key]["amount"] for key, total in invoiced.items())
    assert all(total <= latest[key]["amount"] for key, total in paid.items())
    old = [key for key, row in first.items() if row["date"] < date(2025, 9, 1)]
    assert sum(invoiced[key] for key in old) == sum(first[key]["amount"] for key in old)
    assert sum(paid.values()) > sum(invoiced.values()) * Decimal("0.75")


def test_new_customers_are_new_once(tables):
    deals = sorted(
        (row for row in tables["opportunities"] if row["stage"] == "Won"), key=lambda row: row["id"]
    )
    customers = {row["account"] for row in tables["accounts"] if row["customer_since"]}
    for deal in deals:
        assert (deal["new_logo"] == "yes") == (deal["account"] not in customers), deal["id"]
        customers.add(deal["account"])


def test_books_carry_over_from_quarter_to_quarter(tables, latest):
    changes = defaultdict(Decimal)
    for row in latest.values():
        if row["type"] in ("expansion", "contraction", "churn"):
            day = row["date"]
            changes[row["account"], date(day.year, (day.month - 1) // 3 * 3 + 1, 1)] += row["amount"]
    opening = {(row["account"], row["date"]): row["opening_amount"] for row in tables["book"]}
    for (account, quarter), amount in opening.items():
        following = date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1)
        if following <= date(2026, 10, 1):
            assert opening.get((account, following), 0) == amount + changes[account, quarter]


def test_versions_are_known_after_their_day_and_some_late(tables):
    closings = {row["period"]: row["moment"] for row in tables["closings"]}
    versions = Counter(row["id"] for row in tables["transactions"])
    seen, late, corrected = set(), 0, 0
    for row in tables["transactions"]:
        assert row["loaded"][:10] > row["date"].isoformat() and row["loaded"] < "2026-11-06"
        closing = closings.get(f"{row['date']:%Y-%m}", "9")
        if row["loaded"] > closing:
            corrected += row["id"] in seen
            late += row["id"] not in seen
        seen.add(row["id"])
    assert set(versions.values()) == {1, 2}
    assert late > 10 and corrected > 10
    assert len(closings) == 9 and len(set(closings.values())) == 4
    assert any(row["withdrawn"] for row in tables["transactions"])


def test_every_planted_fault_is_there(made, tables, latest):
    codes = [fault.code for fault in made.faults]
    assert len(codes) == len(set(codes)) == 5
    for fault in made.faults:
        assert fault.key in latest
        assert fault.table in tables and fault.why
    (unpriced,) = [fault.key for fault in made.faults if fault.code == "exchange_rate_missing"]
    assert latest[unpriced]["currency"] not in {row["from"] for row in tables["exchange_rates"]}
