"""The company as a whole: the same from the same seed, exact, sound facts, and as large as promised."""

import hashlib
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

from attain.demo.company import make_company
from attain.demo.rows import write_tables
from attain.engine.facts.tables import read_facts

DIGEST = """
import hashlib
from attain.demo.company import company
print(hashlib.sha256(repr(company()).encode()).hexdigest())
"""


def digest_in_a_new_process(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout.strip()


def test_same_seed_same_company_whatever_the_hash_seed(tables):
    here = hashlib.sha256(repr(tables).encode()).hexdigest()
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    assert digest_in_a_new_process(other) == here


def test_other_seed_other_company(tables):
    other = make_company(8).tables
    for name in ("participants", "assignments", "opportunities", "transactions", "quotas", "exchange_rates"):
        assert tables[name] != other[name], name


def test_every_value_is_exact(tables):
    kinds = {
        (name, type(value))
        for name, rows in tables.items()
        for row in rows
        for value in row.values()
        if not isinstance(value, (str, int, Decimal, date, type(None)))
    }
    assert kinds == set()


def test_rows_of_a_table_have_the_same_columns(tables):
    for name, rows in tables.items():
        assert rows, name
        assert {tuple(row) for row in rows} == {tuple(rows[0])}, name


def test_the_facts_reader_takes_every_table(tables, tmp_path):
    write_tables(tmp_path, tables)
    facts = read_facts(tmp_path)
    assert {name: table.rows for name, table in facts.tables.items()} == {
        name: len(rows) for name, rows in tables.items()
    }
    assert facts.tables["transactions"].columns["margin_amount"] == "number"
    assert facts.tables["opportunities"].columns["closed_on"] == "date"


def test_about_three_hundred_people_in_four_levels_three_currencies_two_years(tables):
    assert {row["level"] for row in tables["positions"]} == {1, 2, 3, 4}
    assert {row["pay_currency"] for row in tables["participants"]} == {"USD", "EUR", "GBP"}
    in_2026 = {
        row["participant"]
        for row in tables["assignments"]
        if row["last"] is None or row["last"] >= date(2026, 1, 1)
    }
    assert 285 <= len(in_2026) <= 330
    days = [row["date"] for row in tables["transactions"]]
    assert date(2024, 11, 1) <= min(days) < date(2024, 11, 8)
    assert date(2026, 10, 25) < max(days) <= date(2026, 10, 31)


def test_keys_of_versions_are_unique(tables):
    keys = {
        "participants": ("participant",),
        "positions": ("position", "first"),
        "assignments": ("position", "participant", "first"),
        "reporting": ("position", "first"),
        "account_territory": ("map", "account", "territory", "first"),
        "territory_owner": ("map", "territory", "position", "first"),
        "splits": ("transaction", "position"),
        "quotas": ("position", "measure", "period", "loaded"),
        "target_incentives": ("position", "component", "first"),
        "exchange_rates": ("table", "date", "from", "to"),
        "transactions": ("id", "loaded"),
        "opportunities": ("id",),
        "activities": ("id",),
        "book": ("id",),
        "aliases": ("alias",),
        "leaves": ("participant", "first"),
    }
    for name, columns in keys.items():
        seen = [tuple(row[column] for column in columns) for row in tables[name]]
        assert len(seen) == len(set(seen)), name
