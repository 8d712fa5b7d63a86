"""Rates for each credit or each deal alone: written with 10 decimals, then added like a measure."""

from dataclasses import dataclass

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import rates, terms
from attain.engine.calculation.addends import addend
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import Scope, condition_of, number_of
from attain.engine.calculation.item_writer import Itemised, ItemWriter
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.placing import placed
from attain.engine.calculation.terms import Numeric, Quotient, Term, Text
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.pays import Flat, Lookup
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import (
    Cap,
    CapRate,
    Floor,
    FloorRate,
    MultiplyBy,
    MultiplyByTable,
    OnlyIf,
    SoftCap,
    StepPart,
)
from attain.engine.values.problems import refuse


@dataclass
class Items:
    """The items of a component: the credits, or the deals, that are paid one by one."""

    evaluation: Evaluation
    each: str
    name: str
    problems: list[str]

    @property
    def credits(self) -> CreditSet:
        """The credits that the items come from."""
        return self.evaluation.credit_set(self.evaluation.block)

    @property
    def addend(self) -> Number:
        """What one credit adds to the measure. Raises Refused where it adds nothing by itself."""
        block = self.evaluation.block
        found = addend(block, self.credits) if block.measure is not None else self.credits.credit
        if found is None:
            raise refuse(
                "P900",
                "only a sum or a count is calculated for each credit or deal yet.",
                "Measure `sum(credit)` or `count(*)`.",
            )
        return found

    @property
    def measure(self) -> Number:
        """What one item measures: what the credit adds, or the deal's net to date."""
        own = self.addend
        return Number("c.measured", own.scale, own.bound * (1 if self.each == "credit" else self._rows()))

    def scope(self, name: str) -> Term:
        """A name as a formula over one item means it."""
        if name == "measure":
            return self.measure
        if name == "credit":
            credit = self.credits.credit
            return Number(
                "c.credit", credit.scale, credit.bound * (1 if self.each == "credit" else self._rows())
            )
        if name == "attainment":
            raise refuse("P311", "attainment is of a period, not of one credit.", "Leave out `each`.")
        return self.credits.field(name)

    def _rows(self) -> int:
        return max(self.evaluation.version.rows_of(self.credits), 1)

    def figure(self, pay: object) -> tuple[Numeric, str]:
        """The raw figure of one item, and the exception where there is none."""
        measure = self.measure
        if isinstance(pay, Lookup):
            plan = self.evaluation.version.plan
            found = looked_up(self.evaluation.version.known, plan.tables[pay.table], pay.table, self.scope)
            of = number_of(pay.of, self.scope) if pay.of is not None else measure
            return terms.times(of, found.value), found.problem
        place = rates.Place(measure, self.scope, lambda name: self._at(name, measure), None)
        return rates.figure(pay, place), "''"

    def _at(self, by: str, measure: Number) -> Numeric:
        if by != "measure":
            raise refuse("P311", f'"{by}" is of a period, not of one credit or deal.', "Use `by: measure`.")
        return measure

    def step(self, step: StepPart, current: Numeric, of: Numeric) -> tuple[Numeric, str]:
        """One step for each item, and its exception."""
        with placed(self.evaluation.version.plan, step.path):
            return self._step(step, current, of)

    def _step(self, step: StepPart, current: Numeric, of: Numeric) -> tuple[Numeric, str]:
        result, problem = self._stepped(step, current, of)
        if step.when is not None:
            held = condition_of(step.when, self.scope)
            result = terms.chosen([(held, result)], current)
            problem = f"CASE WHEN {held} THEN {problem} ELSE '' END"
        return result, problem

    def _stepped(self, step: StepPart, current: Numeric, of: Numeric) -> tuple[Numeric, str]:
        if isinstance(step, OnlyIf):
            return terms.chosen([(condition_of(step.condition, self.scope), current)], literal(0)), "''"
        if isinstance(step, MultiplyBy):
            return terms.times(current, number_of(step.factor, self.scope)), "''"
        if isinstance(step, MultiplyByTable):
            table = self.evaluation.version.plan.tables[step.table]
            found = looked_up(self.evaluation.version.known, table, step.table, self.scope)
            return terms.times(current, found.value), found.problem
        if isinstance(step, Cap | Floor):
            if isinstance(step.amount, AmountPer):
                raise refuse(
                    "P311", "an amount per time does not limit one credit or deal.", "Write an amount."
                )
            limit = number_of(step.amount, self.scope)
            return (terms.smallest if isinstance(step, Cap) else terms.largest)([current, limit]), "''"
        if isinstance(step, CapRate | FloorRate):
            return limited_rate(
                current, of, number_of(step.rate, self.scope), isinstance(step, CapRate)
            ), "''"
        if isinstance(step, SoftCap):
            assert isinstance(current, Number)
            return softened(step, current, self.scope), "''"
        raise refuse("P900", f"this step is not calculated for each {step.each} yet.", "Leave out `each`.")


