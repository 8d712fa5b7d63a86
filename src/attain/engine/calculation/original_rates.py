"""Returns that are taken back at the average rate that their original earned, not by walking back.

A table that walks is a function of where the walk ends; what such returns change of it is added for each
turn: what they take back, less what their own part of the walk would give.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation import terms
from attain.engine.calculation.addends import addend
from attain.engine.calculation.line_amounts import AMOUNT, most, written
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.rates import Place, walked_to
from attain.engine.calculation.terms import DECIMALS, Numeric, Text
from attain.engine.calculation.walking import walk
from attain.engine.language.models.pays import Banded
from attain.engine.values.problems import Place as Where
from attain.engine.values.problems import refuse

CREDIT = ("unit", "seq", "eve", "transaction", "rule", "position", "seat")
BEFORE = (
    "(o.credit_date < r.credit_date OR (o.credit_date = r.credit_date AND (o.transaction < r.transaction "
    "OR (o.transaction = r.transaction AND o.rule < r.rule))))"
)


def at_original_rates(evaluation: Evaluation) -> "OriginalRates | None":
    """The returns that a component takes back at their original's rate; None where returns walk back.

    Raises Refused where the table's figure is not what the walk of its credits gives.
    """
    pay = evaluation.component.pay
    if not isinstance(pay, Banded) or pay.returns == "walk back":
        return None
    return OriginalRates(evaluation, pay)


@dataclass
class OriginalRates:
    """The returns of a component that are taken back at their original's rate; `table` has what each takes back."""

    evaluation: Evaluation
    pay: Banded
    table: str = field(init=False)

    def __post_init__(self) -> None:
        evaluation = self.evaluation
        self.table = f"{evaluation.name}_taken"
        value = addend(evaluation.block, evaluation.credit_set(evaluation.block))
        alone = self.pay.each or any(step.each for step in evaluation.component.then)
        plain = self.pay.of is None and not alone and self.pay.by in ("measure", "attainment")
        if value is None or not plain or evaluation.window.last is not None:
            raise refuse(
                "P900",
                "`returns: at the original rate` is calculated where bands multiply a sum or count of credits "
                "over a window that does not roll.",
                "Let returns walk back.",
                self.place,
            )
        self.value = value
        self.credits = evaluation.credit_set(evaluation.block)
        self.original = self.credits.field("original")

    @property
    def place(self) -> Where:
        """Where the plan says it."""
        return self.evaluation.version.plan.source.place(self.pay.path_of("returns"))

    def corrected(self, measured: str, places: Sequence[tuple[str, Place]]) -> tuple[str, Numeric]:
        """The points with what returns change of each figure, and that as a term; at the places of the rate table."""
        evaluation = self.evaluation
        backend, name = evaluation.backend, evaluation.name
        places = [(condition or "TRUE", place) for condition, place in places]
        walk = self._walk()
        pairs, earned = f"{name}_pairs", f"{name}_originals"
        backend.create(pairs, self._pairs(walk, measured))
        far, near = most(backend, "b", walk), most(backend, "value", walk)
        end, step = Number("w.b", self.end.scale, far), Number("w.value", self.value.scale, near)
        before = numbers.subtract(end, step)
        part = self._between(places, before, end)
        keys = ", ".join(f"w.{key} AS {key}" for key in (*CREDIT, "taken_value", "taken_b", "value"))
        named = [*CREDIT, "taken_value", "taken_b", "value"]
        source = f"{pairs} AS w INNER JOIN {measured} AS p ON p.unit = w.unit AND p.seq = w.of_seq AND p.eve = w.of_eve"
        backend.create(earned, written(source, keys, named, {"earned": (part, AMOUNT)}))
        self._take(earned, measured, [each for each in places if not each[1].lowest], far, near)
        return self._join(measured)

    def _take(
        self, earned: str, measured: str, places: Sequence[tuple[str, Place]], far: int, near: int
    ) -> None:
        """What each return takes back, and what its part of the walk would give (top ÷ bottom)."""
        backend, summed = self.evaluation.backend, f"{earned}_summed"
        keys = ", ".join([*CREDIT, "taken_value", "taken_b"])
        whole = numbers.total(Number("value", self.value.scale, near), 1)
        backend.create(
            summed,
            f"SELECT {keys}, CAST(SUM(earned) AS {AMOUNT.type}) AS earned, {whole.sql} AS whole FROM {earned} GROUP BY {keys}",
        )
        end, step = Number("w.taken_b", self.end.scale, far), Number("w.taken_value", self.value.scale, near)
        sum_ = Number("w.whole", self.value.scale, most(backend, "whole", summed))
        made = Number("w.earned", DECIMALS, most(backend, "earned", summed))
        back = terms.over(terms.times(made, step), sum_)
        walked = terms.pair(self._between(places, numbers.subtract(end, step), end))
        self.top, self.bottom = walked.numerator, walked.denominator
        named = [*CREDIT, "top", "bottom"]
        fixed = ", ".join(f"w.{key} AS {key}" for key in CREDIT)
        fixed += f", {self.top.cast()} AS top, {self.bottom.cast()} AS bottom"
        held = " OR ".join(f"({condition})" for condition, _ in places) or "FALSE"
        source = (
            f"{summed} AS w INNER JOIN {measured} AS p ON p.unit = w.unit AND p.seq = w.seq AND p.eve = w.eve "
            f"WHERE w.whole <> 0 AND ({held})"
        )
        backend.create(self.table, written(source, fixed, named, {"taken": (back, AMOUNT)}))

    def _join(self, measured: str) -> tuple[str, Numeric]:
        backend, table = self.evaluation.backend, f"{measured}_taken"
        tops = Number("top", self.top.scale, most(backend, "top", self.table))
        taken = Number("taken", DECIMALS, most(backend, "taken", self.table))
        rows = max(self._rows(), 1)
        top, back = numbers.total(tops, rows), numbers.total(taken, rows)
        bottom = "MAX(bottom) AS back_bottom"
        sums = f"SELECT unit, seq, eve, {top.sql} AS back_top, {bottom}, {back.sql} AS back_taken FROM {self.table} GROUP BY unit, seq, eve"
        backend.create(
            table,
            f"SELECT p.*, t.back_top AS back_top, t.back_bottom AS back_bottom, t.back_taken AS back_taken FROM {measured} AS p "
            f"LEFT JOIN ({sums}) AS t ON t.unit = p.unit AND t.seq = p.seq AND t.eve = p.eve",
        )
        one = f"COALESCE(p.back_bottom, CAST('1' AS {self.bottom.type}))"
        walked = terms.Quotient(
            numbers.or_zero(Number("p.back_top", top.scale, top.bound)),
            Number(one, self.bottom.scale, most(backend, "bottom", self.table)),
        )
        taken_back = numbers.or_zero(Number("p.back_taken", back.scale, back.bound))
        if self.bottom == terms.ONE:
            return table, terms.minus(taken_back, walked.top)
        return table, terms.minus(taken_back, walked)

    def _rows(self) -> int:
        row = self.evaluation.backend.fetch(f"SELECT COUNT(*) AS n FROM {self.table}").to_pylist()[0]
        return int(row["n"])

    def _between(self, places: Sequence[tuple[str, Place]], start: Number, end: Number) -> Numeric:
        """What the bands give between two places of the walk, as they hold at a point."""
        parts = [
            (condition, terms.minus(walked_to(self.pay, place, end), walked_to(self.pay, place, start)))
            for condition, place in places
        ]
        return terms.chosen(parts, Number("CAST('0' AS DECIMAL(1, 0))", 0, 1))

    def _walk(self) -> str:
        """Credits of each chain of turns with the place to which they walk."""
        evaluation, table = self.evaluation, f"{self.evaluation.name}_returning"
        original = self.original.sql if isinstance(self.original, Text) else "''"
        source = f"SELECT * FROM {self.credits.make()} WHERE seat >= 0"
        select, self.end = walk(evaluation, self.value, source, f"COALESCE({original}, '') AS original")
        evaluation.backend.create(table, select)
        return table

    def _pairs(self, walk: str, measured: str) -> str:
        """Each return at each point with each credit of its original, and the point at which that is read."""
        last = f"(SELECT unit, chain, MAX(seq) AS seq FROM {measured} WHERE eve = 0 GROUP BY unit, chain)"
        return (
            f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, r.transaction AS transaction, r.rule AS rule, r.position AS position, r.seat AS seat, "
            f"r.value AS taken_value, r.b AS taken_b, o.value AS value, o.b AS b, CASE WHEN o.chain = r.chain THEN p.seq ELSE l.seq END AS of_seq, "
            f"CASE WHEN o.chain = r.chain THEN p.eve ELSE 0 END AS of_eve FROM {measured} AS p "
            f"INNER JOIN {walk} AS r ON r.unit = p.unit AND r.chain = p.chain AND r.value < 0 AND r.original <> '' AND r.credit_date >= p.first "
            f"AND r.credit_date < CASE WHEN r.own = 1 THEN p.own_until ELSE p.until END "
            f"INNER JOIN {walk} AS o ON o.unit = r.unit AND o.transaction = r.original AND o.original = '' AND {BEFORE} "
            f"INNER JOIN {last} AS l ON l.unit = o.unit AND l.chain = o.chain"
        )
