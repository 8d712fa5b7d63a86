"""Exact division, rounded once, as layers of sub-selects.

A quotient is guessed (`rounding.guess`), corrected by exact
remainders until it is the whole quotient, then rounded by comparing twice the remainder with the
divisor. Engines disagree on `/` of decimals; on this they cannot.
"""

from collections.abc import Sequence

from attain.engine.backends.numbers import MOST_DIGITS, Number, digits
from attain.engine.backends.rounding import (
    Rounded,
    corrected,
    guess,
    rounds_up,
    sign_of,
    units,
    without_decimals,
)
from attain.engine.backends.short_division import is_short, short

WIDEST = f"DECIMAL({MOST_DIGITS}, 0)"


def rounded(source: str, keep: Sequence[str], columns: Sequence[Rounded], largest: int | None = None) -> str:
    """A select over `source` (a table or a select in parentheses) with the columns of `keep` and those made.

    `largest` bounds the results where the caller knows better than numerator ÷ smallest divisor.
    """
    bounds = {
        column.name: min(column.bound, largest) if largest is not None else column.bound for column in columns
    }
    kept = ", ".join(keep)
    if all(column.drops_decimals for column in columns):
        return without_decimals(source, kept, columns, bounds)
    if all(is_short(column, bounds[column.name]) for column in columns):
        return short(source, kept, columns, bounds)
    late = any(
        digits(c.numerator.bound) + c.numerator.scale + max(c.shift, 0) > MOST_DIGITS - 1 for c in columns
    )
    parts = []
    for column in columns:
        n, d, k = column.numerator, column.denominator, column.shift
        top = Number(f"ABS({n.sql})", n.scale, n.bound)
        whole_n = _whole(top, n.scale + (0 if late else max(k, 0)))
        whole_d = _whole(d, d.scale) if d else f"CAST('1' AS {WIDEST})"
        if k < 0:
            whole_d = f"CAST({whole_d} * CAST('{10**-k}' AS {WIDEST}) AS {WIDEST})"
        parts.append(
            f"{sign_of(column)}, {whole_n} AS {column.name}_n, "
            f"NULLIF({whole_d}, CAST('0' AS {WIDEST})) AS {column.name}_d, CAST('0' AS {WIDEST}) AS {column.name}_b"
        )
    select = _layers(f"SELECT {kept}, {', '.join(parts)} FROM {source} AS divided", kept, columns, bounds)
    if late:
        select = _layers(_rest_shifted(select, kept, columns), kept, columns, bounds)
    settled = f"SELECT {kept}, {', '.join(_settled(column.name) for column in columns)} FROM ({select}) AS corrected"
    finished = ", ".join(_finish(column, bounds[column.name]) for column in columns)
    return f"SELECT {kept}, {finished} FROM ({settled}) AS settled"


def _rest_shifted(select: str, kept: str, columns: Sequence[Rounded]) -> str:
    """Long division in two steps: the whole quotient is set aside, the remainder goes on with its decimals.

    So only the divisor's digits grow by the decimals that are asked for, not the numerator's.
    """
    parts = []
    for c in columns:
        q, r, d = (f"{c.name}_{part}" for part in "qrd")
        shift = f"CAST('{10 ** max(c.shift, 0)}' AS {WIDEST})"
        whole, rest = corrected(q, r, d)
        parts.append(
            f"{c.name}_s, CAST(({rest}) * {shift} AS {WIDEST}) AS {c.name}_n, {d}, "
            f"CAST(({whole}) * {shift} AS {WIDEST}) AS {c.name}_b"
        )
    return f"SELECT {kept}, {', '.join(parts)} FROM ({select}) AS first_step"


