"""Territories: on each day each account lies in one of the sellers' maps, and somebody owns it."""

from collections import defaultdict
from datetime import date

import pytest

DAYS = [date(2025, 1, 1), date(2025, 9, 17), date(2026, 6, 30), date(2026, 7, 1), date(2026, 10, 31)]


def on(rows: list[dict], day: date) -> list[dict]:
    return [row for row in rows if row["first"] <= day and (row["last"] is None or day <= row["last"])]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_an_account_lies_in_one_territory_of_a_seller(tables, day):
    placed = defaultdict(list)
    for row in on(tables["account_territory"], day):
        placed[row["account"], row["map"] == "Customer book"].append(row["territory"])
    accounts = {row["account"] for row in tables["accounts"]}
    assert {account for account, book in placed if not book} == accounts
    assert max(len(territories) for territories in placed.values()) == 1


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_shares_of_a_territory_add_up_and_its_owners_are_there(tables, day, holders):
    shares = defaultdict(list)
    vacant = []
    for row in on(tables["territory_owner"], day):
        shares[row["map"], row["territory"]].append(row["share"])
        if not holders(row["position"], day):
            vacant.append((row["territory"], row["position"]))
    territories = {(row["map"], row["territory"]) for row in tables["account_territory"]}
    assert set(shares) == territories
    assert {sum(parts) for parts in shares.values()} == {1}
    assert vacant == []


def test_accounts_move_in_mid_year_and_some_territories_are_shared(tables):
    moved = [row for row in tables["account_territory"] if row["last"] == date(2026, 6, 30)]
    assert len(moved) == 60
    shared = [row for row in tables["territory_owner"] if row["share"] != 1]
    assert len(shared) == 6
