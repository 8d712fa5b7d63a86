"""A quotient is rounded once and exactly, however many digits it needs, on every engine."""

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from attain.engine.backends.division import rounded
from attain.engine.backends.duckdb import DuckDB
from attain.engine.backends.numbers import column, literal
from attain.engine.backends.rounding import Rounded, Rounding
from attain.engine.backends.short_division import is_short

ENGINE = DuckDB()


def half(fraction: Fraction, decimals: int, rounding: Rounding) -> Decimal:
    """The fraction with so many decimals, by whole numbers only."""
    size = abs(fraction) * 10**decimals
    whole, rest = divmod(size.numerator, size.denominator)
    twice = 2 * rest - size.denominator
    up = {
        "half-up": twice >= 0,
        "half-even": twice > 0 or (twice == 0 and whole % 2 == 1),
        "down": fraction < 0 and rest > 0,
    }[rounding]
    return Decimal((whole + up) * (1 if fraction >= 0 else -1)).scaleb(-decimals)


def quotient(
    top: Decimal, bottom: Decimal, bound: int, decimals: int, rounding: Rounding, smallest: int = 1
) -> Decimal:
    tops, bottoms = pa.array([top], pa.decimal128(30, 4)), pa.array([bottom], pa.decimal128(20, 2))
    ENGINE.load("pairs", pa.table({"top": tops, "bottom": bottoms}))
    made = Rounded("made", column("top", 4, bound), column("bottom", 2, 10**14), decimals, rounding)
    select = rounded("pairs", ["top"], [made], bound // smallest * 100 + 1)
    value = ENGINE.fetch(select)["made"][0].as_py()
    assert isinstance(value, Decimal)
    return value


ROUNDINGS = st.sampled_from(["half-up", "half-even", "down"])
BOTTOMS = st.decimals(Decimal("0.01"), Decimal(10**13), places=2)


@given(st.decimals(-(10**12), 10**12, places=4), BOTTOMS, st.sampled_from([0, 2, 10]), ROUNDINGS)
def test_a_quotient_is_rounded_as_fractions_say(
    top: Decimal, bottom: Decimal, decimals: int, rounding: Rounding
) -> None:
    assert quotient(top, bottom, 10**12, decimals, rounding) == half(
        Fraction(top) / Fraction(bottom), decimals, rounding
    )


@given(st.decimals(9 * 10**11, 10**12, places=4), st.decimals(Decimal("0.01"), 1, places=2), ROUNDINGS)
def test_a_quotient_of_as_many_digits_as_its_bound_allows(
    top: Decimal, bottom: Decimal, rounding: Rounding
) -> None:
    wanted = half(Fraction(top) / Fraction(bottom), 10, rounding)
    assert quotient(top, bottom, 10**12, 10, rounding) == wanted


@given(st.decimals(-999, 999, places=4), st.decimals(Decimal("0.01"), 1, places=2), ROUNDINGS)
def test_a_short_quotient_needs_no_correction(top: Decimal, bottom: Decimal, rounding: Rounding) -> None:
    wanted = half(Fraction(top) / Fraction(bottom), 8, rounding)
    assert quotient(top, bottom, 1000, 8, rounding) == wanted


@given(
    st.decimals(-99_999, 99_999, places=4),
    st.integers(1, 366) | st.sampled_from([1, 365]),
    st.sampled_from([1, 2, 10]),
    ROUNDINGS,
)
def test_a_division_in_64_bits_is_rounded_as_fractions_say(
    top: Decimal, bottom: int, decimals: int, rounding: Rounding
) -> None:
    ENGINE.load("pairs", pa.table({"top": pa.array([top], pa.decimal128(30, 4))}))
    made = Rounded("made", column("top", 4, 10**5), literal(bottom), decimals, rounding)
    assert is_short(made, 10**5)
    value = ENGINE.fetch(rounded("pairs", ["top"], [made]))["made"][0].as_py()
    assert value == half(Fraction(top) / bottom, decimals, rounding)


def test_a_division_in_64_bits_rounds_a_half_and_has_no_quotient_of_0() -> None:
    pairs = pa.table({
        "top": pa.array([Decimal(n).scaleb(-4) for n in (1, 3, -1, 10_000)], pa.decimal128(9, 4)),
        "bottom": pa.array([Decimal(2), Decimal(2), Decimal(2), Decimal(0)], pa.decimal128(3, 0)),
    })  # fmt: skip
    ENGINE.load("pairs", pairs)
    wanted = {
        "half-even": ["0.0000", "0.0002", "0.0000", None],
        "half-up": ["0.0001", "0.0002", "-0.0001", None],
        "down": ["0.0000", "0.0001", "-0.0001", None],
    }
    for rounding, values in wanted.items():
        made = Rounded("made", column("top", 4, 10), column("bottom", 0, 100), 4, rounding)
        assert is_short(made, 11)
        found = ENGINE.fetch(rounded("pairs", ["top"], [made], 11))["made"].to_pylist()
        assert found == [None if value is None else Decimal(value) for value in values], rounding


@given(st.decimals(-(10**24), 10**24, places=4), st.decimals(10**9, 10**13, places=2), ROUNDINGS)
def test_a_numerator_that_leaves_no_room_for_decimals_is_divided_in_two_steps(
    top: Decimal, bottom: Decimal, rounding: Rounding
) -> None:
    assert quotient(top, bottom, 10**25, 10, rounding, 10**9) == half(
        Fraction(top) / Fraction(bottom), 10, rounding
    )


@given(
    st.decimals(-(10**24), 10**24, places=4)
    | st.integers(-(10**24), 10**24).map(lambda half: half * Decimal("0.005")),
    st.sampled_from([0, 1, 2, 3]),
    ROUNDINGS,
)
def test_decimals_are_dropped_without_a_division(top: Decimal, decimals: int, rounding: Rounding) -> None:
    ENGINE.load("pairs", pa.table({"top": pa.array([top, None], pa.decimal128(30, 4))}))
    made = Rounded("made", column("top", 4, 10**25), None, decimals, rounding)
    values = ENGINE.fetch(rounded("pairs", ["top"], [made]))["made"].to_pylist()
    assert sorted(values, key=str) == sorted([half(Fraction(top), decimals, rounding), None], key=str)


def test_exactly_half_goes_as_the_rounding_says() -> None:
    pairs = [(Decimal("0.0500"), "0.02"), (Decimal("-0.0500"), "0.02"), (Decimal("0.0700"), "0.02")]
    for rounding in ("half-up", "half-even"):
        for top, bottom in pairs:
            wanted = half(Fraction(top) / Fraction(bottom), 0, rounding)  # type: ignore[arg-type]
            assert quotient(top, Decimal(bottom), 10, 0, rounding) == wanted  # type: ignore[arg-type]


def test_nothing_is_divided_by_zero() -> None:
    tops, bottoms = pa.array([Decimal("1.0000")], pa.decimal128(9, 4)), pa.array([Decimal("0.00")])
    ENGINE.load("pairs", pa.table({"top": tops, "bottom": bottoms}))
    select = rounded("pairs", ["top"], [Rounded("made", column("top", 4, 10), column("bottom", 2, 10), 2)])
    assert ENGINE.fetch(select)["made"][0].as_py() is None
