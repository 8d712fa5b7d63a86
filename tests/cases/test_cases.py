"""Every worked case: the engine and the second reading (`verify`) must both give its answers."""

from dataclasses import replace
from typing import Any

import pytest

from attain.engine.backends.backend import Backend
from attain.engine.calculation import Results, calculate
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_documents
from attain.engine.values.problems import Refused
from attain.verify import recompute
from attain.verify.checking.comparison import COMPARED
from attain.verify.checking.verdict import faults_of
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

FILES = {path.stem: path for path in case_files()}
each_case = pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_YET])


def calculated(case: Case, backend: Backend | None) -> Results:
    plans = [document for document in load_documents([case.plan]) if isinstance(document, Plan)]
    return calculate(
        plans,
        Facts.from_rows(case.facts),
        case.periods[0],
        case.periods[-1],
        known_as_of=case.known_as_of,
        backend=backend,
        lines=True,
    )


def recomputed(case: Case) -> dict[str, list[dict[str, Any]]]:
    return recompute([case.plan], case.facts, case.periods[0], case.periods[-1], known_as_of=case.known_as_of)


@each_case
def test_the_engine_gives_the_answers(name: str, backend: Backend | None) -> None:
    case = read_case(FILES[name])
    results = calculated(case, backend)
    tables = {table: results.table(table).to_pylist() for table in COMPARED}
    found = differences(case, lambda table: tables[table])
    found += faults_of(tables, recomputed(case), list(case.periods))
    assert not found, "\n".join(found)


@each_case
def test_the_second_reading_gives_the_answers(name: str) -> None:
    case = read_case(FILES[name])
    tables = recomputed(case)
    found = differences(case, lambda table: tables[table])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_calculated_yet_is_refused(name: str, backend: Backend | None) -> None:
    with pytest.raises(Refused) as refused:
        calculated(read_case(FILES[name]), backend)
    no_plan = name == "asc-340-40-roll-forward"
    assert {problem.code for problem in refused.value.problems} == {"P100" if no_plan else "P900"}


WITH_LINES = (
    "cap-per-deal-and-per-month",
    "cap-per-year-with-returns",
    "closings-of-three-periods",
    "family-of-two-countries",
    "largest-remainder-with-a-negative-line",
    "lines-of-a-re-rating",
    "rollup-three-levels",
    "measure-of-the-participant",
    "members-of-a-team",
    "return-follows-shares-and-rate",
    "returns-at-the-rate-of-another-month",
    "seat-handed-over-mid-month",
    "table-per-deal",
)


@pytest.mark.parametrize("name", [name for name in WITH_LINES if name in FILES])
def test_lines_come_in_parts_in_the_order_of_the_whole(name: str) -> None:
    results = calculated(read_case(FILES[name]), None)
    whole = results.table("lines")
    parts = list(replace(results, made={}, credits_together=1).parts("lines"))
    assert len(parts) >= len(set(whole["participant"].to_pylist()))
    assert [row for part in parts for row in part.to_pylist()] == whole.to_pylist()
    assert all(part.schema == whole.schema for part in parts)


@pytest.mark.parametrize("name", [name for name in WITH_LINES if name in FILES])
def test_lines_of_one_participant_are_those_among_all(name: str) -> None:
    results = calculated(read_case(FILES[name]), None)
    every = results.table("lines").to_pylist()
    for person in sorted({line["participant"] for line in every}):
        assert results.lines_of(person).to_pylist() == [
            line for line in every if line["participant"] == person
        ]
