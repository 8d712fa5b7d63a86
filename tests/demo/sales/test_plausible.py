"""Numbers that a seller would believe: seasons, win rates, the tail of deal sizes, attainment, meetings."""

from collections import defaultdict
from decimal import Decimal
from statistics import median


def test_between_a_fifth_and_a_third_of_decided_deals_are_won(tables):
    decided = [row for row in tables["opportunities"] if row["stage"] in ("Won", "Lost")]
    rate = len([row for row in decided if row["stage"] == "Won"]) / len(decided)
    assert 0.20 < rate < 0.30
    by_source = defaultdict(list)
    for row in decided:
        by_source[row["source"]].append(row["stage"] == "Won")
    rates = {source: sum(won) / len(won) for source, won in by_source.items()}
    assert max(rates, key=rates.get) == "Referral" and rates["Referral"] - rates["SDR"] > 0.08


def test_quarters_end_high_and_the_year_highest(latest):
    booked = defaultdict(Decimal)
    for row in latest.values():
        if row["type"] == "booking" and row["date"].year == 2025:
            booked[row["date"].month] += row["amount"]
    for first in (1, 4, 7, 10):
        assert booked[first + 2] == max(booked[first], booked[first + 1], booked[first + 2])
    assert booked[12] == max(booked.values())


def test_deal_sizes_have_a_long_tail(tables):
    amounts = sorted(row["amount"] for row in tables["opportunities"] if row["stage"] == "Won")
    assert sum(amounts) / len(amounts) > median(amounts) * Decimal("1.4")
    assert amounts[-1] > median(amounts) * 20


def test_attainment_of_the_year_centres_a_bit_under_one(tables, latest):
    quota, booked = defaultdict(Decimal), defaultdict(Decimal)
    for row in tables["quotas"]:
        if row["measure"] == "new_business" and row["period"].startswith("2025"):
            quota[row["position"]] += row["amount"]
    held = {
        row["position"] for row in tables["assignments"] if row["last"] is None and row["first"].year < 2025
    }
    for row in latest.values():
        if row["type"] == "booking" and row["date"].year == 2025 and not row["product"].startswith("SV-"):
            booked[row["owner"]] += row["amount"]
    reached = [float(booked[seat] / quota[seat]) for seat in quota if seat in held]
    assert 0.85 < median(reached) < 1.0
    assert min(reached) < 0.65 and max(reached) > 1.35


def test_developers_meet_about_their_quota(tables):
    meetings = defaultdict(int)
    for row in tables["activities"]:
        if row["accepted"] == "yes" and row["date"].year == 2026:
            meetings[row["owner"]] += 1
    assert 0.85 < median(meetings.values()) / (10 * 10) < 1.15


def test_every_meeting_that_was_accepted_began_an_opportunity(tables):
    sourced = {(row["id"], row["sourced_by"]) for row in tables["opportunities"] if row["sourced_by"]}
    accepted = {
        (row["opportunity"], row["owner"]) for row in tables["activities"] if row["accepted"] == "yes"
    }
    assert accepted <= sourced and len(accepted) > 8000


def test_nothing_is_booked_on_a_holiday_or_weekend(tables, faulty):
    closed = {row["date"] for row in tables["holidays"]}
    for row in tables["transactions"]:
        if row["type"] == "booking" and row["id"] not in faulty:
            assert row["date"].weekday() < 5 and row["date"] not in closed, row["id"]


def test_whoever_did_something_was_there(tables, holders):
    absent = [
        row["id"]
        for row in tables["activities"]
        if row["kind"] in ("Demonstration", "Call") or row["accepted"]
        if not holders(row["owner"], row["date"])
    ]
    assert absent == []
