"""Where names get their values: a fact with what it refers to, before it is a credit and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from attain.verify.inputs.expressions import NotDivisible, Value, evaluated
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import Unreadable

Refer = Callable[[str, Value], Row]


def nothing(table: str, key: Value) -> Row:
    """Refers to nothing."""
    return {}


@dataclass
class FactScope:
    """The columns of a fact, the rows it refers to by dot, the plan's `fields` and `values`.

    `exchange` converts what is money: `amount` and fields whose name ends in `_amount`.
    """

    fact: Row
    near: Mapping[str, Row] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Fraction] = field(default_factory=dict)
    refer: Refer = nothing
    exchange: Fraction = Fraction(1)

    def name(self, table: str, name: str) -> Value:
        """A field of the fact, or of what its column `table` names."""
        if table:
            row = self.near[table] if table in self.near else self.refer(table, self.fact.get(table))
            found: Value = row.get(name)
            return found
        if name in self.values:
            return self.values[name]
        if name in self.fields:
            return evaluated(self.fields[name], self)
        plain: Value = self.fact.get(name)
        if isinstance(plain, Fraction) and (name == "amount" or name.endswith("_amount")):
            return plain * self.exchange
        return plain

    def of_title(self, word: str, title: str) -> Value:
        """Nothing of a component is known to a fact."""
        raise Unreadable(f'{word}("{title}") stands where only a fact is known')

    def aggregate(self, node: exp.Expr) -> Value:
        """A fact alone adds nothing up."""
        raise Unreadable(f"{node.sql()} stands where only a fact is known")

    def divide(self, numerator: Fraction, denominator: Fraction) -> Fraction:
        """The quotient; raises NotDivisible by zero."""
        if denominator == 0:
            raise NotDivisible("zero")
        return numerator / denominator
