"""Every worked case: the engine and the second reading (`verify`) must both give its answers."""

from pathlib import Path

import pytest

from attain.engine.backends import Backend
from attain.engine.calculation import calculate
from attain.engine.facts import Facts
from attain.engine.language import Plan, load_documents
from attain.engine.values.problems import Refused
from tests.cases.adapter import Case, case_files, read_case
from tests.cases.comparison import differences

NOT_YET = {
    "asc-340-40-roll-forward": "a document of kind accounting is checked, not calculated",
    "clawback-full-within-90-days": "clawback by a schedule",
    "clawback-pro-rata-by-month": "clawback by a share taken",
    "contest-with-ties": "how: ranking",
    "insurance-advance-and-as-earned": "payment in instalments",
    "spiff-first-to-reach": "how: first to reach",
    "team-pool-by-contribution": "how: pool",
    "tiers-driven-by-own-output": "by: earning",
}
"""Cases whose plan uses words of the language that are not calculated yet."""

CALCULATED = [path for path in case_files() if path.stem not in NOT_YET]
each_case = pytest.mark.parametrize("path", CALCULATED, ids=lambda path: path.stem)


def plans_of(case: Case) -> list[Plan]:
    return [document for document in load_documents([case.plan]) if isinstance(document, Plan)]


@each_case
def test_the_engine_gives_the_answers(path: Path, backend: Backend | None) -> None:
    case = read_case(path)
    results = calculate(
        plans_of(case),
        Facts.from_rows(case.facts),
        case.periods[0],
        case.periods[-1],
        known_as_of=case.known_as_of,
        backend=backend,
        lines=True,
    )
    assert differences(case, lambda name: results.table(name).to_pylist()) == []


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_calculated_yet_is_refused(name: str, backend: Backend | None) -> None:
    case = read_case(next(path for path in case_files() if path.stem == name))
    plans = plans_of(case)
    if not plans:
        return
    with pytest.raises(Refused) as refused:
        calculate(plans, Facts.from_rows(case.facts), case.periods[0], case.periods[-1], backend=backend)
    assert {problem.code for problem in refused.value.problems} == {"P900"}
