"""A figure: what a component's rates give on what is reached up to a day, before and after its steps."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from sqlglot import exp

from attain.verify.crediting.credits import Credit
from attain.verify.earning import rates
from attain.verify.earning.book import ZERO, At
from attain.verify.earning.lookups import looked_up
from attain.verify.earning.measures import CreditsScope, Level, NoEarning, credit_scope, measure, policy
from attain.verify.earning.quotas import attainment, quota, target_incentive
from attain.verify.earning.windows import window_at
from attain.verify.inputs.documents import Block, Map, as_list
from attain.verify.inputs.expressions import NotDivisible, Value, evaluated
from attain.verify.inputs.forms import Unreadable, is_number, number
from attain.verify.inputs.syntax import is_plain

OWN_WORDS = ("measure", "attainment", "quota", "target_incentive", "earning", "credit")


@dataclass(frozen=True)
class Note:
    """Something that could not be decided, for the whole figure or for one credit."""

    code: str
    reason: str
    credit: Credit | None = None


@dataclass
class FigureScope:
    """The names of expressions over measures; with a credit, those of its fact as well."""

    at: At
    earning: Fraction = ZERO
    credit: Credit | None = None

    def name(self, table: str, name: str) -> Value:
        """Own words, measures, named values, fields of the credit."""
        if not table and name in OWN_WORDS:
            return self._own(name)
        if not table and name in self.at.version.measures:
            return _value(measure(self.beside(self.at.version.measures[name], self.at.component)))
        if self.credit is not None:
            return credit_scope(self.at, self.credit).name(table, name)
        roster, item = self.at.book.world.roster, self.at.holding.main
        if table == "participant":
            found: Value = roster.participant_row(item.participant).get(name)
            return found
        if table in ("position", "recipient"):
            row: Value = roster.position_row(item.position, min(self.at.upto, item.days.last)).get(name)
            return row
        values = self.at.book.world.numbers(self.at.version, item, self.at.upto)
        if name in values:
            return values[name]
        if name in self.at.version.names_of_values():
            return None
        raise Unreadable(f"{self.at.component.name}: {name!r} is no measure or value")

    def _own(self, name: str) -> Value:
        if name == "measure":
            return _value(measure(self.at))
        if name == "attainment":
            return _value(attainment(self.at))
        if name == "target_incentive":
            return target_incentive(self.at)
        if name == "earning":
            return self.earning
        if name == "credit":
            return self.credit.amount if self.credit else None
        goal = quota(self.at)
        if isinstance(goal, str):
            policy(self.at, "quota", goal)
            raise NoEarning("")
        return goal

    def beside(self, block: Block, component: Block) -> At:
        """Another block, measured for the same holding up to the same day."""
        window = window_at(self.at, component, block, self.at.upto)
        return replace(self.at, component=component, block=block, window=window, only=None)

    def of_title(self, word: str, title: str) -> Value:
        """`attainment("…")`, `measure("…")`, `earning("…")` of another component."""
        component = self.at.version.components[title]
        at = self.beside(component, component)
        if word == "earning":
            return self.at.book.earning_of(at)
        return _value(attainment(at) if word == "attainment" else measure(at))

    def aggregate(self, node: exp.Expr) -> Value:
        """Aggregates over the component's own credits."""
        return CreditsScope(self.at, self.at.credits(), self.at.opening()).aggregate(node)

    def divide(self, numerator: Fraction, denominator: Fraction) -> Fraction:
        """The quotient; raises NoEarning by zero."""
        if denominator == 0:
            raise NoEarning("ratio_zero", "the divisor is zero")
        return numerator / denominator


def _value(level: Level) -> Fraction:
    """A level as a number; where only the lowest band is known there is none."""
    if level.lowest:
        raise NoEarning("")
    return level.value


