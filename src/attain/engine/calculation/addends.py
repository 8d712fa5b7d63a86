"""What one credit adds to a measure that is a plain sum or count."""

from sqlglot import exp

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import term_of
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
        return numbers.choose([(OPENED, credits.credit)], literal(1)) if credits.opening else literal(1)
    if not isinstance(tree, exp.Sum):
        return None
    if tree.this.sql() == "credit":
        return credits.credit
    named = {column.sql() for column in tree.this.find_all(exp.Column)}
    fields = {name: credits.field(name) for name in sorted(named - {"credit"})}
    part = Expression(
        measure.text,
        measure.place,
        tree.this,
        frozenset(fields),
        frozenset(),
        None,
        measure.origin,
        measure.offsets,
    )
    term = term_of(part, lambda name: credits.credit if name == "credit" else fields[name])
    if not isinstance(term, Number):
        return None
    share = Number("CAST(c.share AS DECIMAL(9, 6))", 6, 100)
    return numbers.multiply(term, share) if credits.shares_differ and "credit" not in named else term
