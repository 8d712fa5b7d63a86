"""The check of every run: no money appears or vanishes, and each balance begins where it ended."""

from dataclasses import dataclass
from decimal import Decimal

from attain.engine.backends.backend import Backend
from attain.engine.calculation.payments.tables import OWED_TO_PARTICIPANT, PaymentInputs, PaymentResults


@dataclass(frozen=True)
class Violation:
    """A sum that should be zero and is not: a fault of the program, never of facts or plans."""

    participant: str
    period: str
    currency: str
    law: str
    difference: Decimal

    def __str__(self) -> str:
        return f"{self.participant} {self.period}: {self.law} by {self.difference} {self.currency}"


def violations(backend: Backend, inputs: PaymentInputs, results: PaymentResults) -> list[Violation]:
    """Where payments and balances break conservation, or a balance its chain; empty in a right run."""
    rows = backend.fetch(
        " UNION ALL ".join([_conserved(results), _added_up(results), _chained(inputs, results)])
    )
    return [
        Violation(**row)
        for row in rows.sort_by([(name, "ascending") for name in rows.column_names]).to_pylist()
    ]


def _conserved(results: PaymentResults) -> str:
    """earned + adjusted − clawed back + topped up + written off = paid + lost + forfeited
    + change in what the company owes − change in what the participant owes."""
    company = ", ".join(f"'{account}'" for account in OWED_TO_PARTICIPANT)
    moves = (
        "SELECT participant, period, currency, earned + prior_period + manual - clawed_back + topped_up "
        f"+ written_off - payment - lost - forfeited AS moved FROM {results.payments} UNION ALL "
        "SELECT participant, period, currency, "
        f"CASE WHEN account IN ({company}) THEN - entries ELSE entries END AS moved "
        f"FROM {results.balances}"
    )
    return (
        "SELECT participant, period, currency, 'money is not conserved' AS law, "
        "SUM(moved) AS difference "
        f"FROM ({moves}) AS move GROUP BY participant, period, currency HAVING SUM(moved) <> 0"
    )


def _added_up(results: PaymentResults) -> str:
    return (
        "SELECT participant, period, currency, "
        "account || ': opening and entries are not the closing balance' AS law, "
        f"opening + entries - closing AS difference FROM {results.balances} "
        "WHERE opening + entries <> closing"
    )


def _chained(inputs: PaymentInputs, results: PaymentResults) -> str:
    """Each opening balance is the closing one of before and what is loaded."""
    dated = (
        f"SELECT balance.*, calendar.pay_period FROM {results.balances} AS balance "
        f"JOIN {inputs.pay_periods} AS calendar ON balance.period = calendar.period"
    )
    ends = (
        "SELECT participant, currency, account, pay_period, opening AS moved "
        f"FROM ({dated}) AS dated UNION ALL "
        "SELECT participant, currency, account, pay_period + 1 AS pay_period, - closing AS moved "
        f"FROM ({dated}) AS dated UNION ALL "
        f"SELECT participant, currency, account, pay_period, - amount AS moved FROM {inputs.opening}"
    )
    return (
        "SELECT balance.participant, calendar.period, balance.currency, "
        "balance.account || ': the opening balance is not the closing one of before' AS law, "
        f"SUM(balance.moved) AS difference FROM ({ends}) AS balance "
        f"JOIN {inputs.pay_periods} AS calendar ON balance.pay_period = calendar.pay_period "
        "GROUP BY balance.participant, calendar.period, balance.currency, balance.account "
        "HAVING SUM(balance.moved) <> 0"
    )
