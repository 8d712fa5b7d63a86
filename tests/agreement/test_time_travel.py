"""Time travel: facts known late, corrected or withdrawn; closed periods, adjustments, known as of."""

from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.agreeing import assert_agreement, examples
from tests.agreement.strategies.companies import (
    changed_companies,
    crediting_companies,
    measuring_companies,
    rated_companies,
)
from tests.agreement.strategies.company import Company
from tests.agreement.strategies.late import known_late

COMPANIES = st.one_of(crediting_companies(), measuring_companies(), rated_companies(), changed_companies())


@examples(15)
@given(known_late(COMPANIES))
def test_both_readings_post_what_is_known_late_alike(company: Company) -> None:
    assert_agreement(company)
