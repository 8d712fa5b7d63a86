"""What an expression may be made of: kinds of node and functions, with the number of their arguments."""

from collections.abc import Mapping

from sqlglot import exp

from attain.engine.language.expressions.tokens import OF_A_TITLE
from attain.engine.language.fault import Fault, nearest
from attain.engine.language.source import Text
from attain.engine.values.problems import Place

NODES = (
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or, exp.EQ,
    exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Case, exp.If, exp.In,
    exp.Between, exp.Is, exp.Like, exp.Least, exp.Greatest, exp.Abs, exp.Coalesce, exp.Anonymous,
)  # fmt: skip
AGGREGATES = (exp.Sum, exp.Count, exp.Avg, exp.Distinct, exp.Star)
ARGUMENTS = {
    "complete_months": 2,
    "complete_years": 2,
    "days_between": 2,
    "month_of_quarter": 1,
    "start_of_quarter": 1,
    "attainment": 1,
    "measure": 1,
    "earning": 1,
}
FUNCTIONS = frozenset({*ARGUMENTS, "least", "greatest", "abs", "coalesce"})
OF_MEASURES = frozenset({"sum", "count", "avg"})


def refuse_nodes(tree: exp.Expr, aggregates: bool, text: Text, offsets: Mapping[str, int]) -> None:
    """Raise Fault for the first node that is not allowed."""
    for node in tree.walk():
        if isinstance(node, exp.Column):
            _refuse_column(node, text)
        elif isinstance(node, AGGREGATES):
            _refuse_aggregate(node, aggregates, text, offsets)
        elif isinstance(node, exp.Anonymous):
            _refuse_call(node, text, offsets)
        elif isinstance(node, exp.Tuple):
            raise Fault(
                "P111", "a list stands where one value is expected.", "Lists stand after in.", text.place
            )
        elif type(node) not in NODES or (isinstance(node, exp.If) and not isinstance(node.parent, exp.Case)):
            raise _unknown(_name(node), text, offsets)
        elif isinstance(node, exp.Like) and not (
            isinstance(node.expression, exp.Literal) and node.expression.is_string
        ):
            raise Fault("P111", "like takes a text.", "Write like 'Soft%'.", text.place)
        elif isinstance(node, exp.Is) and not isinstance(node.expression, exp.Null):
            raise Fault("P111", '"is" stands only in "is null" and "is not null".', "Write =.", text.place)
        elif isinstance(node, exp.In) and not node.expressions:
            raise Fault("P111", "in takes a list of values.", "Write in ('A', 'B').", text.place)
        elif isinstance(node, (exp.Least, exp.Greatest, exp.Coalesce)) and not node.expressions:
            name = _name(node)
            raise Fault("P111", f"{name} takes two or more values.", "", _at(name, text, offsets))


def _refuse_column(node: exp.Column, text: Text) -> None:
    if node.args.get("db") or isinstance(node.this, exp.Star):
        raise Fault(
            "P111",
            f"{node.sql()} goes further than one dot.",
            "Name a field (amount) or a field of what it refers to (booking.date).",
            text.place,
        )


def _refuse_aggregate(node: exp.Expr, aggregates: bool, text: Text, offsets: Mapping[str, int]) -> None:
    name = _name(node)
    if isinstance(node, (exp.Star, exp.Distinct)):
        if not isinstance(node.parent, exp.Count) or (
            isinstance(node, exp.Distinct) and len(node.expressions) != 1
        ):
            raise Fault("P111", f"{node.sql().lower()} does not stand here.", "", text.place)
        return
    at = _at(name, text, offsets)
    if not aggregates:
        raise Fault(
            "P111",
            f"{name}(…) stands outside a measure.",
            "Define a measure under `measures` and write its name here.",
            at,
        )
    if node.find_ancestor(exp.Sum, exp.Count, exp.Avg):
        raise Fault("P111", f"{name}(…) stands within another sum or count.", "Take one out.", at)
    if isinstance(node, exp.Count) and not isinstance(node.this, (exp.Star, exp.Distinct)):
        raise Fault(
            "P111", "count takes * or distinct and a field.", "Write count(*) or count(distinct account).", at
        )
    if isinstance(node, exp.Count) and node.expressions:
        raise Fault("P111", "count takes one field.", "Write count(distinct account).", at)


def _refuse_call(node: exp.Anonymous, text: Text, offsets: Mapping[str, int]) -> None:
    name = node.name
    if name not in ARGUMENTS:
        raise _unknown(name, text, offsets)
    if len(node.expressions) != ARGUMENTS[name]:
        count = ARGUMENTS[name]
        raise Fault(
            "P111", f"{name} takes {count} value{'s' if count > 1 else ''}.", "", _at(name, text, offsets)
        )
    if name in OF_A_TITLE and not (
        isinstance(node.expressions[0], exp.Literal) and node.expressions[0].is_string
    ):
        raise Fault(
            "P111",
            f"{name}(…) takes the title of a component.",
            f'Write {name}("New business"); without parentheses {name} means this component\'s own.',
            _at(name, text, offsets),
        )


def _unknown(name: str, text: Text, offsets: Mapping[str, int]) -> Fault:
    known = FUNCTIONS | OF_MEASURES
    cure = nearest(name, known, f"The functions are {', '.join(sorted(FUNCTIONS))}.")
    return Fault("P111", f"{name} is no function of the language.", cure, _at(name, text, offsets))


def _name(node: exp.Expr) -> str:
    return (node.sql_name() if isinstance(node, exp.Func) else node.key).lower()


def _at(name: str, text: Text, offsets: Mapping[str, int]) -> Place:
    return text.place_at(offsets[name]) if name in offsets else text.place
