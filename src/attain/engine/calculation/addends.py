"""What one credit adds to a measure that is a plain sum or count."""

from sqlglot import exp

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import term_of
from attain.engine.calculation.terms import Term
from attain.engine.calculation.uncredited import OPENED
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.measures import Measure


def addend(block: Measure, credits: CreditSet) -> Number | None:
    """What a credit adds, over alias `c`; None where the measure is no plain sum or count."""
    measure = block.measure
    if measure is None or block.across is not None:
        return None
    tree = measure.tree
    if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Star):
        return one(credits)
    if not isinstance(tree, exp.Sum):
        return None
    if tree.this.sql() == "credit":
        return credits.credit
    term = at_share(tree.this, credits)
    return term if isinstance(term, Number) else None


def one(credits: CreditSet) -> Number:
    """What a credit adds to a count: 1, or the amount of what was credited before the first load."""
    return numbers.choose([(OPENED, credits.credit)], literal(1)) if credits.opening else literal(1)


def at_share(argument: exp.Expr, credits: CreditSet) -> Term:
    """A formula over the credit or fields of its transaction, these at the credit's share."""
    named = {column.sql() for column in argument.find_all(exp.Column)}
    fields = {name: credits.field(name) for name in sorted(named - {"credit"})}
    whole = Expression(argument.sql(), None, argument, frozenset(fields), frozenset(), None, None, {})  # type: ignore[arg-type]
    term = term_of(whole, lambda name: credits.credit if name == "credit" else fields[name])
    if isinstance(term, Number) and credits.shares_differ and "credit" not in named:
        return numbers.multiply(term, credits.share_given)
    return term
