"""The facts behind a credit rule: one table of facts, its fields by name, and what it refers to.

A return stands where its original stands: `subject` reads fields of the original, `own` those of the
return itself, blank ones from the original.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.formulas import Scope, term_of, text_literal
from attain.engine.calculation.known import Known, quoted
from attain.engine.calculation.terms import Blank, Day, Term, Text
from attain.engine.language.expressions.expression import Expression
from attain.engine.values.problems import refuse

REFERENCES = {
    "account": ("accounts", "account"),
    "product": ("products", "product"),
    "opportunity": ("opportunities", "id"),
}

Convert = Callable[[Number, "Source"], Number]


@dataclass
class Source:
    """A FROM clause that grows with the fields that are asked for.

    `seat_term` gives fields and values of the credited seat; `convert` turns an amount into the plan's
    currency; `positions` are the fields that name positions, and have fields themselves on the `owner_day` (blank: the
    fact's date); `view` stands for the facts as known.
    """

    known: Known
    table: str
    types: tuple[str, ...]
    returns: bool
    fields: Mapping[str, Expression]
    positions: Collection[str]
    seat_term: Callable[[str], Term | None]
    convert: Convert
    joins: dict[str, str] = field(default_factory=dict)
    view: str = ""
    owner_day: str = ""

    def from_clause(self) -> str:
        """FROM with every join that was asked for so far."""
        view = self.known.view(self.table)
        base = f"{self.view or view} AS t"
        if self.returns:
            base += f" LEFT JOIN {view} AS o ON o.id = t.original"
        return " ".join([base, *self.joins.values()])

    def filters(self) -> list[str]:
        """Which rows are meant: the types, and returns or all else."""
        kept = []
        if self.types:
            listed = ", ".join(text_literal(each) for each in self.types)
            kept.append(f"{'o' if self.returns else 't'}.type IN ({listed})")
        if "original" in self.known.columns(self.table):
            kept.append(f"COALESCE(t.original, '') {'<>' if self.returns else '='} ''")
        return kept

    def subject(self, name: str) -> Term:
        """A field as conditions, recipients and owner dates read it."""
        return self._term(name, self.subject, "o" if self.returns else "t")

    def own(self, name: str) -> Term:
        """A field as amounts and credit dates read it."""
        return self._term(name, self.own, "t")

    def _term(self, name: str, scope: Scope, alias: str) -> Term:
        if name in self.fields:
            return term_of(self.fields[name], scope)
        found = self.seat_term(name)
        if found is not None:
            return found
        if "." in name:
            return self._referred(name, scope)
        if name not in self.known.columns(self.table):
            return Blank()
        term = self._column(name, alias)
        if isinstance(term, Number) and is_money(name):
            return self.convert(term, self)
        return term

    def _column(self, name: str, alias: str) -> Term:
        term = self.known.term(self.table, name, alias)
        if not self.returns or alias == "o" or name in ("amount", "date", "id"):
            return term
        original = self.known.term(self.table, name, "o")
        if isinstance(term, Number) and isinstance(original, Number):
            return Number(f"COALESCE({term.sql}, {original.sql})", term.scale, term.bound)
        if isinstance(term, Text) and isinstance(original, Text):
            return Text(f"COALESCE(NULLIF({term.sql}, ''), {original.sql})")
        if isinstance(term, Day) and isinstance(original, Day):
            return Day(f"COALESCE({term.sql}, {original.sql})")
        return term

    def _referred(self, name: str, scope: Scope) -> Term:
        """A field of what a field refers to: `account.region`, `booking.date`, `owner.team`."""
        column, _, wanted = name.partition(".")
        key = scope(column)
        if isinstance(key, Blank):
            return Blank()
        if not isinstance(key, Text):
            raise refuse(
                "P310", f"{column} names nothing: it is no text.", "Name a column of ids before the dot."
            )
        if column in self.positions:
            return self._of_position(key, column, wanted)
        table, id_column = REFERENCES.get(column, ("transactions", "id"))
        if wanted not in self.known.columns(table):
            return Blank()
        alias = f"r_{column}"
        view = self.known.view(table)
        self.joins.setdefault(
            alias, f"LEFT JOIN {view} AS {alias} ON {alias}.{quoted(id_column)} = {key.sql}"
        )
        term = self.known.term(table, wanted, alias)
        if table == "transactions" and isinstance(term, Number) and wanted == "amount":
            return self.convert(term, self)
        return term

    def _of_position(self, key: Text, column: str, wanted: str) -> Term:
        columns = self.known.columns("positions")
        if wanted not in columns:
            return Blank()
        alias = f"p_{column}"
        day = self.owner_day or f"{'o' if self.returns else 't'}.date"
        valid = [f"{alias}.position = {key.sql}"]
        if "first" in columns:
            valid.append(f"COALESCE({alias}.first, CAST('0001-01-01' AS DATE)) <= {day}")
        if "last" in columns:
            valid.append(f"COALESCE({alias}.last, CAST('9999-12-31' AS DATE)) >= {day}")
        join = f"LEFT JOIN {self.known.view('positions')} AS {alias} ON {' AND '.join(valid)}"
        self.joins.setdefault(alias, join)
        return self.known.term("positions", wanted, alias)


def is_money(name: str) -> bool:
    """Whether a field converts from the transaction's currency."""
    return name == "amount" or name.endswith("_amount")


def aligned(several: Sequence[Term]) -> list[Term]:
    """Terms of one column over several rules, made of one type: numbers of one scale and bound."""
    plain = [term for term in several if isinstance(term, Number)]
    if not plain:
        like = next((term for term in several if not isinstance(term, Blank)), Text("''"))
        empty: Term = Text("''") if isinstance(like, Text) else Day("CAST(NULL AS DATE)")
        return [empty if isinstance(term, Blank) else term for term in several]
    scale = max(term.scale for term in plain)
    bound = max(term.bound for term in plain)
    nothing = Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
    made = [term if isinstance(term, Number) else nothing for term in several]
    return [Number(term.at(scale, bound), scale, bound) for term in made]


def times_rate(amount: Number, rate: Number) -> Number:
    """An amount in another currency, unrounded."""
    return numbers.multiply(amount, rate)
