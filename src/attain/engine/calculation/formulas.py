"""Expressions of a document to typed SQL.

Names are looked up in a scope; arithmetic keeps quotients as pairs; nothing becomes a float.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from sqlglot import exp

from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.terms import Blank, Day, Numeric, Quotient, Term, Text, Truth
from attain.engine.language.expressions.expression import Expression, column_name
from attain.engine.values.problems import Refused, refuse

Scope = Callable[[str], Term]
"""Gives the term of a name: `amount`, `booking.date`, `attainment("New business")`; raises Refused."""


def term_of(expression: Expression, scope: Scope) -> Term:
    """The expression as a typed term. Raises Refused with the expression's place."""
    try:
        return _term(expression.tree, scope)
    except Refused as refused:
        placed = [
            type(p)(
                p.code, f'"{expression.text}": {p.message}', p.cure, p.place or expression.place, p.severity
            )
            for p in refused.problems
        ]
        raise Refused(placed) from None


def number_of(expression: Expression, scope: Scope) -> Numeric:
    """The expression as a number. Raises Refused where it is none."""
    term = term_of(expression, scope)
    if isinstance(term, Blank):
        return Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
    if not isinstance(term, Number | Quotient):
        raise refuse(
            "P312", f'"{expression.text}" is no number.', "Write a number or a formula.", expression.place
        )
    return term


def condition_of(expression: Expression, scope: Scope) -> str:
    """The expression as a condition that holds or not. Raises Refused where it is none."""
    term = term_of(expression, scope)
    if not isinstance(term, Truth):
        raise refuse("P312", f'"{expression.text}" is no condition.', "Write a comparison.", expression.place)
    return f"COALESCE({term.sql}, FALSE)"


def day_of(expression: Expression, scope: Scope) -> str:
    """The expression as a day. Raises Refused where it is none."""
    term = term_of(expression, scope)
    if isinstance(term, Blank):
        return "CAST(NULL AS DATE)"
    if not isinstance(term, Day):
        raise refuse("P312", f'"{expression.text}" is no day.', "Name a column of dates.", expression.place)
    return term.sql


