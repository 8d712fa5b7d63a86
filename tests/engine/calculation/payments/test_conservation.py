"""Money that appears, vanishes or changes between periods is found, and named."""

from decimal import Decimal

import pytest

from attain.engine.backends.duckdb import DuckDB
from attain.engine.calculation.payments.conservation import violations
from attain.engine.calculation.payments.tables import PaymentInputs, PaymentResults
from tests.engine.calculation.payments.pay_year import PayYear, plan, seat


def paid_year() -> DuckDB:
    """A draw of 500 in January, repaid in March; 700 are deferred."""
    text = plan(
        "  draw: {kind: recoverable, amount: 500 per month}\n"
        "  maximum: {amount: 900 per month, excess: deferred}"
    )
    year = PayYear([text], [seat("ANA")], ("2025-01", "2025-04"))
    year.earn("ANA", "2025-03", "2600")
    engine = DuckDB(threads=1)
    year.pay(engine)
    return engine


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (
            "UPDATE payments SET payment = payment + 0.01 WHERE period = '2025-02'",
            ["ANA 2025-02: money is not conserved by -0.01 USD"],
        ),
        (
            "UPDATE balances SET entries = entries + 1 WHERE account = 'draw' AND period = '2025-02'",
            [
                "ANA 2025-02: draw: opening and entries are not the closing balance by 1.00 USD",
                "ANA 2025-02: money is not conserved by 1.00 USD",
            ],
        ),
        (
            "DELETE FROM payments WHERE period = '2025-01'",
            ["ANA 2025-01: money is not conserved by 500.00 USD"],
        ),
        (
            "UPDATE balances SET opening = opening + 5, closing = closing + 5 "
            "WHERE account = 'draw' AND period = '2025-02'",
            [
                "ANA 2025-02: draw: the opening balance is not the closing one of before by 5.00 USD",
                "ANA 2025-03: draw: the opening balance is not the closing one of before by -5.00 USD",
            ],
        ),
    ],
)  # fmt: skip
def test_a_broken_law_names_participant_and_period(damage: str, found: list[str]):
    engine = paid_year()
    engine.connection.execute(damage)
    assert [str(one) for one in violations(engine, PaymentInputs(), PaymentResults())] == found


def test_a_closing_balance_that_nothing_opens_with_is_found():
    engine = paid_year()
    engine.connection.execute("DELETE FROM balances WHERE account = 'deferred' AND period = '2025-04'")
    broken = violations(engine, PaymentInputs(), PaymentResults())
    assert ("2025-04", Decimal("-700.00")) in [(one.period, one.difference) for one in broken]
