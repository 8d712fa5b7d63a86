"""Rates for each credit or each deal alone: written with 10 decimals, then added like a measure."""

from dataclasses import dataclass
from datetime import date

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number, literal
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation import rates, terms
from attain.engine.calculation.addends import addend
from attain.engine.calculation.cells import until_of
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import Scope, condition_of, number_of
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.placing import placed
from attain.engine.calculation.terms import DECIMALS, Numeric, Quotient, Term, Text
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

DEAL = ("seat", "deal", "id", "rule", "position", "credit_date", "credit", "measured", "problem", "plain")


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


@dataclass(frozen=True)
class Itemised:
    """The items of a component: the sum of a window's items as a column of the points, their table, exceptions.

    `credits` is the table of the credits behind deals, with the deal and the first day of the turn (`cell`);
    `walks` says that a deal's rates are read at the deal, not at its credits.
    """

    value: Number
    table: str
    exceptions: list[str]
    credits: str = ""
    walks: bool = False


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
    writer = _Writer(evaluation, table, own)
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


class _Writer:
    """Writes items stage by stage; each stage is a table with the columns of the credits and the value so far."""

    def __init__(self, evaluation: Evaluation, name: str, addend: Number) -> None:
        self.evaluation, self.name, self.addend = evaluation, name, addend
        self.stage, self.table = 0, ""
        self.plain = Number("c.plain", 0, 1)
        self.credit_table = ""
        self.exceptions: list[str] = []
        self.credits = evaluation.credit_set(evaluation.block)
        self.keep: list[str] = []

    def begin(self, credits: str, key: Term, start: Numeric, problem: str, deals: bool) -> Number:
        """The raw figure of each credit."""
        extra = [f"x{i}" for i in range(len(self.credits.columns))]
        deal = (
            f"CASE WHEN {key.sql} = '' THEN c.id ELSE {key.sql} END"
            if isinstance(key, Text) and deals
            else "''"
        )
        self.keep = ["seat", "id", "rule", "position", "credit_date", "credit", "deal", "problem", *extra]
        columns = ", ".join([f"c.{n} AS {n}" for n in self.keep if n not in ("deal", "problem")])
        credited = f"(SELECT c.*, {self.addend.cast()} AS measured FROM {credits} AS c)"
        source = f"(SELECT {columns}, c.measured AS measured, {deal} AS deal, {problem} AS problem FROM {credited} AS c WHERE c.seat >= 0)"
        self.keep.insert(0, "measured")
        value = self._write(source, start)
        self.plain = value
        kept = ", ".join(f"c.{name} AS {name}" for name in (*self.keep, "value"))
        self._create(f"SELECT {kept}, c.value AS plain FROM {self.table} AS c")
        self.keep.append("plain")
        return value

    def _create(self, select: str) -> None:
        self.stage += 1
        self.table = f"{self.name}{self.stage}"
        self.evaluation.backend.create(self.table, select)

    def _write(self, source: str, value: Numeric) -> Number:
        """A stage with its value at 10 decimals."""
        self.stage += 1
        table = f"{self.name}{self.stage}"
        if isinstance(value, Number) and value.scale <= DECIMALS:
            kept = ", ".join(f"c.{name} AS {name}" for name in self.keep)
            self.evaluation.backend.create(
                table, f"SELECT {kept}, {value.cast()} AS value FROM {source} AS c"
            )
            made = Number("c.value", value.scale, value.bound)
        else:
            top, bottom = (
                (value.numerator, value.denominator) if isinstance(value, Quotient) else (value, None)
            )
            kept = ", ".join(f"c.{name} AS {name}" for name in self.keep)
            bottom_sql = f", {bottom.cast()} AS bottom" if bottom else ""
            inner = f"(SELECT {kept}, {top.cast()} AS top{bottom_sql} FROM {source} AS c)"
            column = Rounded(
                "value",
                Number("top", top.scale, top.bound),
                Number("bottom", bottom.scale, bottom.bound) if bottom else None,
                DECIMALS,
            )
            largest = 10**18
            self.evaluation.backend.create(table, rounded(inner, self.keep, [column], largest))
            made = Number("c.value", DECIMALS, min(column.bound, largest))
        self.table = table
        return made

    def step(self, items: Items, step: StepPart, value: Number, of: Numeric) -> Number:
        """One step for each credit."""
        result, problem = items.step(step, value, of)
        columns = [f"c.{name} AS {name}" for name in (*self.keep, "value") if name != "problem"]
        merged = f"CASE WHEN c.problem <> '' THEN c.problem ELSE {problem} END AS problem"
        source = f"(SELECT {', '.join(columns)}, {merged} FROM {self.table} AS c)"
        if not isinstance(step, MultiplyBy | MultiplyByTable):
            return self._write(source, result)
        plain, _ = items.step(step, Number("c.plain", self.plain.scale, self.plain.bound), of)
        self.keep.append("value_before")
        before = ", ".join(
            [*(f"c.{n} AS {n}" for n in self.keep if n != "value_before"), "c.value AS value_before"]
        )
        source = f"(SELECT {before} FROM {source} AS c)"
        self.keep.remove("plain")
        made = (
            self._write(source.replace("c.plain AS plain", "c.plain AS plain"), plain)
            if plain is not None
            else value
        )
        self.plain = made
        kept = ", ".join(f"c.{name} AS {name}" for name in self.keep if name != "value_before")
        self._create(f"SELECT {kept}, c.value AS plain, c.value_before AS value FROM {self.table} AS c")
        self.keep = [name for name in self.keep if name != "value_before"] + ["plain"]
        return self._write(self.table, result)

    def deals(self, items: Items, pay: object, steps: list[StepPart], value: Number, alone: bool) -> Number:
        """Net to date by deal at the end of each pay period; the difference to the end of the one before counts."""
        version = self.evaluation.version
        rows = max(version.rows_of(self.credits), 1)
        cells: dict[date, date] = {}
        for turn in self.evaluation.turns:
            if not turn.eve:
                cells.setdefault(turn.start, turn.until)
        total = numbers.total(value, rows)
        net = numbers.total(Number("c.credit", self.credits.credit.scale, self.credits.credit.bound), rows)
        reached = numbers.total(Number("c.measured", self.addend.scale, self.addend.bound), rows)
        extras = [f"x{i}" for i in range(len(self.credits.columns))]
        # a deal's fields are those of its last credit to date
        lasts = ", ".join(f"MIN(CASE WHEN c.later = 1 THEN c.{name} END) AS {name}" for name in extras)
        cell = " ".join(
            f"WHEN c.credit_date < CAST('{until}' AS DATE) THEN CAST('{start}' AS DATE)"
            for start, until in sorted(cells.items())
        )
        kept = ", ".join(f"c.{name} AS {name}" for name in (*self.keep, "value"))
        self._create(f"SELECT {kept}, CASE {cell} END AS cell FROM {self.table} AS c WHERE c.problem = ''")
        self.credit_table = self.table
        ordered = self.table
        if extras:
            walk = "c.credit_date DESC, c.id DESC, c.rule DESC"
            later = f"ROW_NUMBER() OVER (PARTITION BY c.seat, c.deal, c.cell ORDER BY {walk}) AS later"
            ordered = f"(SELECT {kept}, c.cell AS cell, {later} FROM {self.table} AS c)"
        grouped = (
            f"SELECT c.seat AS seat, c.deal AS deal, c.cell AS credit_date, MIN(c.position) AS position, {total.sql} AS summed, "
            f"{net.sql} AS credit, {reached.sql} AS measured, {total.sql} AS plain{', ' + lasts if lasts else ''}, MAX(c.problem) AS problem FROM {ordered} AS c "
            f"GROUP BY c.seat, c.deal, c.cell"
        )
        order = (
            "PARTITION BY seat, deal ORDER BY credit_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        )
        summed, credit = Number("summed", total.scale, total.bound), Number("credit", net.scale, net.bound)
        measured = Number("measured", reached.scale, reached.bound)
        fixed = "seat, deal, deal AS id, CAST(0 AS INT) AS rule, position, credit_date, problem, plain"
        others = ", ".join([fixed, *extras])
        to_date = (
            f"(SELECT {others}, {numbers.total(credit, 1, order).sql} AS credit, {numbers.total(measured, 1, order).sql} AS measured, "
            f"{numbers.total(summed, 1, order).sql} AS value "
            f"FROM ({grouped}) AS g)"
        )
        self.keep = [*DEAL, *extras]
        if alone:
            current = self._write(to_date, Number("c.value", total.scale, total.bound))
            self.plain = Number("c.plain", total.scale, total.bound)
        else:
            figure, _ = items.figure(pay)
            current = self._write(to_date, figure)
            self._plain_change(current)
        for step in steps:
            current = self.step(items, step, current, items.measure)
        return self._difference(current)

    def _plain_change(self, current: Number) -> None:
        """What a deal's own figure changes in the period, before any step."""
        without = [name for name in self.keep if name != "plain"]
        kept = ", ".join(f"c.{name} AS {name}" for name in (*without, "value"))
        before = "LAG(c.value) OVER (PARTITION BY c.seat, c.deal ORDER BY c.credit_date)"
        change = numbers.subtract(current, numbers.or_zero(Number("c.before", current.scale, current.bound)))
        inner = f"(SELECT {kept}, {before} AS before FROM {self.table} AS c)"
        self._create(f"SELECT {kept}, {change.cast()} AS plain FROM {inner} AS c")
        self.plain = Number("c.plain", change.scale, change.bound)

    def _difference(self, current: Number) -> Number:
        before = "LAG(c.value) OVER (PARTITION BY c.seat, c.deal ORDER BY c.credit_date)"
        change = numbers.subtract(current, numbers.or_zero(Number("c.before", current.scale, current.bound)))
        kept = ", ".join(f"c.{name} AS {name}" for name in self.keep)
        source = f"(SELECT {kept}, c.value AS value, {before} AS before FROM {self.table} AS c)"
        self._create(f"SELECT {kept}, {change.cast()} AS value FROM {source} AS c")
        return Number("c.value", change.scale, change.bound)

    def finish(self, value: Number, walks: bool) -> Itemised:
        """The sums of the items of a point's window, as columns of the points."""
        evaluation = self.evaluation
        rows = max(evaluation.version.rows_of(self.credits), 1)
        total = numbers.total(value, rows)
        points = f"{evaluation.name}_points"
        table = self.table

        since = "first" if evaluation.window.last is not None else "start"
        fresh = f"CAST(SUM(CASE WHEN c.credit_date >= p.{since} AND u.own = 1 THEN 1 ELSE 0 END) AS BIGINT) AS fresh"

        def select() -> str:
            return (
                f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, CAST(COUNT(*) AS BIGINT) AS n, {fresh}, {total.sql} AS items FROM {points} AS p "
                f"INNER JOIN {evaluation.feeds()} AS u ON u.unit = p.unit INNER JOIN {table} AS c ON c.seat = u.seat "
                f"AND c.credit_date >= p.first AND c.credit_date < u.until AND c.credit_date < {until_of('u.own')} "
                f"WHERE c.problem = '' GROUP BY p.unit, p.seq, p.eve"
            )

        evaluation.stages.append(("items", select))  # type: ignore[arg-type]
        evaluation.columns.append("items.items AS items")
        self.exceptions.append(
            f"SELECT problem AS code, seat, id, credit_date FROM {table if 'problem' in self.keep else self.table} AS c WHERE c.problem <> ''"
        )
        summed = numbers.or_zero(Number("p.items", total.scale, total.bound))
        return Itemised(summed, table, self.exceptions, self.credit_table, walks)
