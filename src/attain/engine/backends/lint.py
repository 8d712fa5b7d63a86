"""Refuses SQL whose meaning differs from engine to engine.

Measured reasons: `/` on decimals is a double here and rounds there; `avg` and powers are floats;
ASOF and list aggregates lose order or do not exist; intervals change the type of a date; a window
without ROWS gives ties one total.
"""

from sqlglot import exp

FORBIDDEN: tuple[type[exp.Expression], ...] = (
    exp.IntDiv, exp.Avg, exp.Pow, exp.Interval, exp.DayOfWeek, exp.ArrayAgg, exp.List, exp.MD5, exp.SHA, exp.SHA2,
    exp.Qualify, exp.Round,
)  # fmt: skip


def lint(tree: exp.Expression) -> list[str]:
    """What must not stand in portable SQL, as sentences; empty where all is well."""
    found = [
        f"{type(node).__name__} is not portable: {node.sql()[:80]}" for node in tree.find_all(*FORBIDDEN)
    ]
    for division in tree.find_all(exp.Div):
        if not all(_is_double(side) for side in (division.this, division.expression)):
            found.append(f"a division outside of the quotient guess: {division.sql()[:80]}")
    for number in tree.find_all(exp.Literal):
        if not number.is_string and "e" in number.this.lower():
            found.append(f"a number with an exponent: {number.this}")
    for join in tree.find_all(exp.Join):
        if join.method and join.method.upper() == "ASOF":
            found.append("an ASOF join")
    for select in tree.find_all(exp.Select):
        for column in select.selects:
            if not isinstance(column, exp.Alias | exp.Column | exp.Star):
                found.append(f"a column without a name: {column.sql()[:80]}")
    return found


def _is_double(node: exp.Expression) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DOUBLE
