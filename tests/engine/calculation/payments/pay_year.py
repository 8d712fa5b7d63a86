"""A small company to pay: plans as text, seats, rows of facts; what is paid comes back as rows.

Proration is written here again, simply: calendar days held, months since hire, no leave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.backends.duckdb import DuckDB
from attain.engine.calculation.payments.conservation import Violation, violations
from attain.engine.calculation.payments.holding import payment_rules
from attain.engine.calculation.payments.roster import PaymentRoster, PayRate, Seat
from attain.engine.calculation.payments.stage import pay
from attain.engine.calculation.payments.tables import PaymentInputs
from attain.engine.language.documents import load_text, plans
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.values.calendars import Span, civil

CALENDAR = civil(2000, 2030)
OPEN = date(9999, 12, 31)
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
AMOUNT = pa.decimal128(38, 3)
COLUMNS = {
    "earnings": "participant plan component component_period pay_period currency amount",
    "adjustments": "participant plan component pay_period for_period currency amount",
    "entries": "participant pay_period kind currency amount transaction",
    "opening": "participant account currency pay_period amount",
    "component_lines": "participant plan component currency pay_period transaction booking amount",
    "billed": "booking pay_period amount",
    "received": "booking pay_period amount",
}
Row = Mapping[str, object]

MONTHLY = """
plan: {title}
effective: {effective}
paid: monthly
currency: {currency}
for: {{role: Account Executive}}
prorate: {prorate}
components:
  Commission: {{over: month, pay: {{how: given}}}}
"""


def plan(payment: str = "", title: str = "Plan", effective: str = "from 2025-01-01", more: str = "") -> str:
    """A monthly plan in dollars whose earnings are given; `payment` is the block of that name."""
    text = MONTHLY.format(title=title, effective=effective, currency="USD", prorate="nothing") + more
    return text + (f"payment:\n{payment}\n" if payment else "")


def day(text: str) -> date:
    """A day as people write it; blank is open."""
    return date.fromisoformat(text) if text else OPEN


def seat(participant: str, first: str = "2025-01-01", last: str = "", version: int = 0, **more: str) -> Seat:
    """A seat with its last day inclusive, as people write it."""
    until = day(last) + timedelta(days=1) if last else OPEN
    position = more.get("position", f"seat of {participant}")
    return Seat(participant, position, version, more.get("currency", "USD"), day(first), until)


@dataclass
class PayYear:
    """What is paid in months of a year; `pay` makes the rows of payments and balances."""

    texts: Sequence[str]
    seats: Sequence[Seat]
    periods: tuple[str, str]
    left: Mapping[str, str] = field(default_factory=dict)
    pay_currency: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, PayRate] = field(default_factory=dict)
    facts: dict[str, list[Row]] = field(default_factory=dict)
    calendar_unit: str = "month"
    broken: list[Violation] = field(default_factory=list)
    exceptions: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        first, last = (CALENDAR.named(name) for name in self.periods)
        assert first and last
        self.spans = CALENDAR.of(self.calendar_unit, first.first, last.next)
        self.plans = plans(load_text("---".join(self.texts)))

    def number(self, period: str) -> int:
        return [span.name for span in self.spans].index(period)

    def earn(self, participant: str, period: str, amount: str, **more: str) -> None:
        """Something earned, paid in this pay period."""
        row: dict[str, object] = {
            "participant": participant, "plan": self.plans[0].plan, "component": "Commission",
            "component_period": period, "pay_period": self.number(period), "currency": "USD",
            "amount": Decimal(amount), **more,
        }  # fmt: skip
        self.facts.setdefault("earnings", []).append(row)

    def add(self, table: str, period: str, amount: str, **columns: str) -> None:
        """A row of a table of facts."""
        row = {"currency": "USD", "pay_period": self.number(period), "amount": Decimal(amount), **columns}
        self.facts.setdefault(table, []).append(row)

    def roster(self) -> PaymentRoster:
        return PaymentRoster(
            plans=self.plans,
            seats=self.seats,
            calendar=CALENDAR,
            pay_periods=self.spans,
            prorated=self.prorated,
            pay_rate=self.rate,
            decimals=DECIMALS.__getitem__,
            left={who: day(last) + timedelta(days=1) for who, last in self.left.items()},
            pay_currency=self.pay_currency,
        )

    def prorated(
        self, kind: str, seat: Seat, amount: AmountPer | str, span: Span, by_days_held: bool
    ) -> Fraction:
        full = self._full(seat, amount, span)
        if not by_days_held:
            return full
        held = (min(seat.next, span.next) - max(seat.first, span.first)).days
        return full * max(held, 0) / (span.next - span.first).days

    def _full(self, seat: Seat, amount: AmountPer | str, span: Span) -> Fraction:
        if isinstance(amount, AmountPer):
            assert isinstance(amount.amount, Decimal)
            return Fraction(amount.amount) * len(CALENDAR.of(amount.per, span.first, span.next))
        ramp = self.plans[seat.version].ramp
        assert ramp
        months = (span.first.year - seat.first.year) * 12 + span.first.month - seat.first.month + 1
        reached = [step for step in ramp.steps if step.from_ <= months]
        return Fraction(reached[-1].draw or 0)

    def rate(self, plan: Plan, source: str, target: str, span: Span) -> PayRate:
        return self.rates.get(target, PayRate(None, span.last))

    def pay(self, backend: Backend | None = None) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """The rows of payments and of balances; no law of conservation may be broken."""
        engine = backend or DuckDB(threads=1)
        inputs = payment_rules([(self.roster(), 0, len(self.spans))]).load(engine, self._load(engine))
        results = pay(engine, inputs)
        self.broken = violations(engine, inputs, results)
        assert self.broken == []
        self.exceptions = _rows(engine, results.exceptions, "participant, period")
        balances = _rows(engine, results.balances, "participant, account, period")
        return _rows(engine, results.payments, "participant, currency, period"), balances

    def _load(self, engine: Backend) -> PaymentInputs:
        for name, columns in COLUMNS.items():
            engine.load(name, table(columns.split(), self.facts.get(name, [])))
        spans = [(number, span.name, span.first, span.next) for number, span in enumerate(self.spans)]
        numbers, names, firsts, nexts = zip(*spans, strict=True)
        kinds = {"pay_period": pa.array(numbers, pa.int32()), "period": names, "first": firsts, "next": nexts}
        engine.load("pay_periods", pa.table(kinds))
        if "component_lines" not in self.facts:
            return PaymentInputs()
        return PaymentInputs(component_lines="component_lines", billed="billed", received="received")


def table(columns: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    """Rows as a table; a text that a row does not have is blank."""
    types = {"pay_period": pa.int32(), "amount": AMOUNT}
    return pa.table(
        {
            name: pa.array([row.get(name, "") for row in rows], types.get(name, pa.string()))
            for name in columns
        }
    )


def _rows(engine: Backend, name: str, order: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = engine.fetch(f"SELECT * FROM {name} ORDER BY {order}").to_pylist()
    return rows


def paid(payments: Sequence[Row]) -> dict[tuple[str, str], Decimal]:
    """What each participant is paid in each period, where it is not 0."""
    return {
        (str(row["participant"]), str(row["period"])): Decimal(str(row["paid"]))
        for row in payments
        if row["paid"]
    }


def moves(balances: Sequence[Row], account: str) -> dict[str, tuple[Decimal, ...]]:
    """Opening, entries and closing of one account by period; of one participant."""
    return {
        str(row["period"]): tuple(Decimal(str(row[part])) for part in ("opening", "entries", "closing"))
        for row in balances
        if row["account"] == account
    }