def text_literal(value: str) -> str:
    """A text as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def text_literals(values: Iterable[str]) -> str:
    """Texts as SQL literals, for a condition IN."""
    return ", ".join(text_literal(value) for value in values)


def _term(node: exp.Expr, scope: Scope) -> Term:
    if isinstance(node, exp.Paren):
        return _term(node.this, scope)
    if isinstance(node, exp.Column):
        return scope(column_name(node))
    if isinstance(node, exp.Literal):
        return Text(text_literal(node.this)) if node.is_string else literal(Decimal(node.this))
    if isinstance(node, exp.Null):
        return Blank()
    if isinstance(node, exp.And | exp.Or):
        word = "AND" if isinstance(node, exp.And) else "OR"
        return Truth(f"({_truth(node.this, scope)} {word} {_truth(node.expression, scope)})")
    if isinstance(node, exp.Not):
        return Truth(f"(NOT {_truth(node.this, scope)})")
    if isinstance(node, exp.Neg):
        return terms.opposite(_numeric(node.this, scope))
    if type(node) in _ARITHMETIC:
        return _ARITHMETIC[type(node)](_numeric(node.this, scope), _numeric(node.expression, scope))
    if type(node) in _COMPARISONS:
        left, right = _term(node.this, scope), _term(node.expression, scope)
        return Truth(f"({terms.compared(left, _COMPARISONS[type(node)], right)})")
    return _compound(node, scope)


_ARITHMETIC: dict[type, Callable[[Numeric, Numeric], Numeric]] = {
    exp.Add: terms.plus, exp.Sub: terms.minus, exp.Mul: terms.times, exp.Div: terms.over,
}  # fmt: skip
_COMPARISONS: dict[type, str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip


def _truth(node: exp.Expr, scope: Scope) -> str:
    term = _term(node, scope)
    if not isinstance(term, Truth):
        raise refuse("P312", f"{node.sql()} is no condition.", "Write a comparison.")
    return f"COALESCE({term.sql}, FALSE)"


def _numeric(node: exp.Expr, scope: Scope) -> Numeric:
    term = _term(node, scope)
    if isinstance(term, Blank):
        return Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
    if not isinstance(term, Number | Quotient):
        raise refuse("P310", f"{node.sql()} is no number.", "Calculate with numbers only.")
    return term


def _compound(node: exp.Expr, scope: Scope) -> Term:
    if isinstance(node, exp.Between):
        value, low, high = (_term(node.args[part], scope) for part in ("this", "low", "high"))
        return Truth(f"({terms.compared(value, '>=', low)} AND {terms.compared(value, '<=', high)})")
    if isinstance(node, exp.In):
        value = _term(node.this, scope)
        return Truth(
            "(" + " OR ".join(terms.compared(value, "=", _term(e, scope)) for e in node.expressions) + ")"
        )
    if isinstance(node, exp.Is):
        return _missing(_term(node.this, scope))
    if isinstance(node, exp.Like):
        text = _term(node.this, scope)
        return Truth(
            f"({text.sql} LIKE {text_literal(node.expression.this)})" if isinstance(text, Text) else "(FALSE)"
        )
    if isinstance(node, exp.Case):
        return _case(node, scope)
    if isinstance(node, exp.Least | exp.Greatest):
        several = [_numeric(each, scope) for each in (node.this, *node.expressions)]
        return terms.smallest(several) if isinstance(node, exp.Least) else terms.largest(several)
    if isinstance(node, exp.Abs):
        return terms.size(_numeric(node.this, scope))
    if isinstance(node, exp.Coalesce):
        return _first_there([_term(each, scope) for each in (node.this, *node.expressions)])
    if isinstance(node, exp.Anonymous):
        return _call(node, scope)
    if isinstance(node, exp.Sum | exp.Count | exp.Avg):
        return scope(node.sql().lower())
    raise refuse("P310", f"{node.sql()} cannot be calculated.", "Use the functions of the language.")


def _missing(term: Term) -> Truth:
    if isinstance(term, Text):
        return Truth(f"({term.sql} = '')")
    if isinstance(term, Quotient):
        return Truth(f"({term.numerator.sql} IS NULL OR {term.denominator.sql} IS NULL)")
    return Truth(f"({term.sql} IS NULL)")


def _case(node: exp.Case, scope: Scope) -> Term:
    subject = _term(node.this, scope) if node.this else None
    cases = []
    for branch in node.args["ifs"]:
        if subject is not None:
            condition = terms.compared(subject, "=", _term(branch.this, scope))
        else:
            condition = _truth(branch.this, scope)
        cases.append((condition, _term(branch.args["true"], scope)))
    last = _term(node.args["default"], scope) if node.args.get("default") else None
    results = [result for _, result in cases] + ([last] if last is not None else [])
    if any(isinstance(result, Text) for result in results):
        branches = " ".join(f"WHEN {c} THEN {t.sql}" for c, t in cases if isinstance(t, Text))
        return Text(f"CASE {branches} ELSE {last.sql if isinstance(last, Text) else _EMPTY} END")
    numeric = [(c, t) for c, t in cases if isinstance(t, Number | Quotient)]
    if len(numeric) != len(cases):
        raise refuse("P310", "the branches of a case are not all numbers.", "Give each a number.")
    return terms.chosen(numeric, last if isinstance(last, Number | Quotient) else None)


_EMPTY = "''"


def _first_there(several: list[Term]) -> Term:
    numeric = [term for term in several if isinstance(term, Number | Quotient)]
    if numeric:
        cases = [(f"NOT {_missing(term).sql}", term) for term in numeric[:-1]]
        return terms.chosen(cases, numeric[-1]) if cases else numeric[-1]
    texts = [term.sql for term in several if isinstance(term, Text)]
    if texts:
        return Text(f"COALESCE({', '.join(f'NULLIF({text}, {_EMPTY})' for text in texts)}, '')")
    days = [term.sql for term in several if isinstance(term, Day)]
    return Day(f"COALESCE({', '.join(days)})") if days else Blank()


def _call(node: exp.Anonymous, scope: Scope) -> Term:
    name = node.name
    if name in ("attainment", "measure", "earning"):
        return scope(f'{name}("{node.expressions[0].name}")')
    days = [_term(each, scope) for each in node.expressions]
    texts = [
        f"CAST({day.sql} AS DATE)" if isinstance(day, Text | Blank) else day.sql
        for day in days
        if hasattr(day, "sql")
    ]
    if not all(isinstance(day, Day | Text | Blank) for day in days):
        raise refuse("P310", f"{name} takes days.", "Name a column of dates.")
    if name == "days_between":
        return _whole(f"DATE_DIFF('day', {texts[0]}, {texts[1]})", 4_000_000)
    if name in ("complete_months", "complete_years"):
        return _complete(name, texts[0], texts[1])
    if name == "month_of_quarter":
        return _whole(f"MOD(EXTRACT(MONTH FROM {texts[0]}) - 1, 3) + 1", 3)
    return Day(f"CAST(DATE_TRUNC('quarter', {texts[0]}) AS DATE)")


def _complete(name: str, start: str, end: str) -> Number:
    day_short = f"EXTRACT(DAY FROM {end}) < EXTRACT(DAY FROM {start})"
    years = f"EXTRACT(YEAR FROM {end}) - EXTRACT(YEAR FROM {start})"
    if name == "complete_months":
        months = f"EXTRACT(MONTH FROM {end}) - EXTRACT(MONTH FROM {start})"
        return _whole(f"({years}) * 12 + {months} - CASE WHEN {day_short} THEN 1 ELSE 0 END", 120_000)
    months = f"EXTRACT(MONTH FROM {end}) < EXTRACT(MONTH FROM {start})"
    same = f"EXTRACT(MONTH FROM {end}) = EXTRACT(MONTH FROM {start}) AND {day_short}"
    return _whole(f"{years} - CASE WHEN {months} OR ({same}) THEN 1 ELSE 0 END", 10_000)


def _whole(sql: str, bound: int) -> Number:
    return Number(f"CAST({sql} AS DECIMAL({len(str(bound))}, 0))", 0, bound)
