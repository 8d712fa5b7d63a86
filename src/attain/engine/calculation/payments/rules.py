"""The payment rules of one seat in one pay period, as a row: amounts prorated and rounded, days compared."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from attain.engine.calculation.exchange import after
from attain.engine.calculation.payments.holdback import AFTER_A_TIME, BY_ENTRY, NEVER
from attain.engine.calculation.payments.roster import PaymentRoster, PayRate, Seat
from attain.engine.language.models.payment import Advance, Draw, Holdback, Payment
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer, Length
from attain.engine.values.calendars import PAID, Span
from attain.engine.values.problems import refuse

Standing = Literal["held", "ended", "over"]
NO_RULES = Payment()


@dataclass(frozen=True)
class HoldbackRow:
    """One holdback in one pay period; the `_period`s are numbers of pay periods."""

    plan: str
    component: str
    keep: Decimal
    release: str
    release_period: int
    not_before_period: int
    forfeit_period: int


@dataclass(frozen=True)
class RuleRow:
    """What the steps need to know; see the columns of `rules` in `holding.SCHEMA`."""

    plan: str
    minor_unit: Decimal
    negative_paid: bool
    draw_kind: str
    draw: Decimal
    draw_limit: Decimal | None
    recover_share: Decimal
    draw_written_off: bool
    advance: Decimal
    settled_from_all: bool
    maximum: Decimal | None
    excess_lost: bool
    minimum: Decimal | None
    holdback_at_leaving: str
    pay_currency: str
    pay_rate: Decimal | None
    pay_rate_date: date | None
    pay_minor_unit: Decimal
    rivals: str
    holdbacks: tuple[HoldbackRow, ...]
    settlements: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Situation:
    """How a participant stands in a pay period: the seat whose version's rules hold, and all `seats` under
    that plan's title, so cut that no day is in two.

    `held`: on the pay period's last day; `ended`: on some day of it; `over`: on none. A `leaver` holds no
    assignment any more by its last day; `leaves_now`: the last day of all lies in it. `rivals` names the
    plans between which the facts do not decide.
    """

    seat: Seat
    seats: tuple[Seat, ...]
    standing: Standing
    leaver: bool = False
    leaves_now: bool = False
    rivals: str = ""


def rule_of(roster: PaymentRoster, situation: Situation, period: int) -> RuleRow:
    """The row of a situation in a pay period."""
    seat = situation.seat
    plan = roster.plans[seat.version]
    rules = plan.payment or NO_RULES
    span = roster.pay_periods[period]
    amounts = _Amounts(roster, plan, situation, span)
    pay_currency = _pay_currency(roster, plan, seat)
    rate = _pay_rate(roster, plan, seat.currency, pay_currency, span)
    draws = _draws(rules.draw, situation, span)
    settled = [one for one in rules.advance if _settles(roster, plan, one, span)]
    return RuleRow(
        plan=plan.plan,
        minor_unit=minor_unit(roster, seat.currency),
        negative_paid=rules.negative == "pay",
        draw_kind=rules.draw.kind if rules.draw and draws else "",
        draw=amounts.draw(rules.draw) if rules.draw and draws else Decimal(0),
        draw_limit=amounts.rounded(rules.draw.limit) if rules.draw and rules.draw.limit is not None else None,
        recover_share=_recover_share(rules.draw, situation, span),
        draw_written_off=_written_off(plan, rules.draw, situation, span),
        advance=sum((amounts.advance(one) for one in rules.advance), Decimal(0)),
        settled_from_all=not rules.advance or any(one.settled_from == "all earnings" for one in settled),
        maximum=amounts.limit("maximum", rules.maximum.amount if rules.maximum else None),
        excess_lost=rules.maximum is not None and rules.maximum.excess == "lost",
        minimum=amounts.limit("minimum", rules.minimum) if situation.standing != "over" else None,
        holdback_at_leaving=_holdback_at_leaving(plan, situation),
        pay_currency=pay_currency,
        pay_rate=rate.rate,
        pay_rate_date=rate.day,
        pay_minor_unit=minor_unit(roster, pay_currency),
        rivals=situation.rivals,
        holdbacks=tuple(_holdback(roster, plan, one, period) for one in rules.holdback),
        settlements=tuple((plan.plan, one.of) for one in settled if one.settled_from == "its component"),
    )


def minor_unit(roster: PaymentRoster, currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return Decimal(1).scaleb(-roster.decimals(currency))


class _Amounts:
    """Amounts per time in one pay period, rounded half-up to the minor unit."""

    def __init__(self, roster: PaymentRoster, plan: Plan, situation: Situation, span: Span) -> None:
        self.roster = roster
        self.plan = plan
        self.situation = situation
        self.span = span
        self.decimals = roster.decimals(situation.seat.currency)

    def rounded(self, amount: Decimal | Fraction) -> Decimal:
        exact = Fraction(amount) * 10**self.decimals
        units = (abs(exact.numerator) * 2 + exact.denominator) // (2 * exact.denominator)
        return Decimal(units if exact >= 0 else -units).scaleb(-self.decimals)

    def in_span(self, kind: str, amount: AmountPer | str, span: Span, by_days_held: bool) -> Decimal:
        """Of several seats each counts on its own days; without days held the deciding one counts."""
        seats = self.situation.seats if by_days_held else (self.situation.seat,)
        parts = (self.roster.prorated(kind, seat, amount, span, by_days_held) for seat in seats)
        return self.rounded(sum(parts, Fraction(0)))

    def limit(self, kind: str, amount: AmountPer | None) -> Decimal | None:
        """A maximum or minimum; one that nobody holds any more is whole."""
        if amount is None:
            return None
        if self.situation.standing == "over":
            return self.in_span("", amount, self.span, False)
        return self.in_span(kind, amount, self.span, self.prorates(kind))

    def draw(self, draw: Draw) -> Decimal:
        by_days_held = self.prorates("draw")
        if self.situation.leaves_now and self.plan.leavers:
            said = self.plan.leavers.draw_in_the_last_period
            if said == "none":
                return Decimal(0)
            by_days_held = said == "prorated"
        return self.in_span("draw", draw.amount, self.span, by_days_held)

    def advance(self, advance: Advance) -> Decimal:
        """Its months whose last day lies in the pay period, and of which a day is held."""
        months = []
        for window in _windows(self.roster, self.plan, advance.of, self.span):
            inside = self.roster.calendar.of("month", window.first, window.next)
            months += [month for number, month in enumerate(inside, 1) if number in advance.in_months]
        seats = self.situation.seats
        has = self.roster.has_component
        held = [
            month
            for month in months
            if any(month.meets(seat.first, seat.next) and has(seat, advance.of, month) for seat in seats)
        ]
        paid = [month for month in held if month.last in self.span]
        return sum((self.in_span("advance", advance.amount, month, False) for month in paid), Decimal(0))

    def prorates(self, kind: str) -> bool:
        return kind in self.plan.prorate


def _draws(draw: Draw | None, situation: Situation, span: Span) -> bool:
    """Whether a draw runs in the pay period: its last day lies in `during`."""
    if draw is None or situation.standing == "over":
        return False
    return draw.during is None or (
        (draw.during.first is None or draw.during.first <= span.last)
        and (draw.during.last is None or span.last <= draw.during.last)
    )


def _recover_share(draw: Draw | None, situation: Situation, span: Span) -> Decimal:
    """The share of what exceeds the draw that repays; a debt whose draw is over is repaid from all."""
    if draw is None or draw.kind == "non-recoverable":
        return Decimal(1)
    if draw.recovery and not (
        (draw.recovery.first is None or draw.recovery.first <= span.last)
        and (draw.recovery.last is None or span.first <= draw.recovery.last)
    ):
        return Decimal(0)
    is_over = draw.during is not None and draw.during.last is not None and draw.during.last < span.last
    if is_over or situation.standing == "over" or draw.recover_at_most is None:
        return Decimal(1)
    return share(draw.recover_at_most, "recover at most")


def share(value: Decimal, key: str) -> Decimal:
    """A share as the steps multiply with it. Refuses what is no share, or has more than nine decimals."""
    if not 0 <= value <= 1 or value != value.quantize(Decimal("1E-9"), ROUND_HALF_UP):
        raise refuse(
            "P391", f"{key}: {value} is no share.", "Write 0 % to 100 %, with at most seven decimals."
        )
    return value


def _written_off(plan: Plan, draw: Draw | None, situation: Situation, span: Span) -> bool:
    leaves_nothing = plan.leavers is not None and plan.leavers.draw_owed == "written off"
    on_its_day = draw is not None and draw.write_off is not None and draw.write_off in span
    return on_its_day or (situation.leaver and leaves_nothing)


def _holdback_at_leaving(plan: Plan, situation: Situation) -> str:
    """What becomes of a holdback from the leaver's last period on."""
    if not (situation.leaver and plan.leavers):
        return ""
    return {"released at once": "released", "forfeited": "forfeited"}.get(plan.leavers.holdback, "")


