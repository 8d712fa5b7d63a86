"""Raw lines: what each credit gives in each band, in the order in which credits walk.

One select for each component, with the columns of `LINE`. What has no line for each credit is one line
without transaction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.addends import addend
from attain.engine.calculation.band_steps import BandPart, BandSteps, is_reached
from attain.engine.calculation.earnings import Figures, places_of
from attain.engine.calculation.formulas import Scope, condition_of, number_of
from attain.engine.calculation.line_amounts import AMOUNT, RATE, Written, most, written_together
from attain.engine.calculation.lookups import looked_up
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.rates import Place, bands_reached, figure, marginal_scale, reaching_back
from attain.engine.calculation.terms import DECIMALS, Numeric
from attain.engine.calculation.undefined import nothing_of
from attain.engine.calculation.walking import turn_days, walk
from attain.engine.language.models.pays import Banded, Flat, PayPart
from attain.engine.language.models.steps import MultiplyBy, MultiplyByTable

LINE_OF_TURN = (
    "position", "transaction", "credit_date", "rule", "band", "kind", "from_", "to_", "rate", "raw",
)  # fmt: skip
"""What a line keeps of itself; the turn gives it the number of its earning and the day that it is paid."""

LINE = ("unit", "seq", *LINE_OF_TURN, "kept", "seat", "deal")
WALK = ("unit", "seq", "position", "transaction", "credit_date", "rule", "seat", "deal")
FIXED = (*WALK, "band", "kind")


@dataclass
class RawLines:
    """The raw lines of one component, of some people or, where none is named, of all."""

    alias: ClassVar[str] = "w"
    turn: ClassVar[str] = "p"

    figures: Figures
    name: str
    people: Sequence[str]
    points: str
    """The table of the points of the figures whose lines are wanted."""
    walk: str = ""
    bound: int = 0
    """The largest size of a raw line, as far as it is known from what the lines are made of."""
    exact: bool = True
    """Whether no line that stands in no table yet needs a division."""
    placed: set[str] = field(default_factory=set)
    """The tables of credits with the turn in which each lies."""
    made: list[str] = field(default_factory=list)
    """The tables that were made, for whoever forgets them."""

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
        select, end = walk(evaluation, value, source, "'' AS deal", self.points)
        days = turn_days(evaluation)
        if days:
            # with its turn a credit meets one point, not all of its unit
            select = f"SELECT w.*, d.number AS turn FROM ({select}) AS w LEFT JOIN {days} AS d ON d.day = w.credit_date"
        self.backend.create(self.walk, select)
        self.made.append(self.walk)
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
            (is_reached(at, band, pay), rate) for band, rate in list(zip(bands, rates, strict=True))[:0:-1]
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
        self._note(raw)
        return _lines(self._written(table, raw, rate, band, "NULL", "NULL", where))

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
            reached = [] if highest < 0 else [is_reached(at, bands[highest], pay)]
            condition = " AND ".join([*([where] if where else []), *reached, *others])
            others += [f"NOT ({each})" for each in reached]
            steps = BandSteps(pay, place, bands_reached(bands, highest), self.walk_to, self.walk_value)
            lines += self._banded(table, steps, scale, condition)
        return lines

    def _banded(self, table: str, steps: BandSteps, scale: Numeric, condition: str) -> list[str]:
        """The lines of credits that lie in one band as a whole, which most do, and those of each band that others cross."""
        if not steps.bounded:
            some = f"{self.walk_value.sql} <> 0" + (f" AND {condition}" if condition else "")
            return [self._inside(table, steps.rate(""), "CAST(0 AS INT)", scale, some)]
        placed = self._keep("placed", self._placed(table, steps, condition))
        ends = ", ".join(f"{end.cast()} AS {name}" for name, end in steps.ends())
        columns = ", ".join(f"{self.alias}.{name} AS {name}" for name in self.backend.columns(placed))
        inside = f"{self.alias}.inside"
        crossing = self._keep(
            "crossing", f"SELECT {columns}, {ends} FROM {self._joined(placed)} WHERE {inside} = -1"
        )
        self.placed |= {placed, crossing}
        whole = self._inside(placed, steps.rate(inside), inside, scale, f"{inside} >= 0")
        parts = (self._part(crossing, part, scale) for part in steps.parts(self.alias))
        return [whole, f"SELECT * FROM {self._keep('crossed', _lines(*parts))}"]

    def _placed(self, table: str, steps: BandSteps, condition: str) -> str:
        """The walk with the number of the band in which each credit lies; its places are worked out once."""
        alias, where = self.alias, f"{self.turn}.eve = 0 AND {self.walk_value.sql} <> 0"
        source = f"{self._joined(table)} WHERE {where}" + (f" AND {condition}" if condition else "")
        places = ", ".join(f"{sql} AS {name}" for name, sql in steps.places())
        seq = "" if self.turn == alias else f"{self.turn}.seq AS seq, "
        inner = f"(SELECT {alias}.*, {seq}{places} FROM {source})"
        kept = ", ".join(f"{alias}.{name} AS {name}" for name in self.backend.columns(table))
        seq = "" if self.turn == alias else f"{alias}.seq AS seq, "
        return f"SELECT {kept}, {seq}{steps.inside(alias)} AS inside FROM {inner} AS {alias}"

    def _keep(self, what: str, select: str) -> str:
        """Keeps a select as a table of its own; its name."""
        table = f"{self.name}_{what}{len(self.made)}"
        self.backend.create(table, select)
        self.made.append(table)
        return table

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
        self._note(taken)
        taking = self._written(table, taken, None, "CAST(0 AS INT)", "NULL", "NULL", "", "k.unit IS NOT NULL")
        return [_lines(taking)]

    def _part(self, table: str, part: BandPart, scale: Numeric) -> Written:
        """What each credit gives in one band that it meets in part."""
        raw = self._multiplied(_scaled(terms.times(part.rate, part.size), scale))
        band = f"CAST({part.band} AS INT)"
        return self._written(table, raw, part.rate, band, part.first, part.last, part.some)

    def _inside(self, table: str, rate: Numeric, band: str, scale: Numeric, where: str) -> str:
        """Credits that lie in one band as a whole."""
        begin = numbers.subtract(self.walk_to, self.walk_value)
        raw = self._multiplied(_scaled(terms.times(rate, self.walk_value), scale))
        self._note(raw)
        return _lines(self._written(table, raw, rate, band, begin, self.walk_to, where))

    def _note(self, raw: Numeric) -> None:
        if isinstance(raw, Number) and raw.scale <= DECIMALS:
            self.bound = max(self.bound, raw.bound)
        else:
            self.exact = False

    def _multiplied(self, raw: Numeric) -> Numeric:
        """A raw line times the multipliers of the component's steps, as they stand at the turn."""
        return multiplied(self.evaluation, raw)

    def _joined(self, table: str) -> str:
        """A walk beside the points at which it is read."""
        same = " AND p.seq = w.turn" if turn_days(self.evaluation) else ""
        return (
            f"{table} AS w INNER JOIN {self.points} AS p ON p.unit = w.unit{same} AND p.chain = w.chain AND w.own = 1 "
            f"AND w.credit_date >= p.start AND w.credit_date < p.until"
        )

    def _written(
        self,
        table: str,
        raw: Numeric,
        rate: Numeric | None,
        band: str,
        begin: object,
        end: object,
        where: str,
        taken: str = "k.unit IS NULL",
    ) -> Written:
        """Lines of a walk beside its points, not yet a select."""
        source, turn = f"{self._joined(table)} WHERE @ AND {self.turn}.eve = 0", self.turn
        if table in self.placed and not self._of_points(raw, rate):
            source, turn = f"{table} AS {self.alias} WHERE @", self.alias
        taking = "1 = 1"
        if self.figures.taken:
            same = " AND ".join(f"k.{name} = w.{name}" for name in ("transaction", "rule", "position"))
            join = f" LEFT JOIN {self.figures.taken} AS k ON k.unit = w.unit AND k.seq = {turn}.seq AND k.eve = 0 AND {same}"
            source, taking = source.replace(" WHERE @", f"{join} WHERE @"), taken
        source = source.replace("WHERE @", f"WHERE {' AND '.join(each for each in (taking, where) if each)}")
        walked = ", ".join(f"{turn if name == 'seq' else self.alias}.{name} AS {name}" for name in WALK)
        wanted = {"from_": (begin, AMOUNT), "to_": (end, AMOUNT), "rate": (rate, RATE), "raw": (raw, AMOUNT)}
        return source, f"{walked}, {band} AS band, 'line' AS kind", wanted

    def _of_points(self, *figures: Numeric | None) -> bool:
        """Whether figures read anything of the points."""
        texts = [
            f"{pair.numerator.sql} {pair.denominator.sql}"
            for pair in (terms.pair(figure) for figure in figures if figure is not None)
        ]
        return re.search(rf"\b{self.turn}\.", " ".join(texts)) is not None

    def _write(self, selects: list[str]) -> str:
        """The lines under one name: worked out where they are read, unless that needs a division."""
        table, select = f"{self.name}_raw", " UNION ALL ".join(selects)
        if self.exact:
            self.backend.view(table, select)
        else:
            self.backend.create(table, select)
        self.made.append(table)
        return table


def _lines(*parts: Written) -> str:
    """A select of the lines of several sources; figures are written with 10 decimals."""
    columns = ", ".join("raw AS kept" if name == "kept" else name for name in LINE)
    return f"SELECT {columns} FROM ({written_together(parts, FIXED)}) AS l"


def _scaled(raw: Numeric, scale: Numeric) -> Numeric:
    return raw if scale == terms.ONE else terms.times(raw, scale)


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
