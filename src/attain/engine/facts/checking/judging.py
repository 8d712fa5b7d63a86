"""Rows judged: beside each text its reading (`_v_`) and the code of its fault (`_f_`), as SQL in layers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from attain.engine.facts.checking import cells
from attain.engine.facts.checking.currencies import CURRENCIES, is_currency
from attain.engine.facts.checking.values import value_faults
from attain.engine.facts.declared import WITHDRAWN, Kind
from attain.engine.facts.mapping.forms import LEADING_ZERO
from attain.engine.facts.mapping.targets import Plan, Target
from attain.engine.facts.reading.rows import ROW
from attain.engine.facts.spelling import literal, quoted


@dataclass(frozen=True)
class Judging:
    """The judgement of a plan's rows.

    `strict`: as an import judges (values that no plan could use, currencies); `cell_faults`: the name of a
    table (row, place, code) of cells that the reader found faulty, with the places it names.
    """

    plan: Plan
    strict: bool = True
    cell_faults: str = ""
    faulty_places: frozenset[int] = frozenset()
    known_participants: str = ""

    def judged(self, relation: str, numbered: bool = False) -> str:
        """The judged rows of a file's relation, to stand after FROM."""
        layer = self.plan.texts(relation, numbered or self.plan.by_row)
        for made in (self._plainly(), self._values(), self._codes()):
            if made:
                layer = f"(SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in made)} FROM {layer})"
        return layer

    def plan_names(self) -> list[str]:
        """The names of the table's columns."""
        return [target.name for target in self.plan.targets]

    def sound(self) -> str:
        """SQL that is true for a judged row without a fault."""
        return " AND ".join(f"{fault_name(target)} IS NULL" for target in self.plan.targets)

    def typed(self) -> str:
        """The typed columns of a sound judged row, as a list for SELECT."""
        return ", ".join(
            f"{typed(target, self.plan)} AS {quoted(target.name)}" for target in self.plan.targets
        )

    def _plainly(self) -> list[tuple[str, str]]:
        return [
            (plainly_name(target), cells.plainly_written(quoted(target.name), target.name, target.form))
            for target in self.plan.targets
            if target.kind in (None, "number")
        ]

    def _values(self) -> list[tuple[str, str]]:
        found = []
        for target in self.plan.targets:
            text = quoted(target.name)
            if target.kind in (None, "number"):
                plain = cells.plain_number(text, plainly_name(target), target.form)
                found.append((value_name(target), plain))
            if target.kind is None:
                found.append((day_name(target), cells.day(text, target.form)))
            elif target.kind == "date":
                found.append((value_name(target), cells.day(text, target.form)))
            elif target.kind == "moment":
                last = target.name in self.plan.table.last_moments
                found.append((value_name(target), cells.moment(text, target.form, last)))
        return found

    def _codes(self) -> list[tuple[str, str]]:
        return [(fault_name(target), self._code(target)) for target in self.plan.targets]

    def _code(self, target: Target) -> str:
        text, value = quoted(target.name), value_name(target)
        branches = []
        faulty = [str(place) for place in target.sources if place in self.faulty_places]
        if faulty:
            places = f"f.row = {ROW} AND f.place IN ({', '.join(faulty)})"
            found = f"(SELECT min(code) FROM {self.cell_faults} f WHERE {places})"
            branches.append(f"WHEN {found} IS NOT NULL THEN {found}")
        if target.failing:
            branches.append(f"WHEN {quoted('_x_' + target.name)} THEN 'expression'")
        if (blank := self._blank(target)) or target.kind != "text":
            branches.append(f"WHEN {text} IS NULL THEN {blank or 'NULL'}")
        faults = cells.text_faults(text, self.plan.may_hold_nul)
        if target.kind == "number":
            faults.append(cells.number_fault(text, plainly_name(target), value, target.name, target.form))
        elif target.kind == "date":
            faults.append(cells.day_fault(text, value, target.form))
        elif target.kind == "moment":
            faults.append(f"CASE WHEN {value} IS NULL THEN 'moment_format' END")
        if target.name == WITHDRAWN:
            faults.append(f"CASE WHEN {text} NOT IN ('yes', 'no') THEN 'unknown_word' END")
        faults += self._meant(target, text, value) if self.strict else []
        fault = f"coalesce({', '.join(faults)})" if len(faults) > 1 else faults[0]
        return f"CASE {' '.join(branches)} ELSE {fault} END" if branches else fault

    def _blank(self, target: Target) -> str:
        if target.filled:
            return "'missing'"
        for group in self.plan.table.alternatives:
            present = [other.name for other in self.plan.targets if other.name in group]
            if present and target.name == present[0]:
                others = " AND ".join(f"{quoted(name)} IS NULL" for name in present)
                return f"CASE WHEN {others} THEN 'missing' END"
        return ""

    def _meant(self, target: Target, text: str, value: str) -> list[str]:
        """Faults of what is well written and cannot be meant."""
        table = self.plan.table.name
        names = [other.name for other in self.plan.targets if other.kind == "date"]
        conditions = value_faults(table, target, text, value, names)
        if is_currency(table, target.name):
            known = f"{is_a_currency(text)} OR {is_a_currency(f'upper(trim({text}))')}"
            conditions.append((f"NOT ({known})", "currency"))
        if self.known_participants and target.name == "participant":
            known = f"SELECT participant FROM {self.known_participants}"
            conditions.append((f"{text} NOT IN ({known})", "unknown_participant"))
        return [f"CASE WHEN {condition} THEN '{code}' END" for condition, code in conditions]


