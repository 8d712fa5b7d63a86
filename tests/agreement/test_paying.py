"""Paying: holdback, entries, advances, draws, maximum and minimum, negative and opening balances, leavers."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import paid_companies
from tests.agreement.strategies.company import Company


@examples(30)
@given(paid_companies())
def test_both_readings_pay_alike(company: Company) -> None:
    assert_agreement(company)
