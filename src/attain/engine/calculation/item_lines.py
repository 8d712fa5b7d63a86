"""Raw lines of credits that are paid one by one, and of deals: those of a deal's credits in the turn, scaled
within the deal first, with what the turn changes for the deal's earlier credits."""

from dataclasses import dataclass

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.formulas import Scope
from attain.engine.calculation.items import Items
from attain.engine.calculation.line_amounts import (
    AMOUNT,
    EMPTY,
    WITHOUT,
    between,
    cut_in_proportion,
    most,
    written,
)
from attain.engine.calculation.rates import Place
from attain.engine.calculation.raw_lines import LINE, RawLines, multiplied
from attain.engine.calculation.terms import DECIMALS, Numeric
from attain.engine.language.models.steps import Floor, FloorRate, MultiplyBy, MultiplyByTable

DEAL = ("unit", "seq", "seat", "deal")
IN_TURN = "c.credit_date >= p.start AND c.credit_date >= p.first AND c.credit_date < p.until"


@dataclass
class ItemLines(RawLines):
    """The lines of a component with items. Multipliers of the whole figure come after what a deal keeps."""

    def make(self) -> str:
        """The table of raw lines, each with what its own steps and its deal's kept of it."""
        if not self.figures.item_credits:
            lines: str | None = self._credits(self.figures.items)
        elif self.figures.deals_walk:
            lines = DealWalk(self.figures, f"{self.name}_deals", self.people, self.points).make()
        else:
            lines = self._credits(self.figures.item_credits)
        if self.figures.item_credits:
            lines = self._fitted(lines or self._none(), "re-rating" if lines else "line")
        assert lines is not None
        return self._times_the_multipliers(lines)

    def _credits(self, table: str) -> str:
        """A line for each credit of the turn."""
        amount = AMOUNT.type
        deal = "c.deal" if self.figures.item_credits else "''"
        made = f"{self.name}_own"
        self.backend.create(
            made,
            f"SELECT u.unit AS unit, p.seq AS seq, c.position AS position, c.id AS transaction, c.credit_date AS credit_date, c.rule AS rule, "
            f"CAST(0 AS INT) AS band, 'line' AS kind, {EMPTY}, CAST(c.plain AS {amount}) AS raw, CAST(c.value AS {amount}) AS kept, "
            f"c.seat AS seat, {deal} AS deal FROM {table} AS c {self._turns(IN_TURN)} WHERE c.problem = ''",
        )
        return made

    def _turns(self, condition: str) -> str:
        """Joins of a credit or deal over alias `c` with the units that it feeds and the turn that the condition says."""
        inside = f"{condition} AND p.eve = 0"
        return (
            f"INNER JOIN {self.evaluation.feeds()} AS u ON u.seat = c.seat AND u.own = 1 "
            f"INNER JOIN {self.points} AS p ON p.unit = u.unit AND {inside}"
        )

    def _none(self) -> str:
        made = f"{self.name}_none"
        self.backend.create(made, f"SELECT * FROM ({_no_lines()}) AS l WHERE 1 = 0")
        return made

    def _fitted(self, lines: str, kind: str) -> str:
        """Lines of each deal that give what the deal earned in the turn; `kind` is that of what no credit gives."""
        deals, columns = f"{self.name}_of_deals", ", ".join(DEAL)
        lines = self._multiplied_in_deals(lines)
        summed = (
            f"(SELECT {columns}, CAST(SUM(kept) AS {AMOUNT.type}) AS kept FROM {lines} GROUP BY {columns})"
        )
        same = " AND ".join(f"s.{name} = d.{name}" for name in DEAL)
        amount = AMOUNT.type
        changes = (
            f"SELECT u.unit AS unit, p.seq AS seq, c.seat AS seat, c.deal AS deal, c.position AS position, "
            f"CAST(c.plain AS {amount}) AS base, CAST(c.value AS {amount}) AS final FROM {self.figures.items} AS c {self._turns('c.credit_date = p.start')}"
        )
        zero = f"CAST('0' AS {amount})"
        self.backend.create(
            deals,
            f"SELECT d.*, COALESCE(s.kept, {zero}) AS own FROM ({changes}) AS d LEFT JOIN {summed} AS s ON {same}",
        )
        rest = f"CAST(d.base - d.own AS {amount})"
        line = f"d.unit AS unit, d.seq AS seq, d.position AS position, {WITHOUT}"
        rated = f"SELECT {line}, '{kind}' AS kind, {EMPTY}, {rest} AS raw, {rest} AS kept, d.seat AS seat, d.deal AS deal FROM {deals} AS d WHERE {rest} <> 0"
        every = f"{self.name}_in_deals"
        self.backend.create(every, f"SELECT {', '.join(LINE)} FROM {lines} UNION ALL {_ordered(rated)}")
        scaled = cut_in_proportion(
            self.backend, every, [name for name in LINE if name != "kept"], deals, DEAL
        )
        steps = self.evaluation.component.then
        lifted = any(
            isinstance(step, Floor | FloorRate) for step in steps if step.each not in (None, "credit")
        )
        more = f"CAST(d.final - d.base AS {amount})"
        added = (
            f"SELECT {line}, '{'floor' if lifted else 're-rating'}' AS kind, {EMPTY}, {more} AS raw, {more} AS kept, d.seat AS seat, d.deal AS deal "
            f"FROM {deals} AS d WHERE NOT {between('d.final', 'd.base')} AND {more} <> 0"
        )
        made = f"{self.name}_fitted"
        self.backend.create(
            made, f"SELECT {', '.join(LINE)} FROM ({scaled}) AS l UNION ALL {_ordered(added)}"
        )
        return made

    def _multiplied_in_deals(self, lines: str) -> str:
        """Lines times the multipliers of their deals."""
        each = self._each()
        steps = [
            step
            for step in self.evaluation.component.then
            if step.each == each and isinstance(step, MultiplyBy | MultiplyByTable)
        ]
        if not steps:
            return lines
        items = Items(self.evaluation, each, self.name, [])
        wanted: dict[str, tuple[object, Number]] = {}
        for name in ("raw", "kept"):
            amount: Numeric = Number(f"l.{name}", DECIMALS, most(self.backend, name, lines))
            for step in steps:
                amount, _ = items.step(step, amount, items.measure)
            wanted[name] = (amount, AMOUNT)
        keep = [name for name in LINE if name not in wanted]
        deals = f"{lines} AS l INNER JOIN {self.evaluation.name}_points AS p ON p.unit = l.unit AND p.seq = l.seq AND p.eve = 0 INNER JOIN {self.figures.items} AS c ON c.seat = l.seat AND c.deal = l.deal AND c.credit_date = p.start"
        select = written(deals, ", ".join(f"l.{name} AS {name}" for name in keep), keep, wanted)
        made = f"{self.name}_multiplied_in_deals"
        self.backend.create(made, _ordered(select))
        return made

    def _each(self) -> str:
        component = self.evaluation.component
        fields = (component.pay.each, *(step.each for step in component.then))
        return next(field for field in fields if field and field != "credit")

    def _times_the_multipliers(self, lines: str) -> str:
        """Lines times the multipliers of the whole figure."""
        wanted: dict[str, tuple[object, Number]] = {}
        for name in ("raw", "kept"):
            amount = Number(f"w.{name}", DECIMALS, most(self.backend, name, lines))
            wanted[name] = (multiplied(self.evaluation, amount), AMOUNT)
        if all(isinstance(term, Number) and term.sql == f"w.{name}" for name, (term, _) in wanted.items()):
            return lines
        keep = [name for name in LINE if name not in wanted]
        joined = f"{lines} AS w INNER JOIN {self.figures.measured} AS p ON p.unit = w.unit AND p.seq = w.seq AND p.eve = 0"
        made = f"{self.name}_raw"
        fixed = ", ".join(f"w.{name} AS {name}" for name in keep)
        self.backend.create(made, _ordered(written(joined, fixed, keep, wanted)))
        return made