def value_name(target: Target) -> str:
    """The SQL name of a cell's reading."""
    return quoted(f"_v_{target.name}")


def plainly_name(target: Target) -> str:
    """The SQL name of whether a number is plainly written."""
    return quoted(f"_q_{target.name}")


def day_name(target: Target) -> str:
    """The SQL name of a cell's reading as a day, where the column's kind is not settled."""
    return quoted(f"_d_{target.name}")


def fault_name(target: Target) -> str:
    """The SQL name of a cell's fault."""
    return quoted(f"_f_{target.name}")


def typed(target: Target, plan: Plan) -> str:
    """The SQL of a sound cell's value in its column's type."""
    if target.kind == "number":
        return cells.number(value_name(target), target.scale)
    if target.kind in ("date", "moment"):
        return value_name(target)
    if is_currency(plan.table.name, target.name):
        text = quoted(target.name)
        return f"CASE WHEN {is_a_currency(text)} THEN {text} ELSE upper(trim({text})) END"
    return quoted(target.name)


def is_a_currency(text: str) -> str:
    """SQL that is true for a code of a currency (one pattern is faster than a list of 150)."""
    return cells.full_match(text, "|".join(sorted(CURRENCIES)))


@dataclass(frozen=True)
class Found:
    """What a look over all rows found: how many, how many with a fault, and the plan with every column's kind
    and scale settled."""

    rows: int
    faulty: int
    plan: Plan


def look(connection: duckdb.DuckDBPyConnection, judging: Judging, relation: str) -> Found:
    """One pass over a file's rows. A column without a kind gets the one that all its cells share.

    Raises duckdb.Error where the relation cannot be read.
    """
    targets = judging.plan.targets
    parts = ["count(*)", f"count(*) FILTER (NOT ({judging.sound()}))"]
    for target in targets:
        parts += _measures(target, judging.strict)
    rows = connection.execute(
        f"SELECT {', '.join(parts)} FROM {judging.judged(relation, bool(judging.cell_faults))}"
    )
    found = rows.fetchall()[0]
    settled = [
        _settled(target, found[2 + at * 4 : 6 + at * 4], judging.strict) for at, target in enumerate(targets)
    ]
    return Found(int(found[0]), int(found[1]), judging.plan.with_targets(settled))


def _measures(target: Target, strict: bool) -> list[str]:
    """Four figures of a column: cells filled, plain numbers, days, decimals needed (at least two where a
    plainly written number has any)."""
    if target.kind in ("text", "date", "moment"):
        return ["0", "0", "0", "0"]
    text, value, plainly = quoted(target.name), value_name(target), plainly_name(target)
    before, after = cells.limits(target.name)
    exact = f"CASE WHEN {plainly} OR {fault_name(target)} IS NOT NULL THEN 0 ELSE {cells.decimals(value)} END"
    decimals = f"coalesce(max({exact}), 0)"
    if not (strict and target.name == "amount"):
        pointed = f"count(*) FILTER ({plainly} AND contains({text}, {literal(target.form.decimal_sign)}))"
        decimals = f"greatest({decimals}, CASE WHEN {pointed} > 0 THEN 2 ELSE 0 END)"
    if target.kind == "number":
        return ["0", "0", "0", f"least({decimals}, {after})"]
    fits = f"{cells.decimals(value)} <= {after} AND {cells.whole_digits(value)} <= {before}"
    code = cells.full_match(text, LEADING_ZERO)
    return [
        f"count({text})",
        f"count({value}) FILTER (({plainly} OR ({fits})) AND NOT {code})",
        f"count({day_name(target)})",
        f"least({decimals}, {after})",
    ]


def _settled(target: Target, measures: Sequence[int], strict: bool) -> Target:
    filled, numbers, days, decimals = measures
    kind: Kind | None = target.kind
    if kind is None:
        kind = "text"
        if filled and filled == days:
            kind = "date"
        elif filled and filled == numbers:
            kind = "number"
    scale = decimals if kind == "number" else 0
    if strict and target.name == "amount":
        scale = max(scale, 2)
    return replace(target, kind=kind, scale=max(scale, target.scale))
