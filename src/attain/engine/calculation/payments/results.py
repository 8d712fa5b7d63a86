"""The tables that the stage hands on: payments with their currency of pay, balances, exceptions."""

import re

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import Number, multiply
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.payments.dues import Uses
from attain.engine.calculation.payments.money import Money
from attain.engine.calculation.payments.steps import FIGURES
from attain.engine.calculation.payments.tables import PaymentInputs, PaymentResults

RATE = ("pay_currency", "pay_rate", "pay_rate_date")


def make_payments(
    backend: Backend, inputs: PaymentInputs, results: PaymentResults, needs: Uses, money: Money, paid: Money
) -> None:
    """9. Each payment in the currency of pay, rounded half-up to its minor unit; no rate, no payment."""
    figures = ", ".join(f"step.{figure}" for figure in FIGURES)
    moved = " OR ".join(f"step.{figure} <> 0" for figure in FIGURES)
    rows = (
        "SELECT step.participant, COALESCE(rule.plan, '') AS plan, calendar.period, step.currency, "
        f"{figures}, "
        "COALESCE(rule.pay_currency, step.currency) AS pay_currency, "
        "CASE WHEN rule.rule IS NULL THEN 1 ELSE rule.pay_rate END AS pay_rate, rule.pay_rate_date, "
        f"COALESCE(rule.pay_minor_unit, {paid.one}) AS pay_minor_unit "
        f"FROM payment_steps AS step JOIN {inputs.pay_periods} AS calendar "
        "ON step.pay_period = calendar.pay_period "
        f"LEFT JOIN {inputs.rules} AS rule ON step.rule = rule.rule "
        f"AND step.pay_period = rule.pay_period WHERE {moved}"
    )
    columns = ["participant", "plan", "period", "currency", *FIGURES, *RATE]
    if not needs.pay_currency:
        amount = paid.cast("payment")
    else:
        rate = _number(backend, inputs.rules, "pay_rate")
        typed = rate.type
        rows = rows.replace("THEN 1 ELSE rule.pay_rate", f"THEN CAST('1' AS {typed}) ELSE rule.pay_rate")
        product = Rounded(
            "units", multiply(money.number("payment"), rate), paid.unit("pay_minor_unit"), 0, "half-up"
        )
        rows = money.in_units(f"({rows})", [*columns, "pay_minor_unit"], product)
        amount = (
            f"CASE WHEN payment = 0 THEN {paid.zero} WHEN pay_currency = currency AND pay_rate = 1 "
            f"THEN {paid.cast('payment')} ELSE {paid.from_units('units', 'pay_minor_unit')} END"
        )
    backend.create(
        results.payments,
        f"SELECT {', '.join(columns)}, {paid.cast(amount)} AS paid FROM ({rows}) AS converted",
    )


def _number(backend: Backend, table: str, column: str) -> Number:
    """A decimal column of a table with its scale and the bound of its type."""
    found = re.search(r"\((\d+), ?(\d+)\)", backend.columns(table)[column])
    precision, scale = (int(part) for part in found.groups()) if found else (18, 0)
    return Number(column, scale, 10 ** (precision - scale) - 1)


def make_balances(
    backend: Backend, inputs: PaymentInputs, results: PaymentResults, needs: Uses, money: Money
) -> None:
    """Each account of each participant and currency: opening + entries = closing."""
    parts = [
        f"SELECT participant, currency, '{account}' AS account, pay_period, {account}_opening AS opening, "
        f"{money.cast(f'{account}_closing - {account}_opening')} AS entries, {account}_closing AS closing "
        f"FROM payment_steps WHERE {account}_opening <> 0 OR {account}_closing <> 0"
        for account in needs.accounts
    ]
    if not parts:
        parts = [
            "SELECT participant, currency, '' AS account, pay_period, "
            f"{money.zero} AS opening, {money.zero} AS entries, {money.zero} AS closing "
            "FROM payment_steps WHERE FALSE"
        ]
    backend.create(
        results.balances,
        "SELECT balance.participant, balance.currency, balance.account, calendar.period, balance.opening, "
        f"balance.entries, balance.closing FROM ({' UNION ALL '.join(parts)}) AS balance "
        f"JOIN {inputs.pay_periods} AS calendar ON balance.pay_period = calendar.pay_period",
    )


def make_exceptions(backend: Backend, inputs: PaymentInputs, results: PaymentResults) -> None:
    """What the stage could not decide: two plans with payment rules, no rate into the currency of pay."""
    row = (
        "SELECT '{code}' AS code, 'payments' AS stage, paid.plan, '' AS component, '' AS position, "
        "paid.participant, paid.period, '' AS transaction, {date} AS date, paid.currency, "
        "{reason} AS reason, '{cure}' AS cure FROM {source} AS paid WHERE {condition}"
    )
    two_rules = row.format(
        code="two_payment_rules",
        date="CAST(NULL AS DATE)",
        reason="'holds on the last day two plans with payment rules: ' || paid.rivals",
        cure="Say leading: this plan in the one whose rules hold.",
        source=(
            "(SELECT holding.participant, holding.currency, calendar.period, rule.plan, rule.rivals "
            f"FROM payment_holding AS holding JOIN {inputs.rules} AS rule "
            "ON holding.rule = rule.rule AND holding.pay_period = rule.pay_period "
            f"JOIN {inputs.pay_periods} AS calendar ON holding.pay_period = calendar.pay_period "
            f"JOIN {results.payments} AS made ON made.participant = holding.participant "
            "AND made.currency = holding.currency AND made.period = calendar.period)"
        ),
        condition="paid.rivals <> ''",
    )
    no_rate = row.format(
        code="pay_rate_missing",
        date="paid.pay_rate_date",
        reason="'no exchange rate from ' || paid.currency || ' into ' || paid.pay_currency",
        cure="Load the rate of the pay day.",
        source=results.payments,
        condition="paid.paid IS NULL",
    )
    backend.create(results.exceptions, f"{two_rules} UNION ALL {no_rate}")
