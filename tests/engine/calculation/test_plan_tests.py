"""The tests inside a plan: what is understood where nothing is given, and how a difference is told."""

import pytest

from attain.engine.calculation.plan_tests import given_facts, run_tests
from attain.engine.language import load_text

PLAN = """\
plan: Flat
effective: from 2026-01-15
paid: monthly
currency: USD
for: {role: [AE, SE]}
components:
  Commission:
    credit:
      - {from: booking, to: owner}
      - {from: payment, to: booking.specialist, if blank: no credit}
    measure: sum(credit)
    over: month
    pay: {how: flat, rate: 5 %}
tests:
"""


def plan(test: str):
    lines = "".join(f"    {line}\n" for line in test.strip().splitlines())
    return load_text(f"{PLAN}  - name: a test\n{lines}", "flat.yaml")[0]


def told(test: str) -> list[str]:
    [outcome] = run_tests(plan(test))
    assert outcome.name == "a test"
    assert str(outcome.place) == "flat.yaml:15:5"
    return [str(problem) for problem in outcome.problems]


BOOKINGS = """
given:
  booking:
    - {id: B1, date: 2026-01-20, owner: AE-1, amount: 100}
    - {id: B2, date: 2026-02-20, owner: AE-1, amount: 300}
"""


def test_positions_are_held_by_participants_of_their_own_name():
    facts = given_facts(
        *_with("given: {booking: [{id: B1, date: 2026-01-20, owner: AE-1, specialist: SE-1}]}")
    )
    assert facts["transactions"] == [
        {"type": "booking", "id": "B1", "date": "2026-01-20", "owner": "AE-1", "specialist": "SE-1"}
    ]
    assert facts["assignments"] == [
        {"position": name, "participant": name, "first": "2026-01-15", "last": ""}
        for name in ("AE-1", "SE-1")
    ]
    assert facts["positions"] == [{"position": "AE-1", "role": "AE"}, {"position": "SE-1", "role": "AE"}]


def test_an_earlier_fact_is_in_a_year_that_is_held():
    facts = given_facts(*_with("given: {booking: [{id: B1, date: 2025-11-20, owner: AE-1}]}"))
    assert [row["first"] for row in facts["assignments"]] == ["2025-01-01"]


def test_what_is_given_is_taken_as_it_stands():
    given = """
given:
  assignments: [{position: AE-1, participant: ANA, first: 2026-01-15}]
  quotas: [{position: AE-2, measure: bookings, period: 2026-01, amount: 5}]
  objective: [{position: AE-1, score: 50 %}]
"""
    facts = given_facts(*_with(given))
    assert facts["assignments"] == [{"position": "AE-1", "participant": "ANA", "first": "2026-01-15"}]
    assert [row["position"] for row in facts["positions"]] == ["AE-1", "AE-2"]
    assert facts["objective"] == [{"position": "AE-1", "score": "50 %"}]


def _with(given: str):
    loaded = plan(f"{given.strip()}\nexpect: {{earnings: [{{period: 2026-01}}]}}")
    return loaded, loaded.tests[0]


def test_a_test_that_holds():
    assert (
        told(
            BOOKINGS
            + """
expect:
  earnings:
    - {participant: AE-1, period: 2026-01, amount: 5.00, why: 100 x 5 %}
    - {participant: AE-2, period: 2026-01, amount: 0}
  credits:
    - {transaction: B1, position: AE-1, share: 100 %, credit_date: 2026-01-20}
    - {transaction: B2}
  payments:
    - {participant: AE-1, period: 2026-02, earned: 15}
"""
        )
        == []
    )


def test_a_figure_that_differs_is_told_with_its_arithmetic():
    expect = "\nexpect: {earnings: [{participant: AE-1, component: Commission, period: 2026-01, amount: 6}]}"
    assert told(BOOKINGS + expect) == [
        'flat.yaml:21:25 P910 test "a test": earnings of AE-1, Commission, 2026-01: expected amount 6, '
        "got amount 5.00.\n"
        "    Commission, 2026-01-15 to 2026-01-31: 100.00\n"
        "    B1 of 2026-01-20 credits AE-1 with 100.00"
    ]


def test_what_is_missing_and_what_is_more_are_told():
    expect = "\nexpect: {earnings: [{participant: BEN, component: Commission, period: 2026-01, amount: 6}]}"
    missing, more = told(BOOKINGS + expect)
    assert "earnings of BEN, Commission, 2026-01: expected amount 6, got nothing." in missing
    assert "earnings of AE-1, Commission, 2026-01: expected nothing, got amount 5.00." in more


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("{earning: [{period: 2026-01}]}", 'P911 test "a test": "earning" is no table of results.'),
        ("{credits: [{transaction: B1}]}", 'P911 test "a test": no expected row names a period.'),
        ("{earnings: [{period: 2026-01, sum: 5}]}", 'P911 test "a test": earnings have no column "sum".'),
        (
            "{earnings: [{period: 2026-13, amount: 5}]}",
            '"2026-13" is no period of the calendars of these plans.',
        ),
    ],
)
def test_an_expectation_that_cannot_be_read(expect: str, problem: str):
    [found] = [each for each in told(f"{BOOKINGS}\nexpect: {expect}") if "P910" not in each]
    assert problem in found


def test_facts_that_cannot_be_read_are_told_at_the_test():
    given = "given: {booking: [{id: B1, date: yesterday, owner: AE-1, amount: 100}]}"
    found = told(f"{given}\nexpect: {{earnings: [{{period: 2026-01, amount: 5}}]}}")
    assert all(problem.startswith("flat.yaml:15:5 F") and 'test "a test": ' in problem for problem in found)
    assert "yesterday" in found[0]


def test_periods_are_ordered_by_their_days():
    expect = """
expect:
  earnings:
    - {participant: AE-1, component: Commission, period: 2026-02, amount: 15}
    - {participant: AE-1, component: Commission, period: 2026-01, amount: 5}
"""
    assert told(BOOKINGS + expect) == []


def test_versions_that_are_given_together_are_calculated_together():
    later = PLAN.replace("from 2026-01-15", "from 2026-02-01").replace("rate: 5 %", "rate: 6 %")
    earlier = PLAN.replace("from 2026-01-15", "2026-01-01 to 2026-01-31").removesuffix("tests:\n")
    test = f"""\
  - name: a test{BOOKINGS.replace(chr(10), chr(10) + "    ").rstrip()}
    expect:
      earnings:
        - {{participant: AE-1, component: Commission, period: 2026-01, amount: 5}}
        - {{participant: AE-1, component: Commission, period: 2026-02, amount: 18}}
"""
    both = load_text(f"{earlier}---\n{later}{test}", "flat.yaml")
    [outcome] = run_tests(both[1], both)
    assert outcome.problems == ()
    [alone] = run_tests(both[1])
    assert any("2026-01" in str(problem) for problem in alone.problems)
    assert given_facts(both[1], both[1].tests[0], both)["assignments"][0]["first"] == "2026-01-01"
