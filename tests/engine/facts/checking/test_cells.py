"""One cell, one reading: what each way of writing a number, a day or a moment means, or why it means none."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.engine.facts.checking import cells
from attain.engine.facts.mapping.forms import Form
from attain.engine.facts.spelling import connect

PLAIN, GERMAN = Form(), Form(decimal_sign=",", thousands_sign=".")
ENGLISH, SWISS = Form(thousands_sign=","), Form(thousands_sign="'")


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Path(tmp_path_factory.mktemp("cells"))) as opened:
        yield opened


def number(connection: duckdb.DuckDBPyConnection, text: str, form: Form, name: str = "amount") -> object:
    """The value, or the code of the fault."""
    plainly = cells.plainly_written("x", name, form)
    layer = f"SELECT x, {cells.plain_number('x', plainly, form)} AS v FROM (SELECT CAST(? AS VARCHAR) AS x)"
    fault = cells.number_fault("x", plainly, "v", name, form)
    value, code = connection.execute(f"SELECT v, {fault} FROM ({layer})", [text]).fetchall()[0]
    return code or Decimal(value)


@pytest.mark.parametrize(
    ("text", "form", "meant"),
    [
        ("1234.5", PLAIN, Decimal("1234.5")),
        (" 7 ", PLAIN, Decimal(7)),
        ("+.5", PLAIN, Decimal("0.5")),
        ("1,234.50", ENGLISH, Decimal("1234.5")),
        ("1,23", ENGLISH, "separators"),
        ("1,234,56", ENGLISH, "separators"),
        ("1.234,50-", GERMAN, Decimal("-1234.5")),
        ("(1.234)", GERMAN, Decimal(-1234)),
        ("1234.50", GERMAN, "separators"),
        ("1'234.50", SWISS, Decimal("1234.5")),
        ("1\u00a0234", PLAIN, "separators"),
        ("5 %", PLAIN, Decimal("0.05")),
        ("-12.5%", PLAIN, Decimal("-0.125")),
        ("5", Form(percent=True), Decimal("0.05")),
        ("0.1 %", Form(percent=True), Decimal("0.001")),
        ("999999999999.999999", PLAIN, Decimal("999999999999.999999")),
        ("1000000000000", PLAIN, "too_large"),
        ("0.0000001", PLAIN, "too_fine"),
        ("0.1000000", PLAIN, Decimal("0.1")),
        ("0000000000000000001", PLAIN, Decimal(1)),
        ("9" * 38, PLAIN, "too_large"),
        ("1e400", PLAIN, "exponent"),
        ("NaN", PLAIN, "not_a_number"),
        ("٣", PLAIN, "not_a_number"),
        ("12 USD", PLAIN, "sign_beside_number"),
        ("--1", PLAIN, "two_signs"),
        ("5.", PLAIN, "not_a_number"),
    ],
)
def test_numbers(connection: duckdb.DuckDBPyConnection, text: str, form: Form, meant: object) -> None:
    assert number(connection, text, form) == meant


def test_a_rate_holds_more_decimals_than_an_amount(connection: duckdb.DuckDBPyConnection) -> None:
    assert number(connection, "1.123456789012", PLAIN, "rate") == Decimal("1.123456789012")
    assert number(connection, "1.1234567890123", PLAIN, "rate") == "too_fine"
    assert number(connection, "1234567", PLAIN, "rate") == "too_large"


@given(st.decimals(Decimal("-999999999999"), Decimal("999999999999"), places=6))
def test_a_number_that_fits_is_read_exactly(amount: Decimal) -> None:
    with connect(Path()) as connection:
        assert number(connection, f"{amount:f}", PLAIN) == amount
        assert number(connection, f"{amount:,f}", ENGLISH) == amount


def day(connection: duckdb.DuckDBPyConnection, text: str, form: Form) -> object:
    layer = f"SELECT x, {cells.day('x', form)} AS v FROM (SELECT CAST(? AS VARCHAR) AS x)"
    value, code = connection.execute(
        f"SELECT v, {cells.day_fault('x', 'v', form)} FROM ({layer})", [text]
    ).fetchall()[0]
    return code or value.isoformat()


@pytest.mark.parametrize(
    ("text", "form", "meant"),
    [
        ("2024-02-29", PLAIN, "2024-02-29"),
        (" 2024-02-29", PLAIN, "2024-02-29"),
        ("2025-02-29", PLAIN, "no_such_day"),
        ("2025-1-5", PLAIN, "date_format"),
        ("45672", PLAIN, "spreadsheet_serial"),
        ("2025-01-31T12:00:00", PLAIN, "no_zone"),
        ("2025-01-31T12:00:00Z", PLAIN, "no_zone"),
        ("2025-01-31T23:00:00Z", Form(zone="Europe/Berlin"), "2025-02-01"),
        ("2025-01-31 22:59:59.999+00:00", Form(zone="Europe/Berlin"), "2025-01-31"),
        ("2025-03-30T00:30:00Z", Form(zone="Pacific/Kiritimati"), "2025-03-30"),
        ("2025-03-29T10:00:00Z", Form(zone="Pacific/Kiritimati"), "2025-03-30"),
        ("2025-02-30T12:00:00Z", Form(zone="UTC"), "no_such_day"),
        ("2025-01-31 23:59:59", Form(local_times=True), "2025-01-31"),
        ("31.01.2025", Form(date_format="DD.MM.YYYY"), "2025-01-31"),
        ("31.02.2025", Form(date_format="DD.MM.YYYY"), "no_such_day"),
        ("1.2.2025", Form(date_format="DD.MM.YYYY"), "date_format"),
        ("1/31/2025", Form(date_format="M/D/YYYY"), "2025-01-31"),
        ("31/1/2025", Form(date_format="M/D/YYYY"), "no_such_day"),
        ("5 Jan 2025", Form(date_format="D MMM YYYY"), "2025-01-05"),
        ("2025-01-31 00:00:00", Form(date_format="YYYY-MM-DD hh:mm:ss"), "no_zone"),
        ("2025-01-31 00:00:00", Form(date_format="YYYY-MM-DD hh:mm:ss", zone="UTC"), "2025-01-31"),
        ("20250131", Form(date_format="YYYYMMDD"), "2025-01-31"),
    ],
)
def test_days(connection: duckdb.DuckDBPyConnection, text: str, form: Form, meant: str) -> None:
    assert day(connection, text, form) == meant


@pytest.mark.parametrize(
    ("text", "form", "last", "meant"),
    [
        ("2025-02-03", PLAIN, False, "2025-02-03 00:00:00"),
        ("2025-02-03", PLAIN, True, "2025-02-03 23:59:59.999999"),
        ("2025-02-03T10:00:00+02:00", PLAIN, False, "2025-02-03 08:00:00"),
        ("2025-02-03T10:00:00", PLAIN, False, "2025-02-03 10:00:00"),
        ("2025-07-03T10:00:00", Form(zone="Europe/Berlin"), False, "2025-07-03 08:00:00"),
        ("soon", PLAIN, False, None),
    ],
)
def test_moments(
    connection: duckdb.DuckDBPyConnection, text: str, form: Form, last: bool, meant: str | None
) -> None:
    sql = f"SELECT {cells.moment('x', form, last)} FROM (SELECT CAST(? AS VARCHAR) AS x)"
    value = connection.execute(sql, [text]).fetchall()[0][0]
    assert value == (dt.datetime.fromisoformat(meant) if meant else None)
