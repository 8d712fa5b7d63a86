"""Items written stage by stage: what each credit earns, then each deal, and their sums at the points."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.cells import until_of
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.terms import DECIMALS, LARGEST, Numeric, Quotient, Term, Text
from attain.engine.language.models.steps import MultiplyBy, MultiplyByTable, StepPart

if TYPE_CHECKING:
    from attain.engine.calculation.items import Items

DEAL = ("seat", "deal", "id", "rule", "position", "credit_date", "credit", "measured", "problem", "plain")


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


class ItemWriter:
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
            self.evaluation.backend.create(table, rounded(inner, self.keep, [column], LARGEST))
            made = Number("c.value", DECIMALS, min(column.bound, LARGEST))
        self.table = table
        return made

    def step(self, items: "Items", step: StepPart, value: Number, of: Numeric) -> Number:
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
        self.plain = self._write(source, plain)
        kept = ", ".join(f"c.{name} AS {name}" for name in self.keep if name != "value_before")
        self._create(f"SELECT {kept}, c.value AS plain, c.value_before AS value FROM {self.table} AS c")
        self.keep = [name for name in self.keep if name != "value_before"] + ["plain"]
        return self._write(self.table, result)

    def deals(self, items: "Items", pay: object, steps: list[StepPart], value: Number, alone: bool) -> Number:
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

        evaluation.stages.append(("items", select))
        evaluation.columns.append("items.items AS items")
        self.exceptions.append(
            f"SELECT problem AS code, seat, id, credit_date FROM {table if 'problem' in self.keep else self.table} AS c WHERE c.problem <> ''"
        )
        summed = numbers.or_zero(Number("p.items", total.scale, total.bound))
        return Itemised(summed, table, self.exceptions, self.credit_table, walks)