@dataclass
class Figure:
    """The figure of one component at one day; `notes` collects what could not be decided.

    `earns_nothing` says that the rates gave nothing because of something undefined.
    """

    at: At
    notes: list[Note] = field(default_factory=list)
    earns_nothing: bool = False

    @property
    def pay(self) -> Map:
        """The component's `pay`."""
        found: Map = self.at.component.body["pay"]
        return found

    @property
    def steps(self) -> list[Map]:
        """The component's steps."""
        return as_list(self.at.component.body.get("then"))

    def note(self, nothing: NoEarning, credit: Credit | None = None) -> None:
        """Remember an exception, if the plan wants one."""
        if nothing.code:
            self.notes.append(Note(nothing.code, nothing.reason, credit))

    def plain(self) -> Fraction:
        """What the rates give on the whole of the measure; raises NoEarning."""
        how = self.pay["how"]
        if how in ("flat", "lookup"):
            return self.rate_for(None) * self.of()
        if how == "marginal":
            return rates.marginal(self.bands(), self.level(self.pay["by"]), self.of())
        if how == "whole amount":
            level = self.level(self.pay["by"])
            return rates.whole_amount(self.rows(), level, self.include, self.rate)[1] * self.of()
        if how == "stepped amount":
            return rates.stepped(self.rows(), self.level(self.pay["by"]), self.include, self.target)
        if how == "interpolated":
            outside = (self.pay["before"], self.pay["beyond"])
            points = rates.listed(self.at.version, self.pay["points"], "points")
            return rates.interpolated(points, self.level(self.pay["by"]), outside, self.target, self.of)
        if how == "matrix":
            down, across = self.level(self.pay["down"]["by"]), self.level(self.pay["across"]["by"])
            return rates.matrix(self.pay, down, across, self.target)
        raise Unreadable(f"{self.at.component.name}: {how!r} is not calculated")

    @property
    def include(self) -> str:
        """Which bound belongs to a band."""
        return str(self.pay.get("bands include", "lower bound"))

    def rows(self) -> list[Map]:
        """The bands as written."""
        return rates.listed(self.at.version, self.pay["bands"], "bands")

    def bands(self) -> list[rates.Band]:
        """The bands as they hold at what is reached."""
        return rates.bands_at(self.rows(), self.level(self.pay["by"]), self.include, self.rate)

    def level(self, by: str) -> Level:
        """What picks the band; raises NoEarning."""
        if by == "measure":
            return measure(self.at)
        if by == "attainment":
            return attainment(self.at)
        scope = FigureScope(self.at)
        return measure(scope.beside(self.at.version.measures[by], self.at.component))

    def of(self) -> Fraction:
        """What a rate multiplies: `of`, else the measure; raises NoEarning."""
        if "of" not in self.pay:
            return measure(self.at).value
        return self.number(self.pay["of"])

    def target(self) -> Fraction:
        """What a `pay` in percent is of: `of`, else the measure."""
        return self.of()

    def rate(self, text: str) -> Fraction:
        """A rate: a number, or an expression."""
        return number(text) if is_number(text) else self.number(text)

    def rate_for(self, credit: Credit | None) -> Fraction:
        """The rate of a flat or lookup pay for one credit, or for the whole figure."""
        if self.pay["how"] == "flat":
            text = self.pay["rate"]
            return number(text) if is_number(text) else self.number(text, credit)
        table = self.at.version.tables[self.pay["table"]]
        return looked_up(self.at.book.world, table, FigureScope(self.at, credit=credit))

    def number(self, text: str, credit: Credit | None = None, earning: Fraction = ZERO) -> Fraction:
        """An expression over measures, or over a credit; null is 0."""
        try:
            found = evaluated(text, FigureScope(self.at, earning, credit))
        except NotDivisible as wrong:
            raise NoEarning(f"ratio_{wrong.sign}") from wrong
        return found if isinstance(found, Fraction) else ZERO

    def alone(self, credits: tuple[Credit, ...]) -> "Figure":
        """The figure of these credits alone."""
        return Figure(self.at.alone(credits), self.notes)

    def measures_itself(self) -> bool:
        """Whether the rates multiply the measure, and not something else."""
        return "of" not in self.pay or is_plain(self.pay["of"], "measure")
