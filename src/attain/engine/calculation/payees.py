"""Who is paid by whose rules, as one state of knowledge has it: seats, leavers, amounts per time, rates of pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.amounts import pieces_of
from attain.engine.calculation.intervals import Run, meet, without
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.payments.roster import PaymentRoster, PayRate, Seat
from attain.engine.calculation.versions import Version
from attain.engine.calculation.weights import Weights
from attain.engine.language.models.eligibility import RampStep
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.values import money
from attain.engine.values.calendars import Calendar, Span
from attain.engine.values.day_counts import OPEN

PAY_DAY_WITHIN = timedelta(days=35)


@dataclass(frozen=True)
class Payees:
    """The participants of versions that are paid in the same pay periods, as one pass knows them."""

    one: Pass
    versions: Sequence[Version]
    calendar: Calendar
    spans: Sequence[Span]

    def roster(self) -> PaymentRoster:
        """All that the payment rules are made from."""
        seats = [
            Seat(held.participant, held.position, number, version.currency, *days, index)
            for number, version in enumerate(self.versions)
            for index, runs in sorted(version.seated.items())
            for held in [version.roster.assignments[index]]
            for run in runs
            if (days := meet(run, version.days))
        ]
        roster = self.one.roster
        ends = {person: max(seat.next for seat in held) for person, held in roster.held.items()}
        currencies = {
            person: str(row["pay_currency"])
            for person, row in roster.participants.items()
            if row.get("pay_currency")
        }
        return PaymentRoster(
            [version.plan for version in self.versions],
            seats,
            self.calendar,
            self.spans,
            self._prorated,
            self._pay_rate,
            money.decimals,
            {person: last for person, last in ends.items() if last < OPEN},
            frozenset(roster.leaves),
            currencies,
            self._has,
        )

    def _has(self, seat: Seat, title: str, span: Span) -> bool:
        """Whether a seat has a component on a day of the span."""
        version = self.versions[seat.version]
        days = version.component_days(version.plan.components[title]).get(seat.assignment, ())
        return any(meet(run, (span.first, span.next)) for run in days)

    def _prorated(
        self, kind: str, seat: Seat, amount: AmountPer | str, span: Span, by_days_held: bool
    ) -> Fraction:
        """An amount per time for a span: its parts, each with the weight of its days; a draw also with its ramp."""
        version = self.versions[seat.version]
        weights = version.weights({seat.assignment: [(seat.first, seat.next)]})
        if amount == "by ramp":
            return self._counted(weights, kind, seat, span, by_days_held, by_ramp=True)
        assert isinstance(amount, AmountPer)
        value = Fraction(self._value(version, seat, amount))
        return sum(
            (
                value
                * piece.share
                * self._counted(weights, kind, seat, Span(piece.first, piece.next, ""), by_days_held)
                for piece in pieces_of(self.calendar, span, amount.per)
            ),
            Fraction(0),
        )

    def _value(self, version: Version, seat: Seat, amount: AmountPer) -> Decimal:
        """An amount, or that of the value which it names, for the seat."""
        if not isinstance(amount.amount, str):
            return amount.amount
        assignment = version.roster.assignments[seat.assignment]
        for table in version.plan.values:
            if amount.amount in table.names:
                at = str(version.roster.field(assignment, table.by, seat.first))
                for row in table.rows:
                    if row.at == at:
                        return row.values[amount.amount].value
        return Decimal(0)

    def _counted(
        self,
        weights: Weights,
        kind: str,
        seat: Seat,
        span: Span,
        by_days_held: bool,
        by_ramp: bool = False,
    ) -> Fraction:
        """Σ of the weights of a span's days ÷ its days; by ramp the draw that each day's step names takes the
        weight's place."""
        number, whole = weights.count(), (span.first, span.next)
        held = meet(whole, (seat.first, seat.next)) if by_days_held else whole
        runs: list[Run] = [held] if held else []
        if weights._leave(kind):
            leaves = [run for run, _ in self.one.roster.leaves.get(seat.participant, ())]
            runs = [rest for run in runs for rest in without(run, leaves)]
        assignment = self.versions[seat.version].roster.assignments[seat.assignment]
        total = Fraction(0)
        for days, step in weights.ramp_steps(assignment):
            share = _share(step, kind, by_ramp)
            for run in runs:
                if share and (part := meet(run, days)):
                    total += share * (number(part[1]) - number(part[0]))
        return total / max(number(span.next) - number(span.first), 1)

    def _pay_rate(self, plan: Plan, currency: str, pay_currency: str, span: Span) -> PayRate:
        """The rate of the pay day: the first within 35 days after the period, else the latest before."""
        table = plan.payment.pay_in.rates if plan.payment and plan.payment.pay_in else None
        dated = sorted(
            (row["date"], row["rate"])
            for row in self.one.known.fetch("exchange_rates")
            if row["from"] == currency
            and row["to"] == pay_currency
            and str(row.get("table") or "") in ("", table or "")
        )
        following = [(day, rate) for day, rate in dated if span.last < day <= span.last + PAY_DAY_WITHIN]  # type: ignore[operator]
        before = [(day, rate) for day, rate in dated if day <= span.last]  # type: ignore[operator]
        day, rate = (following[:1] or before[-1:] or [(None, None)])[0]
        return PayRate(rate, day)  # type: ignore[arg-type]


def _share(step: object, kind: str, by_ramp: bool) -> Fraction:
    """What a day counts on which a step of the ramp holds."""
    draw = step.draw if isinstance(step, RampStep) and kind == "draw" else None
    return Fraction(draw) if draw is not None else Fraction(0 if by_ramp else 1)
