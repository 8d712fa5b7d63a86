"""From what stands posted to payments: the inputs of the payments stage, by calendar and pay period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.calculation.amounts import pieces_of
from attain.engine.calculation.exchange import after
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.intervals import meet
from attain.engine.calculation.lines import Lines
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.payments.conservation import violations
from attain.engine.calculation.payments.holding import payment_rules
from attain.engine.calculation.payments.roster import PaymentRoster, PayRate, Seat
from attain.engine.calculation.payments.stage import pay
from attain.engine.calculation.payments.tables import PaymentInputs, PaymentResults
from attain.engine.calculation.posting import Posting
from attain.engine.calculation.versions import Version
from attain.engine.language.models.payment import Holdback
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer, Length
from attain.engine.values import money
from attain.engine.values.calendars import PAID, Calendar, Span
from attain.engine.values.day_counts import OPEN


@dataclass(frozen=True)
class PayGroup:
    """Versions that are paid in the same pay periods."""

    calendar: Calendar
    unit: str
    versions: tuple[Version, ...]
    spans: tuple[Span, ...]
    number: int = 0


def pay_periods_of(now: Pass) -> list[PayGroup]:
    """Versions by calendar and pay period; each is paid by itself."""
    groups: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for version in now.versions:
        groups[version.calendar.title, PAID[version.plan.paid]].append(version)
    made: list[PayGroup] = []
    for (_, unit), versions in groups.items():
        calendar = versions[0].calendar
        spans = [span for span in calendar.of(unit, now.begin, now.end) if span.next <= now.end]
        made.append(PayGroup(calendar, unit, tuple(versions), tuple(spans), len(made)))
    return made


@dataclass
class Payroll:
    """The payments of one group; tables `payments`, `balances` and exceptions on the backend."""

    backend: Backend
    posting: Posting
    group: PayGroup
    results: PaymentResults | None = None
    violated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.group.spans:
            self._pay()

    @property
    def now(self) -> Pass:
        """The pass whose roster and facts hold."""
        return self.posting.now

    def _pay(self) -> None:
        titles = ", ".join(sorted({text_literal(version.plan.plan) for version in self.group.versions}))
        self._periods()
        earned = self._in_period(
            "paid", f"e.plan IN ({titles})", self.posting.earnings, "e.period AS component_period"
        )
        self.backend.create("earnings", earned)
        changed = self._in_period(
            "posted", f"e.plan IN ({titles})", self.posting.adjustments, "e.period AS for_period"
        )
        self.backend.create("adjustments", changed)
        self._entries()
        self._opening()
        rules = payment_rules(self._roster())
        inputs = rules.load(self.backend, PaymentInputs())
        inputs = self._holdback_inputs(inputs)
        self.results = pay(self.backend, inputs)
        self.violated = [str(violation) for violation in violations(self.backend, inputs, self.results)]
        assert not self.violated, self.violated[:3]
        self._keep()

    def _keep(self) -> None:
        """Results under names of their own, since the stage's names are the same for each group."""
        assert self.results is not None
        names = []
        for name in (self.results.payments, self.results.balances, self.results.exceptions):
            kept = f"{name}_{self.group.number}"
            self.backend.create(kept, f"SELECT * FROM {name}")
            names.append(kept)
        self.results = PaymentResults(*names)

    def _periods(self) -> None:
        spans = self.group.spans
        self.backend.load(
            "pay_periods",
            pa.table(
                {
                    "pay_period": pa.array(range(len(spans)), pa.int32()),
                    "period": pa.array([span.name for span in spans], pa.string()),
                    "first": pa.array([span.first for span in spans], pa.date32()),
                    "next": pa.array([span.next for span in spans], pa.date32()),
                }
            ),
        )

    def _in_period(self, day: str, condition: str, table: str, extra: str) -> str:
        places = max(money.decimals(version.currency) for version in self.group.versions)
        return (
            f"SELECT e.participant AS participant, e.plan AS plan, e.component AS component, {extra}, p.pay_period AS pay_period, "
            f"e.currency AS currency, CAST(e.amount AS DECIMAL(18, {places})) AS amount FROM {table} AS e "
            f"INNER JOIN pay_periods AS p ON e.{day} >= p.first AND e.{day} < p.next WHERE {condition} AND e.amount <> 0"
        )

    def _number(self, name: object) -> int | None:
        """The pay period of a name, or the one that holds the last day of a longer period."""
        for number, span in enumerate(self.group.spans):
            if span.name == name:
                return number
        span_of = self.group.calendar.named(str(name))
        if span_of is None:
            return None
        return next((number for number, span in enumerate(self.group.spans) if span_of.last in span), None)

    def _currency_of(self, participant: str) -> str:
        for version in self.group.versions:
            if any(version.roster.assignments[seat].participant == participant for seat in version.seated):
                return version.currency
        return ""

    def _entries(self) -> None:
        rows = []
        for table in ("movements", "manual_adjustments"):
            for row in self.now.known.fetch(table):
                number, person = self._number(row["period"]), str(row["participant"])
                currency = str(row.get("currency") or self._currency_of(person))
                if number is None or not currency or not self._currency_of(person):
                    continue
                kind = str(row.get("kind") or "manual_adjustment")
                reference = str(row.get("transaction") or row.get("id") or "")
                rows.append((person, number, kind, currency, row["amount"], reference))
        columns = list(zip(*rows, strict=True)) or [()] * 6
        kinds = [pa.string(), pa.int32(), pa.string(), pa.string(), pa.decimal128(18, 4), pa.string()]
        names = ["participant", "pay_period", "kind", "currency", "amount", "transaction"]
        self._load("entries", names, columns, kinds)

    def _load(
        self, name: str, names: list[str], columns: Sequence[Sequence[Any]], kinds: list[pa.DataType]
    ) -> None:
        arrays = {}
        for column, values, kind in zip(names, columns, kinds, strict=True):
            exact = (
                [Decimal(value).quantize(Decimal("0.0001")) for value in values]
                if pa.types.is_decimal(kind)
                else list(values)
            )
            arrays[column] = pa.array(exact, kind)
        self.backend.load(name, pa.table(arrays))

    def _opening(self) -> None:
        rows = []
        for row in self.now.known.fetch("opening_balances"):
            number, person = self._number(row["period"]), str(row["participant"])
            currency = str(row.get("currency") or self._currency_of(person))
            if number is not None and currency and self._currency_of(person):
                rows.append((person, str(row["account"]), currency, number, row["amount"]))
        columns = list(zip(*rows, strict=True)) or [()] * 5
        kinds = [pa.string(), pa.string(), pa.string(), pa.int32(), pa.decimal128(18, 4)]
        self._load("opening", ["participant", "account", "currency", "pay_period", "amount"], columns, kinds)

    def _roster(self) -> PaymentRoster:
        seats, plans = [], []
        for number, version in enumerate(self.group.versions):
            plans.append(version.plan)
            for index, runs in sorted(version.seated.items()):
                seat = version.roster.assignments[index]
                for run in runs:
                    days = meet(run, version.days)
                    if days:
                        seats.append(
                            Seat(seat.participant, seat.position, number, version.currency, *days, index)
                        )
        roster = self.now.roster
        left = {}
        for person, held in roster.held.items():
            last = max(seat.next for seat in held)
            if last < OPEN:
                left[person] = last
        currencies = {
            person: str(row["pay_currency"])
            for person, row in roster.participants.items()
            if row.get("pay_currency")
        }
        return PaymentRoster(
            plans, seats, self.group.calendar, self.group.spans, self._prorated, self._pay_rate, money.decimals,
            left, frozenset(roster.leaves), currencies,
        )  # fmt: skip

    def _prorated(
        self, kind: str, seat: Seat, amount: AmountPer | str, span: Span, by_days_held: bool
    ) -> Fraction:
        """An amount per time for a span: its parts, each with the weight of its days."""
        version = self.group.versions[seat.version]
        assignment = version.roster.assignments[seat.assignment]
        weights = version.weights({seat.assignment: [(seat.first, seat.next)]})
        if amount == "by ramp":
            return self._by_ramp(weights, assignment, seat, span, by_days_held)
        assert isinstance(amount, AmountPer)
        value = amount.amount
        if isinstance(value, str):
            term = next((row.values[value].value for table in version.plan.values if value in table.names
                         for row in table.rows if row.at == str(version.roster.field(assignment, table.by, seat.first))), Decimal(0))  # fmt: skip
            value = term
        number = weights.count()
        total = Fraction(0)
        for piece in pieces_of(self.group.calendar, span, amount.per):
            days = number(piece.next) - number(piece.first)
            held = (
                [(max(seat.first, piece.first), min(seat.next, piece.next))]
                if by_days_held
                else [(piece.first, piece.next)]
            )
            leaves = (
                [run for run, _ in version.roster.leaves.get(seat.participant, ())]
                if weights._leave(kind)
                else []
            )
            counted = 0
            for run in held:
                if run[0] < run[1]:
                    counted += number(run[1]) - number(run[0])
                    counted -= sum(
                        number(cut[1]) - number(cut[0]) for leave in leaves if (cut := meet(leave, run))
                    )
            total += Fraction(value) * piece.share * Fraction(counted, max(days, 1))
        return total

    def _by_ramp(
        self, weights: object, assignment: object, seat: Seat, span: Span, by_days_held: bool
    ) -> Fraction:
        """The draw that the step of the ramp names, by the days of the step in the span."""
        total = Fraction(0)
        number = weights.count()  # type: ignore[attr-defined]
        days = number(span.next) - number(span.first)
        held = (
            (max(seat.first, span.first), min(seat.next, span.next))
            if by_days_held
            else (span.first, span.next)
        )
        for run, step in weights.ramp_steps(assignment):  # type: ignore[attr-defined]
            part = meet(run, held)
            if part and step is not None and step.draw is not None:
                total += Fraction(step.draw) * Fraction(number(part[1]) - number(part[0]), max(days, 1))
        return total

    def _pay_rate(self, plan: Plan, currency: str, pay_currency: str, span: Span) -> PayRate:
        """The latest rate on or before the pay day; without a later one known, the first after the period."""
        table = plan.payment.pay_in.rates if plan.payment and plan.payment.pay_in else None
        dated = sorted(
            (row["date"], row["rate"])
            for row in self.now.known.fetch("exchange_rates")
            if row["from"] == currency
            and row["to"] == pay_currency
            and str(row.get("table") or "") in ("", table or "")
        )
        following = [(day, rate) for day, rate in dated if day >= span.next]  # type: ignore[operator]
        limit = after(span.last, Length(1, "month"))
        if following and following[0][0] <= limit + timedelta(days=5):  # type: ignore[operator]
            return PayRate(following[0][1], following[0][0])  # type: ignore[arg-type]
        before = [(day, rate) for day, rate in dated if day < span.next]  # type: ignore[operator]
        return PayRate(before[-1][1], before[-1][0]) if before else PayRate(None, None)  # type: ignore[arg-type]

    def _holdback_inputs(self, inputs: PaymentInputs) -> PaymentInputs:
        """Lines by booking, what bookings are worth and what customers paid, where a holdback waits for that."""
        kept = [
            holdback
            for version in self.group.versions
            for holdback in (version.plan.payment.holdback if version.plan.payment else ())
            if holdback.release in ("in proportion to payments", "when paid in full")
        ]
        if not kept or not self.now.known.has("transactions"):
            return inputs
        known = self.now.known
        view, columns = known.view("transactions"), known.columns("transactions")
        booking = "COALESCE(NULLIF(t.booking, ''), t.id)" if "booking" in columns else "t.id"
        if "original" in columns:
            booking = f"COALESCE(NULLIF(t.original, ''), {booking})"
        places = max(money.decimals(version.currency) for version in self.group.versions)
        lines = self._posted_lines(self._held(kept))
        self.backend.create(
            "component_lines",
            f"SELECT l.participant AS participant, l.plan AS plan, l.component AS component, l.currency AS currency, p.pay_period AS pay_period, "
            f"l.transaction AS transaction, COALESCE({booking}, '') AS booking, CAST(l.amount AS DECIMAL(18, {places})) AS amount "
            f"FROM ({lines}) AS l LEFT JOIN {view} AS t ON t.id = l.transaction "
            f"INNER JOIN pay_periods AS p ON l.paid >= p.first AND l.paid < p.next WHERE l.amount <> 0",
        )
        within = "INNER JOIN pay_periods AS p ON t.date >= p.first AND t.date < p.next"
        paying = "t.type = 'payment'"
        amount = "CAST(SUM(t.amount) AS DECIMAL(24, 6)) AS amount"
        self.backend.create(
            "billed",
            f"SELECT {booking} AS booking, p.pay_period AS pay_period, {amount} FROM {view} AS t {within} "
            f"WHERE NOT ({paying}) AND t.amount IS NOT NULL GROUP BY {booking}, p.pay_period",
        )
        received = f"SELECT {booking} AS booking, p.pay_period AS pay_period, {amount} FROM {view} AS t {within} WHERE {paying}"
        self.backend.create("received", f"{received} GROUP BY {booking}, p.pay_period")
        return replace(inputs, component_lines="component_lines", billed="billed", received="received")

    def _held(self, kept: Sequence[Holdback]) -> frozenset[tuple[str, str]]:
        """The components, by plan title, of which holdbacks keep; of all plans, since rules follow the person."""
        titles = {holdback.of for holdback in kept}
        return frozenset(
            (version.plan.plan, title)
            for version in self.group.versions
            for title in version.plan.components
            if None in titles or title in titles
        )

    def _posted_lines(self, held: frozenset[tuple[str, str]]) -> str:
        """Lines of components as they stand posted: of closed periods as known at their closing."""
        made = [
            Lines(part.one, f"posted_lines{number}", part.holds("f.paid"), only=held).make()
            for number, part in enumerate(self.posting.slices)
        ]
        return " UNION ALL ".join(f"SELECT * FROM {table}" for table in made)
