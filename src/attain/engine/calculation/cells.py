"""Credits summed by unit and day, so that every window is a sum of few cells; and the windows' sums."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.addends import at_share, one
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import Scope, number_of
from attain.engine.calculation.summing import summable, summed
from attain.engine.calculation.terms import Numeric, Quotient, Term
from attain.engine.calculation.uncredited import OPENED
from attain.engine.language.expressions.expression import Expression
from attain.engine.values.problems import refuse

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation


class Cells:
    """Credits summed by seat and day, so that every window is a sum of few cells; and the windows' sums."""

    def __init__(
        self, evaluation: "Evaluation", index: int, credits: CreditSet, to_date: bool = False
    ) -> None:
        self.evaluation, self.index, self.credits = evaluation, index, credits
        self.to_date = to_date
        self.first = f"f{index}"
        self.points = f"{evaluation.name}_points"
        self.keys: tuple[str, ...] = ("unit", "seq", "eve")
        self.sums: dict[str, tuple[str, Number]] = {}
        self.distinct: dict[str, tuple[str, Term]] = {}

    def term(self, measure: Expression) -> Numeric:
        """The measure's formula over its sums and counts, as columns of the points."""
        return number_of(measure, self.aggregate)

    def ratio_status(self, measure: Expression) -> str:
        """The exception where a divisor of the measure cannot divide, blank where all is well or none divides."""
        tops = [number.numerator.sql for number in divisors(measure, self.aggregate)]
        cases = [f"WHEN {top} = 0 OR {top} IS NULL THEN 'ratio_zero'" for top in tops]
        cases += [f"WHEN {top} < 0 THEN 'ratio_negative'" for top in tops]
        return f"CASE {' '.join(cases)} ELSE '' END" if cases else ""

    def aggregate(self, text: str) -> Term:
        """A sum or count as a column of the points."""
        tree: exp.Expr = exp.maybe_parse(text, dialect="duckdb")
        rows = max(self.evaluation.version.rows_of(self.credits), 1)
        if isinstance(tree, exp.Avg):
            return terms.over(self._sum(tree.this, rows, True), self.number_of_credits(rows))
        if isinstance(tree, exp.Sum):
            return self._sum(tree.this, rows)
        if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct):
            name = tree.this.expressions[0].sql()
            alias = f"m{self.index}_d{len(self.distinct)}"
            self.distinct.setdefault(name, (alias, self.credits.field(name)))
            return self._column(self.distinct[name][0], 0, rows)
        return self._count(rows)

    def number_of_credits(self, rows: int) -> Number:
        """How many credits were made, those of before the first load left out."""
        if not self.credits.opening:
            return self._column("n", 0, rows)
        return self._total("made", rows, lambda: numbers.choose([(OPENED, literal(0))], literal(1)))

    def _count(self, rows: int) -> Number:
        """How many credits count: of those of before the first load, the amount."""
        if not self.credits.opening:
            return self._column("n", 0, rows)
        return self._total("counted", rows, lambda: one(self.credits))

    def _column(self, alias: str, scale: int, bound: int) -> Number:
        name = f"m{self.index}_{alias}" if alias == "n" else alias
        column = f"m{self.index}.{alias} AS {name}"
        if column not in self.evaluation.columns:
            self.evaluation.columns.append(column)
        return numbers.or_zero(self.evaluation.number(name, scale, bound))

    def _sum(self, argument: exp.Expr, rows: int, made: bool = False) -> Number:
        """A sum over credits; of those `made`, without what was credited before the first load."""
        text = argument.sql()

        def value() -> Number:
            found = self.credits.credit if text == "credit" else self._shared(argument)
            return numbers.choose([(OPENED, literal(0))], found) if made and self.credits.opening else found

        return self._total(f"{text} made" if made else text, rows, value)

    def _total(self, text: str, rows: int, value: Callable[[], Number]) -> Number:
        if text not in self.sums:
            self.sums[text] = (f"m{self.index}_a{len(self.sums)}", value())
        alias, summed_value = self.sums[text]
        return self._column(alias, summed_value.scale, summed_value.bound * rows)

    def _shared(self, argument: exp.Expr) -> Number:
        """A field or formula at the credit's share."""
        term = at_share(argument, self.credits)
        if isinstance(term, Quotient):
            raise refuse("P900", f"sum({argument.sql()}) adds quotients.", "Divide the sums instead.")
        return term if isinstance(term, Number) else Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)

    def select(self) -> str:
        """Sums of each point's window."""
        evaluation, credits = self.evaluation, self.credits
        cells = f"{evaluation.name}_c{self.index}"
        rows = max(evaluation.version.rows_of(credits), 1)
        if self.sums.keys() <= {"credit"} and not self.distinct and summable(credits):
            self._sum_cells(cells, rows)
            return self._windows(cells, rows)
        table = credits.make()
        sums = [f"{numbers.total(value, rows).sql} AS {alias}" for alias, value in self.sums.values()]
        cell, join = evaluation.version.cell("c.credit_date", self._by_day())
        own = f"CASE WHEN {OPENED} THEN 0 ELSE u.own END" if credits.opening else "u.own"
        counted = "" if self.to_date or not credits.opening else f" AND NOT {OPENED}"
        picked = ", ".join(["u.unit AS unit", f"{own} AS own", f"{cell} AS day", "COUNT(*) AS n", *sums])
        evaluation.backend.create(
            cells,
            f"SELECT {picked} FROM {table} AS c{join} INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat "
            f"AND c.credit_date < u.until WHERE c.seat >= 0{counted} GROUP BY u.unit, {own}, {cell}",
        )
        select = self._windows(cells, rows)
        for alias, term in self.distinct.values():
            select = self._counted(select, alias, term, table)
        return select

    def _sum_cells(self, cells: str, rows: int) -> None:
        """Cells from sums of facts, without a row for each credit."""
        evaluation, credits = self.evaluation, self.credits
        cell, join = evaluation.version.cell("c.credit_date", self._by_day())
        key = (credits.name, cell)
        if key not in evaluation.version.summed:
            name = f"{credits.name}_by_{len(evaluation.version.summed)}"
            evaluation.version.summed[key] = summed(credits, name, cell, join, rows)
        sums = evaluation.version.summed[key]
        total = [f"{numbers.total(sums.credit, 1).sql} AS {alias}" for alias, _ in self.sums.values()]
        picked = ", ".join(
            ["u.unit AS unit", "u.own AS own", "c.day AS day", "CAST(SUM(c.n) AS BIGINT) AS n", *total]
        )
        evaluation.backend.create(
            cells,
            f"SELECT {picked} FROM {sums.table} AS c INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat "
            f"AND c.day < u.until GROUP BY u.unit, u.own, c.day",
        )

    def _windows(self, cells: str, rows: int) -> str:
        """Sums of the cells in each point's window."""
        totals = [
            f"{numbers.total(Number(f'c.{alias}', value.scale, value.bound * rows), 1).sql} AS {alias}"
            for alias, value in self.sums.values()
        ]
        since = self.first if self.evaluation.window.last is not None else "start"
        fresh = (
            f"CAST(SUM(CASE WHEN c.own = 1 AND c.day >= p.{since} THEN c.n ELSE 0 END) AS BIGINT) AS fresh"
        )
        counts = ["CAST(SUM(c.n) AS BIGINT) AS n", fresh]
        columns = ", ".join([*(f"p.{key} AS {key}" for key in self.keys), *counts, *totals])
        within = f"c.day >= p.{self.first} AND c.day < {until_of('c.own')}"
        group = ", ".join(f"p.{key}" for key in self.keys)
        return f"SELECT {columns} FROM {self.points} AS p INNER JOIN {cells} AS c ON c.unit = p.unit AND {within} GROUP BY {group}"

    def _counted(self, select: str, alias: str, term: Term, table: str) -> str:
        """Adds a count of the different values of a field in each point's window."""
        keys = ", ".join(f"p.{key} AS {key}" for key in self.keys)
        counted = (
            f"SELECT {keys}, COUNT(DISTINCT NULLIF({term.sql}, '')) AS {alias} FROM {self.points} AS p "  # type: ignore[union-attr]
            f"INNER JOIN {self.evaluation.feeds()} AS u ON u.unit = p.unit INNER JOIN {table} AS c ON c.seat = u.seat "
            f"AND c.credit_date >= p.{self.first} AND c.credit_date < u.until AND c.credit_date < {until_of('u.own')} "
            f"GROUP BY {', '.join(f'p.{key}' for key in self.keys)}"
        )
        same = " AND ".join(f"d.{key} = a.{key}" for key in self.keys)
        return f"SELECT a.*, d.{alias} AS {alias} FROM ({select}) AS a LEFT JOIN ({counted}) AS d ON {same}"

    def _by_day(self) -> bool:
        evaluation = self.evaluation
        own = (
            evaluation.window.unit in ("anniversary year", "week")
            or evaluation.block.measured_for == "the position"
        )
        return own or evaluation.version.cuts_cells(self._edges())

    def _edges(self) -> set[date]:
        """The days on which the windows begin and end."""
        evaluation = self.evaluation
        begun = {day for days in evaluation.turn_dates.values() for day in days}
        return begun | {turn.until for turn in evaluation.turns}


def divisors(measure: Expression, aggregate: Scope) -> list[Quotient]:
    """What a measure's formula divides by, as quotients; an average by the number of credits."""
    parts = [
        Expression(
            measure.text,
            measure.place,
            node.expression,
            measure.names,
            measure.titles,
            None,
            measure.origin,
            measure.offsets,
        )
        for node in measure.tree.find_all(exp.Div)
    ]
    found = [terms.pair(number_of(part, aggregate)) for part in parts]
    for node in measure.tree.find_all(exp.Avg):
        average = terms.pair(aggregate(node.sql()))  # type: ignore[arg-type]
        found.append(Quotient(average.denominator, terms.ONE))
    return found


def until_of(own: str) -> str:
    """The day before which a point `p` counts credits, by whether they are of the unit's own seats."""
    return f"CASE WHEN {own} = 1 THEN p.own_until ELSE p.until END"
