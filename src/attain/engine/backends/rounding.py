"""A column that is rounded once; and the rounding that needs no division: decimals dropped."""

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


def without_decimals(source: str, kept: str, columns: Sequence[Rounded], bounds: Mapping[str, int]) -> str:
    """Numbers with fewer decimals: a remainder of one unit of the last decimal tells up from down."""
    parts = []
    for column in columns:
        precision, scale = column.numerator.precision, column.numerator.scale
        size = f"CAST(ABS({column.numerator.sql}) AS DECIMAL({precision}, {scale}))"
        unit, two = (
            f"CAST('{power(column.decimals, times)}' AS DECIMAL({precision}, {scale}))" for times in (1, 2)
        )
        parts.append(
            f"{size} AS {column.name}_n, CAST(MOD({size}, {unit}) AS DECIMAL({precision}, {scale})) AS {column.name}_r, "
            f"CAST(MOD({size}, {two}) AS DECIMAL({precision}, {scale})) AS {column.name}_p, "
            f"CASE WHEN {column.numerator.sql} < 0 THEN -1 ELSE 1 END AS {column.name}_s"
        )
    finished = ", ".join(_carried(column, bounds[column.name]) for column in columns)
    return (
        f"SELECT {kept}, {finished} FROM (SELECT {kept}, {', '.join(parts)} FROM {source} AS sized) AS parted"
    )


def _carried(column: Rounded, bound: int) -> str:
    """The size less what is dropped, one unit more where that rounds up (a bound is whole, so no digit more), with its
    sign."""
    size, rest, pair, sign = (f"{column.name}_{part}" for part in "nrps")
    precision, scale = column.numerator.precision, column.numerator.scale
    typed = f"DECIMAL({precision}, {scale})"
    unit = f"CAST('{power(column.decimals, 1)}' AS {typed})"
    twice = f"CAST({rest} + {rest} AS {typed})"
    up = {
        "down": f"{sign} < 0 AND {rest} > 0",
        "half-up": f"{twice} >= {unit}",
        "half-even": f"{twice} > {unit} OR ({twice} = {unit} AND {pair} <> {rest})",
    }[column.rounding]
    whole = f"CAST({size} - {rest} + CASE WHEN {up} THEN {unit} ELSE CAST('0' AS {typed}) END AS {typed})"
    result = Number("", column.decimals, bound)
    return f"CAST(CASE WHEN {sign} < 0 THEN - {whole} ELSE {whole} END AS {result.type}) AS {column.name}"


def power(decimals: int, times: int) -> str:
    """So many units of a decimal, as text."""
    return str(times) if decimals == 0 else f"0.{'0' * (decimals - 1)}{times}"
