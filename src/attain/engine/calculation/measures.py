"""Measuring: aggregates of credits over the windows of turns, quotas and target incentives beside them.

An evaluation collects what the formulas of a component ask for, then makes one table with a row
for each unit and turn: the unit is the seat, the position or the participant that is measured.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.across import AcrossCells
from attain.engine.calculation.cells import Cells
from attain.engine.calculation.continuing import Link, links, measure_links
from attain.engine.calculation.counted_days import counted
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.intervals import Run, meet_all
from attain.engine.calculation.placing import placed
from attain.engine.calculation.points import POINT, make_turns, points_select
from attain.engine.calculation.roster import Assignment
from attain.engine.calculation.seats import by_period
from attain.engine.calculation.target_incentives import target_incentive_of
from attain.engine.calculation.terms import Blank, Numeric, Quotient, Term
from attain.engine.calculation.uncredited import opened
from attain.engine.calculation.undefined import Use, codes_of
from attain.engine.calculation.units import make_units, members
from attain.engine.calculation.versions import Version
from attain.engine.calculation.window_amounts import counts_to_date, make_quota
from attain.engine.calculation.windows import Turn
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer, Window
from attain.engine.values.problems import Place, refuse

KEYS = ("unit", "seq", "eve")


@dataclass
class Measured:
    """One measure block at the points of a component: its terms over alias `p`."""

    block: Measure
    index: int
    term: Numeric
    quota: Numeric | None = None
    status: str = ""
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
    stages: list[tuple[str, Callable[[], str]]] = field(default_factory=list)
    turn_dates: dict[str, list[date]] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    amounts: dict[str, Numeric] = field(default_factory=dict)
    seat_columns: dict[str, Term] = field(default_factory=dict)
    cells: dict[int, Cells] = field(default_factory=dict)
    own_aggregates: dict[str, Cells] = field(default_factory=dict)
    asked_numbers: dict[str, Number] = field(default_factory=dict)
    links: dict[int, list[Link]] = field(default_factory=dict)
    day_tables: set[str] = field(default_factory=set)
    members: dict[int, list[Assignment]] = field(default_factory=dict)
    units: str = ""
    uses: list[Use] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.block = self.version.plan.whole(self.component)
        self.links[id(self.block)] = links(self.version, self.component)
        self.turns = self.version.timing.turns(self.block, self.since(self.block))
        self.days = self.version.component_days(self.component)
        self.units = f"{self.name}_units"
        self.members = members(self)
        make_units(self)

    @property
    def backend(self) -> Backend:
        """The engine."""
        return self.version.known.backend

    @property
    def window(self) -> Window:
        """The window of the component's measure."""
        return self.block.over or Window(self.version.timing.pay_unit)

    def seats(self) -> list[Assignment]:
        """Seats that the component may pay, in order."""
        return [self.version.roster.assignments[index] for index in sorted(self.days)]

    def holders(self, position: str) -> list[Assignment]:
        """The seats of one position that the component may pay, in order."""
        held = self.version.roster.holders.get(position, ())
        return [seat for seat in held if seat.index in self.days]

    def since(self, block: Measure) -> date:
        """The first day of the earliest version that a block continues, its own version's where it does not."""
        return self.links[id(block)][-1][0].days[0]

    def own_days(self, seat: Assignment) -> list[Run]:
        """The days of a seat that this version measures, with those that it continues."""
        within = (self.since(self.block), self.version.days[1])
        return meet_all(self.days.get(seat.index, ()), [within])

    def quota_days(self, seat: Assignment) -> list[Run]:
        """The days of a seat that count for the quota of the component's own measure."""
        return meet_all(self.days.get(seat.index, ()), [counted(self, self.block, "quota")])

    def number(self, name: str, scale: int, bound: int) -> Number:
        """A column of numbers of the points, with its bound as far as it is known."""
        return self.asked_numbers.setdefault(name, Number(f"p.{name}", scale, bound))

    def tighten(self, table: str) -> None:
        """Bounds of the columns from what stands in them, so that formulas need no more digits than they do."""
        if not self.asked_numbers:
            return
        most = ", ".join(f"MAX(ABS({name})) AS {name}" for name in self.asked_numbers)
        row = self.backend.fetch(f"SELECT {most} FROM {table}").to_pylist()[0]
        for name, number in self.asked_numbers.items():
            self.asked_numbers[name] = Number(number.sql, number.scale, int(row[name] or 0) + 1)
        for measured in self.measured.values():
            if measured.block.measure is not None:
                measured.term = self._formula(measured, measured.block.measure)
            measured.quota = self._tight(measured.quota)
        self.amounts = {
            key: tight for key, number in self.amounts.items() if (tight := self._tight(number)) is not None
        }

    def _tight(self, amount: Numeric | None) -> Numeric | None:
        """An amount column with the bound that is known now."""
        if isinstance(amount, Quotient):
            return Quotient(
                self.asked_numbers.get(amount.top.sql[2:], amount.top), amount.bottom, amount.factor
            )
        return self.asked_numbers.get(amount.sql[2:], amount) if amount is not None else None

    # names

    def scope(self, name: str) -> Term:
        """A name as the component's formulas mean it, at a point."""
        own = self.main
        if name == "measure":
            return self.level(own)
        if name == "attainment":
            return self.attainment(own)
        if name == "quota":
            quota = self.quota(own)
            self._note(own, own.status)
            return quota or Blank()
        if name == "target_incentive":
            return self.target_incentive()
        if name == "period":
            return terms.Text("p.period")
        for function in ("attainment", "measure"):
            if name.startswith(f'{function}("'):
                other = self.named(name[len(function) + 2 : -2])
                return self.attainment(other) if function == "attainment" else self.level(other)
        if name in self.version.plan.measures:
            return self.level(self.named(name))
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
        if id(block) not in self.links:
            self.links[id(block)] = (
                links(self.version, owner)
                if isinstance(owner, Component)
                else measure_links(self.version, self.component, name)
            )
        if index and block is not self.block:
            self._other_window(index, block)
        else:
            self.turn_dates[f"f{index}"] = [turn.first for turn in self.turns]
            self.turn_dates[f"w{index}"] = [turn.window.first for turn in self.turns]
        if block.measure is not None:
            cells = Cells(self, index, self.credit_set(block), counts_to_date(block))
            if block.across is not None:
                cells = AcrossCells(self, index, self.credit_set(block), block.across, block.measure)
            self.cells[index] = cells
            cells.term(block.measure)
            self.stages.append((f"m{index}", cells.select))
            measured.ratio_status = cells.ratio_status(block.measure)
            measured.term = self._formula(measured, block.measure)
        return measured

    def _formula(self, measured: Measured, measure: Expression) -> Numeric:
        """The measure's formula over its sums and counts, each a column of the points; NULL where a divisor cannot
        divide, 1 where it then counts as 100 %."""
        term = self.cells[measured.index].term(measure)
        if not measured.ratio_status:
            return term
        nothing: Numeric = Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
        whole = [
            (f"{measured.ratio_status} = '{code}'", literal(1))
            for code, policy in codes_of(measured.block.denominator)
            if code.startswith("ratio") and policy == "100 %"
        ]
        return terms.chosen([*whole, (f"{measured.ratio_status} <> ''", nothing)], term)

    @contextmanager
    def noting(self) -> Iterator[list[Use]]:
        """What formulas that are made within need of quotas, divisors and target incentives, in order."""
        before, self.uses = self.uses, []
        try:
            yield self.uses
        finally:
            self.uses = before

    def _note(self, measured: Measured, status: str, role: str = "name") -> None:
        if status:
            use = Use(status, tuple(codes_of(measured.block.denominator)), role)
            if use not in self.uses:
                self.uses.append(use)

    def _note_short(self, measured: Measured) -> None:
        if measured is self.main and self.short:
            self._note(measured, f"CASE WHEN {self.short} THEN 'window_short' ELSE '' END")

    def level(self, measured: Measured, role: str = "name") -> Numeric:
        """A measure at the points, where it stands in a formula; `role` says what for."""
        self._note_short(measured)
        self._note(measured, measured.ratio_status, role)
        return measured.term

    @property
    def short(self) -> str:
        """The condition that a rolling window is not full and earns nothing; blank where there is none."""
        unfull = self.window.last is not None and self.block.short_window in (None, "no earning")
        return "p.begun > p.span" if unfull else ""

    def _other_window(self, index: int, block: Measure) -> None:
        window = block.over or Window(self.version.timing.pay_unit)
        firsts, wholes = [], []
        for turn in self.turns:
            whole = self.version.timing.window_at(window, turn.until - timedelta(days=1), turn.ends)
            wholes.append(whole.first)
            firsts.append(max(whole.first, self.since(block)))
        self.turn_dates[f"f{index}"], self.turn_dates[f"w{index}"] = firsts, wholes

    def credit_set(self, block: Measure) -> CreditSet:
        """The credits that a block measures."""
        plan, owner = self.version.plan, self.version.rules_of_block(block)
        others = (each for each in plan.components.values() if plan.whole(each) is block)
        component = self.component if block is self.block else next(others, self.component)
        return self.version.credits(owner, component, self.links[id(block)][1:])

    def _aggregate_of_own(self, text: str) -> Term:
        """A sum or count in a condition, over the component's own credits."""
        _ = self.main
        if text not in self.own_aggregates:
            index = len(self.measured) + len(self.stages) + 50
            cells = self.own_aggregates[text] = Cells(
                self, index, self.credit_set(self.block), counts_to_date(self.block)
            )
            cells.first = "f0"
            self.stages.append((f"m{index}", cells.select))
        return self.own_aggregates[text].aggregate(text)

    # amounts of windows

    def quota(self, measured: Measured) -> Numeric | None:
        """The quota of a measure as a number ÷ divisor, NULL where it is missing; None where none is said."""
        block = measured.block
        if block.quota is None:
            return None
        if measured.quota is None:
            with placed(self.version.plan, block.path_of("quota")):
                make_quota(self, measured, block.quota)
        return measured.quota

    def attainment(self, measured: Measured, role: str = "name") -> Numeric:
        """Measure ÷ quota, NULL where the quota is not positive; 1 where either counts as 100 %."""
        quota = self.quota(measured)
        if quota is None:
            raise refuse("P203", "attainment needs a quota.", "Add `quota:` to the measure.", self.place())
        status = self.attained(measured)
        self._note_short(measured)
        self._note(measured, status, role)
        top, factor = (quota.top, quota.factor) if isinstance(quota, Quotient) else (quota, Fraction(1))
        positive = Number(f"CASE WHEN {top.sql} > 0 THEN {top.cast()} END", top.scale, top.bound)
        plain = terms.divided(measured.term, Quotient(positive, terms.ONE, factor))
        whole = [code for code, policy in codes_of(measured.block.denominator) if policy == "100 %"]
        if not whole:
            return plain
        listed = ", ".join(f"'{code}'" for code in whole)
        return terms.chosen([(f"({status}) IN ({listed})", literal(1))], plain)

    def attained(self, measured: Measured) -> str:
        """What is undefined of an attainment: its quota, else its measure."""
        if not measured.ratio_status:
            return measured.status
        quota = measured.status
        return f"CASE WHEN ({quota}) <> '' THEN ({quota}) ELSE ({measured.ratio_status}) END"

    def target_incentive(self) -> Numeric:
        """The target incentive of the window, with the component's weight."""
        _ = self.main
        if "target" not in self.amounts:
            self.amounts["target"] = target_incentive_of(self)
        if not isinstance(self.component.target_incentive or self.version.plan.target_incentive, AmountPer):
            missing = "CASE WHEN p.ti IS NULL THEN 'target_incentive_missing' ELSE '' END"
            self._note(self.main, missing)
        weight, target = self.component.weight, self.amounts["target"]
        return terms.times(target, literal(weight)) if weight is not None else target

    def place(self) -> Place:
        """Where the component stands in its plan."""
        return self.version.plan.source.place(self.component.path)

    def opened(self) -> dict[int, date]:
        """Of each unit with opening credits, which count to date, the last day of them."""
        if not self.window.to_date or not self.version.known.has("opening_credits") or not self.block.measure:
            return {}
        of_seats = opened(self.credit_set(self.block))
        found: dict[int, date] = {}
        for unit, seats in self.members.items():
            days = [of_seats[seat.index] for seat in seats if seat.index in of_seats]
            if days:
                found[unit] = max(days)
        return found

    def feeds(self) -> str:
        """Which seats' credits a unit counts (unit, seat, own, until): with `the position` also, until the seat's
        first day, those of who held it before.
        """
        return f"{self.units}_fed"

    @property
    def inherits(self) -> bool:
        """Whether units count credits of seats that are not their own."""
        return self.block.measured_for == "the position"

    # making

    def make(self) -> str:
        """The table of points with every column that was asked for; its name."""
        make_turns(self)
        points = f"{self.name}_points"
        self.backend.create(points, points_select(self))
        fresh = "".join(f" + COALESCE({stage}.fresh, 0)" for stage, _ in self.stages)
        own = f"CASE WHEN p.own = 1 OR 0{fresh} > 0 THEN 1 ELSE 0 END AS own"
        kept = [own if name == "own" else f"p.{name} AS {name}" for name in (*POINT, *self.turn_dates)]
        joins, columns = [], list(self.columns)
        for name, made in self.stages:
            joins.append(
                f"LEFT JOIN ({made()}) AS {name} ON {name}.unit = p.unit AND {name}.seq = p.seq AND {name}.eve = p.eve"
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
