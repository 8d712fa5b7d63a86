"""Families of plans: recipients of two currencies under one plan, facts in a third, shared rules."""

from hypothesis import given

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import families_of_plans
from tests.agreement.strategies.company import Company


@examples(20)
@given(families_of_plans())
def test_both_readings_pay_families_of_plans_alike(company: Company) -> None:
    assert_agreement(company)
