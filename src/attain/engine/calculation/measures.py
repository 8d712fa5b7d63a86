"""Measuring: aggregates of credits over the windows of turns, quotas and target incentives beside them.

An evaluation collects what the formulas of a component ask for, then makes one table with a row
for each unit and turn: the unit is the seat, the position or the participant that is measured.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import lcm

import pyarrow as pa
from sqlglot import exp

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.amounts import Piece, Prorated, divisor_of, fixed, pieces_of, quota_rows
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.formulas import number_of, term_of
from attain.engine.calculation.intervals import ALWAYS, Run, meet_all
from attain.engine.calculation.roster import Assignment
from attain.engine.calculation.seats import by_period
from attain.engine.calculation.sources import aligned
from attain.engine.calculation.summing import summable, summed
from attain.engine.calculation.terms import Blank, Numeric, Quotient, Term
from attain.engine.calculation.versions import Version
from attain.engine.calculation.windows import Turn, anniversaries
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer, Window
from attain.engine.values.calendars import Span
from attain.engine.values.problems import refuse

KEYS = ("unit", "seq", "eve")
POINT = (
    "unit",
    "seq",
    "eve",
    "chain",
    "period",
    "paid",
    "span",
    "first",
    "until",
    "start",
    "ends",
    "held",
    "begun",
)


@dataclass
class Measured:
    """One measure block at the points of a component: its terms over alias `p`."""

    block: Measure
    index: int
    term: Numeric
    quota: Numeric | None = None
    status: str = ""
    asked: bool = False
    ratio_status: str = ""


@dataclass
class Evaluation:
    """A component of one version under evaluation; `name` begins the names of its tables."""

    version: Version
    component: Component
    name: str
    turns: list[Turn] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    stages: list[tuple[str, str]] = field(default_factory=list)
    turn_dates: dict[str, list[date]] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    amounts: dict[str, Numeric] = field(default_factory=dict)
    seat_columns: dict[str, Term] = field(default_factory=dict)
    cells: dict[int, "_Cells"] = field(default_factory=dict)
    units: str = ""
    missing: str = ""

    def __post_init__(self) -> None:
        self.block = self.version.plan.whole(self.component)
        self.continued = self.component.on_change == "continued" and self.version.follows
        self.turns = self.version.timing.turns(self.block, self.continued)
        self.days = self.version.component_days(self.component)
        self.units = f"{self.name}_units"
        self._make_units()

    @property
    def backend(self):  # type: ignore[no-untyped-def]
        """The engine."""
        return self.version.known.backend

    @property
    def window(self) -> Window:
        """The window of the component's measure."""
        return self.block.over or Window(self.version.timing.pay_unit)

    def seats(self) -> list[Assignment]:
        """Seats that the component may pay, in order."""
        return [self.version.roster.assignments[index] for index in sorted(self.days)]

    def own_days(self, seat: Assignment) -> list[Run]:
        """The days of a seat that this version measures."""
        within = [ALWAYS] if self.continued else [self.version.days]
        return meet_all(self.days.get(seat.index, ()), within)

    def _make_units(self) -> None:
        """unit, seat, position, participant, and the unit's first and next day here."""
        seats = self.seats()
        groups: dict[object, list[Assignment]] = {}
        for seat in seats:
            key = seat.participant if self.block.measured_for == "the participant" else seat.index
            groups.setdefault(key, []).append(seat)
        rows = []
        for members in groups.values():
            runs = [run for seat in members for run in self.own_days(seat)]
            first = min((run[0] for run in runs), default=date.max)
            following = max((run[1] for run in runs), default=date.max)
            rows += [
                (members[0].index, seat.index, seat.position, seat.participant, first, following)
                for seat in members
            ]
        columns = list(zip(*rows, strict=True)) or [()] * 6
        kinds = [pa.int32(), pa.int32(), pa.string(), pa.string(), pa.date32(), pa.date32()]
        names = ["unit", "seat", "position", "participant", "first", "next"]
        arrays = {
            name: pa.array(list(values), kind)
            for name, values, kind in zip(names, columns, kinds, strict=True)
        }
        self.backend.load(self.units, pa.table(arrays))

    # names

    def scope(self, name: str) -> Term:
        """A name as the component's formulas mean it, at a point."""
        own = self.main
        if name == "measure":
            return own.term
        if name == "attainment":
            return self.attainment(own)
        if name == "quota":
            return self.quota(own) or Blank()
        if name == "target_incentive":
            return self.target_incentive()
        if name == "period":
            return terms.Text("p.period")
        for function in ("attainment", "measure"):
            if name.startswith(f'{function}("'):
                other = self.named(name[len(function) + 2 : -2])
                return self.attainment(other) if function == "attainment" else other.term
        if name in self.version.plan.measures:
            return self.named(name).term
        if "(" in name:
            return self._aggregate_of_own(name)
        periodic = by_period(self.version.plan, name, "p.period")
        if periodic is not None:
            return periodic
        found = self._seat_column(name)
        if found is None:
            raise refuse("P310", f'"{name}" is no measure, value or field of the seat here.', "Define it.")
        return found

    def _seat_column(self, name: str) -> Term | None:
        fields = self.version.fields(self.days)
        term = fields.term(name)
        if term is None:
            return None
        if name not in self.seat_columns:
            alias = f"s{len(self.seat_columns)}"
            self.columns.append(f"s.{fields.aliases[name]} AS {alias}")
            self.seat_columns[name] = (
                Number(f"p.{alias}", term.scale, term.bound)
                if isinstance(term, Number)
                else terms.Text(f"COALESCE(p.{alias}, '')")
            )
        return self.seat_columns[name]

    @property
    def main(self) -> Measured:
        """The component's own measure."""
        return self._measure("", self.block, self.component)

    def named(self, name: str) -> Measured:
        """Another measure of the plan, or the measure of another component."""
        plan = self.version.plan
        other = plan.block(name)
        if other is None:
            raise refuse("P310", f'"{name}" is no measure or component of this plan.', "Define it.")
        if other is self.component or plan.whole(other) is self.block:
            return self.main
        return self._measure(name, plan.whole(other), other)

    # measures

    def _measure(self, name: str, block: Measure, owner: Measure) -> Measured:
        if name in self.measured:
            return self.measured[name]
        index = len(self.measured)
        measured = Measured(block, index, literal(0))
        self.measured[name] = measured
        if index and block is not self.block:
            self._other_window(index, block)
        else:
            self.turn_dates[f"f{index}"] = [turn.first for turn in self.turns]
            self.turn_dates[f"w{index}"] = [turn.window.first for turn in self.turns]
        if block.measure is not None:
            measured.term = self._aggregate(index, block, block.measure)
            measured.ratio_status = self._ratio_status(index, block, block.measure)
        return measured

    def _other_window(self, index: int, block: Measure) -> None:
        window = block.over or Window(self.version.timing.pay_unit)
        firsts, wholes = [], []
        for turn in self.turns:
            whole = self.version.timing.window_at(window, turn.until - timedelta(days=1), turn.until)
            wholes.append(whole.first)
            firsts.append(whole.first if self.continued else max(whole.first, self.version.days[0]))
        self.turn_dates[f"f{index}"], self.turn_dates[f"w{index}"] = firsts, wholes

    def credit_set(self, block: Measure) -> CreditSet:
        """The credits that a block measures."""
        owner: Measure = block
        while owner.credit_of:
            found = self.version.plan.block(owner.credit_of)
            assert found is not None, owner.credit_of
            owner = self.version.plan.whole(found)
        return self.version.credits(owner, self.component)

    def _aggregate(self, index: int, block: Measure, measure: Expression) -> Numeric:
        """The measure's formula over its sums and counts, each a column of the points."""
        credits = self.credit_set(block)
        cells = self.cells[index] = _Cells(self, index, credits)
        term = number_of(measure, cells.aggregate)
        self.stages.append((f"m{index}", cells.select))  # type: ignore[arg-type]
        return term

    def _aggregate_of_own(self, text: str) -> Term:
        """A sum or count in a condition, over the component's own credits."""
        self.main  # noqa: B018
        cells = _Cells(self, len(self.measured) + len(self.stages) + 50, self.credit_set(self.block))
        cells.first = "f0"
        term = cells.aggregate(text)
        self.stages.append((f"m{cells.index}", cells.select))  # type: ignore[arg-type]
        return term

    def _ratio_status(self, index: int, block: Measure, measure: Expression) -> str:
        """The exception where a divisor of the measure cannot divide, blank where all is well or none divides."""
        bottoms = [node.expression for node in measure.tree.find_all(exp.Div)]
        averaged = any(measure.tree.find_all(exp.Avg))
        parts = [
            Expression(
                measure.text,
                measure.place,
                bottom,
                measure.names,
                measure.titles,
                None,
                measure.origin,
                measure.offsets,
            )
            for bottom in bottoms
        ]
        numbers_ = [terms.pair(number_of(part, self.cells[index].aggregate)) for part in parts]
        if averaged:
            numbers_.append(terms.pair(self.cells[index].aggregate("count(*)")))  # type: ignore[arg-type]
        cases = [
            f"WHEN {n.numerator.sql} = 0 OR {n.numerator.sql} IS NULL THEN 'ratio_zero'" for n in numbers_
        ]
        cases += [f"WHEN {n.numerator.sql} < 0 THEN 'ratio_negative'" for n in numbers_]
        return f"CASE {' '.join(cases)} ELSE '' END" if cases else ""

    # amounts of windows

    def quota(self, measured: Measured) -> Numeric | None:
        """The quota of a measure as a number ÷ divisor, NULL where it is missing; None where none is said."""
        block, index = measured.block, measured.index
        if block.quota is None:
            return None
        if measured.quota is None:
            name = f"{self.name}_q{index}"
            windows = self._windows(f"w{index}", block.over)
            if isinstance(block.quota, AmountPer):
                prorated: Prorated | None = self._fixed(name, "quota", block.quota, windows)
            else:
                known = self.version.known
                prorated = quota_rows(
                    known, self._weights(), self.version.calendar, name, self.units, block.quota, windows
                )
            whole = block.quota_counts == "in full" or not (block.over and block.over.to_date)
            measured.quota = self._amount(f"q{index}", prorated, f"w{index}", whole)
            beyond = f"COALESCE(p.q{index}_beyond, 0) > 0" if prorated and not whole else "FALSE"
            q = f"p.q{index}" if prorated else "NULL"
            measured.status = (
                f"CASE WHEN {beyond} THEN 'quota_goes_beyond' WHEN {q} IS NULL THEN 'quota_missing' "
                f"WHEN {q} = 0 THEN 'quota_zero' WHEN {q} < 0 THEN 'quota_negative' ELSE '' END"
            )
        return measured.quota

    def attainment(self, measured: Measured) -> Numeric:
        """Measure ÷ quota, NULL where the quota is not positive."""
        quota = self.quota(measured)
        if quota is None:
            raise refuse("P203", "attainment needs a quota.", "Add `quota:` to the measure.", self._place())
        measured.asked = True
        top = quota.numerator if isinstance(quota, Quotient) else quota
        divisor = quota.denominator if isinstance(quota, Quotient) else literal(1)
        positive = Number(f"CASE WHEN {top.sql} > 0 THEN {top.cast()} END", top.scale, top.bound)
        measure = terms.pair(measured.term)
        return Quotient(
            numbers.multiply(measure.numerator, divisor),
            positive if measure.denominator == terms.ONE else numbers.multiply(measure.denominator, positive),
        )

    def target_incentive(self) -> Numeric:
        """The target incentive of the window, with the component's weight."""
        if "target" not in self.amounts:
            self.main  # noqa: B018
            plan, component = self.version.plan, self.component
            said = component.target_incentive or plan.target_incentive
            if said is None:
                raise refuse(
                    "P203", "there is no target incentive.", "Add `target incentive:`.", self._place()
                )
            windows = self._windows("w0", self.block.over)
            whole = self.block.quota_counts != "to date"
            if isinstance(said, AmountPer):
                prorated: Prorated | None = self._fixed(f"{self.name}_ti", "target incentive", said, windows)
            else:
                prorated = self._individual(said, windows)
            target = self._amount("ti", prorated, "w0", whole)
            if not isinstance(said, AmountPer):
                self.missing = "CASE WHEN p.ti IS NULL THEN 'target_incentive_missing' ELSE '' END"
            weight = component.weight
            self.amounts["target"] = terms.times(target, literal(weight)) if weight is not None else target
        return self.amounts["target"]

    def limit(self, kind: str, amount: AmountPer, column: str, spans: list[Span]) -> Numeric:
        """A cap or floor per UNIT for the unit that holds each turn; `column` names that unit's first day."""
        key = f"{kind} {amount} {column}"
        if key not in self.amounts:
            name = f"l{len(self.amounts)}"
            prorated = self._fixed(f"{self.name}_{name}", kind, amount, spans)
            self.amounts[key] = self._amount(name, prorated, column, True)
        return self.amounts[key]

    def _windows(self, column: str, window: Window | None) -> list[Span]:
        if window is not None and window.unit == "anniversary year":
            raise refuse(
                "P900", "amounts of an anniversary year are not calculated yet.", "Use a calendar year."
            )
        found = {}
        for first, turn in zip(self.turn_dates[column], self.turns, strict=True):
            own = turn.window
            if first != own.first and window is not None:
                own = self.version.timing.window_at(window, turn.until - timedelta(days=1), turn.until)
            found[own.first] = own
        return list(found.values())

    def _weights(self):  # type: ignore[no-untyped-def]
        return self.version.weights({seat.index: self.own_days(seat) for seat in self.seats()})

    def _fixed(self, name: str, kind: str, amount: AmountPer, windows: list[Span]) -> Prorated:
        per = (
            "period" if amount.per == "month" and not self.version.calendar.spans.get("month") else amount.per
        )
        pieces = [piece for window in windows for piece in pieces_of(self.version.calendar, window, per)]
        if isinstance(amount.amount, str):
            fields = self.version.fields(self.days)
            term = fields.term(amount.amount)
            if not isinstance(term, Number):
                raise refuse(
                    "P310", f'"{amount.amount}" is no number of the seat.', "Define it under `values`."
                )
            join = fields.join("u.seat")
            return fixed(self.version.known, self._weights(), name, kind, self.units, pieces, term, join)
        return fixed(
            self.version.known, self._weights(), name, kind, self.units, pieces, literal(amount.amount)
        )

    def _individual(self, said: str, windows: list[Span]) -> Prorated | None:
        """Target incentives from their table: of the position or of the participant; the component's own goes first."""
        known = self.version.known
        key = "position" if said == "of the position" else "participant"
        rows = [row for row in known.fetch("target_incentives") if row.get(key)]
        own = {str(row[key]): row for row in rows if not row.get("component")}
        own |= {str(row[key]): row for row in rows if row.get("component") == self.component.title}
        seats = [seat for seat in self.seats() if getattr(seat, key) in own]
        if not seats:
            return None
        pieces = {
            per: [piece for window in windows for piece in pieces_of(self.version.calendar, window, per)]
            for per in sorted({str(own[getattr(seat, key)]["per"]) for seat in seats})
        }
        weights = self._weights()
        whole = weights.whole("target incentive")
        divisor = lcm(*(divisor_of(each, weights.count(), whole) for each in pieces.values()))
        made = []
        for number, (per, parts) in enumerate(pieces.items()):
            amounts = {seat.index: own[getattr(seat, key)]["amount"] for seat in seats if own[getattr(seat, key)]["per"] == per}
            made.append(self._of_seats(f"{self.name}_ti{number}", amounts, parts, divisor))
        value = aligned([one.value for one in made])[0]
        assert isinstance(value, Number)
        selects = [
            f"SELECT unit, span, first, next, {one.value.at(value.scale, value.bound)} AS value FROM {one.table}" for one in made
        ]
        self.backend.create(f"{self.name}_ti", " UNION ALL ".join(selects))
        return Prorated(f"{self.name}_ti", Number("value", value.scale, value.bound), divisor)

    def _of_seats(self, name: str, amounts: dict[int, object], pieces: list[Piece], divisor: int) -> Prorated:
        """An amount of each seat, prorated."""
        exact = [Decimal(str(amount)) for amount in amounts.values()]
        scale = max(0, *(-int(amount.as_tuple().exponent) for amount in exact))
        bound = int(max(exact)) + 1
        arrays = {
            "seat": pa.array(list(amounts), pa.int32()),
            "amount": pa.array(exact, pa.decimal128(len(str(bound)) + scale, scale)),
        }
        self.backend.load(f"{name}_amounts", pa.table(arrays))
        join = f" INNER JOIN {name}_amounts AS t ON t.seat = u.seat"
        amount = Number("t.amount", scale, bound)
        known = self.version.known
        return fixed(known, self._weights(), name, "target incentive", self.units, pieces, amount, join, divisor)

    def _amount(self, name: str, prorated: Prorated | None, column: str, whole: bool) -> Numeric:
        if prorated is None:
            self.columns.append(f"CAST(NULL AS DECIMAL(1, 0)) AS {name}")
            return Number(f"p.{name}", 0, 1)
        value = numbers.total(Number("a.value", prorated.value.scale, prorated.value.bound), 60)
        begun = "" if whole else " AND a.first < p.until"
        select = (
            f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, {value.sql} AS {name}, "
            f"SUM(CASE WHEN a.next > p.ends THEN 1 ELSE 0 END) AS {name}_beyond FROM @points AS p "
            f"INNER JOIN {prorated.table} AS a ON a.unit = p.unit AND a.span = p.{column}{begun} GROUP BY p.unit, p.seq, p.eve"
        )
        self.joins.append(
            f"LEFT JOIN ({select}) AS {name} ON {name}.unit = p.unit AND {name}.seq = p.seq AND {name}.eve = p.eve"
        )
        self.columns += [f"{name}.{name} AS {name}", f"{name}.{name}_beyond AS {name}_beyond"]
        top = Number(f"p.{name}", value.scale, value.bound)
        return top if prorated.divisor == 1 else Quotient(top, literal(prorated.divisor))

    def _place(self):  # type: ignore[no-untyped-def]
        return self.version.plan.source.place(self.component.path)

    def opened(self) -> dict[int, date]:
        """Of each unit with opening credits the last day of them."""
        if not self.version.known.has("opening_credits") or self.block.measure is None:
            return {}
        return self.credit_set(self.block).opened()

    def feeds(self) -> str:
        """Which seats' credits a unit counts: its own, or with `the position` those of all its holders."""
        if self.block.measured_for != "the position":
            return self.units
        same = f"{self.units} AS a INNER JOIN {self.units} AS b ON b.position = a.position"
        return f"(SELECT a.unit AS unit, b.seat AS seat FROM {same})"

    # making

    def make(self) -> str:
        """The table of points with every column that was asked for; its name."""
        self._make_turns()
        points = f"{self.name}_points"
        self.backend.create(points, self._points())
        kept = [f"p.{column} AS {column}" for column in (*POINT, *self.turn_dates)]
        joins, columns = [], list(self.columns)
        for name, select in self.stages:
            made = select()  # type: ignore[operator]
            joins.append(
                f"LEFT JOIN ({made}) AS {name} ON {name}.unit = p.unit AND {name}.seq = p.seq AND {name}.eve = p.eve"
            )
        joins += [join.replace("@points", points) for join in self.joins]
        if self.seat_columns:
            joins.append(self.version.fields(self.days).join("p.unit"))
        name = f"{self.name}_measured"
        select = f"SELECT {', '.join(kept + columns)} FROM {points} AS p {' '.join(joins)}"
        counts = [f"COALESCE({stage}.n, 0)" for stage, _ in self.stages]
        some = f" OR {' + '.join(counts)} > 0" if counts else ""
        self.backend.create(name, f"{select} WHERE p.held = 1{some}")
        return name

    def _make_turns(self) -> None:
        def days(values: list[date]) -> pa.Array:
            return pa.array(values, pa.date32())

        turns = self.turns
        arrays = {
            "seq": pa.array([turn.seq for turn in turns], pa.int32()),
            "eve": pa.array([1 if turn.eve else 0 for turn in turns], pa.int32()),
            "chain": pa.array([turn.chain for turn in turns], pa.int32()),
            "period": pa.array([turn.period for turn in turns], pa.string()),
            "paid": days([turn.paid for turn in turns]),
            "span": days([turn.window.first for turn in turns]),
            "first": days([turn.first for turn in turns]),
            "until": days([turn.until for turn in turns]),
            "start": days([turn.start for turn in turns]),
            "ends": days([turn.ends for turn in turns]),
        }
        arrays |= {name: days(values) for name, values in self.turn_dates.items()}
        self.backend.load(f"{self.name}_turns", pa.table(arrays))

    def _points(self) -> str:
        extra = "".join(f", t.{name} AS {name}" for name in self.turn_dates)
        units = f"(SELECT unit, MIN(first) AS first, MAX(next) AS next FROM {self.units} GROUP BY unit)"
        until = "LEAST(t.until, u.next)" if self.block.measured_for == "the position" else "t.until"
        held = "CASE WHEN u.first < t.until AND u.next > t.first THEN 1 ELSE 0 END"
        select = (
            f"SELECT u.unit AS unit, t.seq AS seq, t.eve AS eve, t.chain AS chain, t.period AS period, t.paid AS paid, "
            f"t.span AS span, t.first AS first, {until} AS until, t.start AS start, t.ends AS ends, {held} AS held, u.first AS begun{extra} "
            f"FROM {units} AS u CROSS JOIN {self.name}_turns AS t"
        )
        if self.window.unit == "anniversary year":
            return self._anniversary_points()
        if self.block.measured_for != "the position":
            return select
        seated = f"{select} WHERE u.first < t.until AND u.next > t.first"
        eve = (
            f"SELECT u.unit AS unit, t.seq AS seq, CAST(1 AS INT) AS eve, t.chain AS chain, t.period AS period, t.paid AS paid, "
            f"t.span AS span, t.first AS first, u.first AS until, t.start AS start, t.ends AS ends, CAST(1 AS INT) AS held, u.first AS begun{extra} "
            f"FROM {units} AS u CROSS JOIN {self.name}_turns AS t WHERE u.first > t.first AND u.first >= t.start AND u.first < t.until AND t.eve = 0"
        )
        return f"{seated} UNION ALL {eve}"

    def _anniversary_points(self) -> str:
        """Turns cut where a participant's own year ends, each with its window."""
        rows: dict[str, list[object]] = {name: [] for name in (*POINT, *self.turn_dates)}
        for seat in self.seats():
            runs = self.own_days(seat)
            hired = self.version.roster.hired(seat.participant) or seat.first
            for turn in self.turns:
                for number, run in enumerate(anniversaries(hired, turn.start, turn.until)):
                    first, until = max(run[0], self.version.days[0]), min(run[1], turn.until)
                    values: dict[str, object] = {
                        "unit": seat.index, "seq": turn.seq * 2 + number, "eve": 0, "chain": run[0].toordinal(),
                        "period": turn.period, "paid": turn.paid, "span": run[0], "first": first, "until": until,
                        "start": max(run[0], turn.start), "ends": turn.ends,
                        "begun": runs[0][0] if runs else until,
                        "held": int(any(r[0] < until and r[1] > first for r in runs)),
                    }  # fmt: skip
                    values |= dict.fromkeys(self.turn_dates, first)
                    for name, value in values.items():
                        rows[name].append(value)
        kinds: dict[str, pa.DataType] = dict.fromkeys(rows, pa.date32())
        kinds |= dict.fromkeys(("unit", "seq", "eve", "chain", "held"), pa.int32()) | {"period": pa.string()}
        table = f"{self.name}_own_turns"
        self.backend.load(
            table, pa.table({name: pa.array(values, kinds[name]) for name, values in rows.items()})
        )
        return f"SELECT {', '.join(f'o.{name} AS {name}' for name in rows)} FROM {table} AS o"


