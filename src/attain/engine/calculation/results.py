"""What a calculation gives: its tables, each made when it is asked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import MOST_DIGITS, Number, digits
from attain.engine.calculation import terms
from attain.engine.calculation.allotting import earned
from attain.engine.calculation.changes import COLUMNS as ADJUSTED
from attain.engine.calculation.changes import adjustments_of
from attain.engine.calculation.exceptions import COLUMNS, exceptions_of
from attain.engine.calculation.formulas import text_literal, text_literals
from attain.engine.calculation.line_parts import CREDITS, people_together
from attain.engine.calculation.lines import Lines, shown_by_number, with_names
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.paying import Payroll
from attain.engine.calculation.posting import Posting, Slice
from attain.engine.calculation.terms import DECIMALS
from attain.engine.calculation.versions import Version
from attain.engine.facts.tables import Facts
from attain.engine.language.models.credit_rules import CreditRule
from attain.engine.language.models.plan import Plan
from attain.engine.values import money

NOTHING = terms.pair(Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1))
TABLES = ("earnings", "credits", "measures", "payments", "balances", "adjustments", "exceptions", "lines")


@dataclass
class Results:
    """The tables of a run over the days from `first` until before `next`.

    `credits_together` says how many credits have their lines drawn at once: with it memory grows.
    """

    backend: Backend
    plans: Sequence[Plan]
    facts: Facts
    first: date
    next: date
    known_as_of: datetime | None
    posting: Posting
    payrolls: list[Payroll]
    lines: bool
    made: dict[str, pa.Table] = field(default_factory=dict)
    seats: set[str] = field(default_factory=set)
    credits_together: int = CREDITS

    def table(self, name: str) -> pa.Table:
        """One of the tables by name; see docs/language for their columns."""
        if name not in self.made:
            self.made[name] = getattr(self, f"_{name}")()
        return self.made[name]

    def parts(self, name: str) -> Iterator[pa.Table]:
        """One of the tables by name, in order, in parts that fit in memory: lines by participants, all else whole."""
        if name != "lines" or name in self.made:
            yield self.table(name)
            return
        for people in people_together(self.slices, self.credits_together):
            yield self.lines_of(*people)

    @property
    def places(self) -> int:
        """Decimals of the finest currency of the run."""
        return max((money.decimals(version.currency) for version in self.posting.now.versions), default=2)

    def _within(self, day: str) -> str:
        return f"{day} >= CAST('{self.first}' AS DATE) AND {day} < CAST('{self.next}' AS DATE)"

    def _earnings(self) -> pa.Table:
        return self.backend.fetch(
            f"SELECT participant, plan, component, period, currency, CAST(amount AS DECIMAL(18, {self.places})) AS amount "
            f"FROM {self.posting.earnings} WHERE amount <> 0 AND {self._within('paid')} "
            f"ORDER BY participant, plan, component, period, currency"
        )

    def _credits(self) -> pa.Table:
        """Credits by credit date: those of closed periods as known at their closing."""
        selects, exact = [], self._type_of_credits()
        for part in self.slices:
            for version in part.one.versions:
                sets: dict[int, list[str]] = defaultdict(list)
                for (owner, _), credits in version.every_set().items():
                    title = _title_of(version, credits.rules)
                    seats = self._seats(part.one)
                    sets[owner].append(
                        f"SELECT {text_literal(version.plan.plan)} AS plan, CAST('{version.plan.effective.first}' AS DATE) AS version, "
                        f"{text_literal(title)} AS component, c.rule AS rule, c.id AS transaction, c.fact AS fact, c.position AS position, "
                        f"a.participant AS participant, a.first AS assignment_first, c.owner_date AS owner_date, c.credit_date AS credit_date, "
                        f"c.share AS share, COALESCE(CAST(c.credit AS {exact}), 0) AS amount, {text_literal(version.currency)} AS currency, "
                        f"c.original_amount AS original_amount, c.original_currency AS original_currency, c.exchange_rate AS exchange_rate, "
                        f"c.exchange_date AS exchange_date FROM {credits.make()} AS c INNER JOIN {seats} AS a ON a.seat = c.seat "
                        f"WHERE c.seat >= 0 AND {self._within('c.credit_date')} AND {part.holds('c.credit_date')}"
                    )
                # components that use one measure may differ in whom they are for: each credit stands once
                selects += [
                    f"SELECT * FROM ({' UNION '.join(each)}) AS once" if len(each) > 1 else each[0]
                    for each in sets.values()
                ]
        if not selects:
            return pa.table({})
        return self.backend.fetch(
            f"SELECT * FROM ({' UNION ALL '.join(selects)}) AS credits ORDER BY plan, component, credit_date, transaction, position, rule"
        )

    def _type_of_credits(self) -> str:
        """The type that holds every credit of the run as it is, with 10 decimals or more."""
        every = [
            each.credit
            for part in self.slices
            for version in part.one.versions
            for each in version.every_set().values()
        ]
        return _exact_type(every)

    @property
    def slices(self) -> list[Slice]:
        """The slices of what stands posted that the run's days meet."""
        return [
            part
            for part in self.posting.slices
            if (part.first is None or part.first < self.next)
            and (part.next is None or part.next > self.first)
        ]

    def _seats(self, one: Pass) -> str:
        """The assignments of a pass as a table."""
        name = f"{one.prefix}_seats"
        if name in self.seats:
            return name
        self.seats.add(name)
        assignments = one.roster.assignments
        self.backend.load(
            name,
            pa.table(
                {
                    "seat": pa.array([a.index for a in assignments], pa.int32()),
                    "position": pa.array([a.position for a in assignments], pa.string()),
                    "participant": pa.array([a.participant for a in assignments], pa.string()),
                    "first": pa.array([a.first for a in assignments], pa.date32()),
                }
            ),
        )
        return name

    def _lines(self) -> pa.Table:
        return pa.concat_tables(self.parts("lines"))

    def lines_of(self, *people: str) -> pa.Table:
        """Lines of some participants, or of all; worked out for them alone."""
        numbers = ""
        if len(self.slices) > 1:
            numbers = "lines_numbers"
            self.backend.create(numbers, earned([part.one.earnings for part in self.slices], people))
        drawn = []
        for number, part in enumerate(self.slices):
            within = f"{self._within('f.paid')} AND {part.holds('f.paid')}"
            drawn.append(Lines(part.one, f"lines{number}", within, people, numbers=numbers))
        selects = [lines.numbered() for lines in drawn]
        rows = self.backend.fetch(shown_by_number(f"({' UNION ALL '.join(selects)}) AS posted"))
        names = self.backend.fetch(f"SELECT * FROM {drawn[0].numbers} ORDER BY number")
        for lines in drawn:
            lines.forget()
        return with_names(rows, names)

    def _payments(self) -> pa.Table:
        return self._of_payrolls("payments", "participant, period, currency")

    def _balances(self) -> pa.Table:
        return self._of_payrolls("balances", "participant, account, period, currency")

    def _of_payrolls(self, name: str, order: str) -> pa.Table:
        found = []
        for payroll in self.payrolls:
            if payroll.results is None:
                continue
            table, listed = getattr(payroll.results, name), self._paid_in(payroll)
            found.append(self.backend.fetch(f"SELECT * FROM {table} WHERE {listed} ORDER BY {order}"))
        return pa.concat_tables(found, promote_options="permissive") if found else pa.table({})

    def _paid_in(self, payroll: Payroll) -> str:
        """The condition that a row is of a pay period of the run."""
        periods = [span.name for span in payroll.group.spans if self.first <= span.last < self.next]
        return f"period IN ({text_literals(periods)})" if periods else "1 = 0"

    def _adjustments(self) -> pa.Table:
        posted = {
            change.posted_in.name
            for change in self.posting.changes
            if self.first <= change.posted_in.last < self.next
        }
        rows = [row for row in adjustments_of(self.posting) if row["posted_in"] in posted]
        kinds = {name: pa.decimal128(18, 4) if name == "amount" else pa.string() for name in ADJUSTED}
        return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})

    def _measures(self) -> pa.Table:
        """Measure, quota and figure of every seat and turn: of closed periods as known at their closing."""
        selects = []
        reckoned = [
            (part, *each, _measured(each[2].evaluation)) for part in self.slices for each in part.one.figures
        ]
        figure = f"CAST({{0}} AS {_exact_type([number for *_, numbers in reckoned for number in numbers])})"
        for part, version, component, figures, measured in reckoned:
            evaluation = figures.evaluation
            measure, measure_divisor, quota, quota_divisor = (
                figure.format(number.sql) for number in measured
            )
            selects.append(
                f"SELECT {text_literal(version.plan.plan)} AS plan, CAST('{version.plan.effective.first}' AS DATE) AS version, "
                f"{text_literal(component.title)} AS component, s.position AS position, s.participant AS participant, s.first AS assignment_first, "
                f"p.period AS period, p.first AS first, p.until AS until, {measure} AS measure, "
                f"{measure_divisor} AS measure_divisor, {quota} AS quota, {quota_divisor} AS quota_divisor, "
                f"CAST(f.figure AS DECIMAL(38, 10)) AS unrounded FROM {figures.measured} AS p INNER JOIN {figures.table} AS f "
                f"ON f.unit = p.unit AND f.seq = p.seq INNER JOIN {evaluation.units}_bearers AS b ON b.unit = p.unit AND b.first < p.until AND b.next >= p.until "
                f"INNER JOIN {self._seats(part.one)} AS s ON s.seat = b.seat WHERE p.eve = 0 AND {self._within('p.paid')} AND {part.holds('p.paid')}"
            )
        if not selects:
            return pa.table({})
        table = self.backend.fetch(
            f"SELECT * FROM ({' UNION ALL '.join(selects)}) AS measures ORDER BY plan, component, participant, period, position, version"
        )
        until = [day - timedelta(days=1) if day is not None else None for day in table["until"].to_pylist()]
        place = table.schema.get_field_index("until")
        return table.set_column(place, "last", pa.array(until, pa.date32()))

    def _exceptions(self) -> pa.Table:
        rows = list(exceptions_of(self.posting.now, self.first, self.next))
        for payroll in self.payrolls:
            if payroll.results is not None:
                table, listed = payroll.results.exceptions, self._paid_in(payroll)
                rows += self.backend.fetch(f"SELECT * FROM {table} WHERE {listed}").to_pylist()
        kinds = {name: pa.date32() if name == "date" else pa.string() for name in COLUMNS}
        return pa.table(
            {name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
        )


def _exact_type(numbers: Sequence[Number]) -> str:
    """The type that holds each of the numbers as it is, with 10 decimals or more."""
    most = max((number.bound for number in numbers), default=1)
    scale = max((DECIMALS, *(number.scale for number in numbers)))
    return f"DECIMAL({MOST_DIGITS}, {max(DECIMALS, min(scale, MOST_DIGITS - digits(most)))})"


def _measured(evaluation: Evaluation) -> list[Number]:
    """What is measured and its divisor, the quota and its divisor; NULL where there is none."""
    main = evaluation.main
    # a matrix reads two other measures; nothing is measured of its own
    measure = terms.pair(main.term) if evaluation.block.measure is not None else NOTHING
    if main.ratio_status:
        measure = terms.pair(
            terms.chosen([(f"{main.ratio_status} <> ''", NOTHING.top)], terms.pair(main.term))
        )
    quota = terms.pair(main.quota) if main.quota is not None else NOTHING
    return [measure.numerator, measure.denominator, quota.numerator, quota.denominator]


def _title_of(version: Version, rules: Sequence[CreditRule]) -> str:
    """The first component that is credited by such rules, else the measure in which they stand."""
    plan = version.plan
    titles = [title for title, block in plan.components.items() if plan.whole(block).credit == rules]
    titles += [title for title, block in plan.measures.items() if block.credit == rules]
    return titles[0]
