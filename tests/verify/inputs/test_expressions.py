"""The value of an expression, blanks and divisions by zero among them."""

from datetime import date
from fractions import Fraction

import pytest

from attain.verify.crediting.scopes import FactScope
from attain.verify.inputs.expressions import NotDivisible, evaluated
from attain.verify.inputs.forms import Unreadable

FACT = {
    "amount": Fraction(1200),
    "units": Fraction(7),
    "nothing": Fraction(0),
    "product": "Bikes",
    "blank": None,
    "date": date(2025, 3, 31),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("amount / units", Fraction(1200, 7)),
        ("amount * 12.5 %", Fraction(150)),
        ("0.5 % * amount", Fraction(6)),
        ("least(amount, 500) + greatest(amount - 500, 0) * 50 %", Fraction(850)),
        ("case product when 'Bikes' then 3 else 4 end", Fraction(3)),
        ("case when amount > 1200 then 1 when amount >= 1200 then 2 end", Fraction(2)),
        ("product in ('Bikes', 'Helmets') and not units = 8", True),
        ("product like 'Bi%'", True),
        ("product = '50 %'", False),
        ("units between 7 and 8", True),
        ("blank = 'x' or blank is null", True),
        ("blank <> 'x'", True),
        ("unheard > 1", False),
        ("amount + unheard", None),
        ("coalesce(unheard, 5)", Fraction(5)),
        ("complete_months('2025-01-31', date)", Fraction(2)),
        ("complete_years('2024-04-01', date)", Fraction(0)),
        ("days_between('2025-03-01', date)", Fraction(30)),
        ("month_of_quarter(date)", Fraction(3)),
        ("start_of_quarter(date)", date(2025, 1, 1)),
        ("date >= '2025-03-31'", True),
    ],
)
def test_the_value_of_an_expression(text, value):
    assert evaluated(text, FactScope(FACT)) == value


def test_a_division_by_zero_has_no_value():
    with pytest.raises(NotDivisible):
        evaluated("amount / nothing", FactScope(FACT))


@pytest.mark.parametrize("text", ["product + 1", "product > 5", "substr(product, 1)"])
def test_what_is_no_expression_of_the_language(text):
    with pytest.raises((Unreadable, KeyError)):
        evaluated(text, FactScope(FACT))


def test_a_field_of_the_plan_is_an_expression_over_the_fact():
    scope = FactScope(FACT, fields={"per_unit": "amount / units"})
    assert evaluated("per_unit * 7", scope) == 1200


def test_money_converts_and_units_do_not():
    scope = FactScope(FACT, exchange=Fraction(2))
    assert evaluated("amount + units", scope) == 2407
