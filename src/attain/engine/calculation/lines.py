"""Lines that add up to what is earned: raw lines, re-rating, cuts, floors, and the last units by largest remainder."""

from collections.abc import Sequence
from dataclasses import dataclass

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.credits import DECIMALS, LARGEST
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.formulas import text_literal, text_literals
from attain.engine.calculation.item_lines import ItemLines
from attain.engine.calculation.line_amounts import AMOUNT, EMPTY, RATE, WITHOUT, between, cut_in_proportion
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.raw_lines import LINE, RawLines
from attain.engine.calculation.versions import Version
from attain.engine.language.models.plan import Component
from attain.engine.language.models.steps import Floor, FloorRate, Keep, MultiplyBy, MultiplyByTable, StepPart
from attain.engine.values import money

COLUMNS = (
    "participant", "plan", "component", "period", "position", "transaction", "credit_date", "rule", "band", "kind",
    "from", "to", "rate", "raw", "amount", "cut",
)  # fmt: skip

SCALED = (
    "participant", "period", "paid", "position", "transaction", "credit_date", "rule", "band", "kind", "from_", "to_",
    "rate", "raw",
)  # fmt: skip

EARNED = ("participant", "plan", "component", "period", "currency")

ZERO = f"CAST('0' AS {AMOUNT.type})"


