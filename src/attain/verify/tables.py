"""The tables of a calculation: rows of dictionaries, numbers as Decimal."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.world import Problem
from attain.verify.earning.book import At
from attain.verify.earning.earning import Earning
from attain.verify.earning.lines import Line
from attain.verify.earning.measures import NoEarning, shown
from attain.verify.earning.quotas import prorated_quota
from attain.verify.earning.seats import Earned
from attain.verify.inputs.forms import decimal
from attain.verify.paying.payments import ACCOUNTS, FIGURES, Payment
from attain.verify.paying.postings import Adjustment

Table = list[dict[str, Any]]


def _number(value: Fraction | None) -> Decimal | None:
    return None if value is None else decimal(value)


def earnings_table(earnings: list[Earning]) -> Table:
    """One row an earning that is not 0."""
    rows = [
        {
            "participant": item.participant,
            "plan": item.plan,
            "component": item.component,
            "period": item.period.name,
            "currency": item.currency,
            "amount": decimal(item.amount),
        }
        for item in earnings
        if item.amount
    ]
    return sorted(
        rows, key=lambda row: [str(row[name]) for name in ("participant", "plan", "component", "period")]
    )


def credits_table(credits: list[Credit]) -> Table:
    """One row a credit."""
    return [
        {
            "plan": item.seat.title,
            "version": item.version.days.first,
            "component": _heading(item),
            "rule": item.rule,
            "transaction": item.transaction,
            "fact": item.kind,
            "position": item.seat.assignment.position,
            "participant": item.seat.assignment.participant,
            "assignment_first": item.seat.assignment.days.first,
            "owner_date": item.owner_date,
            "credit_date": item.credit_date,
            "share": decimal(item.share),
            "amount": decimal(item.amount),
            "currency": item.currency,
            "original_amount": _number(item.original_amount),
            "original_currency": item.original_currency,
            "exchange_rate": _number(item.exchange.value if item.exchange else None),
            "exchange_date": item.exchange.day if item.exchange else None,
        }
        for item in credits
    ]


def _heading(item: Credit) -> str:
    """The credits of a measure stand under the first component that takes them, else under its own name."""
    version = item.version
    if item.block in version.components:
        return item.block
    takers = (
        name for name, block in version.components.items() if version.credited(block).name == item.block
    )
    return next(takers, item.block)


def measures_table(earnings: list[Earning]) -> Table:
    """One row a seat's figure: what was measured, against what, and what it gave."""
    return [_measured(figure) for item in earnings for figure in item.figures]


def _measured(earned: Earned) -> dict[str, Any]:
    at = earned.at
    return {
        "plan": at.version.title,
        "version": at.version.days.first,
        "component": at.component.name,
        "position": at.holding.main.position,
        "participant": at.holding.main.participant,
        "assignment_first": at.holding.main.days.first,
        "period": earned.turn.period.name,
        "first": at.start,
        "last": at.upto,
        "unrounded": decimal(earned.amount),
        **_pair("measure", shown(at)),
        **_pair("quota", _quota(at)),
    }


def _quota(at: At) -> Fraction | None:
    """The quota as it is, also where it is zero, negative or goes beyond; None where none is found."""
    try:
        return prorated_quota(at) if at.said("quota") else None
    except NoEarning:
        return None


def _pair(name: str, value: Fraction | None) -> dict[str, Decimal | None]:
    """A number that ends, over 1; else numerator and denominator."""
    if value is None:
        return {name: None, f"{name}_divisor": None}
    if Fraction(decimal(value)) == value:
        return {name: decimal(value), f"{name}_divisor": Decimal(1)}
    return {name: Decimal(value.numerator), f"{name}_divisor": Decimal(value.denominator)}


def payments_table(payments: list[Payment]) -> Table:
    """One row a payment with any figure that is not 0."""
    return [
        {
            "participant": item.participant,
            "plan": item.plan,
            "period": item.period.name,
            "currency": item.currency,
            **{name: decimal(item.figures[name]) for name in FIGURES},
            "pay_currency": item.pay_currency,
            "pay_rate": _number(item.rate),
            "pay_rate_date": item.rate_day,
            "paid": _number(item.paid),
        }
        for item in payments
        if item.has_figures
    ]


def balances_table(payments: list[Payment]) -> Table:
    """One row an account of a participant and period, where it moves or holds anything."""
    return [
        {
            "participant": item.participant,
            "currency": item.currency,
            "account": account,
            "period": item.period.name,
            "opening": decimal(item.opening[account]),
            "entries": decimal(item.closing[account] - item.opening[account]),
            "closing": decimal(item.closing[account]),
        }
        for item in payments
        for account in ACCOUNTS
        if item.opening[account] or item.closing[account]
    ]


def adjustments_table(adjustments: list[Adjustment]) -> Table:
    """One row for each transaction whose lines of a closed period changed."""
    return [
        {
            "participant": item.earning.participant,
            "plan": item.earning.plan,
            "component": item.earning.component,
            "posted_in": item.posted_in.name,
            "for_period": item.earning.period.name,
            "transaction": item.transaction,
            "amount": decimal(item.amount),
            "currency": item.earning.currency,
            "cause": item.cause,
        }
        for item in adjustments
    ]


def exceptions_table(problems: list[Problem]) -> Table:
    """One row an entry of the exception list."""
    return [
        {
            "code": item.code,
            "stage": item.stage,
            "plan": item.plan,
            "component": item.component,
            "position": item.position,
            "participant": item.participant,
            "period": item.period,
            "transaction": item.transaction,
            "date": item.day,
            "currency": item.currency,
            "reason": item.reason,
        }
        for item in problems
    ]


def lines_table(earnings: list[tuple[Earning, list[Line]]]) -> Table:
    """One row a line."""
    return [
        {
            "participant": earning.participant,
            "plan": earning.plan,
            "component": earning.component,
            "period": earning.period.name,
            "position": line.position if line.credit else "",
            "transaction": line.credit.transaction if line.credit else "",
            "credit_date": line.credit.credit_date if line.credit else None,
            "rule": line.credit.rule if line.credit else None,
            "band": line.band,
            "kind": line.kind,
            "from": _number(line.start),
            "to": _number(line.to),
            "rate": _number(line.rate),
            "raw": decimal(line.raw),
            "amount": decimal(line.amount),
            "cut": decimal(line.cut),
        }
        for earning, lines in earnings
        if earning.figures
        for line in lines
    ]
