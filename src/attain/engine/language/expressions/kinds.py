"""Kinds of value, as far as an expression shows them: money, number, date, text, condition, or not known."""

from collections.abc import Callable
from datetime import date
from enum import Enum

from sqlglot import exp

from attain.engine.language.expressions.expression import Expression, column_name
from attain.engine.language.fault import Fault


class Kind(Enum):
    """What a value is; a plain number in a plan may stand for money or for a count."""

    MONEY = "an amount of money"
    NUMBER = "a number"
    PLAIN = "a plain number"
    DAY = "a day"
    TEXT = "a text"
    CONDITION = "a condition"
    UNKNOWN = "not known"


NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.PLAIN)
ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "÷"}
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


class Kinds:
    """The kind of each part of one expression; `named` tells that of a name, `called` that of a function."""

    def __init__(
        self,
        expression: Expression,
        named: Callable[[str], Kind],
        called: Callable[[str, str], Kind],
    ) -> None:
        self._expression = expression
        self._named = named
        self._called = called

    def whole(self) -> Kind:
        """The kind of the whole expression; raises Fault where parts do not fit."""
        return self._of(self._expression.tree)

    def _of(self, node: exp.Expr) -> Kind:
        if isinstance(node, exp.Column):
            return self._named(column_name(node))
        if isinstance(node, exp.Literal):
            return Kind.TEXT if node.is_string else self._literal(node)
        if type(node) in ARITHMETIC:
            return self._arithmetic(node)
        if isinstance(node, COMPARISONS):
            self._alike([node.this, node.expression], "compared")
            return Kind.CONDITION
        if isinstance(node, (exp.And, exp.Or, exp.Not)):
            for part in (node.this, node.expression) if isinstance(node, exp.Connector) else (node.this,):
                self._condition(part)
            return Kind.CONDITION
        return self._other(node)

    def _other(self, node: exp.Expr) -> Kind:
        if isinstance(node, exp.Paren):
            return self._of(node.this)
        if isinstance(node, (exp.Neg, exp.Abs, exp.Sum, exp.Avg)):
            return self._numeric(node.this)
        if isinstance(node, exp.Case):
            return self._case(node)
        if isinstance(node, (exp.Least, exp.Greatest, exp.Coalesce)):
            return self._alike([node.this, *node.expressions], "put together")
        if isinstance(node, (exp.In, exp.Between)):
            others = node.expressions if isinstance(node, exp.In) else [node.args["low"], node.args["high"]]
            self._alike([node.this, *others], "compared")
            return Kind.CONDITION
        if isinstance(node, exp.Like):
            self._alike([node.this, node.expression], "compared")
            return Kind.CONDITION
        if isinstance(node, exp.Is):
            self._of(node.this)
            return Kind.CONDITION
        if isinstance(node, exp.Count):
            return Kind.NUMBER
        if isinstance(node, exp.Anonymous):
            return self._call(node)
        return Kind.UNKNOWN

    def _literal(self, node: exp.Literal) -> Kind:
        start = node.meta.get("start")
        end = node.meta.get("end")
        written = self._expression.text[start : end + 1] if start is not None and end is not None else ""
        return Kind.NUMBER if written.endswith("%") else Kind.PLAIN

    def _arithmetic(self, node: exp.Expr) -> Kind:
        left, right = self._numeric(node.this), self._numeric(node.expression)
        both = {left, right}
        sign = ARITHMETIC[type(node)]
        if isinstance(node, (exp.Add, exp.Sub)):
            if both == {Kind.MONEY, Kind.NUMBER}:
                raise self._fault(
                    node,
                    f"money and a share or count do not add up ({sign}).",
                    "Multiply the share with an amount first.",
                )
            return _wider(left, right)
        if isinstance(node, exp.Mul):
            if both == {Kind.MONEY}:
                raise self._fault(
                    node, "money × money is no amount.", "Divide one of them by an amount, or use a share."
                )
            return Kind.MONEY if Kind.MONEY in both else _wider(left, right)
        if both == {Kind.MONEY}:
            return Kind.NUMBER
        return left if right in (Kind.NUMBER, Kind.PLAIN) else Kind.UNKNOWN

    def _numeric(self, node: exp.Expr) -> Kind:
        kind = self._of(node)
        if kind in (*NUMERIC, Kind.UNKNOWN):
            return kind
        if kind is Kind.DAY:
            cure = "Write days_between(a, b) or complete_months(a, b)."
            raise self._fault(node, "a day is no number to calculate with.", cure)
        raise self._fault(node, f"{kind.value} is no number to calculate with.", "")

    def _condition(self, node: exp.Expr) -> None:
        kind = self._of(node)
        if kind is not Kind.CONDITION:
            cure = "Compare it with something, as in new_logo = 'yes'."
            raise self._fault(node, "a condition is expected here.", cure)

    def _case(self, node: exp.Case) -> Kind:
        branches = node.args["ifs"]
        if node.this is not None:
            self._alike([node.this, *(branch.this for branch in branches)], "compared")
        else:
            for branch in branches:
                self._condition(branch.this)
        default = node.args.get("default")
        results = [branch.args["true"] for branch in branches] + ([default] if default is not None else [])
        return self._alike(results, "put together")

    def _alike(self, nodes: list[exp.Expr], how: str) -> Kind:
        kinds = [self._of(node) for node in nodes]
        if Kind.DAY in kinds:
            kinds = [self._day(node, kind) for node, kind in zip(nodes, kinds, strict=True)]
        known = {kind for kind in kinds if kind is not Kind.UNKNOWN}
        if Kind.CONDITION in known and how == "compared":
            raise self._fault(nodes[0], "a condition is not compared.", "Join conditions with and, or.")
        families = {"number" if kind in NUMERIC else kind.value for kind in known}
        if len(families) > 1 or {Kind.MONEY, Kind.NUMBER} <= known:
            what = " and ".join(sorted(kind.value for kind in known))
            raise self._fault(nodes[-1], f"{what} are {how}.", "Both sides are of one kind.")
        result = kinds[0]
        for kind in kinds[1:]:
            result = kind if result is Kind.UNKNOWN else _wider(result, kind)
        return result

    def _day(self, node: exp.Expr, kind: Kind) -> Kind:
        if kind is not Kind.TEXT:
            return kind
        if isinstance(node, exp.Literal):
            try:
                date.fromisoformat(node.name)
                return Kind.DAY
            except ValueError:
                pass
        raise self._fault(node, f"'{node.name}' is no day.", "Write '2026-01-31'.")

    def _call(self, node: exp.Anonymous) -> Kind:
        name = node.name
        if name in ("attainment", "measure", "earning"):
            return self._called(name, node.expressions[0].name)
        for argument in node.expressions:
            kind = self._day(argument, self._of(argument))
            if kind not in (Kind.DAY, Kind.UNKNOWN):
                raise self._fault(argument, f"{name} takes days.", "Give it a date field, as booking.date.")
        return Kind.DAY if name == "start_of_quarter" else Kind.NUMBER

    def _fault(self, node: exp.Expr, message: str, cure: str) -> Fault:
        starts = [each.meta["start"] for each in node.walk() if "start" in each.meta]
        place = self._expression.origin.place_at(min(starts)) if starts else self._expression.place
        return Fault("P320", message, cure, place)


def _wider(left: Kind, right: Kind) -> Kind:
    if Kind.UNKNOWN in (left, right):
        return Kind.MONEY if Kind.MONEY in (left, right) else Kind.UNKNOWN
    if left is right:
        return left
    return left if right is Kind.PLAIN else right