class _Cells:
    """Credits summed by seat and day, so that every window is a sum of few cells; and the windows' sums."""

    def __init__(self, evaluation: Evaluation, index: int, credits: CreditSet) -> None:
        self.evaluation, self.index, self.credits = evaluation, index, credits
        self.first = f"f{index}"
        self.sums: dict[str, tuple[str, Number]] = {}
        self.distinct: dict[str, tuple[str, Term]] = {}

    def aggregate(self, text: str) -> Term:
        """A sum or count as a column of the points."""
        tree = exp.maybe_parse(text, dialect="duckdb")
        rows = max(self.evaluation.version.rows_of(self.credits), 1)
        if isinstance(tree, exp.Avg):
            total = self._sum(tree.this, rows)
            return terms.over(total, self._count(rows))
        if isinstance(tree, exp.Sum):
            return self._sum(tree.this, rows)
        if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct):
            name = tree.this.expressions[0].sql()
            alias = f"m{self.index}_d{len(self.distinct)}"
            self.distinct.setdefault(name, (alias, self.credits.field(name)))
            return self._column(self.distinct[name][0], 0, rows)
        return self._count(rows)

    def _count(self, rows: int) -> Number:
        return self._column("n", 0, rows)

    def _column(self, alias: str, scale: int, bound: int) -> Number:
        name = f"m{self.index}_{alias}" if alias == "n" else alias
        column = f"m{self.index}.{alias} AS {name}"
        if column not in self.evaluation.columns:
            self.evaluation.columns.append(column)
        made = Number(f"p.{name}", scale, bound)
        return Number(f"COALESCE(CAST(p.{name} AS {made.type}), CAST('0' AS {made.type}))", scale, bound)

    def _sum(self, argument: exp.Expr, rows: int) -> Number:
        text = argument.sql()
        if text not in self.sums:
            alias = f"m{self.index}_a{len(self.sums)}"
            if text == "credit":
                value = self.credits.credit
            else:
                found = self._shared(argument)
                value = found
            self.sums[text] = (alias, value)
        alias, value = self.sums[text]
        return self._column(alias, value.scale, value.bound * rows)

    def _shared(self, argument: exp.Expr) -> Number:
        """A field or formula at the credit's share."""
        fields = {column.sql(): self.credits.field(column.sql()) for column in argument.find_all(exp.Column)}
        fake = Expression(argument.sql(), None, argument, frozenset(fields), frozenset(), None, None, {})  # type: ignore[arg-type]
        term = term_of(fake, lambda name: self.credits.credit if name == "credit" else fields[name])
        if isinstance(term, Quotient):
            raise refuse("P900", f"sum({argument.sql()}) adds quotients.", "Divide the sums instead.")
        if not isinstance(term, Number):
            return Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
        if self.credits.shares_differ:
            return numbers.multiply(term, Number("CAST(c.share AS DECIMAL(9, 6))", 6, 100))
        return term

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
        picked = ", ".join(["u.unit AS unit", f"{cell} AS day", "COUNT(*) AS n", *sums])
        evaluation.backend.create(
            cells,
            f"SELECT {picked} FROM {table} AS c{join} INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat WHERE c.seat >= 0 GROUP BY u.unit, {cell}",
        )
        select = self._windows(cells, rows)
        points = f"{evaluation.name}_points"
        for alias, term in self.distinct.values():
            select = self._counted(select, alias, term, points, table)
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
        picked = ", ".join(["u.unit AS unit", "c.day AS day", "CAST(SUM(c.n) AS BIGINT) AS n", *total])
        evaluation.backend.create(
            cells,
            f"SELECT {picked} FROM {sums.table} AS c INNER JOIN {evaluation.feeds()} AS u ON u.seat = c.seat GROUP BY u.unit, c.day",
        )

    def _windows(self, cells: str, rows: int) -> str:
        """Sums of the cells in each point's window."""
        points = f"{self.evaluation.name}_points"
        totals = [
            f"{numbers.total(Number(f'c.{alias}', value.scale, value.bound * rows), 1).sql} AS {alias}"
            for alias, value in self.sums.values()
        ]
        columns = ", ".join(
            ["p.unit AS unit", "p.seq AS seq", "p.eve AS eve", "CAST(SUM(c.n) AS BIGINT) AS n", *totals]
        )
        within = f"c.day >= p.{self.first} AND c.day < p.until"
        select = f"SELECT {columns} FROM {points} AS p INNER JOIN {cells} AS c ON c.unit = p.unit AND {within} GROUP BY p.unit, p.seq, p.eve"
        return select

    def _counted(self, select: str, alias: str, term: Term, points: str, table: str) -> str:
        """Adds a count of the different values of a field in each point's window."""
        counted = (
            f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, COUNT(DISTINCT NULLIF({term.sql}, '')) AS {alias} FROM {points} AS p "  # type: ignore[union-attr]
            f"INNER JOIN {self.evaluation.feeds()} AS u ON u.unit = p.unit INNER JOIN {table} AS c ON c.seat = u.seat "
            f"AND c.credit_date >= p.{self.first} AND c.credit_date < p.until GROUP BY p.unit, p.seq, p.eve"
        )
        return (
            f"SELECT a.*, d.{alias} AS {alias} FROM ({select}) AS a LEFT JOIN ({counted}) AS d "
            f"ON d.unit = a.unit AND d.seq = a.seq AND d.eve = a.eve"
        )

    def _by_day(self) -> bool:
        evaluation = self.evaluation
        own = (
            evaluation.window.unit in ("anniversary year", "week")
            or evaluation.block.measured_for == "the position"
        )
        edges = {turn.until for turn in evaluation.turns} | {
            day for days in evaluation.turn_dates.values() for day in days
        }
        return own or evaluation.version.cuts_cells(edges)
