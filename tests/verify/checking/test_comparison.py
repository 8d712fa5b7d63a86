"""Comparing a written table with a recomputed one."""

from decimal import Decimal

from attain.verify.checking.comparison import compare

ROW = {"participant": "ANA", "plan": "P", "component": "C", "period": "2025-01", "currency": "USD"}


def test_figures_compare_by_value_and_rows_in_any_order():
    first, second = ROW | {"amount": Decimal("1.50")}, ROW | {"period": "2025-02", "amount": Decimal(2)}
    assert compare("earnings", [second, first], [ROW | {"amount": Decimal("1.5")}, second]) == []


def test_an_absent_row_of_earnings_is_a_zero():
    assert compare("earnings", [], [ROW | {"amount": Decimal("0.00")}]) == []
    [difference] = compare("earnings", [ROW | {"amount": Decimal(1)}], [])
    assert (difference.written, difference.recomputed) == ("amount 1", "nothing")


def test_a_row_that_stands_twice_is_a_difference():
    row = ROW | {"amount": Decimal(1)}
    [difference] = compare("earnings", [row, row], [row])
    assert str(difference).endswith("written amount 1 and amount 1, recomputed amount 1")


def test_a_measure_and_its_divisor_are_one_value():
    key = {"plan": "P", "component": "C", "period": "2025-01"}
    written = key | {"quota": Decimal(100), "quota_divisor": Decimal(300)}
    recomputed = key | {"quota": Decimal(1), "quota_divisor": Decimal(3)}
    assert compare("measures", [written], [recomputed]) == []
    assert compare("measures", [written | {"quota": Decimal(101)}], [recomputed]) != []
