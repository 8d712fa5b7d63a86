"""What the stage takes and what it makes, as names of tables on a backend."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentInputs:
    """Names of the tables that `pay` reads; every amount is a decimal in its own currency.

    Facts of the run (`currency` stands in each of them):
    `earnings(participant, plan, component, component_period, pay_period, currency, amount)`, rounded;
    `adjustments(participant, plan, component, pay_period, for_period, currency, amount)`, prior-period;
    `entries(participant, pay_period, kind, currency, amount, transaction)` of kind `release`, `clawback`,
    `prior_period_adjustment`, `manual_adjustment`; a clawback is positive where it takes;
    `opening(participant, account, currency, pay_period, amount)`, which stands at the period's start;
    `pay_periods(pay_period, period, first, next)`, numbered without a gap in the order of time.

    Rules, made and loaded by `holding.payment_rules`: `held`, `rules`, `holdbacks`, `settlements`. `decimals`
    are those of the finest minor unit of the plans' currencies, `paid_decimals` of the currencies of pay.

    Only where a holdback is released by what customers pay, and else None:
    `component_lines(participant, plan, component, currency, pay_period, transaction, booking, amount)`;
    `billed(booking, pay_period, amount)`: the booking and what returns of it change, by their dates;
    `received(booking, pay_period, amount)`: what the customer paid, by date.
    """

    earnings: str = "earnings"
    adjustments: str = "adjustments"
    entries: str = "entries"
    opening: str = "opening"
    pay_periods: str = "pay_periods"
    held: str = "held"
    rules: str = "rules"
    holdbacks: str = "holdbacks"
    settlements: str = "settlements"
    component_lines: str | None = None
    billed: str | None = None
    received: str | None = None
    decimals: int = 2
    paid_decimals: int = 2


@dataclass(frozen=True)
class PaymentResults:
    """Names of the tables that `pay` makes, each with the columns that `attain calculate` writes."""

    payments: str = "payments"
    balances: str = "balances"
    exceptions: str = "payment_exceptions"


ACCOUNTS = ("advance", "clawback", "deferred", "draw", "holdback", "negative_carry")
OWED_TO_PARTICIPANT = ("deferred", "holdback")
