"""Amounts of lines: written with 10 decimals, multiplied, cut in proportion."""

from collections.abc import Mapping, Sequence

from attain.engine.backends import numbers
from attain.engine.backends.backend import Backend
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.terms import DECIMALS, LARGEST, ONE, Quotient, pair

AMOUNT = Number("", DECIMALS, LARGEST)
RATE = Number("", DECIMALS, 10**9)
EMPTY = f"CAST(NULL AS {AMOUNT.type}) AS from_, CAST(NULL AS {AMOUNT.type}) AS to_, CAST(NULL AS {RATE.type}) AS rate"
WITHOUT = "'' AS transaction, CAST(NULL AS DATE) AS credit_date, CAST(NULL AS INT) AS rule, CAST(NULL AS INT) AS band"


Written = tuple[str, str, Mapping[str, tuple[object, Number]]]
"""A source, the columns that it gives as they are, and the terms that are wanted of it, each at its decimals."""


def written(source: str, fixed: str, keep: Sequence[str], wanted: Mapping[str, tuple[object, Number]]) -> str:
    """A select over a source of the fixed columns and of the terms wanted, each at its decimals; what is no
    term is NULL."""
    return written_together([(source, fixed, wanted)], keep)


def written_together(parts: Sequence[Written], keep: Sequence[str]) -> str:
    """The rows of several sources, which want the same, with one division for all; `keep` names the fixed columns."""
    columns: list[list[str]] = [[fixed] for _, fixed, _ in parts]
    exact: list[str] = []
    divided: list[tuple[str, Rounded, Number]] = []
    for name, (_, goal) in parts[0][2].items():
        several = [wanted[name][0] for _, _, wanted in parts]
        if any(_is_divided(term, goal) for term in several):
            tops, bottoms, column = _to_divide(name, several, goal)
            divided.append((name, column, goal))
            texts = [
                f"{top} AS {name}_top" + (f", {bottom} AS {name}_bottom" if column.denominator else "")
                for top, bottom in zip(tops, bottoms, strict=True)
            ]
        else:
            exact.append(name)
            texts = [
                f"CAST({term.sql if isinstance(term, Number) else 'NULL'} AS {goal.type}) AS {name}"
                for term in several
            ]
        for column_list, text in zip(columns, texts, strict=True):
            column_list.append(text)
    selects = [
        f"SELECT {', '.join(each)} FROM {source}" for each, (source, _, _) in zip(columns, parts, strict=True)
    ]
    select = " UNION ALL ".join(selects)
    if not divided:
        return select
    kept = [*keep, *exact]
    made = rounded(f"({select})", kept, [column for _, column, _ in divided], LARGEST)
    casts = [f"CAST({column.name} AS {goal.type}) AS {name}" for name, column, goal in divided]
    return f"SELECT {', '.join([*kept, *casts])} FROM ({made}) AS l"


def _is_divided(term: object, goal: Number) -> bool:
    return isinstance(term, Quotient) or (isinstance(term, Number) and term.scale > goal.scale)


def _to_divide(name: str, several: Sequence[object], goal: Number) -> tuple[list[str], list[str], Rounded]:
    """Numerators and denominators of terms, each of one type, and the column that is made of them."""
    nothing = Number(f"CAST(NULL AS {goal.type})", 0, 0)
    pairs = [pair(term if isinstance(term, Number | Quotient) else nothing) for term in several]
    tops, bottoms = [each.numerator for each in pairs], [each.denominator for each in pairs]
    over = Number(f"{name}_top", max(top.scale for top in tops), max(top.bound for top in tops))
    below = Number(f"{name}_bottom", max(b.scale for b in bottoms), max(b.bound for b in bottoms))
    plain = all(bottom == ONE for bottom in bottoms)
    column = Rounded(f"{name}_made", over, None if plain else below, goal.scale)
    return numbers.alike(*tops), numbers.alike(*bottoms), column


def between(figure: str, base: str) -> str:
    """Whether a figure lies between 0 and a base."""
    zero = f"CAST('0' AS {AMOUNT.type})"
    return f"(({base} >= {zero} AND {figure} >= {zero} AND {figure} <= {base}) OR ({base} <= {zero} AND {figure} <= {zero} AND {figure} >= {base}))"


def most(backend: Backend, column: str, table: str) -> int:
    """The largest size in a column, rounded up, so that products keep as few digits as they need."""
    return most_of_some(backend, column, table) or 1


def most_of_some(backend: Backend, column: str, table: str) -> int:
    """The same, 0 where the table has no rows."""
    row = backend.fetch(f"SELECT MAX(ABS({column})) AS most FROM {table}").to_pylist()[0]
    return int(row["most"]) + 1 if row["most"] is not None else 0


def cut_in_proportion(
    backend: Backend,
    lines: str,
    keep: Sequence[str],
    groups: str,
    on: Sequence[str],
    of_groups: Sequence[str] = (),
    bound: int | None = None,
) -> str:
    """Lines with `kept` × final ÷ base of their group where its final lies between 0 and its base, else as they are.

    `keep` are columns of the lines, `of_groups` of their groups; `bound` is the largest `kept`, where it is known.
    """
    cutting = f"(t.final <> t.base AND {between('t.final', 't.base')})"
    row = backend.fetch(
        f"SELECT CAST(COUNT(*) AS BIGINT) AS n, MAX(ABS(t.final)) AS final, MAX(ABS(t.base)) AS base FROM {groups} AS t WHERE {cutting}"
    ).to_pylist()[0]
    columns = ", ".join([*(f"l.{name} AS {name}" for name in keep), *(f"t.{n} AS {n}" for n in of_groups)])
    joined = f"{lines} AS l INNER JOIN {groups} AS t ON {' AND '.join(f't.{name} = l.{name}' for name in on)}"
    whole = f"SELECT {columns}, l.kept AS kept FROM {joined}"
    if not row["n"]:
        return whole
    kept = bound if bound is not None else most(backend, "kept", lines)
    final, base = int(row["final"]) + 1, int(row["base"]) + 1
    product = numbers.multiply(Number("l.kept", DECIMALS, kept), Number("t.final", DECIMALS, final))
    size = Number("CASE WHEN t.base < 0 THEN - t.base ELSE t.base END", DECIMALS, base)
    signed = Number(
        f"CASE WHEN t.base < 0 THEN - ({product.sql}) ELSE {product.sql} END", product.scale, product.bound
    )
    source = f"(SELECT {columns}, {signed.sql} AS top, {size.cast()} AS bottom FROM {joined} WHERE {cutting})"
    top, bottom = Number("top", signed.scale, signed.bound), Number("bottom", DECIMALS, base)
    named = [*keep, *of_groups]
    made = rounded(source, named, [Rounded("made", top, bottom, DECIMALS)], max(kept, final))
    # few lines are cut: the others are spared the division
    return (
        f"{whole} WHERE NOT {cutting} "
        f"UNION ALL SELECT {', '.join(named)}, CAST(made AS {AMOUNT.type}) AS kept FROM ({made}) AS s"
    )
