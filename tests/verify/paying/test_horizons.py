"""On each horizon only what can differ from the one before is made again: the same tables come out as where
everything is made anew."""

import pytest
from hypothesis import given

from attain.verify import recompute
from attain.verify.inputs.forms import Unreadable
from tests.agreement.strategies.companies import crediting_companies, measuring_companies, rated_companies
from tests.agreement.strategies.company import Company
from tests.agreement.strategies.late import known_late
from tests.cases.adapter import case_files, read_case
from tests.cases.test_cases import NOT_YET

CASES = [
    case
    for path in case_files()
    if path.stem not in NOT_YET and "closings" in (case := read_case(path)).facts
]
Tables = dict[str, list[dict]]


def tables(company: Company, anew: bool) -> Tables | str:
    """The tables of the second reading, their rows in one order; or why there are none."""
    try:
        found = recompute(
            [company.plan], company.rows, company.period, company.through, company.known_as_of, anew=anew
        )
    except (Unreadable, KeyError, TypeError) as error:
        return repr(error)
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_in_a_worked_case(case) -> None:
    shortly, anew = (
        recompute([case.plan], case.facts, case.periods[0], case.periods[-1], case.known_as_of, anew=anew)
        for anew in (False, True)
    )
    assert shortly == anew


@given(known_late(crediting_companies()))
def test_where_credits_come_late(company: Company) -> None:
    assert tables(company, anew=False) == tables(company, anew=True)


@given(known_late(measuring_companies()))
def test_where_quotas_and_seats_come_late(company: Company) -> None:
    assert tables(company, anew=False) == tables(company, anew=True)


@given(known_late(rated_companies()))
def test_where_rates_and_targets_come_late(company: Company) -> None:
    assert tables(company, anew=False) == tables(company, anew=True)
