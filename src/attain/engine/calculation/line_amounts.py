"""Amounts of lines: written with 10 decimals, multiplied, cut in proportion."""

from collections.abc import Mapping, Sequence

from attain.engine.backends import numbers
from attain.engine.backends.backend import Backend
from attain.engine.backends.division import Rounded, rounded
from attain.engine.backends.numbers import Number
from attain.engine.calculation.credits import DECIMALS, LARGEST
from attain.engine.calculation.terms import Quotient

AMOUNT = Number("", DECIMALS, LARGEST)
RATE = Number("", DECIMALS, 10**9)
EMPTY = f"CAST(NULL AS {AMOUNT.type}) AS from_, CAST(NULL AS {AMOUNT.type}) AS to_, CAST(NULL AS {RATE.type}) AS rate"
WITHOUT = "'' AS transaction, CAST(NULL AS DATE) AS credit_date, CAST(NULL AS INT) AS rule, CAST(NULL AS INT) AS band"


def written(source: str, fixed: str, keep: Sequence[str], wanted: Mapping[str, tuple[object, Number]]) -> str:
    """A select over a source of the fixed columns and of the terms wanted, each at its decimals; what is no
    term is NULL."""
    exact: list[str] = []
    tops: list[str] = []
    divided: list[tuple[str, Rounded, Number]] = []
    for name, (term, goal) in wanted.items():
        if isinstance(term, Number) and term.scale <= goal.scale:
            exact.append(f"CAST({term.sql} AS {goal.type}) AS {name}")
        elif isinstance(term, Number | Quotient):
            top, bottom = (term.numerator, term.denominator) if isinstance(term, Quotient) else (term, None)
            tops.append(f"{top.cast()} AS {name}_top")
            if bottom:
                tops.append(f"{bottom.cast()} AS {name}_bottom")
            below = Number(f"{name}_bottom", bottom.scale, bottom.bound) if bottom else None
            over = Number(f"{name}_top", top.scale, top.bound)
            divided.append((name, Rounded(f"{name}_made", over, below, goal.scale), goal))
        else:
            exact.append(f"CAST(NULL AS {goal.type}) AS {name}")
    select = f"SELECT {', '.join([fixed, *exact, *tops])} FROM {source}"
    if not divided:
        return select
    names = {name for name, _, _ in divided}
    kept = [*keep, *(name for name in wanted if name not in names)]
    made = rounded(f"({select})", kept, [column for _, column, _ in divided], LARGEST)
    casts = [f"CAST({column.name} AS {goal.type}) AS {name}" for name, column, goal in divided]
    return f"SELECT {', '.join([*kept, *casts])} FROM ({made}) AS l"


def between(figure: str, base: str) -> str:
    """Whether a figure lies between 0 and a base."""
    zero = f"CAST('0' AS {AMOUNT.type})"
    return f"(({base} >= {zero} AND {figure} >= {zero} AND {figure} <= {base}) OR ({base} <= {zero} AND {figure} <= {zero} AND {figure} >= {base}))"


def most(backend: Backend, column: str, table: str) -> int:
    """The largest size in a column, rounded up, so that products keep as few digits as they need."""
    row = backend.fetch(f"SELECT MAX(ABS({column})) AS most FROM {table}").to_pylist()[0]
    return int(row["most"] or 0) + 1


def cut_in_proportion(
    backend: Backend, lines: str, keep: Sequence[str], groups: str, on: Sequence[str]
) -> str:
    """Lines with `kept` × final ÷ base of their group where its final lies between 0 and its base, else as they are."""
    kept, final = most(backend, "kept", lines), most(backend, "final", groups)
    base = most(backend, "base", groups)
    product = numbers.multiply(Number("l.kept", DECIMALS, kept), Number("t.final", DECIMALS, final))
    size = Number("CASE WHEN t.base < 0 THEN - t.base ELSE t.base END", DECIMALS, base)
    signed = Number(
        f"CASE WHEN t.base < 0 THEN - ({product.sql}) ELSE {product.sql} END", product.scale, product.bound
    )
    columns = ", ".join(f"l.{name} AS {name}" for name in keep)
    joined = f"{lines} AS l INNER JOIN {groups} AS t ON {' AND '.join(f't.{name} = l.{name}' for name in on)}"
    cutting = f"(t.final <> t.base AND {between('t.final', 't.base')})"
    source = f"(SELECT {columns}, {signed.sql} AS top, {size.cast()} AS bottom FROM {joined} WHERE {cutting})"
    top, bottom = Number("top", signed.scale, signed.bound), Number("bottom", DECIMALS, base)
    made = rounded(source, keep, [Rounded("made", top, bottom, DECIMALS)], max(kept, final))
    # few lines are cut: the others are spared the division
    return (
        f"SELECT {columns}, l.kept AS kept FROM {joined} WHERE NOT {cutting} "
        f"UNION ALL SELECT {', '.join(keep)}, CAST(made AS {AMOUNT.type}) AS kept FROM ({made}) AS s"
    )
