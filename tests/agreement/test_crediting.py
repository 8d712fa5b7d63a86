"""Crediting: owners, splits, territories, managers, teams, cover; owner date, credit date, tail, returns."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import crediting_companies
from tests.agreement.strategies.company import Company


@examples(40)
@given(crediting_companies())
def test_both_readings_credit_alike(company: Company) -> None:
    assert_agreement(company)
