"""Exact division, rounded once, as layers of sub-selects.

A quotient is guessed by a double (the one float allowed: it decides nothing), corrected by exact
remainders until it is the whole quotient, then rounded by comparing twice the remainder with the
divisor. Engines disagree on `/` of decimals; on this they cannot.
"""

from collections.abc import Sequence

from attain.engine.backends.numbers import MOST_DIGITS, Number, digits
from attain.engine.backends.rounding import Rounded, power, without_decimals
from attain.engine.backends.short_division import is_short, short


def is_exact(number: Number, decimals: int) -> bool:
    """Whether the number already has no more decimals than asked for."""
    return number.scale <= decimals


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
        whole_d = _whole(d, d.scale) if d else "CAST('1' AS DECIMAL(38, 0))"
        if k < 0:
            whole_d = f"CAST({whole_d} * CAST('{10**-k}' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))"
        parts.append(
            f"CASE WHEN {n.sql} < 0 THEN -1 ELSE 1 END AS {column.name}_s, {whole_n} AS {column.name}_n, "
            f"NULLIF({whole_d}, CAST('0' AS DECIMAL(38, 0))) AS {column.name}_d, CAST('0' AS DECIMAL(38, 0)) AS {column.name}_b"
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
        shift = f"CAST('{10 ** max(c.shift, 0)}' AS DECIMAL(38, 0))"
        whole, rest = _exact(q, r, d)
        parts.append(
            f"{c.name}_s, CAST(({rest}) * {shift} AS DECIMAL(38, 0)) AS {c.name}_n, {d}, "
            f"CAST(({whole}) * {shift} AS DECIMAL(38, 0)) AS {c.name}_b"
        )
    return f"SELECT {kept}, {', '.join(parts)} FROM ({select}) AS first_step"


def _exact(q: str, r: str, d: str) -> tuple[str, str]:
    """The whole quotient and its remainder, where the guess is off by at most one."""
    whole = f"CASE WHEN {r} < 0 THEN {q} - 1 WHEN {r} >= {d} THEN {q} + 1 ELSE {q} END"
    return whole, f"CASE WHEN {r} < 0 THEN {r} + {d} WHEN {r} >= {d} THEN {r} - {d} ELSE {r} END"


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
        return f"CAST(CAST({sql} AS DECIMAL(38, 0)) * CAST('{10**more}' AS DECIMAL({more + 1}, 0)) AS DECIMAL(38, 0))"
    return f"CAST({sql} AS DECIMAL(38, 0))"


def _layers(select: str, kept: str, columns: Sequence[Rounded], bounds: dict[str, int]) -> str:
    passes = {c.name: _corrections(digits(bounds[c.name]) + c.decimals) for c in columns}
    ends = ", ".join(f"{c.name}_s, {c.name}_n, {c.name}_d, {c.name}_b" for c in columns)
    guesses = ", ".join(f"{_guess(f'{c.name}_n', f'{c.name}_d')} AS {c.name}_q" for c in columns)
    select = f"SELECT {kept}, {ends}, {guesses} FROM ({select}) AS whole"
    for turn in range(max(passes.values())):
        rests = ", ".join(f"{c.name}_q, {_rest(c.name)} AS {c.name}_r" for c in columns)
        select = f"SELECT {kept}, {ends}, {rests} FROM ({select}) AS guess_{turn}"
        better = ", ".join(
            f"CAST({c.name}_q + {_guess(f'{c.name}_r', f'{c.name}_d')} AS DECIMAL(38, 0)) AS {c.name}_q"
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


def _guess(top: str, bottom: str) -> str:
    # the one float: a quotient guessed by a double and corrected by exact remainders.
    # No FLOOR: Spark's gives a 64-bit integer; a guess that is one too large is corrected as well.
    return f"CAST(CAST({top} AS DOUBLE) / CAST({bottom} AS DOUBLE) AS DECIMAL(38, 0))"


def _rest(name: str) -> str:
    return f"CAST({name}_n - CAST({name}_q * {name}_d AS DECIMAL(38, 0)) AS DECIMAL(38, 0))"


def _settled(name: str) -> str:
    """The whole quotient made exact by at most one, and its remainder, as columns of their own."""
    exact, rest = _exact(f"{name}_q", f"{name}_r", f"{name}_d")
    return (
        f"{name}_s, {name}_d, {name}_b, CAST({exact} AS DECIMAL(38, 0)) AS {name}_q, "
        f"CAST({rest} AS DECIMAL(38, 0)) AS {name}_r"
    )


def _finish(column: Rounded, bound: int) -> str:
    """The whole quotient rounded, signed, and set back to its decimals."""
    exact, rest, d = (f"{column.name}_{part}" for part in "qrd")
    twice = f"CAST({rest} + {rest} AS DECIMAL(38, 0))"
    if column.rounding == "down":
        up = f"{column.name}_s < 0 AND {rest} > 0"
    elif column.rounding == "half-up":
        up = f"{twice} >= {d}"
    else:
        up = f"{twice} > {d} OR ({twice} = {d} AND MOD({exact} + {column.name}_b, CAST('2' AS DECIMAL(38, 0))) = 1)"
    width = min(38 - column.decimals, digits(bound) + column.decimals + 1)
    whole = f"CAST(({exact} + {column.name}_b + CASE WHEN {up} THEN 1 ELSE 0 END) * {column.name}_s AS DECIMAL({width}, 0))"
    result = Number("", column.decimals, bound)
    scaled = f"{whole} * CAST('{power(column.decimals, 1)}' AS DECIMAL({max(column.decimals, 1)}, {column.decimals}))"
    return f"CAST({scaled} AS {result.type}) AS {column.name}"
