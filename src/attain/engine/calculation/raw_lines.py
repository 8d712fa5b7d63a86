"""Raw lines: what each credit gives in each band, in the order in which credits walk.

One select for each component, with the columns of `LINE`. What has no line for each credit is one line
without transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from sqlglot import exp

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.formulas import Scope, condition_of, number_of, term_of, text_literals
from attain.engine.calculation.line_amounts import AMOUNT, RATE, written
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.rates import Place, marginal_scale
from attain.engine.calculation.terms import Numeric, Quotient
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.pays import Banded, Flat, PayPart
from attain.engine.language.models.steps import MultiplyBy, MultiplyByTable
from attain.engine.language.models.tables import Band

LINE = (
    "unit",
    "seq",
    "position",
    "transaction",
    "credit_date",
    "rule",
    "band",
    "kind",
    "from_",
    "to_",
    "rate",
    "raw",
    "kept",
    "seat",
    "deal",
)

WALK = ("unit", "seq", "position", "transaction", "credit_date", "rule", "seat", "deal")


@dataclass
class RawLines:
    """The raw lines of one component, of some people or, where none is named, of all."""

    alias: ClassVar[str] = "w"

    figures: Figures
    name: str
    people: Sequence[str]

    @property
    def evaluation(self) -> Evaluation:
        """The component's evaluation."""
        return self.figures.evaluation

    @property
    def backend(self):  # type: ignore[no-untyped-def]
        """The engine."""
        return self.evaluation.backend

    def make(self) -> str | None:
        """The table of raw lines; None where a component has none for single credits."""
        value = self._value()
        if value is None:
            return None
        return self.of_pay(self.evaluation.component.pay, value)

    def of_pay(self, pay: object, value: Number) -> str | None:
        """The lines of a rate table over what each credit adds; None where it has none for single credits."""
        itself = isinstance(pay, PayPart) and (pay.of is None or pay.of.text.strip() == "measure")
        if isinstance(pay, Flat) and itself:
            rate = number_of(pay.rate, self.scope)
            return self._rated(value, rate)
        if isinstance(pay, Banded) and pay.how == "whole amount" and itself:
            return self._whole(pay, value)
        if isinstance(pay, Banded) and pay.how == "marginal":
            return self._marginal(pay, value)
        return None

    @property
    def scope(self) -> Scope:
        """Names in rates, at a turn."""
        return self.evaluation.scope

    @property
    def owners(self) -> str:
        """A join of the units of the people whose lines are wanted."""
        people = f" AND o.participant IN ({text_literals(self.people)})" if self.people else ""
        units = f"(SELECT DISTINCT unit, participant FROM {self.evaluation.units})"
        return f"INNER JOIN {units} AS o ON o.unit = u.unit{people}"

    def _value(self) -> Number | None:
        """What one credit adds to the measure, over alias `c`; None where the measure is no plain sum or count."""
        measure = self.evaluation.block.measure
        if measure is None:
            return None
        tree = measure.tree
        if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Star):
            return literal(1)
        if not isinstance(tree, exp.Sum):
            return None
        credits = self.evaluation.credit_set(self.evaluation.block)
        if tree.this.sql() == "credit":
            return credits.credit
        fields = {column.sql(): credits.field(column.sql()) for column in tree.this.find_all(exp.Column)}
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
        return numbers.multiply(term, share) if credits.shares_differ else term

    def _walked(self, value: Number) -> str:
        """Credits of each turn with the places between which they walk: a table with a, b, value and the point's columns."""
        evaluation = self.evaluation
        credits = evaluation.credit_set(evaluation.block)
        points = f"{evaluation.name}_points"
        rows = max(evaluation.version.rows_of(credits), 1)
        after = numbers.total(value, rows)
        partition = "PARTITION BY u.unit, p.chain ORDER BY c.credit_date, c.id, c.rule, c.position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        walked = numbers.total(Number(value.sql, value.scale, value.bound * rows), 1, partition)
        table = f"{self.name}_walk"
        feeds = evaluation.feeds()
        source = (
            credits.select(problems=False, extras=True, people=self.people)
            if not credits.made
            else f"SELECT * FROM {credits.name} WHERE seat >= 0"
        )
        inside = (
            "c.credit_date < p.until AND ((p.eve = 1 AND c.credit_date >= p.first) OR "
            "(p.eve = 0 AND c.credit_date >= p.start AND c.credit_date >= p.first))"
        )
        self.backend.create(
            table,
            f"SELECT u.unit AS unit, p.seq AS seq, p.eve AS eve, c.position AS position, c.id AS transaction, c.credit_date AS credit_date, "
            f"c.rule AS rule, c.seat AS seat, '' AS deal, {value.cast()} AS value, {walked.sql} AS b FROM ({source}) AS c "
            f"INNER JOIN {feeds} AS u ON u.seat = c.seat {self.owners} "
            f"INNER JOIN {points} AS p ON p.unit = u.unit AND {inside}",
        )
        self._measure_walk(table, after.scale, value.scale)
        return table

    def _measure_walk(self, table: str, far: int, near: int) -> None:
        """The bounds of a walk's places and steps, from what stands in it; with their decimals."""
        row = self.backend.fetch(
            f"SELECT MAX(ABS(b)) AS far, MAX(ABS(value)) AS most FROM {table}"
        ).to_pylist()[0]
        self.walk_to = Number(f"{self.alias}.b", far, int(row["far"] or 0) + 1)
        self.walk_value = Number(f"{self.alias}.value", near, int(row["most"] or 0) + 1)

    def _rated(self, value: Number, rate: Numeric) -> str:
        """One rate for each credit."""
        table = self._walked(value)
        raw = self._multiplied(terms.times(self.walk_value, rate))
        return self._write([self._line(table, raw, rate, "CAST(0 AS INT)", "NULL", "NULL", "")])

    def _whole(self, pay: Banded, value: Number) -> str:
        """The rate that the turn reached, for each credit."""
        table = self._walked(value)
        bands = sorted(pay.bands, key=lambda band: band.from_)
        at = self._at(pay.by)
        rates = [number_of(band.rate, self.scope) for band in bands]
        cases = [
            (_reached(at, band, pay), rate) for band, rate in list(zip(bands, rates, strict=True))[:0:-1]
        ]
        rate = terms.chosen(cases, rates[0]) if cases else rates[0]
        places = [f"WHEN {case} THEN {len(cases) - turn}" for turn, (case, _) in enumerate(cases)]
        band = f"CAST(CASE {' '.join(places)} ELSE 0 END AS INT)" if cases else "CAST(0 AS INT)"
        return self._write(
            [
                self._line(
                    table,
                    self._multiplied(terms.times(self.walk_value, rate)),
                    rate,
                    band,
                    "NULL",
                    "NULL",
                    "",
                )
            ]
        )

    def _marginal(self, pay: Banded, value: Number) -> str | None:
        """For each band what lies between the places of the walk; a band that reaches back changes the bands."""
        scale = marginal_scale(pay, self._place())
        if scale is None:
            return None
        table = self._walked(value)
        bands = sorted(pay.bands, key=lambda band: band.from_)
        regimes = [(index, band) for index, band in enumerate(bands) if band.back_to is not None]
        at = self._at(pay.by)
        lines = []
        for number, (index, band) in enumerate([*regimes, (-1, None)]):
            above = [f"NOT ({_reached(at, other, pay)})" for _, other in regimes[number + 1 :]]
            own = (
                [_reached(at, band, pay)]
                if band is not None
                else [f"NOT ({_reached(at, o, pay)})" for _, o in regimes]
            )
            condition = " AND ".join(dict.fromkeys([*own, *above]))
            kept = (
                bands
                if band is None
                else [*(b for b in bands[:index] if b.from_ < (band.back_to or 0)), *bands[index:]]
            )
            bounds = [
                b.back_to if b is band and b is not None and b.back_to is not None else b.from_ for b in kept
            ]
            for place, lower in enumerate(bounds):
                upper = bounds[place + 1] if place + 1 < len(bounds) else None
                lines.append(self._part(table, kept[place], place, lower, upper, scale, condition, pay))
        return self._write(lines)

    def _part(
        self,
        table: str,
        band: Band,
        place: int,
        lower: Decimal,
        upper: Decimal | None,
        scale: Numeric | None,
        condition: str,
        pay: Banded,
    ) -> str:
        """What each credit gives in one band."""
        quota = self._quota() if pay.by == "attainment" else None
        # the walk is measured in parts of the quota's divisor, which may cancel against that of a target
        whole = quota.factor.denominator if isinstance(quota, Quotient) else 1
        top = quota.numerator if isinstance(quota, Quotient) else quota

        def bound(value: Decimal) -> Number:
            exact = literal(value)
            return numbers.multiply(top, exact) if top is not None else exact

        end = numbers.multiply(self.walk_to, literal(whole)) if whole > 1 else self.walk_to
        step = numbers.multiply(self.walk_value, literal(whole)) if whole > 1 else self.walk_value
        begin = numbers.subtract(end, step)

        def measured(number: Number) -> Numeric:
            return Quotient(number, terms.ONE, Fraction(1, whole)) if whole > 1 else number

        def clipped(number: Number) -> Number:
            low = number if place == 0 and lower <= 0 else numbers.greatest(number, bound(lower))
            return numbers.least(low, bound(upper)) if upper is not None else low

        first, last = clipped(begin), clipped(end)
        part = numbers.subtract(last, first)
        rate = number_of(band.rate, self.scope)
        amount = terms.times(rate, measured(part))
        if scale is not None:
            amount = terms.times(amount, scale)
        raw = self._multiplied(amount)
        where = f"{part.sql} <> 0" + (f" AND {condition}" if condition else "")
        number = f"CAST({place} AS INT)"
        if scale != terms.ONE or whole == 1:
            return self._line(table, raw, rate, number, measured(first), measured(last), where)
        # most credits lie within one band, and these need no division
        sides = [(">=", lower)] if place or lower > 0 else []
        sides += [("<=", upper)] if upper is not None else []
        within = " AND ".join(
            numbers.compare(at, sign, bound(edge)) for sign, edge in sides for at in (begin, end)
        )
        if not within:
            return self._inside(table, rate, number, where)
        crossing = self._line(
            table, raw, rate, number, measured(first), measured(last), f"{where} AND NOT ({within})"
        )
        return f"{self._inside(table, rate, number, f'{where} AND {within}')} UNION ALL {crossing}"

    def _inside(self, table: str, rate: Numeric, band: str, where: str) -> str:
        """Credits that lie in one band as a whole."""
        begin = numbers.subtract(self.walk_to, self.walk_value)
        raw = self._multiplied(terms.times(rate, self.walk_value))
        return self._line(table, raw, rate, band, begin, self.walk_to, where)

    def _multiplied(self, raw: Numeric) -> Numeric:
        """A raw line times the multipliers of the component's steps, as they stand at the turn."""
        return multiplied(self.evaluation, raw)

    def _joined(self, table: str) -> str:
        """A walk beside the points at which it is read."""
        return f"{table} AS w INNER JOIN {self.figures.measured} AS p ON p.unit = w.unit AND p.seq = w.seq AND p.eve = w.eve"

    def _line(
        self, table: str, raw: Numeric, rate: Numeric, band: str, begin: object, end: object, where: str
    ) -> str:
        """A select of lines from the walk joined with its point; figures are written with 10 decimals."""
        walked = ", ".join(f"{self.alias}.{name} AS {name}" for name in WALK)
        limit = f" AND {where}" if where else ""
        select = written(
            f"{self._joined(table)} WHERE {self.alias}.eve = 0{limit}",
            f"{walked}, {band} AS band, 'line' AS kind",
            [*WALK, "band", "kind"],
            {"from_": (begin, AMOUNT), "to_": (end, AMOUNT), "rate": (rate, RATE), "raw": (raw, AMOUNT)},
        )
        columns = ", ".join("raw AS kept" if name == "kept" else name for name in LINE)
        return f"SELECT {columns} FROM ({select}) AS l"

    def _write(self, selects: list[str]) -> str:
        table = f"{self.name}_raw"
        self.backend.create(table, " UNION ALL ".join(selects))
        return table

    def _place(self) -> Place:
        evaluation = self.evaluation
        return Place(evaluation.main.term, self.scope, self._at, self._quota())

    def _quota(self) -> Numeric | None:
        """The quota beside the measure."""
        return self.evaluation.quota(self.evaluation.main)

    def _at(self, by: str) -> Numeric:
        evaluation = self.evaluation
        if by == "measure":
            return evaluation.main.term
        return evaluation.attainment(evaluation.main) if by == "attainment" else evaluation.named(by).term


def _reached(at: Numeric, band: Band, pay: Banded) -> str:
    sign = ">=" if pay.bands_include == "lower bound" else ">"
    return f"COALESCE({terms.compared(at, sign, literal(band.from_))}, FALSE)"


def multiplied(evaluation: Evaluation, amount: Numeric) -> Numeric:
    """An amount times the multipliers of a component's steps on the whole figure, as they stand at the turn."""
    for step in evaluation.component.then:
        if step.each or not isinstance(step, MultiplyBy | MultiplyByTable):
            continue
        if isinstance(step, MultiplyBy):
            more = terms.times(amount, number_of(step.factor, evaluation.scope))
        else:
            known, table = evaluation.version.known, evaluation.version.plan.tables[step.table]
            more = terms.times(amount, looked_up(known, table, step.table, evaluation.scope).value)
        held = condition_of(step.when, evaluation.scope) if step.when else ""
        amount = terms.chosen([(held, more)], amount) if held else more
    return amount
