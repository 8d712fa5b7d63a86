"""The value of an expression: scalar SQL over exact fractions, texts and dates, with blanks."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Protocol

from sqlglot import exp

from attain.verify.inputs.forms import Unreadable
from attain.verify.inputs.syntax import parsed

Value = Fraction | str | date | bool | None
AGGREGATES = (exp.Sum, exp.Count, exp.Avg, exp.Filter)


class NotDivisible(ArithmeticError):
    """A division by what is zero or missing, or by a negative number where a ratio may not have one."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"the divisor is {sign}")
        self.sign = sign


class Scope(Protocol):
    """Where the names of an expression get their values."""

    def name(self, table: str, name: str) -> Value:
        """The value of `name`, or of `table.name`."""

    def of_title(self, word: str, title: str) -> Value:
        """`attainment("New business")`, `measure(…)`, `earning(…)`."""

    def aggregate(self, node: exp.Expr) -> Value:
        """A sum, count or average over credits."""

    def divide(self, numerator: Fraction, denominator: Fraction) -> Fraction:
        """A quotient, or NotDivisible."""


def evaluated(text: str, scope: Scope) -> Value:
    """The value of an expression in a scope; raises NotDivisible."""
    return value_of(parsed(text), scope)


def number_in(text: str, scope: Scope) -> Fraction | None:
    """The same, which must be a number or null."""
    found = evaluated(text, scope)
    if found is None or isinstance(found, Fraction):
        return found
    raise Unreadable(f"{text!r} gives {found!r}, no number")


def holds(text: str, scope: Scope) -> bool:
    """Whether a condition holds; one that divides by zero does not."""
    try:
        return evaluated(text, scope) is True
    except NotDivisible:
        return False


def value_of(node: exp.Expr, scope: Scope) -> Value:
    """The value of a tree."""
    if isinstance(node, exp.Column):
        return scope.name(node.table, node.name)
    if isinstance(node, AGGREGATES):
        return scope.aggregate(node)
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else Fraction(node.this)
    if isinstance(node, exp.Paren):
        return value_of(node.this, scope)
    evaluate = _FORMS.get(type(node))
    if evaluate is None:
        raise Unreadable(f"{node.sql()!r} is no expression that this reading knows")
    return evaluate(node, scope)


def _numbers(node: exp.Expr, scope: Scope) -> tuple[Fraction, Fraction] | None:
    left, right = value_of(node.this, scope), value_of(node.expression, scope)
    if left is None or right is None:
        return None
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        raise Unreadable(f"{node.sql()!r} calculates with what is no number")
    return left, right


def _add(node: exp.Expr, scope: Scope) -> Value:
    both = _numbers(node, scope)
    return both and both[0] + both[1]


def _subtract(node: exp.Expr, scope: Scope) -> Value:
    both = _numbers(node, scope)
    return both and both[0] - both[1]


def _multiply(node: exp.Expr, scope: Scope) -> Value:
    both = _numbers(node, scope)
    return both and both[0] * both[1]


def _divide(node: exp.Expr, scope: Scope) -> Value:
    both = _numbers(node, scope)
    if both is None and value_of(node.expression, scope) is None:
        raise NotDivisible("zero")
    return both and scope.divide(*both)


def _negate(node: exp.Expr, scope: Scope) -> Value:
    inner = value_of(node.this, scope)
    return -inner if isinstance(inner, Fraction) else None


def compared(left: Value, right: Value, test: Callable[[Value, Value], bool]) -> bool:
    """A comparison: a blank text is the empty text; one with a missing number or date does not hold."""
    if isinstance(left, str) or isinstance(right, str):
        left, right = left or "", right or ""
    if isinstance(left, date) and isinstance(right, str):
        right = date.fromisoformat(right) if right else None
    elif isinstance(right, date) and isinstance(left, str):
        left = date.fromisoformat(left) if left else None
    if left is None or right is None:
        return False
    if type(left) is not type(right):
        raise Unreadable(f"{left!r} and {right!r} cannot be compared")
    return test(left, right)


def _equal(left: Value, right: Value) -> bool:
    return left == right


def _below(left: Value, right: Value) -> bool:
    return left < right  # type: ignore[operator]


def _comparison(test: Callable[[Value, Value], bool]) -> Callable[[exp.Expr, Scope], Value]:
    def compare(node: exp.Expr, scope: Scope) -> Value:
        try:
            return compared(value_of(node.this, scope), value_of(node.expression, scope), test)
        except NotDivisible:
            return False

    return compare