def limited_rate(current: Numeric, of: Numeric, rate: Numeric, cap: bool) -> Numeric:
    """A figure whose rate over `of` is at most, or at least, a rate; by size where `of` is negative."""
    limit = terms.times(of, rate)
    negative = terms.compared(of, "<", literal(0))
    low, high = terms.smallest([current, limit]), terms.largest([current, limit])
    return terms.chosen([(negative, high if cap else low)], low if cap else high)


def softened(step: SoftCap, current: Number, scope: Scope) -> Numeric:
    """Parts of the figure in higher bands count in part; below the first band it counts in full."""
    bands = sorted(step.bands, key=lambda band: band.from_)
    total: Numeric = current
    before: Numeric = literal(1)
    for band in bands:
        above = numbers.greatest(numbers.subtract(current, literal(band.from_)), literal(0))
        rate = number_of(band.rate, scope)
        total = terms.plus(total, terms.times(above, terms.minus(rate, before)))
        before = rate
    return total


def item_steps(steps: tuple[StepPart, ...]) -> list[StepPart]:
    """The steps that are taken for each credit or deal; they stand before the others."""
    return [step for step in steps if step.each]


def make_items(evaluation: Evaluation, steps: list[StepPart]) -> Itemised:
    """Makes the items of a component, credit by credit or deal by deal."""
    component = evaluation.component
    pay = component.pay
    deal = next(
        (each for each in (pay.each, *(step.each for step in steps)) if each and each != "credit"), None
    )
    if deal:
        _refuse_deals_of_several_seats(evaluation)
    table = f"{evaluation.name}_items"
    by_credit = Items(evaluation, "credit", table, [])
    by_deal = Items(evaluation, deal or "", table, [])
    first = [step for step in steps if step.each == "credit"]
    alone = (
        pay.each == "credit"
        or isinstance(pay, Lookup)
        or (isinstance(pay, Flat) and pay.each is None and (bool(first) or _per_credit(pay.rate)))
    )
    second = [step for step in steps if step.each != "credit"]
    credits = evaluation.credit_set(evaluation.block)
    key: Term = credits.field(deal) if deal else Text("''")
    of_credit: list[Expression] = [
        expression for expression in (getattr(pay, "of", None),) if expression is not None
    ]
    for expression in of_credit:
        number_of(expression, by_credit.scope)
    if alone:
        start, problem = by_credit.figure(pay)
        of = number_of(of_credit[0], by_credit.scope) if of_credit else by_credit.scope("measure")
    else:
        if first:
            raise refuse(
                "P900",
                "a step for each credit stands on a rate that is not of each credit.",
                "Add `each: credit`.",
                evaluation.version.plan.source.place(first[0].path),
            )
        if not isinstance(pay, Flat) and not pay.each:
            raise refuse(
                "P900",
                "a step for each deal on a table that all deals walk is not calculated yet.",
                "Use a flat rate or `each`.",
                evaluation.version.plan.source.place(second[0].path),
            )
        start, problem, of = by_credit.scope("measure"), "''", by_credit.scope("measure")  # type: ignore[assignment]
    assert isinstance(of, Number | Quotient) and isinstance(start, Number | Quotient)
    compiled = list(first)
    _declare(by_credit, compiled)
    _declare(by_deal, second)
    if not alone:
        by_deal.figure(pay)
    own = by_credit.addend
    made = credits.make()
    writer = ItemWriter(evaluation, table, own)
    value = writer.begin(made, key, start, problem, deal is not None)
    for step in compiled:
        value = writer.step(by_credit, step, value, of)
    if deal:
        value = writer.deals(by_deal, pay, second, value, bool(alone))
    return writer.finish(value, not alone)


def _refuse_deals_of_several_seats(evaluation: Evaluation) -> None:
    """A deal that several seats are credited with is one, but its net is worked out seat by seat here."""
    block = evaluation.block
    held = [len(seats) for seats in evaluation.members.values()]
    if block.measured_for == "the position":
        held += [len(evaluation.holders(seat.position)) for seat in evaluation.seats()]
    if max(held, default=0) > 1:
        raise refuse(
            "P900",
            f"what each deal earns of a measure of {block.measured_for} is not calculated yet "
            "where that has several seats.",
            "Leave out `measured for`, or `each`.",
            evaluation.version.plan.source.place(evaluation.component.path),
        )


def _per_credit(rate: Expression) -> bool:
    return rate.figure is None


def _declare(items: Items, steps: list[StepPart]) -> None:
    """Asks for every field of the steps, before the credits are made."""
    credit = items.scope("measure")
    assert isinstance(credit, Number)
    for step in steps:
        items.step(step, credit, credit)