def _pay_currency(roster: PaymentRoster, plan: Plan, seat: Seat) -> str:
    pay_in = plan.payment.pay_in if plan.payment else None
    if pay_in is None:
        return seat.currency
    if pay_in.currency == "of the participant":
        return roster.pay_currency.get(seat.participant) or seat.currency
    return pay_in.currency


def _pay_rate(roster: PaymentRoster, plan: Plan, currency: str, pay_currency: str, span: Span) -> PayRate:
    pay_in = plan.payment.pay_in if plan.payment else None
    if pay_in is None or currency == pay_currency:
        return PayRate(Decimal(1), None)
    return PayRate(pay_in.rate, None) if pay_in.rate else roster.pay_rate(plan, currency, pay_currency, span)


def _windows(roster: PaymentRoster, plan: Plan, component: str, span: Span) -> Sequence[Span]:
    """The component's own periods that meet a span: what it earns at once."""
    over = plan.components[component].over
    if over and over.unit == "plan" and not over.to_date:
        first, last = plan.effective.first, plan.effective.next
        return [Span(first or date.min, last or date.max)]
    unit = PAID[over.every] if over and over.every else PAID[plan.paid]
    if over and not over.every and not over.to_date and over.last is None:
        unit = over.unit
    return roster.calendar.of(unit, span.first, span.next)


