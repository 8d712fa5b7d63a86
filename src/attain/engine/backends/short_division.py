"""Exact division in 64 bits, where numbers are short enough: the whole quotient first, then its decimals.

Each of the two quotients has at most 15 digits, so that a double guesses it to within one, and what is left
by the guess says which. Numbers keep their decimals throughout; engines reckon 18 digits several times
faster than 38.
"""

from collections.abc import Mapping, Sequence

from attain.engine.backends.numbers import Number, digits
from attain.engine.backends.rounding import Rounded, corrected, guess, rounds_up, sign_of, signed, units

FEW_DIGITS = 18
GUESSED = 15


def is_short(column: Rounded, bound: int) -> bool:
    """Whether every number on the way fits into 64 bits and both guesses are off by at most one."""
    top, bottom = column.numerator, column.denominator
    if bottom is None or not 1 <= column.decimals <= GUESSED - 1 or digits(bound) > GUESSED - 1:
        return False
    scale = max(top.scale, bottom.scale)
    longest = max(
        digits(top.bound + 2 * bottom.bound) + scale, digits(2 * bottom.bound) + column.decimals + scale
    )
    return longest <= FEW_DIGITS


def short(source: str, kept: str, columns: Sequence[Rounded], bounds: Mapping[str, int]) -> str:
    """A select over `source` with the columns kept and those made; each is short."""
    ends = ", ".join(f"{c.name}_s, {c.name}_d" for c in columns)
    select = f"SELECT {kept}, {', '.join(_sizes(c) for c in columns)} FROM {source} AS divided"
    wholes = ", ".join(
        f"{c.name}_n, {guess(f'{c.name}_n', f'{c.name}_d', _whole(c, bounds))} AS {c.name}_w" for c in columns
    )
    select = f"SELECT {kept}, {ends}, {wholes} FROM ({select}) AS sized"
    rests = ", ".join(f"{c.name}_w, {_rest(c, 'n', 'w', _rest_type(c))} AS {c.name}_r" for c in columns)
    select = f"SELECT {kept}, {ends}, {rests} FROM ({select}) AS guessed"
    shifted = ", ".join(_shifted(c, bounds) for c in columns)
    select = f"SELECT {kept}, {ends}, {shifted} FROM ({select}) AS rest"
    parts = ", ".join(
        f"{c.name}_w, {c.name}_x, {guess(f'{c.name}_x', f'{c.name}_d', _part(c))} AS {c.name}_q"
        for c in columns
    )
    select = f"SELECT {kept}, {ends}, {parts} FROM ({select}) AS shifted"
    lefts = ", ".join(
        f"{c.name}_w, {c.name}_q, {_rest(c, 'x', 'q', _shifted_type(c))} AS {c.name}_y" for c in columns
    )
    select = f"SELECT {kept}, {ends}, {lefts} FROM ({select}) AS guessed_parts"
    settled = ", ".join(_settled(c) for c in columns)
    select = f"SELECT {kept}, {ends}, {settled} FROM ({select}) AS left_over"
    made = ", ".join(_made(c, bounds[c.name]) for c in columns)
    return f"SELECT {kept}, {made} FROM ({select}) AS settled"


def _bottom(column: Rounded) -> Number:
    assert column.denominator is not None
    return column.denominator


def _scale(column: Rounded) -> int:
    return max(column.numerator.scale, _bottom(column).scale)


def _sizes(column: Rounded) -> str:
    top, bottom, name = column.numerator, _bottom(column), column.name
    return (
        f"{sign_of(column)}, CAST(ABS({top.sql}) AS {top.type}) AS {name}_n, "
        f"NULLIF({bottom.cast()}, CAST('0' AS {bottom.type})) AS {name}_d"
    )


def _whole(column: Rounded, bounds: Mapping[str, int]) -> str:
    """The type of the whole quotient."""
    return f"DECIMAL({digits(bounds[column.name]) + 1}, 0)"


def _part(column: Rounded) -> str:
    """The type of the quotient's decimals, as a whole number."""
    return f"DECIMAL({column.decimals + 1}, 0)"


def _rest_type(column: Rounded) -> str:
    bound = column.numerator.bound + 2 * _bottom(column).bound
    return f"DECIMAL({digits(bound) + _scale(column)}, {_scale(column)})"


def _shifted_type(column: Rounded) -> str:
    width = digits(2 * _bottom(column).bound) + column.decimals + _scale(column)
    return f"DECIMAL({width}, {_scale(column)})"


def _rest(column: Rounded, top: str, guess: str, kind: str) -> str:
    name = column.name
    return f"CAST({name}_{top} - CAST({name}_{guess} * {name}_d AS {kind}) AS {kind})"


def _shifted(column: Rounded, bounds: Mapping[str, int]) -> str:
    """The whole quotient made exact, and its rest times the power of ten of the decimals asked for."""
    name = column.name
    whole, rest = corrected(f"{name}_w", f"{name}_r", f"{name}_d")
    factor = f"CAST('{10**column.decimals}' AS DECIMAL({column.decimals + 1}, 0))"
    left = f"CAST({rest} AS DECIMAL({digits(2 * _bottom(column).bound) + _scale(column)}, {_scale(column)}))"
    return (
        f"CAST({whole} AS {_whole(column, bounds)}) AS {name}_w, "
        f"CAST({left} * {factor} AS {_shifted_type(column)}) AS {name}_x"
    )


def _settled(column: Rounded) -> str:
    name = column.name
    part, rest = corrected(f"{name}_q", f"{name}_y", f"{name}_d")
    return f"{name}_w, CAST({part} AS {_part(column)}) AS {name}_q, CAST({rest} AS {_shifted_type(column)}) AS {name}_y"


def _made(column: Rounded, bound: int) -> str:
    """Whole and decimals together, with the sign."""
    whole, part, rest, bottom = (f"{column.name}_{each}" for each in "wqyd")
    odd = f"MOD({part}, CAST('2' AS DECIMAL(1, 0))) = 1"
    up = rounds_up(column, rest, bottom, _shifted_type(column), odd)
    wide = Number("", column.decimals, bound + 1).type
    unit = f"CAST('{units(column.decimals, 1)}' AS DECIMAL({column.decimals}, {column.decimals}))"
    rounded_part = f"CAST({part} + CASE WHEN {up} THEN 1 ELSE 0 END AS {_part(column)})"
    size = f"CAST(CAST({whole} AS {wide}) + CAST({rounded_part} * {unit} AS {wide}) AS {wide})"
    return signed(column, size, bound)
