"""A column that is rounded once, what all ways of rounding it share, and the one that needs no division: decimals
dropped. On the way a column `x` has a sign `x_s`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from attain.engine.backends.numbers import MOST_DIGITS, Number

Rounding = Literal["half-up", "half-even", "down"]


@dataclass(frozen=True)
class Rounded:
    """A column to make: numerator ÷ denominator with so many decimals; the denominator is not negative
    (NULL or 0 gives NULL). Half-up goes away from zero for negatives; down goes toward minus infinity."""

    name: str
    numerator: Number
    denominator: Number | None
    decimals: int
    rounding: Rounding = "half-even"

    @property
    def bound(self) -> int:
        """Size of the result: a divisor may be as small as its last decimal."""
        smallest = 10 ** (self.denominator.scale if self.denominator else 0)
        return self.numerator.bound * int(smallest) + 1

    @property
    def shift(self) -> int:
        """Power of ten between the whole numbers that are divided and the ones that are asked for."""
        return self.decimals - self.numerator.scale + (self.denominator.scale if self.denominator else 0)

    @property
    def drops_decimals(self) -> bool:
        """Whether nothing is divided: only decimals are dropped."""
        return self.denominator is None and self.shift < 0 and self.numerator.precision <= MOST_DIGITS


def sign_of(column: Rounded) -> str:
    """The column of the sign, which rounding goes without until the end."""
    return f"CASE WHEN {column.numerator.sql} < 0 THEN -1 ELSE 1 END AS {column.name}_s"


def guess(top: str, bottom: str, kind: str) -> str:
    """A whole quotient of a type, not more than a few units of its fifteenth digit away from the exact one."""
    # the one float: it decides nothing, since the exact remainder that it leaves corrects it.
    # No FLOOR: Spark's gives a 64-bit integer; a guess that is one too large is corrected as well.
    return f"CAST(CAST({top} AS DOUBLE) / CAST({bottom} AS DOUBLE) AS {kind})"


def corrected(whole: str, rest: str, bottom: str) -> tuple[str, str]:
    """The whole quotient and its remainder, where a guess is off by at most one."""
    exact = f"CASE WHEN {rest} < 0 THEN {whole} - 1 WHEN {rest} >= {bottom} THEN {whole} + 1 ELSE {whole} END"
    left = f"CASE WHEN {rest} < 0 THEN {rest} + {bottom} WHEN {rest} >= {bottom} THEN {rest} - {bottom} ELSE {rest} END"
    return exact, left


def rounds_up(column: Rounded, rest: str, unit: str, kind: str, odd: str) -> str:
    """The condition that a size gets one unit more for the rest that is left of one; `kind` is the type of twice the
    rest, `odd` says that the units so far are odd."""
    twice = f"CAST({rest} + {rest} AS {kind})"
    return {
        "down": f"{column.name}_s < 0 AND {rest} > 0",
        "half-up": f"{twice} >= {unit}",
        "half-even": f"{twice} > {unit} OR ({twice} = {unit} AND {odd})",
    }[column.rounding]


def signed(column: Rounded, size: str, bound: int) -> str:
    """The column that was asked for, from its size."""
    result = Number("", column.decimals, bound)
    return (
        f"CAST(CASE WHEN {column.name}_s < 0 THEN - {size} ELSE {size} END AS {result.type}) AS {column.name}"
    )


def units(decimals: int, count: int) -> str:
    """So many units of the last of some decimals, as text."""
    return str(count) if decimals == 0 else f"0.{'0' * (decimals - 1)}{count}"


def without_decimals(source: str, kept: str, columns: Sequence[Rounded], bounds: Mapping[str, int]) -> str:
    """Numbers with fewer decimals: what is left of one unit of the last decimal tells up from down."""
    parts = []
    for column in columns:
        kind, name = _kind(column), column.name
        size = f"CAST(ABS({column.numerator.sql}) AS {kind})"
        rest = f"CAST(MOD({size}, {_units(column, 1)}) AS {kind})"
        parts.append(f"{size} AS {name}_n, {rest} AS {name}_r, {sign_of(column)}")
    finished = ", ".join(_carried(column, bounds[column.name]) for column in columns)
    return (
        f"SELECT {kept}, {finished} FROM (SELECT {kept}, {', '.join(parts)} FROM {source} AS sized) AS parted"
    )


def _carried(column: Rounded, bound: int) -> str:
    """The size less what is dropped, one unit more where that rounds up: a bound is whole, so no digit more."""
    kind, (size, rest) = _kind(column), (f"{column.name}_{part}" for part in "nr")
    odd = f"CAST(MOD({size}, {_units(column, 2)}) AS {kind}) <> {rest}"
    up = rounds_up(column, rest, _units(column, 1), kind, odd)
    carry = f"CASE WHEN {up} THEN {_units(column, 1)} ELSE CAST('0' AS {kind}) END"
    return signed(column, f"CAST({size} - {rest} + {carry} AS {kind})", bound)


def _kind(column: Rounded) -> str:
    return f"DECIMAL({column.numerator.precision}, {column.numerator.scale})"


def _units(column: Rounded, count: int) -> str:
    return f"CAST('{units(column.decimals, count)}' AS {_kind(column)})"
