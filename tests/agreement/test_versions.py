"""A plan that changes in mid-year, its components fresh, continued or renamed, while people move."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import changed_companies
from tests.agreement.strategies.company import Company


@examples(30)
@given(changed_companies())
def test_both_readings_change_versions_alike(company: Company) -> None:
    assert_agreement(company)