@dataclass
class Lines:
    """The lines of a pass, for all people or for some, over days of payment.

    `only` names plan titles with components where not all are asked for.
    """

    one: Pass
    name: str
    within: str
    people: Sequence[str] = ()
    only: frozenset[tuple[str, str]] | None = None

    def make(self) -> str:
        """The table of lines with the columns of `COLUMNS` and paid, currency; its name."""
        finest: dict[int, list[str]] = {}
        seats = {seat.index for person in self.people for seat in self.one.roster.held.get(person, ())}
        for number, (version, component, figures) in enumerate(self.one.figures):
            if self.only is not None and (version.plan.plan, component.title) not in self.only:
                continue
            if self.people and not seats & figures.evaluation.days.keys():
                continue
            table = f"{self.name}{number}_kept"
            of = {"plan": version.plan.plan, "component": component.title, "currency": version.currency}
            named = ", ".join(f"{text_literal(value)} AS {name}" for name, value in of.items())
            lines = self._seat_lines(f"{self.name}{number}", version, component, figures)
            self.one.backend.create(table, f"SELECT {named}, k.* FROM ({lines}) AS k")
            finest.setdefault(money.decimals(version.currency), []).append(f"SELECT * FROM {table}")
        selects = [self._allocated(" UNION ALL ".join(tables), places) for places, tables in finest.items()]
        self.one.backend.create(self.name, " UNION ALL ".join(selects) if selects else _empty())
        return self.name

    def _figures(self, figures: Figures) -> str:
        people = f" AND u.participant IN ({text_literals(self.people)})" if self.people else ""
        owners = f"(SELECT unit, participant, MIN(position) AS position FROM {figures.evaluation.units} GROUP BY unit, participant)"
        return (
            f"(SELECT u.participant AS participant, u.position AS position, f.unit AS unit, f.seq AS seq, f.period AS period, f.paid AS paid, f.figure AS figure, "
            f"f.plain AS plain FROM {figures.table} AS f INNER JOIN {owners} AS u ON u.unit = f.unit WHERE {self.within}{people})"
        )

    def _seat_lines(self, name: str, version: Version, component: Component, figures: Figures) -> str:
        """Lines of every seat before the last units are given: participant, period, paid, line columns, value."""
        backend = self.one.backend
        turns = f"{name}_turns"
        backend.create(turns, f"SELECT * FROM {self._figures(figures)} AS f")
        rolling = figures.evaluation.window.last is not None
        of_credits = ItemLines if figures.items else RawLines
        raw = None if rolling else of_credits(figures, name, self.people).make()
        steps = [step for step in (*component.then, *version.plan.then) if not step.each]
        if raw is None:
            return self._single(turns, steps)
        summed = f"(SELECT unit, seq, CAST(SUM(kept) AS {AMOUNT.type}) AS kept FROM {raw} GROUP BY unit, seq)"
        rest = numbers.subtract(
            Number("t.plain", DECIMALS, LARGEST), numbers.or_zero(Number("s.kept", DECIMALS, LARGEST))
        )
        rating = (
            f"SELECT t.unit AS unit, t.seq AS seq, t.position AS position, {WITHOUT}, 're-rating' AS kind, {EMPTY}, "
            f"CAST({rest.sql} AS {AMOUNT.type}) AS raw, CAST({rest.sql} AS {AMOUNT.type}) AS kept, CAST(NULL AS INT) AS seat, '' AS deal "
            f"FROM {turns} AS t LEFT JOIN {summed} AS s ON s.unit = t.unit AND s.seq = t.seq WHERE {rest.sql} <> 0"
        )
        every = f"{name}_lines"
        backend.create(every, f"SELECT {', '.join(LINE)} FROM {raw} UNION ALL {rating}")
        return self._scaled(every, turns, steps, bool(version.plan.then))

    def _single(self, turns: str, steps: Sequence[StepPart]) -> str:
        """One line without transaction for what has no line for each credit; what steps add is a line of its own."""
        inside = between("t.figure", "t.plain")
        beyond = f"NOT ({inside})"
        fixed = f"t.participant AS participant, t.period AS period, t.paid AS paid, t.position AS position, {WITHOUT}"
        value = f"CASE WHEN {inside} THEN t.figure ELSE t.plain END"
        main = f"SELECT {fixed}, 'line' AS kind, {EMPTY}, t.plain AS raw, {value} AS value FROM {turns} AS t WHERE t.plain <> 0"
        return f"{main} UNION ALL {self._added(turns, steps, fixed, beyond)}"

    def _added(self, turns: str, steps: Sequence[StepPart], fixed: str, beyond: str) -> str:
        kind = "floor" if any(isinstance(step, Floor | FloorRate | Keep) for step in steps) else "re-rating"
        more = numbers.subtract(Number("t.figure", DECIMALS, LARGEST), Number("t.plain", DECIMALS, LARGEST))
        added = f"CAST({more.sql} AS {AMOUNT.type})"
        return f"SELECT {fixed}, '{kind}' AS kind, {EMPTY}, {added} AS raw, {added} AS value FROM {turns} AS t WHERE {beyond} AND {more.sql} <> 0"

    def _scaled(self, lines: str, turns: str, steps: Sequence[StepPart], shared: bool) -> str:
        """Lines cut in proportion where the figure lies between 0 and the raw change."""
        who = "t.participant AS participant, t.period AS period, t.paid AS paid"
        fixed = ", ".join([who, *(f"l.{name} AS {name}" for name in SCALED[3:])])
        own = [step for step in steps if not isinstance(step, MultiplyBy | MultiplyByTable)]
        if not own and not shared:
            return f"SELECT {fixed}, l.kept AS value FROM {lines} AS l INNER JOIN {turns} AS t ON t.unit = l.unit AND t.seq = l.seq"
        base = f"(SELECT unit, seq, CAST(SUM(kept) AS {AMOUNT.type}) AS base FROM {lines} GROUP BY unit, seq)"
        based = f"{turns}_based"
        self.one.backend.create(
            based,
            f"SELECT t.*, t.figure AS final, COALESCE(b.base, {ZERO}) AS base FROM {turns} AS t "
            f"LEFT JOIN {base} AS b ON b.unit = t.unit AND b.seq = t.seq",
        )
        keep = [*dict.fromkeys(("unit", "seq", *SCALED[3:]))]
        cut = cut_in_proportion(self.one.backend, lines, keep, based, ("unit", "seq"))
        scaled = f"SELECT {fixed}, l.kept AS value FROM ({cut}) AS l INNER JOIN {turns} AS t ON t.unit = l.unit AND t.seq = l.seq"
        alone = f"{who}, t.position AS position, {WITHOUT}"
        beyond = f"NOT ({between('t.figure', 't.base')})"
        added = self._added(based, steps, alone, beyond).replace("t.plain", "t.base")
        return f"{scaled} UNION ALL {added}"

    def _allocated(self, kept: str, places: int) -> str:
        """Floors at the minor unit, and the units that are left by largest remainder."""
        unit = f"CAST('{10**places}' AS DECIMAL({places + 1}, 0))"
        value = Number("k.value", DECIMALS, 10**12)
        units = numbers.multiply(value, Number(unit, 0, 10**places))
        goal = f"CAST(e.amount * {unit} AS DECIMAL(20, 0))"
        keys = ", ".join(EARNED)
        people = f" WHERE participant IN ({text_literals(self.people)})" if self.people else ""
        earned = (
            f"(SELECT {keys}, SUM(amount) AS amount, ROW_NUMBER() OVER (ORDER BY {keys}) AS number "
            f"FROM {self.one.earnings}{people} GROUP BY {keys})"
        )
        same = " AND ".join(f"e.{name} = k.{name}" for name in EARNED)
        floored = (
            f"SELECT k.*, e.number AS number, {goal} AS goal, {units.sql} AS exact, CAST(FLOOR({units.cast()}) AS DECIMAL(20, 0)) AS units "
            f"FROM ({kept}) AS k INNER JOIN {earned} AS e ON {same}"
        )
        kind = "CASE kind WHEN 'line' THEN 0 WHEN 're-rating' THEN 1 ELSE 2 END"
        order = f"credit_date IS NULL, credit_date, transaction, position, rule, band, {kind}, raw"
        part = "PARTITION BY number"
        ranked = (
            f"SELECT f.*, ROW_NUMBER() OVER ({part} ORDER BY exact - units DESC, {order}) AS place, COUNT(*) OVER ({part}) AS lines, "
            f"goal - CAST(SUM(units) OVER ({part}) AS DECIMAL(20, 0)) AS spare FROM ({floored}) AS f"
        )
        whole = "CAST(units + CASE WHEN spare >= place THEN 1 WHEN spare < 0 AND place > lines + spare THEN -1 ELSE 0 END AS DECIMAL(18, 0))"
        smallest = "1" if places == 0 else f"0.{'0' * (places - 1)}1"
        amount = f"CAST({whole} * CAST('{smallest}' AS DECIMAL({places + 1}, {places})) AS DECIMAL(18, 4))"
        return (
            f"SELECT participant, plan, component, period, CASE WHEN transaction = '' THEN '' ELSE position END AS position, transaction, credit_date, rule, band, kind, from_, to_, rate, raw, "
            f"{amount} AS amount, CAST(GREATEST(raw - value, {ZERO}) AS {AMOUNT.type}) AS cut, paid, currency FROM ({ranked}) AS r"
        )


def _empty() -> str:
    texts = ", ".join(
        f"'' AS {name}" for name in ("participant", "plan", "component", "period", "position", "transaction")
    )
    return (
        f"SELECT {texts}, CAST(NULL AS DATE) AS credit_date, CAST(0 AS INT) AS rule, CAST(0 AS INT) AS band, '' AS kind, {ZERO} AS from_, "
        f"{ZERO} AS to_, CAST('0' AS {RATE.type}) AS rate, {ZERO} AS raw, CAST('0' AS DECIMAL(18, 4)) AS amount, {ZERO} AS cut, "
        f"CAST(NULL AS DATE) AS paid, '' AS currency WHERE 1 = 0"
    )


def shown(table: str, where: str = "1 = 1") -> str:
    """The lines as they are written, in order."""
    named = {"from": "from_", "to": "to_"}
    columns = ", ".join(f'{named.get(name, name)} AS "{name}"' for name in COLUMNS)
    return (
        f"SELECT {columns} FROM {table} WHERE {where} ORDER BY participant, plan, component, period, credit_date IS NULL, credit_date, "
        f"transaction, position, rule, band, kind"
    )
