"""What the engine measured of a seat at a turn: its measure, quota, attainment, and what steps ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.formulas import number_of, text_literal
from attain.engine.calculation.intervals import Run
from attain.engine.calculation.items import item_steps
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.roster import Assignment
from attain.engine.calculation.steps import applied, arranged
from attain.engine.calculation.terms import Blank, Quotient, Term
from attain.engine.calculation.versions import Version
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.pays import Banded, Flat, Matrix
from attain.engine.language.models.plan import Component
from attain.engine.language.models.steps import Cap, Floor, MultiplyBy, MultiplyByTable, OnlyIf
from attain.engine.values.calendars import Span
from attain.engine.values.problems import Refused

Value = Fraction | str | date | None
ZERO = Decimal(0)
KEYS = ("unit", "seq", "eve", "chain", "period", "first", "until")
FAR = 10**15
"""Beyond every figure: what a cap makes of it is the cap."""


@dataclass(frozen=True)
class Point:
    """One unit (seat, position or participant) at one turn.

    `values` by name: `measure`, `quota`, `attainment`, names of formulas, `rate …`, `step 0`, `step 1` …
    `raw` is the rate table's figure (of a window to date: to date), `raw_before` the one of the turn before
    in its window, `figure` what the steps and the difference made of it. `window` is uncut; `seats` are the
    unit's, each with the days that are measured.
    """

    unit: int
    position: str
    period: str
    first: date
    until: date
    values: Mapping[str, Value]
    raw: Decimal = Decimal(0)
    raw_before: Decimal = Decimal(0)
    figure: Decimal = Decimal(0)
    window: Span | None = None
    seats: tuple[tuple[Assignment, tuple[Run, ...]], ...] = ()

    def number(self, name: str) -> Fraction | None:
        """A value that is a number; None where it is missing or no number."""
        value = self.values.get(name)
        return value if isinstance(value, Fraction) else None


@dataclass
class Looking:
    """An evaluation of a component that is asked for single values, by the names of `Point.values`."""

    version: Version
    component: Component
    name: str
    terms: dict[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self.version, self.component, self.name)
        self._ask()

    def _ask(self) -> None:
        block, evaluation = self.evaluation.block, self.evaluation
        if block.measure is not None:
            self._name("measure")
        if block.quota is not None:
            self._name("quota")
            self._name("attainment")
        pay = self.component.pay
        axes = (pay.down, pay.across) if isinstance(pay, Matrix) else ()
        for by in [getattr(pay, "by", ""), *(axis.by for axis in axes)]:
            if by and by != "earning":
                self._name(by)
        if not pay.each and pay.of is not None:
            self._expression("of", pay.of)
        rates = (
            [pay.rate]
            if isinstance(pay, Flat)
            else [b.rate for b in pay.bands]
            if isinstance(pay, Banded)
            else []
        )
        for rate in rates if not pay.each else ():
            self._expression(f"rate {rate.text}", rate)
        own = len(item_steps(self.component.then))
        acting = [each for part in arranged(evaluation, self.component.then[own:]) for each in part]
        for each in acting:
            place = self.component.then.index(each.step)
            start = -FAR if isinstance(each.step, Floor) else FAR if isinstance(each.step, Cap) else 1
            if isinstance(each.step, Cap | Floor | MultiplyBy | MultiplyByTable | OnlyIf):
                self._term(
                    f"step {place}",
                    lambda each=each, start=start: applied(evaluation, each, literal(start)).result,
                )
            for expression in (
                getattr(each.step, "condition", None),
                each.step.when,
                getattr(each.step, "factor", None),
            ):
                if isinstance(expression, Expression):
                    self._names_of(expression)

    def _names_of(self, expression: Expression) -> None:
        for name in sorted(expression.names):
            self._name(name)
        for function, title in sorted(expression.titles):
            self._name(f'{function}("{title}")')

    def _name(self, name: str) -> None:
        self._term(name, lambda: self.evaluation.scope(name))

    def _expression(self, label: str, expression: Expression) -> None:
        self._names_of(expression)
        self._term(label, lambda: number_of(expression, self.evaluation.scope))

    def _term(self, label: str, made: object) -> None:
        """Keeps a term under a label; what the point does not know (a field of a credit) is left out."""
        if label in self.terms:
            return
        try:
            term = made()  # type: ignore[operator]
            _columns(term, label)
        except Refused:
            return
        self.terms[label] = term

    def points(self, participant: str, figures: Figures) -> list[Point]:
        """The points of a participant's units, in order, with their figures."""
        backend, evaluation = self.version.known.backend, self.evaluation
        mine = f"SELECT unit, seat FROM {evaluation.units} WHERE participant = {text_literal(participant)}"
        units = f"(SELECT DISTINCT unit FROM ({mine}) AS mine)"
        seats: dict[int, list[Assignment]] = {}
        for row in backend.fetch(f"{mine} ORDER BY unit, seat").to_pylist():
            seats.setdefault(row["unit"], []).append(self.version.roster.assignments[row["seat"]])
        columns = [c for place, term in enumerate(self.terms.values()) for c in _columns(term, f"v{place}")]
        keys = [f"p.{name} AS {name}" for name in KEYS]
        rows = backend.fetch(
            f"SELECT {', '.join([*keys, *columns])} FROM {evaluation.make()} AS p "
            f"INNER JOIN {units} AS u ON u.unit = p.unit ORDER BY unit, chain, seq, eve DESC"
        ).to_pylist()
        raw = self._figures(f"{figures.evaluation.name}_figures1", units, "f.eve")
        final = self._figures(figures.table, units, "0")
        found: list[Point] = []
        before: dict[tuple[int, int], Decimal] = {}
        for row in rows:
            chain = (row["unit"], row["chain"])
            figure = raw.get((row["unit"], row["seq"], row["eve"]), ZERO)
            if not row["eve"]:
                made = (figure, before.get(chain, ZERO), final.get((row["unit"], row["seq"], 0), ZERO))
                found.append(self._point(row, seats[row["unit"]], made))
            before[chain] = figure
        return found

    def _point(
        self,
        row: Mapping[str, Any],
        seats: Sequence[Assignment],
        made: tuple[Decimal, Decimal, Decimal],
    ) -> Point:
        evaluation = self.evaluation
        windows = {turn.seq: turn.window for turn in evaluation.turns}
        yearly = evaluation.window.unit == "anniversary year"
        return Point(
            row["unit"],
            " and ".join(dict.fromkeys(seat.position for seat in seats)),
            row["period"],
            row["first"],
            row["until"],
            {label: _value(row, f"v{n}", term) for n, (label, term) in enumerate(self.terms.items())},
            *made,
            None if yearly else windows.get(row["seq"]),
            tuple((seat, tuple(evaluation.quota_days(seat))) for seat in seats),
        )

    def _figures(self, table: str, units: str, eve: str) -> dict[tuple[int, int, int], Decimal]:
        rows = self.version.known.backend.fetch(
            f"SELECT f.unit AS unit, f.seq AS seq, {eve} AS eve, f.figure AS figure "
            f"FROM {table} AS f INNER JOIN {units} AS u ON u.unit = f.unit"
        ).to_pylist()
        return {(row["unit"], row["seq"], row["eve"]): row["figure"] for row in rows}


def _columns(term: Term, alias: str) -> Sequence[str]:
    if isinstance(term, Quotient):
        return [f"{term.numerator.cast()} AS {alias}", f"{term.denominator.cast()} AS {alias}_bottom"]
    if isinstance(term, Number):
        return [f"{term.cast()} AS {alias}"]
    return [f"{'NULL' if isinstance(term, Blank) else term.sql} AS {alias}"]


def _value(row: Mapping[str, object], alias: str, term: Term) -> Value:
    value, bottom = row[alias], row.get(f"{alias}_bottom")
    if isinstance(term, Quotient):
        whole = isinstance(value, Decimal | int) and isinstance(bottom, Decimal | int) and bottom
        return Fraction(value) / Fraction(bottom) if whole else None  # type: ignore[call-overload]
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Fraction(value)
    return value if isinstance(value, str | date) or value is None else str(value)
