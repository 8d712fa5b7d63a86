"""Figures are exact where they end, and never look rounder than they are where they do not."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from attain.engine.calculation.explanation.wording import amount, days, exact, listed, number, percent

decimals = st.decimals(min_value=Decimal(-(10**12)), max_value=Decimal(10**12), allow_nan=False, places=6)


@given(decimals)
def test_a_decimal_is_shown_whole(value: Decimal) -> None:
    assert Decimal(number(value).replace(",", "")) == value
    assert Decimal(exact(value)) == value


@given(decimals)
def test_thousands_are_apart(value: Decimal) -> None:
    groups = number(value).lstrip("-").partition(".")[0].split(",")
    assert len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=9999))
def test_what_does_not_end_is_marked_and_near(value: Fraction) -> None:
    text = number(value)
    if text.startswith("≈"):
        shown = Decimal(text.removeprefix("≈ ").replace(",", ""))
        assert abs(Fraction(shown) - value) <= Fraction(1, 10**4)
        assert shown != shown.to_integral_value() or abs(value) < Fraction(1, 10**10) or shown != round(value)
    else:
        assert Fraction(Decimal(text.replace(",", ""))) == value


def test_just_below_a_bound_is_not_shown_as_the_bound() -> None:
    assert percent(Fraction(1649999, 3300000)) == "≈ 49.99997 %"
    assert percent(Fraction(1, 2)) == "50 %"


def test_amounts_have_the_decimals_of_their_currency_at_least() -> None:
    assert amount(Decimal("1234.5"), "USD") == "1,234.50 USD"
    assert amount(Decimal("1234"), "JPY") == "1,234 JPY"
    assert amount(Decimal("0.1234"), "USD") == "0.1234 USD"
    assert amount(Decimal("-0.5")) == "-0.50"


def test_fractions_are_exact_as_data() -> None:
    assert (exact(Fraction(1, 3)), exact(Fraction(5, 4)), exact(Decimal("1.500"))) == ("1/3", "1.25", "1.5")


def test_days_are_shown_with_both_ends() -> None:
    assert days(date(2026, 1, 1), date(2026, 2, 1)) == "2026-01-01 to 2026-01-31"
    assert days(date(2026, 1, 1), date(9999, 12, 31)) == "from 2026-01-01"


def test_lists_are_sentences() -> None:
    assert listed(["a"]) == "a" and listed(["a", "b", "c"]) == "a, b and c" and listed([]) == ""
