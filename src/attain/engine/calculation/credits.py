"""Crediting: rules take transactions and give credit to the assignments that they name on the owner date.

A credit set is what the rules of one block give under one version: a table with a row for each
credit, and rows without a seat for what could not be credited, with the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.crediting import EMPTY, credited
from attain.engine.calculation.exchange import Conversion
from attain.engine.calculation.formulas import (
    Scope,
    condition_of,
    day_of,
    number_of,
    term_of,
)
from attain.engine.calculation.intervals import Run
from attain.engine.calculation.known import Known
from attain.engine.calculation.recipients import Reach, shares_of, shares_size
from attain.engine.calculation.roster import Roster
from attain.engine.calculation.seats import Days, SeatFields
from attain.engine.calculation.sources import Source, aligned, is_money
from attain.engine.calculation.terms import DECIMALS, Blank, Day, Quotient, Term, Text
from attain.engine.calculation.uncredited import (
    lost_returns,
    no_credits,
    opening_credits,
    unbalanced_splits,
)
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.credit_rules import (
    CreditRule,
    FieldTo,
    ManagersTo,
    SplitTo,
    TerritoryTo,
)
from attain.engine.language.models.plan import Plan


@dataclass
class Branch:
    """One select of a credit set: a rule over one table of facts, for returns or for all else."""

    number: int
    rule: CreditRule
    source: Source
    extra: list[str] = field(default_factory=list)


@dataclass
class CreditSet:
    """The credits of one block's rules under one version. Columns are asked for first, then it is made.

    `earlier` are credits that the rules of earlier versions gave and that count on; they have a `whole`.
    """

    known: Known
    roster: Roster
    plan: Plan
    rules: Sequence[CreditRule]
    days: Days
    within: Run
    conversion: Conversion
    fields: SeatFields
    name: str
    opening: Sequence[tuple[str, date, Decimal]] = ()
    branches: list[Branch] = field(default_factory=list)
    columns: list[Term] = field(default_factory=list)
    asked: dict[tuple[str, str], Term] = field(default_factory=dict)
    reaches: dict[str, str] = field(default_factory=dict)
    walked: dict[str, list[Reach]] = field(default_factory=dict)
    names: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    earlier: list["CreditSet"] = field(default_factory=list)
    whole: "CreditSet | None" = field(default=None, repr=False)
    made: bool = False

    def __post_init__(self) -> None:
        positions = {
            rule.to.field for rule in self.rules if isinstance(rule.to, FieldTo) and "." not in rule.to.field
        }
        for number, rule in enumerate(self.rules, 1):
            tables = [name for name in rule.from_ if self._is_table(name)]
            types = tuple(name for name in rule.from_ if not self._is_table(name))
            wanted = [(table, ()) for table in tables] + ([("transactions", types)] if types else [])
            for table, kinds in wanted:
                if not self.known.has(table):
                    continue
                self._branch(number, rule, table, kinds, False, positions | {"owner"})
                if rule.returns == "follow" and "original" in self.known.columns(table):
                    self._branch(number, rule, table, kinds, True, positions | {"owner"})

    def _is_table(self, name: str) -> bool:
        return name != "transactions" and self.known.has(name)

    def _branch(
        self,
        number: int,
        rule: CreditRule,
        table: str,
        types: tuple[str, ...],
        returns: bool,
        positions: set[str],
    ) -> None:
        source = Source(
            self.known, table, types, returns, self.plan.fields, positions, self.fields.term, self.conversion.convert
        )  # fmt: skip
        source.positions = positions
        if rule.owner_on:
            source.owner_day = day_of(rule.owner_on, source.subject)
        self.branches.append(Branch(number, rule, source))

    def join(self, earlier: "CreditSet") -> None:
        """Counts the credits of an earlier version's rules as well, each dated within its version."""
        earlier.whole = self
        self.earlier.append(earlier)
        self.opening = [*self.opening, *(row for row in earlier.opening if row not in self.opening)]
        earlier.opening = ()

    @property
    def every_branch(self) -> list[tuple["CreditSet", Branch]]:
        """The branches of this set and of those of earlier versions, each with its set."""
        return [(credits, branch) for credits in (self, *self.earlier) for branch in credits.branches]

    @property
    def shares_differ(self) -> bool:
        """Whether a credit may be less than the whole of its transaction."""
        rules = [rule for credits in (self, *self.earlier) for rule in credits.rules]
        return any(isinstance(rule.to, SplitTo | ManagersTo | TerritoryTo) for rule in rules)

    def column(self, expression: Expression) -> Term:
        """A field or formula over the transaction, as a column of the set, over alias `c`."""
        return self._asked("own", expression.text, lambda scope: term_of(expression, scope))

    def field(self, name: str) -> Term:
        """A field by its name, as a column of the set, over alias `c`."""
        return self._asked("own", name, lambda scope: scope(name))

    def _asked(self, kind: str, text: str, compile_term: Callable[[Scope], Term]) -> Term:
        if (kind, text) in self.asked:
            return self.asked[kind, text]
        if self.made:
            # another component asks for more of the same credits: they are made again, with its columns
            self.made, self.name = False, f"{self.name}_more"
        several = [compile_term(branch.source.own) for _, branch in self.every_branch]
        term: Term
        if any(isinstance(each, Quotient) for each in several):
            tops = [each.numerator if isinstance(each, Quotient) else each for each in several]
            bottoms = [
                each.denominator if isinstance(each, Quotient) else numbers.literal(1) for each in several
            ]
            top, bottom = self._new(tops), self._new(bottoms)
            assert isinstance(top, Number) and isinstance(bottom, Number)
            term = Quotient(top, bottom)
        else:
            term = self._new(several) if several else Blank()
        self.asked[kind, text] = term
        return term

    def _new(self, several: Sequence[Term]) -> Term:
        alias = f"x{len(self.columns)}"
        same = aligned(several)
        for (_, branch), term in zip(self.every_branch, same, strict=True):
            branch.extra.append(f"{term.sql} AS {alias}")  # type: ignore[union-attr]
        first = same[0]
        made: Term = Text(f"c.{alias}")
        if isinstance(first, Number):
            made = Number(f"c.{alias}", first.scale, first.bound)
        elif isinstance(first, Day):
            made = Day(f"c.{alias}")
        self.columns.append(made)
        return made

    @property
    def credit(self) -> Number:
        """The credit as a column over alias `c`."""
        if self.whole is not None:
            return self.whole.credit
        credits = [each.credit_of(branch) for each, branch in self.every_branch]
        scales = [DECIMALS if isinstance(each, Quotient) else each.scale for each in credits]
        bounds = [each.numerator.bound + 1 if isinstance(each, Quotient) else each.bound for each in credits]
        if self.opening:
            scales.append(6)
            bounds.append(max(int(abs(amount)) + 1 for _, _, amount in self.opening))
        return Number("c.credit", max(scales, default=0), max(bounds, default=0))

    def select(
        self, seated: bool = True, problems: bool = True, extras: bool = True, people: Sequence[str] = ()
    ) -> str:
        """The credits as a select: those with a seat, those with a problem, or both; of some people, or of all."""
        parts = [credited(self, branch, seated, problems, extras, people) for branch in self.branches]
        if problems:
            parts += [
                lost_returns(self, branch, extras)
                for branch in self.branches
                if branch.source.returns and branch.number == 1
            ]
            parts += [unbalanced_splits(self, b, extras) for b in self.branches if self.splits(b.rule)]
        if self.opening and seated:
            parts.append(opening_credits(self, extras))
        if seated:
            parts += [
                credited(each, branch, True, False, extras, people)
                for each, branch in self.every_branch
                if each is not self
            ]
        return " UNION ALL ".join(parts) if parts else no_credits(self, extras)

    def make(self) -> str:
        """Keeps the set as a table, once; its name."""
        if not self.made:
            select = self.select()
            self.made = True
            self.known.backend.create(self.name, select)
        return self.name

    def amount(self, branch: Branch) -> Number | Quotient:
        """What a rule credits of a transaction, before the recipient's share."""
        rule = branch.rule
        if rule.counts is not None:
            return number_of(rule.counts, branch.source.own)
        term = branch.source.own("amount")
        return term if isinstance(term, Number | Quotient) else Number("CAST('0' AS DECIMAL(1, 0))", 0, 1)

    def credit_of(self, branch: Branch) -> Number | Quotient:
        """What a rule credits of a transaction, at the recipient's share."""
        amount, share = self.amount(branch), self.share(branch)
        if isinstance(amount, Quotient):
            return Quotient(numbers.multiply(amount.numerator, share), amount.denominator)
        return numbers.multiply(amount, share) if share != numbers.literal(1) else amount

    def share(self, branch: Branch) -> Number:
        """The share of a recipient, over alias `r` (and `sp` for splits)."""
        if isinstance(branch.rule.to, SplitTo):
            if not self.known.has(branch.rule.to.split):
                return numbers.literal(1)
            scale, bound = self.known.number(branch.rule.to.split, "share")
            return Number("COALESCE(sp.share, CAST('1' AS DECIMAL(1, 0)))", scale, bound)
        shares = shares_of(self.roster, branch.rule)
        return Number("r.share", *shares_size(shares)) if shares else numbers.literal(1)

    @property
    def share_given(self) -> Number:
        """The share of a credit, as a column over alias `c`."""
        shares = [each.share(branch) for each, branch in self.every_branch]
        given = Number(
            "c.share", max(share.scale for share in shares), max(share.bound for share in shares) * 10
        )
        return replace(given, sql=given.cast())

    def conditions(self, branch: Branch, holder: bool = True) -> list[str]:
        """What a rule asks of a transaction. It stays open where it asks for a rate that is missing, or for
        what is the recipient's and there is none (`holder`: the recipient is `r`).
        """
        where = branch.rule.where
        if where is None:
            return []
        text = condition_of(where, branch.source.subject)
        if "s.f" in text:
            if not holder:
                return []
            text = f"(r.seat < 0 OR {text})"
        if spoken := self.spoken(branch):
            text = f"({f'(r.seat < 0 AND {spoken})' if holder else spoken} OR {text})"
        if self._is_money(where) and self.conversion.needed(branch.source.table):
            text = f"({text} OR {self.conversion.rate(branch.source).sql} IS NULL)"
        return [text]

    def spoken(self, branch: Branch) -> str:
        """That a transaction names a currency, where the rule compares money in that of its recipient; else blank."""
        where, source = branch.rule.where, branch.source
        by_recipient = self.plan.currency.startswith("by ") and "currency" in self.known.columns(source.table)
        if where is None or not by_recipient or not self._is_money(where):
            return ""
        return f"{self.conversion.row_currency(source)} <> ''"

    def converts(self, rule: CreditRule) -> bool:
        """Whether a rule reads an amount of money."""
        return rule.counts is None or any(self._is_money(each) for each in (rule.counts, rule.where) if each)

    def _is_money(self, expression: Expression) -> bool:
        """Whether an expression names money, by itself or in the plan's fields."""
        fields = self.plan.fields
        return any(
            self._is_money(fields[name]) if name in fields else is_money(name) for name in expression.names
        )

    def dates(self, credit_day: str) -> list[str]:
        """That a credit date lies within the days of the set."""
        first, following = self.within
        return [f"{credit_day} >= CAST('{first}' AS DATE)", f"{credit_day} < CAST('{following}' AS DATE)"]

    def name_of(self, branch: Branch) -> str:
        """The name that a rule reads from the transaction, as SQL; blank where it names nobody."""
        text = self._named(branch).sql
        return f"COALESCE(sp.position, {text})" if self.split_join(branch) else text

    def distinct_name_of(self, branch: Branch) -> str:
        """The same for a select of the different names, where NULL may stand for blank: a bare column, which an
        engine need not read row by row.
        """
        return self.column_of(branch) or self.name_of(branch)

    def column_of(self, branch: Branch) -> str:
        """The column of the facts in which the name stands by itself, where NULL may stand too; blank where none is."""
        return "" if self.split_join(branch) else self._named(branch).column

    def _named(self, branch: Branch) -> Text:
        to = branch.rule.to
        name = to.field if isinstance(to, FieldTo) else to.otherwise if isinstance(to, SplitTo) else to.of
        term = branch.source.subject(name)
        return term if isinstance(term, Text) else Text(EMPTY)

    def split_join(self, branch: Branch) -> str:
        """The splits of a transaction, `sp`, and the sum of their shares, `st`."""
        if not isinstance(branch.rule.to, SplitTo) or not self.known.has(branch.rule.to.split):
            return ""
        table = self.known.view(branch.rule.to.split)
        key = "o.id" if branch.source.returns else "t.id"
        total = f"(SELECT transaction, CAST(SUM(share) AS DECIMAL(38, 12)) AS total FROM {table} GROUP BY transaction)"
        return f" LEFT JOIN {table} AS sp ON sp.transaction = {key} LEFT JOIN {total} AS st ON st.transaction = {key}"

    def splits(self, rule: CreditRule) -> bool:
        """Whether the rule names its recipients by a table of splits that was loaded."""
        return isinstance(rule.to, SplitTo) and self.known.has(rule.to.split)
