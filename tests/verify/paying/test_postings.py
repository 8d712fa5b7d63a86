"""Closed periods stay; later knowledge is posted as adjustments."""

from decimal import Decimal

from attain.verify import recompute
from tests.verify.company import booking, facts, plan, seat

CLOSINGS = [{"period": "2025-01", "moment": "2025-01-31"}, {"period": "2025-02", "moment": "2025-02-28"}]


def posted(transactions, horizon="2025-03-31", seats=None, period="2025-01", through="2025-03"):
    tables = facts(seats or [seat("A", "ANA")], transactions, closings=CLOSINGS)
    return recompute([plan()], tables, period, through, known_as_of=horizon)


def changes(results):
    columns = ("participant", "posted_in", "for_period", "transaction", "amount")
    return [tuple(row[column] for column in columns) for row in results["adjustments"]]


def test_what_is_closed_stays_and_each_later_horizon_posts_its_difference():
    results = posted([
        booking("T1", "2025-01-10", "A", "1000", loaded="2025-01-31"),
        booking("T1", "2025-01-10", "A", "800", loaded="2025-02-01"),
        booking("T1", "2025-01-10", "A", "900", loaded="2025-03-01"),
        booking("T2", "2025-01-30", "A", "50", loaded="2025-02-28T23:00:00Z"),
        booking("T3", "2025-01-30", "A", "7000", loaded="2025-04-01"),
    ])  # fmt: skip
    assert [(row["period"], row["amount"]) for row in results["earnings"]] == [("2025-01", 100)]
    assert changes(results) == [
        ("ANA", "2025-02", "2025-01", "T1", -20), ("ANA", "2025-02", "2025-01", "T2", 5),
        ("ANA", "2025-03", "2025-01", "T1", 10),
    ]  # fmt: skip
    assert [(row["period"], row["prior_period"]) for row in results["payments"]] == [
        ("2025-01", 0), ("2025-02", -15), ("2025-03", 10),
    ]  # fmt: skip
    assert "transactions T1" in results["adjustments"][0]["cause"]


def test_a_hand_over_learned_late_moves_the_earning():
    seats = [
        seat("A", "ANA") | {"loaded": "2025-01-01"},
        seat("A", "ANA", last="2025-01-05") | {"loaded": "2025-02-10"},
        seat("A", "BEN", first="2025-01-06") | {"loaded": "2025-02-10"},
    ]
    results = posted([booking("T1", "2025-01-10", "A", "1000")], seats=seats)
    assert changes(results) == [
        ("ANA", "2025-02", "2025-01", "T1", -100), ("BEN", "2025-02", "2025-01", "T1", 100),
    ]  # fmt: skip


def test_a_run_of_one_month_posts_what_the_run_of_all_posts():
    sold = [
        booking("T1", "2025-01-10", "A", "1000.05", loaded="2025-01-10"),
        booking("T1", "2025-01-10", "A", "-20", loaded="2025-02-10"),
        booking("T2", "2025-02-10", "A", "30.05", loaded="2025-03-10"),
    ]
    whole = posted(sold)
    for month in ("2025-01", "2025-02", "2025-03"):
        alone = posted(sold, period=month, through=month)
        for table, column in (("payments", "period"), ("adjustments", "posted_in"), ("earnings", "period")):
            assert alone[table] == [row for row in whole[table] if row[column] == month]


def test_an_open_period_changes_with_its_facts_and_posts_no_adjustment():
    sold = [
        booking("T1", "2025-03-10", "A", "1000", loaded="2025-03-10"),
        booking("T1", "2025-03-10", "A", "500", loaded="2025-03-20"),
    ]
    results = posted(sold)
    assert [row["amount"] for row in results["earnings"]] == [Decimal(50)]
    assert results["adjustments"] == []