def _and(node: exp.Expr, scope: Scope) -> Value:
    return value_of(node.this, scope) is True and value_of(node.expression, scope) is True


def _or(node: exp.Expr, scope: Scope) -> Value:
    return value_of(node.this, scope) is True or value_of(node.expression, scope) is True


def _not(node: exp.Expr, scope: Scope) -> Value:
    return value_of(node.this, scope) is not True


def _in(node: exp.Expr, scope: Scope) -> Value:
    found = value_of(node.this, scope)
    return any(compared(found, value_of(item, scope), _equal) for item in node.expressions)


def _between(node: exp.Expr, scope: Scope) -> Value:
    found = value_of(node.this, scope)
    low, high = value_of(node.args["low"], scope), value_of(node.args["high"], scope)
    return compared(found, low, _at_least) and compared(found, high, _at_most)


def _at_least(left: Value, right: Value) -> bool:
    return not _below(left, right)


def _at_most(left: Value, right: Value) -> bool:
    return not _below(right, left)


def _like(node: exp.Expr, scope: Scope) -> Value:
    found, pattern = value_of(node.this, scope) or "", value_of(node.expression, scope)
    regex = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(pattern))
    return re.fullmatch(regex, str(found), re.DOTALL) is not None


def _is(node: exp.Expr, scope: Scope) -> Value:
    return value_of(node.this, scope) is None


def _case(node: exp.Expr, scope: Scope) -> Value:
    subject = value_of(node.this, scope) if node.this else None
    for branch in node.args["ifs"]:
        tested = value_of(branch.this, scope)
        if compared(subject, tested, _equal) if node.this else tested is True:
            return value_of(branch.args["true"], scope)
    default = node.args.get("default")
    return value_of(default, scope) if default else None


def _extreme(pick: Callable[[list[Fraction]], Fraction]) -> Callable[[exp.Expr, Scope], Value]:
    def choose(node: exp.Expr, scope: Scope) -> Value:
        found = [value_of(item, scope) for item in (node.this, *node.expressions)]
        numbers = [value for value in found if isinstance(value, Fraction)]
        return pick(numbers) if numbers else None

    return choose


def _absolute(node: exp.Expr, scope: Scope) -> Value:
    inner = value_of(node.this, scope)
    return abs(inner) if isinstance(inner, Fraction) else None


def _coalesce(node: exp.Expr, scope: Scope) -> Value:
    found = (value_of(item, scope) for item in (node.this, *node.expressions))
    return next((value for value in found if value is not None), None)


def _function(node: exp.Expr, scope: Scope) -> Value:
    word = str(node.this)
    if word in ("attainment", "measure", "earning"):
        return scope.of_title(word, node.expressions[0].name)
    days = [value_of(item, scope) for item in node.expressions]
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in days]
    dates = [day for day in days if isinstance(day, date)]
    return _DATES[word](*dates) if len(dates) == len(days) else None


def complete_months(first: date, last: date) -> Fraction:
    """Whole months from one day to another."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return Fraction(months - (last.day < first.day))


def _start_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


_DATES: dict[str, Callable[..., Value]] = {
    "complete_months": complete_months,
    "complete_years": lambda first, last: Fraction(complete_months(first, last) // 12),
    "days_between": lambda first, last: Fraction((last - first).days),
    "month_of_quarter": lambda day: Fraction((day.month - 1) % 3 + 1),
    "start_of_quarter": _start_of_quarter,
}
_FORMS: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Value]] = {
    exp.Add: _add,
    exp.Sub: _subtract,
    exp.Mul: _multiply,
    exp.Div: _divide,
    exp.Neg: _negate,
    exp.EQ: _comparison(_equal),
    exp.NEQ: _comparison(lambda left, right: left != right),
    exp.LT: _comparison(_below),
    exp.LTE: _comparison(_at_most),
    exp.GT: _comparison(lambda left, right: _below(right, left)),
    exp.GTE: _comparison(_at_least),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.Is: _is,
    exp.Case: _case,
    exp.Least: _extreme(min),
    exp.Greatest: _extreme(max),
    exp.Abs: _absolute,
    exp.Coalesce: _coalesce,
    exp.Null: lambda node, scope: None,
    exp.Boolean: lambda node, scope: bool(node.this),
    exp.Anonymous: _function,
}