def _whole(number: Number, power: int) -> str:
    """number × 10^power as a whole DECIMAL(38, 0); the power is not smaller than the number's scale.

    The decimals are shifted out in portions, since a product keeps its scale and must fit into 38 digits.
    """
    sql, scale = number.cast() if number.precision <= MOST_DIGITS else number.sql, number.scale
    portion = max(MOST_DIGITS - number.precision, 1)
    while scale > 0:
        shift = min(scale, portion)
        factor = f"CAST('{10**shift}' AS DECIMAL({shift + 1}, 0))"
        sql = f"CAST(CAST({sql} AS DECIMAL(38, {scale})) * {factor} AS DECIMAL(38, {scale - shift}))"
        scale -= shift
    more = power - number.scale
    if more:
        return f"CAST(CAST({sql} AS {WIDEST}) * CAST('{10**more}' AS DECIMAL({more + 1}, 0)) AS {WIDEST})"
    return f"CAST({sql} AS {WIDEST})"


def _layers(select: str, kept: str, columns: Sequence[Rounded], bounds: dict[str, int]) -> str:
    passes = {c.name: _corrections(digits(bounds[c.name]) + c.decimals) for c in columns}
    ends = ", ".join(f"{c.name}_s, {c.name}_n, {c.name}_d, {c.name}_b" for c in columns)
    guesses = ", ".join(f"{guess(f'{c.name}_n', f'{c.name}_d', WIDEST)} AS {c.name}_q" for c in columns)
    select = f"SELECT {kept}, {ends}, {guesses} FROM ({select}) AS whole"
    for turn in range(max(passes.values())):
        rests = ", ".join(f"{c.name}_q, {_rest(c.name)} AS {c.name}_r" for c in columns)
        select = f"SELECT {kept}, {ends}, {rests} FROM ({select}) AS guess_{turn}"
        better = ", ".join(
            f"CAST({c.name}_q + {guess(f'{c.name}_r', f'{c.name}_d', WIDEST)} AS {WIDEST}) AS {c.name}_q"
            if turn < passes[c.name]
            else f"{c.name}_q"
            for c in columns
        )
        select = f"SELECT {kept}, {ends}, {better} FROM ({select}) AS rest_{turn}"
    rests = ", ".join(f"{c.name}_q, {_rest(c.name)} AS {c.name}_r" for c in columns)
    return f"SELECT {kept}, {ends}, {rests} FROM ({select}) AS last_guess"


def _corrections(digits_: int) -> int:
    """How often a guessed quotient of so many digits is corrected, until it is off by at most one.

    A guess is off by less than 4·10⁻¹⁶ of the quotient, and by a half where it is made whole; each
    correction guesses the quotient of what is left.
    """
    return 0 if digits_ <= 15 else 1 if digits_ <= 29 else 2


def _rest(name: str) -> str:
    return f"CAST({name}_n - CAST({name}_q * {name}_d AS {WIDEST}) AS {WIDEST})"


def _settled(name: str) -> str:
    """The whole quotient made exact by at most one, and its remainder, as columns of their own."""
    exact, rest = corrected(f"{name}_q", f"{name}_r", f"{name}_d")
    return (
        f"{name}_s, {name}_d, {name}_b, CAST({exact} AS {WIDEST}) AS {name}_q, "
        f"CAST({rest} AS {WIDEST}) AS {name}_r"
    )


def _finish(column: Rounded, bound: int) -> str:
    """The whole quotient rounded, signed, and set back to its decimals."""
    exact, rest, d = (f"{column.name}_{part}" for part in "qrd")
    odd = f"MOD({exact} + {column.name}_b, CAST('2' AS {WIDEST})) = 1"
    up = rounds_up(column, rest, d, WIDEST, odd)
    width = min(38 - column.decimals, digits(bound) + column.decimals + 1)
    whole = f"CAST(({exact} + {column.name}_b + CASE WHEN {up} THEN 1 ELSE 0 END) * {column.name}_s AS DECIMAL({width}, 0))"
    result = Number("", column.decimals, bound)
    scaled = f"{whole} * CAST('{units(column.decimals, 1)}' AS DECIMAL({max(column.decimals, 1)}, {column.decimals}))"
    return f"CAST({scaled} AS {result.type}) AS {column.name}"
