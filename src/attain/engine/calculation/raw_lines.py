"""Raw lines: what each credit gives in each band, in the order in which credits walk.

One select for each component, with the columns of `LINE`. What has no line for each credit is one line
without transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.addends import addend
from attain.engine.calculation.credits import DECIMALS
from attain.engine.calculation.earnings import Figures, places_of
from attain.engine.calculation.formulas import Scope, condition_of, number_of, text_literals
from attain.engine.calculation.line_amounts import AMOUNT, RATE, most, written
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.rates import Place, bands_reached, figure, marginal_scale, reaching_back
from attain.engine.calculation.terms import Numeric, Quotient
from attain.engine.calculation.undefined import nothing_of
from attain.engine.calculation.walking import walk
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
    turn: ClassVar[str] = "p"

    figures: Figures
    name: str
    people: Sequence[str]
    walk: str = ""

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
        places = self._places()
        if isinstance(pay, Flat) and itself:
            table = self._walked(value)
            return self._write([self._rated(pay, table, *each) for each in places])
        if isinstance(pay, Banded) and pay.how == "whole amount" and itself:
            table = self._walked(value)
            return self._write([self._whole(pay, table, *each) for each in places])
        if isinstance(pay, Banded) and pay.how == "marginal":
            if any(marginal_scale(pay, place) is None for _, place in places):
                return None
            table = self._walked(value)
            lines = [line for each in places for line in self._marginal(pay, table, *each)]
            return self._write([*lines, *self._taken(table)])
        return None

    def _places(self) -> list[tuple[str, Place]]:
        """Where the rates are read, each under its condition; nowhere where nothing is earned."""
        return places_of(self.evaluation)

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
        return addend(self.evaluation.block, self.evaluation.credit_set(self.evaluation.block))

    def _walked(self, value: Number) -> str:
        """Credits of each chain of turns with the place to which they walk: unit, chain, own, value, b; made once."""
        if self.walk:
            return self.walk
        self.walk = f"{self.name}_walk"
        evaluation = self.evaluation
        credits = evaluation.credit_set(evaluation.block)
        people = () if evaluation.inherits else self.people
        source = (
            credits.select(problems=False, extras=True, people=people)
            if not credits.made
            else f"SELECT * FROM {credits.name} WHERE seat >= 0"
        )
        select, end = walk(evaluation, value, source, "'' AS deal", self.owners)
        self.backend.create(self.walk, select)
        self._measure_walk(self.walk, end.scale, value.scale)
        return self.walk

    def _measure_walk(self, table: str, far: int, near: int) -> None:
        """The bounds of a walk's places and steps, from what stands in it; with their decimals."""
        row = self.backend.fetch(
            f"SELECT MAX(ABS(b)) AS far, MAX(ABS(value)) AS most FROM {table}"
        ).to_pylist()[0]
        self.walk_to = Number(f"{self.alias}.b", far, int(row["far"] or 0) + 1)
        self.walk_value = Number(f"{self.alias}.value", near, int(row["most"] or 0) + 1)

    def _rated(self, pay: Flat, table: str, where: str, place: Place) -> str:
        """One rate for each credit."""
        return self._at_one_rate(table, number_of(pay.rate, place.scope), "CAST(0 AS INT)", where)

    def _whole(self, pay: Banded, table: str, where: str, place: Place) -> str:
        """The rate that the turn reached, for each credit."""
        bands = sorted(pay.bands, key=lambda band: band.from_)
        rates = [number_of(band.rate, place.scope) for band in bands]
        if place.lowest:
            return self._at_one_rate(table, rates[0], "CAST(0 AS INT)", where)
        at = place.at(pay.by)
        cases = [
            (_reached(at, band, pay), rate) for band, rate in list(zip(bands, rates, strict=True))[:0:-1]
        ]
        rate = terms.chosen(cases, rates[0]) if cases else rates[0]
        reached = [f"WHEN {case} THEN {len(cases) - turn}" for turn, (case, _) in enumerate(cases)]
        band = f"CAST(CASE {' '.join(reached)} ELSE 0 END AS INT)" if cases else "CAST(0 AS INT)"
        return self._at_one_rate(table, rate, band, where)

    def _at_one_rate(
        self, table: str, rate: Numeric, band: str, where: str, scale: Numeric | None = None
    ) -> str:
        raw = terms.times(self.walk_value, rate)
        raw = self._multiplied(terms.times(raw, scale) if scale is not None else raw)
        return self._line(table, raw, rate, band, "NULL", "NULL", where)

    def _marginal(self, pay: Banded, table: str, where: str, place: Place) -> list[str]:
        """For each band what lies between the places of the walk; a band that reaches back changes the bands."""
        scale = marginal_scale(pay, place)
        assert scale is not None
        bands = sorted(pay.bands, key=lambda band: band.from_)
        if place.lowest:
            rate = number_of(bands[0].rate, place.scope)
            return [self._at_one_rate(table, rate, "CAST(0 AS INT)", where, scale)]
        if pay.by not in ("measure", "attainment"):
            return [self._averaged(pay, table, where, place)]
        lines, others = [], list[str]()
        at = place.at(pay.by)
        for highest in [*reaching_back(bands), -1]:
            reached = [] if highest < 0 else [_reached(at, bands[highest], pay)]
            condition = " AND ".join([*([where] if where else []), *reached, *others])
            others += [f"NOT ({each})" for each in reached]
            held = bands_reached(bands, highest)
            for turn, (lower, band) in enumerate(held):
                upper = held[turn + 1][0] if turn + 1 < len(held) else None
                lines.append(self._part(table, band, turn, lower, upper, scale, condition, pay, place))
        return lines

    def _averaged(self, pay: Banded, table: str, where: str, place: Place) -> str:
        """The bands are walked by another measure: all credits have the rate that they come to together."""
        together = figure(pay.model_copy(update={"of": None}), place)
        rate = terms.chosen(
            [
                (
                    f"COALESCE({terms.compared(place.measure, '<>', literal(0))}, FALSE)",
                    terms.over(together, place.measure),
                )
            ],
            number_of(min(pay.bands, key=lambda band: band.from_).rate, place.scope),
        )
        scale = marginal_scale(pay, place)
        assert scale is not None
        return self._at_one_rate(table, rate, "CAST(0 AS INT)", where, scale)

    def _taken(self, table: str) -> list[str]:
        """What returns take back at the rate of their original."""
        if not self.figures.taken:
            return []
        taken = self._multiplied(Number("k.taken", DECIMALS, most(self.backend, "taken", self.figures.taken)))
        return [self._line(table, taken, None, "CAST(0 AS INT)", "NULL", "NULL", "", "k.unit IS NOT NULL")]

    def _part(
        self,
        table: str,
        band: Band,
        place: int,
        lower: Decimal,
        upper: Decimal | None,
        scale: Numeric,
        condition: str,
        pay: Banded,
        at: Place,
    ) -> str:
        """What each credit gives in one band."""
        quota = at.quota if pay.by == "attainment" else None
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
        rate = number_of(band.rate, at.scope)
        raw = self._multiplied(terms.times(terms.times(rate, measured(part)), scale))
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
        return (
            f"{table} AS w INNER JOIN {self.figures.measured} AS p ON p.unit = w.unit AND p.chain = w.chain AND w.own = 1 "
            f"AND w.credit_date >= p.start AND w.credit_date < p.until"
        )

    def _line(
        self,
        table: str,
        raw: Numeric,
        rate: Numeric | None,
        band: str,
        begin: object,
        end: object,
        where: str,
        taken: str = "k.unit IS NULL",
    ) -> str:
        """A select of lines from the walk joined with its point; figures are written with 10 decimals."""
        walked = ", ".join(f"{self.turn if name == 'seq' else self.alias}.{name} AS {name}" for name in WALK)
        limit = f" AND {where}" if where else ""
        joined = self._joined(table)
        if self.figures.taken:
            same = " AND ".join(f"k.{name} = w.{name}" for name in ("transaction", "rule", "position"))
            joined += f" LEFT JOIN {self.figures.taken} AS k ON k.unit = p.unit AND k.seq = p.seq AND k.eve = 0 AND {same}"
            limit += f" AND {taken}"
        select = written(
            f"{joined} WHERE {self.turn}.eve = 0{limit}",
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


def _reached(at: Numeric, band: Band, pay: Banded) -> str:
    sign = ">=" if pay.bands_include == "lower bound" else ">"
    return f"COALESCE({terms.compared(at, sign, literal(band.from_))}, FALSE)"


def multiplied(evaluation: Evaluation, amount: Numeric) -> Numeric:
    """An amount times the multipliers of a component's steps on the whole figure, as they stand at the turn."""
    for step in evaluation.component.then:
        if step.each or not isinstance(step, MultiplyBy | MultiplyByTable):
            continue
        with evaluation.noting() as needed:
            if isinstance(step, MultiplyBy):
                more = terms.times(amount, number_of(step.factor, evaluation.scope))
            else:
                known, table = evaluation.version.known, evaluation.version.plan.tables[step.table]
                more = terms.times(amount, looked_up(known, table, step.table, evaluation.scope).value)
        if nothing := nothing_of(needed):
            more = terms.chosen([(nothing, literal(0))], more)
        held = condition_of(step.when, evaluation.scope) if step.when else ""
        amount = terms.chosen([(held, more)], amount) if held else more
    return amount