@dataclass
class DealWalk(RawLines):
    """The raw lines of a table for each deal, over what the deal has reached to date."""

    alias = "c"
    turn = "c"

    def make(self) -> str | None:
        """The table of raw lines; None where the table has none for single credits."""
        return self.of_pay(self.evaluation.component.pay, self._addend())

    def _addend(self) -> Number:
        """What a credit adds to its deal."""
        own = Items(self.evaluation, "credit", self.name, []).addend
        return Number("c.measured", own.scale, own.bound)

    @property
    def scope(self) -> Scope:
        """Names in rates mean those of a credit of the deal."""
        return Items(self.evaluation, "deal", self.name, []).scope

    def _walked(self, value: Number) -> str:
        table = f"{self.name}_walk"
        credits = self.evaluation.credit_set(self.evaluation.block)
        rows = max(self.evaluation.version.rows_of(credits), 1)
        after = numbers.total(value, rows)
        deal = "PARTITION BY c.seat, c.deal"
        rank = "ORDER BY c.credit_date, c.id, c.rule, c.position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        turn = "ORDER BY c.cell RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        size = Number("c.measured", value.scale, value.bound * rows)
        places = f"{numbers.total(size, 1, f'{deal} {rank}').sql} AS b, {numbers.total(size, 1, f'{deal} {turn}').sql} AS net"
        walked = f"(SELECT c.*, {places} FROM {self.figures.item_credits} AS c)"
        extras = "".join(f", c.x{number} AS x{number}" for number in range(len(credits.columns)))
        turns = ItemLines(self.figures, self.name, self.people, self.points)._turns(IN_TURN)
        self.backend.create(
            table,
            f"SELECT u.unit AS unit, p.seq AS seq, p.eve AS eve, c.position AS position, c.id AS transaction, c.credit_date AS credit_date, "
            f"c.rule AS rule, c.seat AS seat, c.deal AS deal, {numbers.or_zero(value).sql} AS value, c.b AS b, c.net AS net{extras} FROM {walked} AS c {turns}",
        )
        self._measure_walk(table, after.scale, value.scale)
        self.net = Number("c.net", after.scale, most(self.backend, "net", table))
        return table

    def _joined(self, table: str) -> str:
        return f"{table} AS c"

    def _multiplied(self, raw: Numeric) -> Numeric:
        return raw

    def _places(self) -> list[tuple[str, Place]]:
        return [("", Place(self._addend(), self.scope, lambda _: self.net, None))]


def _ordered(select: str) -> str:
    return f"SELECT {', '.join(LINE)} FROM ({select}) AS l"


def _no_lines() -> str:
    return (
        f"SELECT CAST(0 AS INT) AS unit, CAST(0 AS INT) AS seq, '' AS position, {WITHOUT}, '' AS kind, {EMPTY}, "
        f"CAST(NULL AS {AMOUNT.type}) AS raw, CAST(NULL AS {AMOUNT.type}) AS kept, CAST(0 AS INT) AS seat, '' AS deal"
    )
