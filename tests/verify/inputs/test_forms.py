"""The small forms of a plan, and rounding."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from attain.verify.inputs.forms import (
    AmountPer,
    Figure,
    Length,
    Span,
    Unreadable,
    amount_per,
    decimal,
    figure,
    length,
    moment,
    number,
    rounded,
    span,
    written,
)


def test_numbers_and_percents():
    assert figure("4 %") == Figure(Fraction(1, 25), True)
    assert number("-12.50") == Fraction(-25, 2)
    for text in ("1,000", "4  percent", "1e3", ""):
        with pytest.raises(Unreadable):
            number(text)


def test_amounts_per_time_lengths_and_ranges():
    assert amount_per("2000 per month") == AmountPer("2000", "month")
    assert amount_per("draw per quarter") == AmountPer("draw", "quarter")
    assert amount_per("2 * quota") == AmountPer("2 * quota", None)
    assert length("90 days") == Length(90, "day")
    assert span("from 2025-01-01") == Span(date(2025, 1, 1))
    assert span("to 2025-01-01").holds(date(1, 1, 1))


@pytest.mark.parametrize(
    ("value", "currency", "rounding", "result"),
    [
        ("0.005", "USD", "half-up", "0.01"),
        ("-0.005", "USD", "half-up", "-0.01"),
        ("0.005", "USD", "half-even", "0"),
        ("0.015", "USD", "half-even", "0.02"),
        ("132330.5925", "JPY", "half-up", "132331"),
        ("259.5278", "KWD", "half-up", "259.528"),
    ],
)
def test_rounding_to_the_minor_unit(value, currency, rounding, result):
    assert rounded(Fraction(value), currency, rounding) == Fraction(result)


def test_a_number_is_written_with_ten_decimals_half_even():
    assert written(Fraction(1, 3)) == Fraction("0.3333333333")
    assert written(Fraction("0.00000000005")) == 0
    assert decimal(Fraction(2, 3)) == Decimal("0.6666666667")
    assert decimal(Fraction("123456789012345678901234567890.5")) == Decimal(
        "123456789012345678901234567890.5"
    )


def test_a_bare_date_is_its_first_instant_or_as_a_horizon_its_last():
    assert str(moment("2025-01-31", at_end=False)) == "2025-01-31 00:00:00"
    assert str(moment("2025-01-31", at_end=True)) == "2025-01-31 23:59:59.999999"
    assert str(moment("2025-01-31T10:00:00+02:00", at_end=True)) == "2025-01-31 08:00:00"
