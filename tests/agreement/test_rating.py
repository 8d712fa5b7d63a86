"""Rating: every form of rate table, with steps, for each credit or deal, over all components; its lines."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import rated_companies
from tests.agreement.strategies.company import Company


@examples(40)
@given(rated_companies())
def test_both_readings_rate_alike(company: Company) -> None:
    assert_agreement(company)
