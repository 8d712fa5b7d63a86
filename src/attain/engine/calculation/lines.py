"""Lines that add up to what is earned: raw lines, re-rating, cuts and floors, allotted to the minor unit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.allotting import allotted, earned, edges_of, in_units
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.formulas import text_literal, text_literals
from attain.engine.calculation.item_lines import ItemLines
from attain.engine.calculation.line_amounts import (
    AMOUNT,
    EMPTY,
    WITHOUT,
    between,
    cut_in_proportion,
    most,
    most_of_some,
)
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.raw_lines import LINE_OF_TURN, RawLines
from attain.engine.calculation.terms import DECIMALS, LARGEST
from attain.engine.calculation.versions import Version
from attain.engine.language.models.plan import Component
from attain.engine.language.models.steps import Floor, FloorRate, Keep, MultiplyBy, MultiplyByTable, StepPart
from attain.engine.values import money

COLUMNS = (
    "participant", "plan", "component", "period", "position", "transaction", "credit_date", "rule", "band", "kind",
    "from", "to", "rate", "raw", "amount", "cut",
)  # fmt: skip

NAMES = COLUMNS[:4]

ORDER = (
    "credit_date IS NULL, credit_date, transaction, position, rule, band, "
    "CASE kind WHEN 'floor' THEN 0 WHEN 'line' THEN 1 ELSE 2 END"
)

ZERO = f"CAST('0' AS {AMOUNT.type})"

Finest = dict[int, list[str]]


@dataclass
class Lines:
    """The lines of a pass, for all people or for some, over days of payment.

    `only` names plan titles with components where not all are asked for; `numbers` is the table of the numbers of
    earnings where several passes share one, else the pass numbers its own.
    """

    one: Pass
    name: str
    within: str
    people: Sequence[str] = ()
    only: frozenset[tuple[str, str]] | None = None
    numbers: str = ""
    made: list[str] = field(default_factory=list)

    def make(self) -> str:
        """The view of lines with the columns of `COLUMNS` and paid, currency; its name."""
        rest = ", ".join(f"l.{name} AS {name}" for name in (*LINE_OF_TURN, "amount", "cut", "paid"))
        lines = f"({self.numbered()})"
        self.one.backend.view(
            self.name,
            f"SELECT e.participant AS participant, e.plan AS plan, e.component AS component, e.period AS period, e.currency AS currency, {rest} "
            f"FROM {lines} AS l INNER JOIN {self.numbers} AS e ON e.number = l.number",
        )
        self.made.append(self.name)
        return self.name

    def numbered(self) -> str:
        """A select of the lines with the number of their earning in place of its names."""
        finest: Finest = defaultdict(list)
        seats = {seat.index for person in self.people for seat in self.one.roster.held.get(person, ())}
        self.earned = self._create("earned", earned([self.one.earnings], self.people, self.numbers))
        self.numbers = self.numbers or self.earned
        for number, (version, component, figures) in enumerate(self.one.figures):
            if self.only is not None and (version.plan.plan, component.title) not in self.only:
                continue
            if self.people and not seats & figures.evaluation.days.keys():
                continue
            places = money.decimals(version.currency)
            finest[places].append(self._kept(str(number), version, component, figures, places))
        selects = [self._allotted(tables, places) for places, tables in finest.items()]
        return " UNION ALL ".join(selects) if selects else _empty()

    def forget(self) -> None:
        """Lets the lines go, with all that was made for them."""
        while self.made:
            self.one.backend.drop(self.made.pop())

    def _create(self, what: str, select: str) -> str:
        table = f"{self.name}_{what}"
        self.one.backend.create(table, select)
        self.made.append(table)
        return table

    def _turns(self, version: Version, component: Component, figures: Figures) -> str:
        """Figures with the number of their earning; a cut goes from the plain figure, `base`, to the `final` one."""
        of = {"plan": version.plan.plan, "component": component.title, "currency": version.currency}
        named = " AND ".join(f"e.{name} = {text_literal(value)}" for name, value in of.items())
        people = f" WHERE participant IN ({text_literals(self.people)})" if self.people else ""
        owners = f"(SELECT unit, participant, MIN(position) AS position FROM {figures.evaluation.units}{people} GROUP BY unit, participant)"
        return (
            f"SELECT e.number AS number, u.position AS position, f.unit AS unit, f.seq AS seq, f.paid AS paid, f.figure AS figure, f.plain AS plain, "
            f"f.figure AS final, f.plain AS base FROM {figures.table} AS f INNER JOIN {owners} AS u ON u.unit = f.unit "
            f"INNER JOIN {self.earned} AS e ON e.participant = u.participant AND e.period = f.period AND {named} WHERE {self.within}"
        )

    def _kept(self, name: str, version: Version, component: Component, figures: Figures, places: int) -> str:
        """The lines of every seat before the last units are given: `LINE_OF_TURN` and number, paid, value, units,
        fraction."""
        turns = self._create(f"{name}_turns", self._turns(version, component, figures))
        rolling = figures.evaluation.window.last is not None
        of_credits = ItemLines if figures.items else RawLines
        points = self._create(f"{name}_points", _points(figures, turns))
        raw = None if rolling else of_credits(figures, f"{self.name}{name}", self.people, points)
        table = raw.make() if raw else None
        steps = [step for step in (*component.then, *version.plan.then) if not step.each]
        if raw is None or table is None:
            select, bound = self._single(turns, steps), LARGEST
        else:
            select, bound = self._scaled(name, table, raw.bound, turns, steps, bool(version.plan.then))
        kept = self._create(f"{name}_kept", in_units(select, LINE_OF_TURN, bound, places))
        for each in raw.made if raw else ():
            self.one.backend.drop(each)
        return kept

    def _single(self, turns: str, steps: Sequence[StepPart]) -> str:
        """One line without transaction for what has no line for each credit; what steps add is a line of its own."""
        inside = between("t.figure", "t.plain")
        beyond = f"NOT ({inside})"
        fixed = f"t.number AS number, t.paid AS paid, t.position AS position, {WITHOUT}"
        value = f"CASE WHEN {inside} THEN t.figure ELSE t.plain END"
        main = f"SELECT {fixed}, 'line' AS kind, {EMPTY}, t.plain AS raw, {value} AS value FROM {turns} AS t WHERE t.plain <> 0"
        return f"{main} UNION ALL {self._added(turns, steps, fixed, beyond)}"

    def _added(self, turns: str, steps: Sequence[StepPart], fixed: str, beyond: str) -> str:
        kind = "floor" if any(isinstance(step, Floor | FloorRate | Keep) for step in steps) else "re-rating"
        more = numbers.subtract(Number("t.figure", DECIMALS, LARGEST), Number("t.plain", DECIMALS, LARGEST))
        added = f"CAST({more.sql} AS {AMOUNT.type})"
        return f"SELECT {fixed}, '{kind}' AS kind, {EMPTY}, {added} AS raw, {added} AS value FROM {turns} AS t WHERE {beyond} AND {more.sql} <> 0"

    def _scaled(
        self, name: str, raw: str, bound: int, turns: str, steps: Sequence[StepPart], shared: bool
    ) -> tuple[str, int]:
        """Raw lines and re-rating, cut in proportion where the figure lies between 0 and the raw change; the largest."""
        backend = self.one.backend
        rating = self._create(f"{name}_rating", self._rating(raw, turns))
        columns = ", ".join(["unit", "seq", *LINE_OF_TURN, "kept"])
        lines = f"(SELECT {columns} FROM {raw} UNION ALL SELECT {columns} FROM {rating})"
        bound = max(bound or most(backend, "kept", raw), most(backend, "kept", rating))
        own = [step for step in steps if not isinstance(step, MultiplyBy | MultiplyByTable)]
        of_turn, on = ("number", "paid"), ("unit", "seq")
        changed = most_of_some(backend, "t.figure - t.plain", f"{turns} AS t WHERE t.figure <> t.plain")
        if not changed or (not own and not shared):
            fixed = ", ".join([*(f"t.{n} AS {n}" for n in of_turn), *(f"l.{n} AS {n}" for n in LINE_OF_TURN)])
            same = " AND ".join(f"t.{n} = l.{n}" for n in on)
            return (
                f"SELECT {fixed}, l.kept AS value FROM {lines} AS l INNER JOIN {turns} AS t ON {same}",
                bound,
            )
        cut = cut_in_proportion(backend, lines, LINE_OF_TURN, turns, on, of_turn, bound)
        fixed = ", ".join([*of_turn, *LINE_OF_TURN])
        select = f"SELECT {fixed}, kept AS value FROM ({cut}) AS l"
        beyond = f"NOT ({between('t.figure', 't.plain')})"
        alone = f"t.number AS number, t.paid AS paid, t.position AS position, {WITHOUT}"
        added = self._added(turns, steps, alone, beyond)
        select += f" UNION ALL SELECT {fixed}, value FROM ({added}) AS a"
        return select, max(bound, changed)

    def _rating(self, raw: str, turns: str) -> str:
        """Of each figure what its raw lines do not give, as one line."""
        summed = f"(SELECT unit, seq, CAST(SUM(kept) AS {AMOUNT.type}) AS kept FROM {raw} GROUP BY unit, seq)"
        rest = numbers.subtract(
            Number("t.plain", DECIMALS, LARGEST), numbers.or_zero(Number("s.kept", DECIMALS, LARGEST))
        )
        change = f"CAST({rest.sql} AS {AMOUNT.type})"
        return (
            f"SELECT t.unit AS unit, t.seq AS seq, t.position AS position, {WITHOUT}, 're-rating' AS kind, {EMPTY}, {change} AS raw, {change} AS kept "
            f"FROM {turns} AS t LEFT JOIN {summed} AS s ON s.unit = t.unit AND s.seq = t.seq WHERE {rest.sql} <> 0"
        )

    def _allotted(self, tables: Sequence[str], places: int) -> str:
        """The lines of tables with their amounts in a currency of so many decimals."""
        kept = f"(SELECT * FROM {tables[0]})"
        if len(tables) > 1:
            kept = f"({' UNION ALL '.join(f'SELECT * FROM {table}' for table in tables)})"
        edges = self._create(f"edges{places}", edges_of(kept, self.earned, places))
        position = "CASE WHEN l.transaction = '' THEN '' ELSE l.position END AS position"
        rest = ", ".join(f"l.{name} AS {name}" for name in LINE_OF_TURN[1:])
        return (
            f"SELECT l.number AS number, {position}, {rest}, l.amount AS amount, CAST(GREATEST(l.raw - l.value, {ZERO}) AS {AMOUNT.type}) AS cut, "
            f"l.paid AS paid FROM ({allotted(kept, edges, LINE_OF_TURN, places)}) AS l"
        )


def _points(figures: Figures, turns: str) -> str:
    """The points of turns."""
    of_turns = f"(SELECT unit, seq FROM {turns})"
    return (
        f"SELECT p.* FROM {figures.measured} AS p INNER JOIN {of_turns} AS t ON t.unit = p.unit AND t.seq = p.seq "
        f"WHERE p.eve = 0"
    )


def _empty() -> str:
    return (
        f"SELECT CAST(0 AS BIGINT) AS number, '' AS position, {WITHOUT}, '' AS kind, {EMPTY}, {ZERO} AS raw, "
        f"CAST('0' AS DECIMAL(18, 4)) AS amount, {ZERO} AS cut, CAST(NULL AS DATE) AS paid WHERE 1 = 0"
    )


def shown(table: str) -> str:
    """The lines as they are written, in order."""
    return f"SELECT {_shown(COLUMNS)} FROM {table} ORDER BY participant, plan, component, period, currency, {ORDER}"


def shown_by_number(table: str) -> str:
    """The lines as they are written, in order, with the number of their earning in place of its names."""
    return f"SELECT number, {_shown(COLUMNS[len(NAMES) :])} FROM {table} ORDER BY number, {ORDER}"


def _shown(columns: Sequence[str]) -> str:
    return ", ".join(
        f'{"from_" if name == "from" else "to_" if name == "to" else name} AS "{name}"' for name in columns
    )


def with_names(lines: pa.Table, names: pa.Table) -> pa.Table:
    """Lines as they are written, from lines with numbers and what the numbers 1, 2, … mean, in order."""
    rows = pyarrow.compute.subtract(lines["number"], 1)
    named = {name: names[name].take(rows) for name in NAMES}
    return pa.table({**named, **{name: lines[name] for name in COLUMNS[len(NAMES) :]}})
