"""From what stands posted to payments: the inputs of the payments stage, by calendar and pay period."""

from dataclasses import dataclass, field

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.calculation.entered import Entered
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.pay_groups import PayGroup, versions_of
from attain.engine.calculation.payees import Payees
from attain.engine.calculation.payments.conservation import violations
from attain.engine.calculation.payments.holding import PaymentRules, payment_rules
from attain.engine.calculation.payments.stage import pay
from attain.engine.calculation.payments.tables import PaymentInputs, PaymentResults
from attain.engine.calculation.posting import Posting
from attain.engine.values import money


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
        entered = Entered(self.backend, self.posting, self.group)
        entered.load()
        inputs = self._rules().load(self.backend, PaymentInputs())
        inputs = entered.holdback(inputs)
        number = self.group.number
        names = PaymentResults(f"payments_{number}", f"balances_{number}", f"payment_exceptions_{number}")
        self.results = pay(self.backend, inputs, names)
        self.violated = [str(violation) for violation in violations(self.backend, inputs, self.results)]
        assert not self.violated, self.violated[:3]

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
            f"INNER JOIN (SELECT d.day AS day, n.pay_period AS pay_period FROM (SELECT DISTINCT {day} AS day FROM {table}) AS d "
            f"INNER JOIN pay_periods AS n ON d.day >= n.first AND d.day < n.next) AS p ON p.day = e.{day} "
            f"WHERE {condition} AND e.amount <> 0"
        )

    def _rules(self) -> PaymentRules:
        """The rules of each pay period as known at its closing, of open ones as known now."""
        parts = []
        for part in self.posting.slices:
            numbers = [number for number, span in enumerate(self.group.spans) if span.last in part]
            if numbers:
                versions = versions_of(part.one, self.group)
                payees = Payees(part.one, versions, self.group.calendar, self.group.spans)
                parts.append((payees.roster(), numbers[0], numbers[-1] + 1))
        return payment_rules(parts)
