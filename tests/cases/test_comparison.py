"""The comparison finds what is wrong: a figure, a row too few or too many, a fact missing in a reason."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from attain.verify import recompute
from tests.cases.adapter import Case, read_case
from tests.cases.comparison import differences
from tests.shared import SHARED

Rows = list[dict[str, Any]]


def right(name: str) -> tuple[Case, dict[str, Rows]]:
    case = read_case(SHARED / "cases" / f"{name}.yaml")
    return case, recompute([case.plan], case.facts, case.periods[0], case.periods[-1])


def more(column: str) -> Callable[[Rows], Rows]:
    """The same rows, the first by a cent more."""
    return lambda rows: [{**rows[0], column: rows[0][column] + Decimal("0.01")}, *rows[1:]]


def fewer(rows: Rows) -> Rows:
    return rows[1:]


def twice(rows: Rows) -> Rows:
    return [*rows, rows[0]]


def without_reason(rows: Rows) -> Rows:
    return [{**row, "reason": "something is wrong", "date": None} for row in rows]


@pytest.mark.parametrize(
    ("name", "table", "spoiled"),
    [
        ("flat-two-reps", "earnings", more("amount")),
        ("flat-two-reps", "earnings", fewer),
        ("flat-two-reps", "lines", more("amount")),
        ("flat-two-reps", "lines", fewer),
        ("flat-two-reps", "lines", twice),
        ("overlay-specialist", "credits", more("amount")),
        ("overlay-specialist", "credits", twice),
        ("month-with-returns-only", "payments", more("paid")),
        ("month-with-returns-only", "balances", more("closing")),
        ("month-with-returns-only", "balances", fewer),
        ("several-currencies", "exceptions", fewer),
        ("several-currencies", "exceptions", twice),
        ("several-currencies", "exceptions", without_reason),
    ],
)
def test_what_is_wrong_is_found(name: str, table: str, spoiled: Callable[[Rows], Rows]) -> None:
    case, tables = right(name)
    assert differences(case, lambda asked: tables[asked]) == []
    tables[table] = spoiled(tables[table])
    assert any(found.startswith(table) for found in differences(case, lambda asked: tables[asked]))
