"""Seats: one assignment under one plan title, on the days that it is eligible; and its fields and values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa

from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.formulas import condition_of
from attain.engine.calculation.intervals import ALWAYS, EARLIEST, Run, meet_all, united
from attain.engine.calculation.known import Known
from attain.engine.calculation.roster import Assignment, Roster
from attain.engine.calculation.terms import Blank, Term, Text
from attain.engine.language.models.eligibility import Eligibility
from attain.engine.language.models.plan import Plan
from attain.engine.values.day_counts import OPEN

Days = Mapping[int, Sequence[Run]]


def effective(plan: Plan) -> Run:
    """The days of a version, half-open."""
    return (plan.effective.first or EARLIEST, plan.effective.next or OPEN)


def eligible_days(
    known: Known, roster: Roster, who: Eligibility, within: Run = ALWAYS
) -> dict[int, list[Run]]:
    """Of each assignment the days on which a `for` holds, within a run of days."""
    by_position: dict[str, list[Run]] = {}
    holds = _where_days(known, roster, who)
    found: dict[int, list[Run]] = {}
    for seat in roster.assignments:
        if who.position and seat.position not in who.position:
            continue
        if who.participant and seat.participant not in who.participant:
            continue
        if who.role and seat.position not in by_position:
            rows = roster.positions.get(seat.position, ())
            by_position[seat.position] = united(run for run, row in rows if row.get("role") in who.role)
        days = by_position[seat.position] if who.role else [ALWAYS]
        if holds is not None:
            days = meet_all(days, holds.get(seat.index, ()))
        days = meet_all(meet_all([seat.run], days), [within])
        if days:
            found[seat.index] = united(days)
    return found


def _where_days(known: Known, roster: Roster, who: Eligibility) -> dict[int, list[Run]] | None:
    """Of each assignment the days on which the condition of a `for` holds; None where there is no condition."""
    if who.where is None:
        return None
    backend, name = known.backend, f"{known.prefix}_assigned"
    rows = [
        {"seat": a.index, "position": a.position, "participant": a.participant} for a in roster.assignments
    ]
    schema = pa.schema([("seat", pa.int32()), ("position", pa.string()), ("participant", pa.string())])
    backend.load(name, pa.Table.from_pylist(rows, schema=schema))
    tables = {"position": ("positions", "p"), "participant": ("participants", "q")}
    joins = ""
    for key, (table, alias) in tables.items():
        if known.has(table):
            joins += f" LEFT JOIN {known.view(table)} AS {alias} ON {alias}.{key} = a.{key}"

    def scope(field_name: str) -> Term:
        owner, _, column = field_name.rpartition(".")
        if not owner and column in tables:
            return Text(f"a.{column}")
        for key in (owner,) if owner else tables:
            table, alias = tables.get(key, ("positions", "p"))
            if column in known.columns(table):
                return known.term(table, column, alias)
        return Blank()

    condition = condition_of(who.where, scope)
    columns = known.columns("positions")
    dates = [
        f"p.{day} AS {day}" if day in columns else f"CAST(NULL AS DATE) AS {day}" for day in ("first", "last")
    ]
    select = f"SELECT a.seat AS seat, {', '.join(dates)} FROM {name} AS a{joins} WHERE {condition}"
    found: dict[int, list[Run]] = {}
    for row in backend.fetch(select).to_pylist():
        last = row["last"]
        run = (row["first"] or EARLIEST, date.fromordinal(last.toordinal() + 1) if last else OPEN)
        found.setdefault(row["seat"], []).append(run)
    return {seat: united(runs) for seat, runs in found.items()}


def narrowed(days: Days, other: Days) -> dict[int, list[Run]]:
    """The days of both."""
    both = {seat: meet_all(runs, other.get(seat, ())) for seat, runs in days.items()}
    return {seat: runs for seat, runs in both.items() if runs}


@dataclass
class SeatFields:
    """Columns of the credited seat that expressions ask for, collected first and then made a table.

    `recipient.role`, `position.region`, `participant.country`, and the plan's `values` by a field.
    """

    known: Known
    roster: Roster
    plan: Plan
    days: Days
    table: str
    asked: dict[str, Number | Text] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    columns: list[tuple[str, list[object], pa.DataType]] = field(default_factory=list)

    def seats(self) -> list[Assignment]:
        """The seats, in order."""
        return [self.roster.assignments[index] for index in sorted(self.days)]

    def value(self, seat: Assignment, name: str) -> object:
        """A field of a seat on its first day here."""
        return self.roster.field(seat, name, self.days[seat.index][0][0])

    def term(self, name: str) -> Term | None:
        """A field or value of the seat as a term over alias `s`; None where the name means something else."""
        if name in self.asked:
            return self.asked[name]
        owner, _, column = name.partition(".")
        if column and owner in ("recipient", "position", "participant"):
            wanted = f"participant.{column}" if owner == "participant" else column
            number = self._kind(wanted) == "number"
            return self._ask(name, [self.value(seat, wanted) for seat in self.seats()], number)
        for table in self.plan.values:
            if name in table.names and table.by != "period":
                by = {row.at: row.values[name].value for row in table.rows}
                number = any(isinstance(value, Decimal | int) for value in by.values())
                found: list[object] = [by.get(str(self.value(seat, table.by))) for seat in self.seats()]
                return self._ask(name, found, number)
        return None

    def _kind(self, name: str) -> str:
        """The kind of a field of the seat, by the first of its tables that has it."""
        owner, _, column = name.rpartition(".")
        tables = ("participants",) if owner == "participant" else ("positions", "participants")
        kinds = [self.known.columns(table).get(column) for table in tables]
        return next((kind for kind in kinds if kind), "")

    def _ask(self, name: str, values: list[object], number: bool) -> Term:
        """A column of values; of numbers also where none of these seats has one."""
        alias = self.aliases[name] = f"f{len(self.columns)}"
        exact = [Decimal(str(value)) for value in values if isinstance(value, Decimal | int)]
        if exact or number:
            scale = max((0, *(-int(value.as_tuple().exponent) for value in exact)))
            bound = int(max((abs(value) for value in exact), default=0)) + 1
            self.columns.append((alias, values, pa.decimal128(len(str(bound)) + scale, scale)))
            self.asked[name] = Number(f"s.{alias}", scale, bound)
        else:
            texts: list[object] = [None if value is None else str(value) for value in values]
            self.columns.append((alias, texts, pa.string()))
            self.asked[name] = Text(f"COALESCE(s.{alias}, '')")
        return self.asked[name]

    def join(self, seat: str = "r.seat") -> str:
        """The join that brings the columns to alias `s`; empty where none was asked for."""
        if not self.columns:
            return ""
        self.make()
        return f" LEFT JOIN {self.table} AS s ON s.seat = {seat}"

    def make(self) -> str:
        """The table of the columns asked for so far; its name."""
        arrays = {"seat": pa.array([seat.index for seat in self.seats()], pa.int32())}
        for alias, values, kind in self.columns:
            arrays[alias] = pa.array(values, kind)
        self.known.backend.load(self.table, pa.table(arrays))
        return self.table


def by_period(plan: Plan, name: str, period: str) -> Number | None:
    """A value that differs by period, for a column that names the period; None where there is no such value."""
    for table in plan.values:
        if table.by == "period" and name in table.names:
            cases = " ".join(
                f"WHEN {period} = '{row.at}' THEN {literal(row.values[name].value).sql}" for row in table.rows
            )
            numbers = [literal(row.values[name].value) for row in table.rows]
            scale, bound = max(n.scale for n in numbers), max(n.bound for n in numbers)
            return Number(Number(f"CASE {cases} END", scale, bound).cast(), scale, bound)
    return None
