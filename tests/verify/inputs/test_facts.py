"""Types of columns, and what was known when."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from attain.verify.inputs.facts import Text, known_on, typed
from attain.verify.inputs.forms import moment


def at(text):
    return moment(text, at_end=False)


def known(rows, horizon=None, name="transactions"):
    return known_on(typed({name: rows}), horizon, {})[name]


def test_a_column_has_the_type_that_all_its_cells_share():
    rows = typed({"transactions": [
        {"id": "007", "date": "2025-01-02", "amount": "1.50", "discount": "4 %", "zip": "0123", "size": "M"},
        {"id": "008", "date": "2025-01-03", "amount": "", "discount": "", "zip": Text("0456"), "size": "7"},
    ]})["transactions"]  # fmt: skip
    assert rows[0] == {
        "id": "007", "date": date(2025, 1, 2), "amount": Fraction(3, 2), "discount": Fraction(1, 25),
        "zip": "0123", "size": "M",
    }  # fmt: skip
    assert (rows[1]["amount"], rows[1]["discount"], rows[1]["size"]) == (None, None, "7")


def test_typed_cells_stay_what_they_are():
    row = {
        "id": Text("1"),
        "date": date(2025, 1, 2),
        "amount": Decimal("2.5"),
        "closed": at("2025-01-02T00:00"),
    }
    assert typed({"transactions": [row]})["transactions"][0]["amount"] == Fraction(5, 2)


def test_of_each_key_the_newest_version_that_was_known():
    rows = [
        {"id": "T1", "amount": "1", "loaded": "2025-01-10"},
        {"id": "T1", "amount": "2", "loaded": "2025-01-20"},
        {"id": "T2", "amount": "3", "loaded": ""},
    ]
    assert [row["amount"] for row in known(rows, at("2025-01-19T23:59"))] == [1, 3]
    assert [row["amount"] for row in known(rows, at("2025-01-20T00:00"))] == [2, 3]
    assert [row["amount"] for row in known(rows, at("2025-01-09T00:00"))] == [3]


def test_the_later_of_two_versions_of_one_moment_counts_and_a_withdrawal_ends_a_key():
    rows = [
        {"id": "T1", "amount": "1", "loaded": "2025-01-10", "withdrawn": ""},
        {"id": "T1", "amount": "2", "loaded": "2025-01-10", "withdrawn": ""},
        {"id": "T2", "amount": "3", "loaded": "2025-01-10", "withdrawn": ""},
        {"id": "T2", "amount": "3", "loaded": "2025-01-11", "withdrawn": "yes"},
    ]
    assert [row["amount"] for row in known(rows)] == [2]


def test_a_lookup_table_is_keyed_by_all_but_what_it_gives():
    rows = [
        {"region": "EMEA", "rate": "4 %", "loaded": "2025-01-01"},
        {"region": "EMEA", "rate": "5 %", "loaded": "2025-02-01"},
    ]
    tables = known_on(typed({"rates": rows}), None, {"rates": "rate"})
    assert [row["rate"] for row in tables["rates"]] == [Fraction(1, 20)]
    assert len(known_on(typed({"rates": rows}), None, {})["rates"]) == 2
