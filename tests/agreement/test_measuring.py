"""Measuring: windows, quotas, proration, leave and ramp, measures of the position and of the participant."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import measuring_companies
from tests.agreement.strategies.company import Company


@examples(30)
@given(measuring_companies())
def test_both_readings_measure_alike(company: Company) -> None:
    assert_agreement(company)
