"""A measure of measures: the windows of a smaller unit are measured one by one, and one of them or their average counts.

A window counts where the unit holds a day of it, or has a credit in it; it is cut to the days of the figure.
"""

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import MOST_DIGITS, Number, exploring
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation import terms
from attain.engine.calculation.cells import Cells, divisors
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import number_of
from attain.engine.calculation.terms import DECIMALS, Numeric, Quotient
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.measures import Across
from attain.engine.values.calendars import Span

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation

POINT = ("unit", "seq", "eve")


class AcrossCells(Cells):
    """The measure of each window in the window of a point, and what of them counts."""

    def __init__(
        self, evaluation: "Evaluation", index: int, credits: CreditSet, across: Across, measure: Expression
    ) -> None:
        super().__init__(evaluation, index, credits)
        self.across, self.measure = across, measure
        self.points, self.keys = f"{evaluation.name}_parts{index}", (*POINT, "part")
        self.bounds: dict[str, int] = {}
        with exploring():
            self.ratio = isinstance(number_of(measure, self.aggregate), Quotient)
        for name in ("top", "bottom", "state"):
            evaluation.columns.append(f"m{index}.m{index}_{name} AS m{index}_{name}")

    def term(self, measure: Expression) -> Numeric:
        """What counts of the windows, as columns of the points."""
        with exploring():
            each = number_of(measure, self.aggregate)
        averaged = self.across.take == "average"
        pair = terms.pair(each)
        scale = DECIMALS if averaged and self.ratio else pair.numerator.scale
        top = self._of_point("top", scale)
        if not self.ratio and not averaged:
            return numbers.or_zero(top)
        under = self._of_point("bottom", 0 if averaged else pair.denominator.scale)
        one = Number(f"COALESCE({under.sql}, CAST('1' AS {under.type}))", under.scale, under.bound)
        return Quotient(numbers.or_zero(top), under if self.ratio and not averaged else one)

    def _of_point(self, name: str, scale: int) -> Number:
        whole_digits = max(MOST_DIGITS - scale, 1)
        return self.evaluation.number(f"m{self.index}_{name}", scale, 10**whole_digits - 1)

    def ratio_status(self, measure: Expression) -> str:
        """The exception where a window has nothing to divide by."""
        state = f"p.m{self.index}_state"
        return f"CASE {state} WHEN 2 THEN 'ratio_zero' WHEN 1 THEN 'ratio_negative' ELSE '' END"

    def _column(self, alias: str, scale: int, bound: int) -> Number:
        name = "n" if alias == "n" else alias
        self.bounds.setdefault(name, bound)
        return numbers.or_zero(Number(f"p.{name}", scale, self.bounds[name]))

    def select(self) -> str:
        """What counts for each point, with the number of its credits."""
        backend, table = self.evaluation.backend, f"{self.evaluation.name}_across{self.index}"
        backend.create(self.points, self._parts())
        sums = super().select()
        same = " AND ".join(f"m.{key} = p.{key}" for key in self.keys)
        touched = " AND ".join(f"t.{key} = p.{key}" for key in self.keys)
        names = [name for name in self.bounds if name != "n"]
        columns = [f"p.{key} AS {key}" for key in self.keys] + [f"m.{name} AS {name}" for name in names]
        columns += ["COALESCE(m.n, 0) AS n", "COALESCE(m.fresh, 0) AS fresh"]
        backend.create(
            table,
            f"SELECT {', '.join(columns)} FROM {self.points} AS p LEFT JOIN ({sums}) AS m ON {same} "
            f"LEFT JOIN ({self._touched()}) AS t ON {touched} WHERE t.unit IS NOT NULL OR m.n > 0",
        )
        self._tighten(table)
        return self._taken(table)

    def _parts(self) -> str:
        """Each point with each window of the smaller unit that its days meet, cut to them."""
        evaluation = self.evaluation
        spans = self._spans()
        table = f"{evaluation.name}_spans{self.index}"
        arrays = {
            "part": pa.array(range(len(spans)), pa.int32()),
            "first": pa.array([span.first for span in spans], pa.date32()),
            "next": pa.array([span.next for span in spans], pa.date32()),
        }
        evaluation.backend.load(table, pa.table(arrays))
        first = f"CASE WHEN s.first > p.{self.first} THEN s.first ELSE p.{self.first} END AS {self.first}"
        cut = ", ".join(
            f"CASE WHEN s.next < p.{name} THEN s.next ELSE p.{name} END AS {name}"
            for name in ("until", "own_until")
        )
        return (
            f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, s.part AS part, p.start AS start, {first}, {cut} "
            f"FROM {evaluation.name}_points AS p INNER JOIN {table} AS s ON s.first < p.until AND s.next > p.{self.first}"
        )

    def _spans(self) -> list[Span]:
        dates = self.evaluation.turn_dates[self.first]
        first = min(dates, default=date.max)
        following = max((turn.until for turn in self.evaluation.turns), default=date.min)
        calendar = self.evaluation.version.calendar
        return calendar.of(self.across.each, first, following) if first < following else []

    def _edges(self) -> set[date]:
        return super()._edges() | {day for span in self._spans() for day in (span.first, span.next)}

    def _touched(self) -> str:
        keys = ", ".join(f"q.{key} AS {key}" for key in self.keys)
        return (
            f"SELECT DISTINCT {keys} FROM {self.points} AS q INNER JOIN {self.evaluation.units}_reach AS h "
            f"ON h.unit = q.unit AND h.first < q.until AND h.next > q.{self.first}"
        )

    def _tighten(self, table: str) -> None:
        most = ", ".join(f"MAX(ABS({name})) AS {name}" for name in self.bounds)
        row = self.evaluation.backend.fetch(f"SELECT {most} FROM {table}").to_pylist()[0] if most else {}
        self.bounds = {name: int(row[name] or 0) + 1 for name in self.bounds}

    def _taken(self, table: str) -> str:
        """The least, the greatest or the average of the windows of each point."""
        each = terms.pair(number_of(self.measure, self.aggregate))
        state = self._state()
        counts = "CAST(SUM(p.n) AS BIGINT) AS n, CAST(SUM(p.fresh) AS BIGINT) AS fresh"
        point = ", ".join(f"p.{key} AS {key}" for key in POINT)
        group = ", ".join(f"p.{key}" for key in POINT)
        m = f"m{self.index}"
        if self.ratio and self.across.take != "average":
            best = self._best(table, each)
            same = " AND ".join(f"b.{key} = a.{key}" for key in POINT)
            summed = f"SELECT {point}, {counts}, {state} AS {m}_state FROM {table} AS p GROUP BY {group}"
            return (
                f"SELECT a.unit AS unit, a.seq AS seq, a.eve AS eve, a.n AS n, a.fresh AS fresh, a.{m}_state AS {m}_state, "
                f"b.top AS {m}_top, b.bottom AS {m}_bottom FROM ({summed}) AS a LEFT JOIN ({best}) AS b ON {same}"
            )
        value, source = each.numerator, table
        if self.ratio:
            keep = [*self.keys, "n", "fresh", "state"]
            made = Rounded("value", Number("top", value.scale, value.bound), self._bottom(each), DECIMALS)
            kept = ", ".join(f"p.{name} AS {name}" for name in keep if name != "state")
            inner = f"(SELECT {kept}, {self._state_of_part()} AS state, {value.cast()} AS top, {each.denominator.cast()} AS bottom FROM {table} AS p)"
            largest = 10 ** (MOST_DIGITS - DECIMALS - 4)
            source = f"({rounded(inner, keep, [made], largest)})"
            value, state = Number("p.value", DECIMALS, largest), "MAX(p.state)"
        top = self._over_windows(value)
        return (
            f"SELECT {point}, {counts}, {top} AS {m}_top, CAST(COUNT(*) AS DECIMAL(9, 0)) AS {m}_bottom, {state} AS {m}_state "
            f"FROM {source} AS p GROUP BY {group}"
        )

    def _bottom(self, each: Quotient) -> Number:
        return Number("bottom", each.denominator.scale, each.denominator.bound)

    def _over_windows(self, value: Number) -> str:
        if self.across.take == "average":
            return numbers.total(value, max(len(self._spans()), 1)).sql
        return f"{'MIN' if self.across.take == 'least' else 'MAX'}({value.cast()})"

    def _best(self, table: str, each: Quotient) -> str:
        """The window whose ratio none beats; of equals the earliest."""
        ratios = f"{table}_ratios"
        keys = ", ".join(f"p.{key} AS {key}" for key in self.keys)
        self.evaluation.backend.create(
            ratios,
            f"SELECT {keys}, {each.numerator.cast()} AS top, {each.denominator.cast()} AS bottom FROM {table} AS p "
            f"WHERE {each.denominator.sql} IS NOT NULL",
        )

        def ratio(alias: str) -> Quotient:
            top, bottom = each.numerator, each.denominator
            return Quotient(
                Number(f"{alias}.top", top.scale, top.bound),
                Number(f"{alias}.bottom", bottom.scale, bottom.bound),
            )

        sign = "<" if self.across.take == "least" else ">"
        better = terms.compared(ratio("o"), sign, ratio("r"))
        equal = terms.compared(ratio("o"), "=", ratio("r"))
        same = " AND ".join(f"o.{key} = r.{key}" for key in POINT)
        point = ", ".join(f"r.{key} AS {key}" for key in POINT)
        return (
            f"SELECT {point}, r.top AS top, r.bottom AS bottom FROM {ratios} AS r LEFT JOIN {ratios} AS o ON {same} "
            f"AND (({better}) OR (({equal}) AND o.part < r.part)) WHERE o.unit IS NULL"
        )

    def _state(self) -> str:
        return f"MAX({self._state_of_part()})"

    def _state_of_part(self) -> str:
        """2 where a divisor of the window is 0, 1 where one is negative."""
        tops = [number.numerator.sql for number in divisors(self.measure, self.aggregate)]
        cases = [f"WHEN {top} = 0 OR {top} IS NULL THEN 2" for top in tops]
        cases += [f"WHEN {top} < 0 THEN 1" for top in tops]
        return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"
