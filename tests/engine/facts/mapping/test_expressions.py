"""Scalar SQL in a mapping: a list of what is allowed, and nothing else gets through."""

import duckdb
import pytest

from attain.engine.backends.scalar import NotScalar, parse_scalar

COLUMNS = ("Deal Stage", "amount", "a")
PLACES = {"Deal Stage": '"_c1"', "amount": '"_c2"', "a": '"_c3"'}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("trim(a)", "x-y"),
        ("case when \"Deal Stage\" = 'Won' then 'booking' end", "booking"),
        ("cast(AMOUNT as decimal(8, 2)) * 2", "25.00"),
        ("split_part(trim(a), '-', 2) || lpad('7', 3, '0')", "y007"),
        ("coalesce(nullif(trim(a), 'x-y'), 'none')", "none"),
        ("upper(left(trim(a), 1))", "X"),
        ("year(date '2025-03-31') || '-Q' || quarter(date '2025-03-31')", "2025-Q1"),
    ],
)
def test_what_is_allowed(text: str, value: str) -> None:
    sql = parse_scalar(text, COLUMNS).sql(PLACES)
    row = "SELECT 'Won' AS _c1, '12.50' AS _c2, ' x-y ' AS _c3"
    assert duckdb.execute(f"SELECT CAST({sql} AS VARCHAR) FROM ({row})").fetchall() == [(value,)]


@pytest.mark.parametrize(
    "text",
    [
        "(select 1)",
        "exists(select 1)",
        "read_csv('x')",
        "getenv('HOME')",
        "a; drop table loads",
        "a -- comment",
        "a /* comment */",
        "sum(amount)",
        "row_number() over ()",
        "a / 2",
        "cast(a as double)",
        "cast(a as decimal)",
        "a.b",
        "*",
        "[1, 2]",
        "{'a': 1}",
        "a[1]",
        "?",
        "$1",
        "lambda x: x",
        "a as b",
        "a b",
        "",
        "unknown",
        "current_date",
        "lpad(a, 1000000000, 'x')",
        "(" * 300 + "a" + ")" * 300,
        "a || '" + "x" * 5000 + "'",
        "a in (select a)",
        "a = any(['x'])",
        "list_transform([a], x -> x)",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(NotScalar):
        parse_scalar(text, COLUMNS)


def test_a_failing_cast_is_told_apart_from_a_blank() -> None:
    scalar = parse_scalar("cast(a as decimal(8, 2))", COLUMNS)
    told = (
        f"SELECT {scalar.failing(PLACES)} FROM (SELECT NULL AS _c1, NULL AS _c2, CAST(? AS VARCHAR) AS _c3)"
    )
    assert duckdb.execute(told, ["abc"]).fetchall() == [(True,)]
    assert duckdb.execute(told, ["1.5"]).fetchall() == [(False,)]
    assert duckdb.execute(told, [None]).fetchall() == [(False,)]