def _settles(roster: PaymentRoster, plan: Plan, advance: Advance, span: Span) -> bool:
    """Whether the component's period ends in the pay period."""
    return any(window.last in span for window in _windows(roster, plan, advance.of, span))


def _holdback(roster: PaymentRoster, plan: Plan, holdback: Holdback, period: int) -> HoldbackRow:
    said = {"not before": holdback.not_before, "forfeit after": holdback.forfeit_after}
    timed = {BY_ENTRY: tuple(said), AFTER_A_TIME: ("forfeit after",)}.get(holdback.release, ())
    for key in timed:
        if said[key] is not None:
            raise refuse(
                "P900",
                f'"{key}" with "release: {holdback.release}" is not calculated yet (plan "{plan.plan}").',
                "Take it out, or release by what customers pay.",
            )
    not_before = _period_after(roster, period, holdback.not_before) if holdback.not_before else 0
    forfeit = _period_after(roster, period, holdback.forfeit_after) if holdback.forfeit_after else NEVER
    forfeit = max(forfeit, period)
    timed_release = holdback.release == AFTER_A_TIME
    return HoldbackRow(
        plan=plan.plan,
        component=holdback.of or "",
        keep=share(holdback.keep, "keep"),
        release=holdback.release,
        release_period=max(_period_after(roster, period, holdback.after or Length(0, "day")), not_before)
        if timed_release
        else NEVER,
        not_before_period=0 if timed_release else not_before,
        forfeit_period=forfeit,
    )


def _period_after(roster: PaymentRoster, period: int, when: date | Length) -> int:
    """The pay period that holds a day, or the day so long after a pay period's last."""
    if isinstance(when, Length) and when.unit == "period":
        return min(period + when.count, NEVER)
    day = after(roster.pay_periods[period].last, when) if isinstance(when, Length) else when
    found = bisect_right(roster.pay_periods, day, key=lambda span: span.first) - 1
    return max(found, 0) if day < roster.pay_periods[-1].next else NEVER
