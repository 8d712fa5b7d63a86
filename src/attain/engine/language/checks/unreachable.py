"""What can never take effect: contradictory conditions, components for nobody, rows behind others."""

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from attain.engine.language.checks.found import found
from attain.engine.language.checks.uses import uses_of
from attain.engine.language.expressions.expression import Expression, column_name
from attain.engine.language.models.eligibility import Eligibility
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.table_rows import TableRow
from attain.engine.language.models.tables import Table
from attain.engine.values.problems import Problem

MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.EQ: exp.EQ,
}


def unreachable(plan: Plan) -> Iterator[Problem]:
    """Conditions that never hold (P440), components for nobody (P441)."""
    for use in uses_of(plan):
        name = _contradiction(use.expression) if use.wanted == "condition" else None
        if name:
            message = f'this condition never holds: "{name}" cannot meet all of it at once.'
            cure = "Write or, or take one of them out."
            yield found(plan, use.path, "P440", message, cure, use.expression.place_of(name))
    for component in plan.components.values():
        if component.for_:
            yield from _nobody(plan, component.for_)


def _nobody(plan: Plan, narrowed: Eligibility) -> Iterator[Problem]:
    for name in ("role", "position", "participant"):
        wide, narrow = set(getattr(plan.for_, name)), set(getattr(narrowed, name))
        outside = sorted(narrow - wide)
        if wide and outside:
            message = f'the plan is for no {name} "{outside[0]}", so this part is for nobody.'
            cure = f"Add it to the plan's `for`: it names {', '.join(sorted(wide))}."
            yield found(plan, narrowed.path_of(name), "P441", message, cure)


def rows_behind(title: str, table: Table) -> Iterator[Problem]:
    """Rows of a table to look up that never count, or always tie (P442)."""
    if not isinstance(table.rows, tuple):
        return
    columns = list(table.key)
    equal = all(kind == "equal" for kind in table.key.values())
    seen: dict[tuple[bool, ...], dict[tuple[object, ...], TableRow]] = {}
    for row in table.rows:
        cells = tuple(row.key[name] for name in columns)
        mask = tuple(cell is not None for cell in cells)
        for wider, rows in seen.items():
            if wider != mask and not (equal and all(not w or m for w, m in zip(wider, mask, strict=True))):
                continue
            if wider != mask and table.match == "most specific":
                continue
            before = rows.get(tuple(cell if kept else None for cell, kept in zip(cells, wider, strict=True)))
            if before is not None:
                yield _behind(title, table, row, before)
                break
        seen.setdefault(mask, {}).setdefault(cells, row)
    if table.match == "only row" and equal:
        yield from _narrow_first(title, table, columns)


def _narrow_first(title: str, table: Table, columns: list[str]) -> Iterator[Problem]:
    """With `only row` a wider row after a narrower one ties as well; the walk above finds the other order."""
    rows = table.rows if isinstance(table.rows, tuple) else ()
    cells = [tuple(row.key[name] for name in columns) for row in rows]
    masks = {tuple(cell is not None for cell in each) for each in cells}
    later: dict[tuple[object, ...], int] = {}
    for index, each in enumerate(cells):
        later[each] = index
    for index, each in enumerate(cells):
        own = tuple(cell is not None for cell in each)
        for mask in masks:
            if mask == own or not all(not kept or has for kept, has in zip(mask, own, strict=True)):
                continue
            wide = later.get(tuple(cell if kept else None for cell, kept in zip(each, mask, strict=True)), -1)
            if wide > index:
                yield _behind(title, table, rows[index], rows[wide])
                break


def _behind(title: str, table: Table, row: TableRow, other: TableRow) -> Problem:
    if table.match == "first row":
        message = f'table "{title}": this row never counts: the row in line {other.place.line} fits first.'
        return Problem("P442", message, "Write it before that row, or leave it out.", row.place)
    message = f'table "{title}": this row always ties with the row in line {other.place.line}.'
    cure = (
        "Leave one out."
        if table.match == "most specific"
        else "Leave one out, or write match: most specific."
    )
    return Problem("P442", message, cure, row.place)


def _contradiction(expression: Expression) -> str | None:
    """The first name of which a conjunction asks more than one value can be."""
    limits: dict[str, _Limits] = {}
    for term in _conjunction(expression.tree):
        for name, operator, values in _comparison(term):
            limit = limits.setdefault(name, _Limits())
            limit.take(operator, values)
            if limit.empty():
                return name
    return None


def _conjunction(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Paren):
        yield from _conjunction(node.this)
    elif isinstance(node, exp.And):
        yield from _conjunction(node.this)
        yield from _conjunction(node.expression)
    else:
        yield node


Comparison = tuple[str, type[exp.Expr], list[exp.Literal]]


def _comparison(node: exp.Expr) -> Iterator[Comparison]:
    if isinstance(node, exp.In) and isinstance(node.this, exp.Column):
        if all(isinstance(each, exp.Literal) for each in node.expressions):
            yield column_name(node.this), exp.In, node.expressions
    elif isinstance(node, exp.Between) and isinstance(node.this, exp.Column):
        low, high = node.args["low"], node.args["high"]
        if isinstance(low, exp.Literal) and isinstance(high, exp.Literal):
            yield column_name(node.this), exp.GTE, [low]
            yield column_name(node.this), exp.LTE, [high]
    elif type(node) in MIRRORED:
        left, right = node.this, node.expression
        if isinstance(left, exp.Column) and isinstance(right, exp.Literal):
            yield column_name(left), type(node), [right]
        elif isinstance(right, exp.Column) and isinstance(left, exp.Literal):
            yield column_name(right), MIRRORED[type(node)], [left]


class _Limits:
    """What is left for one name: a set of values, and bounds for numbers."""

    def __init__(self) -> None:
        self._allowed: set[str | Decimal] | None = None
        self._low: tuple[Decimal, bool] | None = None
        self._high: tuple[Decimal, bool] | None = None

    def take(self, operator: type[exp.Expr], literals: list[exp.Literal]) -> None:
        """Narrow to what meets one more comparison."""
        values = {each.name if each.is_string else Decimal(each.name) for each in literals}
        if operator in (exp.EQ, exp.In):
            self._allowed = values if self._allowed is None else self._allowed & values
            return
        value = next(iter(values))
        if isinstance(value, str):
            return
        bound = (value, operator in (exp.LTE, exp.GTE))
        if operator in (exp.GT, exp.GTE):
            self._low = max(self._low or bound, bound, key=lambda each: (each[0], not each[1]))
        else:
            self._high = min(self._high or bound, bound, key=lambda each: (each[0], each[1]))

    def empty(self) -> bool:
        """Whether nothing is left."""
        if self._allowed is not None:
            numbers = {value for value in self._allowed if isinstance(value, Decimal)}
            return not any(self._within(value) for value in numbers) and not self._allowed - numbers
        if self._low is None or self._high is None:
            return False
        closed = self._low[1] and self._high[1]
        return self._low[0] > self._high[0] or (self._low[0] == self._high[0] and not closed)

    def _within(self, value: Decimal) -> bool:
        above = self._low is None or value > self._low[0] or (self._low[1] and value == self._low[0])
        return above and (
            self._high is None or value < self._high[0] or (self._high[1] and value == self._high[0])
        )
