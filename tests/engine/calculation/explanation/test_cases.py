"""Worked cases of every form of pay: whatever is explained adds up, and leads to the transactions."""

from decimal import Decimal

import pytest

from attain.engine.calculation import Results, calculate
from attain.engine.calculation.explanation import Item, explain, printed
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_documents
from tests.cases.adapter import case_files, read_case
from tests.engine.calculation.explanation.worlds import words

CASES = (
    "accelerator-with-retroactive-base",
    "cap-over-all-components",
    "cap-per-deal-and-per-month",
    "closings-of-three-periods",
    "credit-part-on-booking-part-on-payment",
    "draw-with-limit-end-and-write-off",
    "holdback-released-on-payment",
    "lookup-wildcards",
    "matrix-growth-and-share",
    "measure-of-the-participant",
    "order-of-multiplier-cap-floor",
    "pharma-two-products-interpolated",
    "plan-change-mid-year",
    "ramp-with-guarantee",
    "return-walks-back-over-a-tier",
    "rollup-three-levels",
    "several-currencies",
    "stepped-amounts",
    "target-incentive-decelerator-curve",
    "version-continued-whole-amount",
)


def results_of(name: str, participant: str | None = None) -> Results:
    case = read_case(next(path for path in case_files() if path.stem == name))
    plans = [document for document in load_documents([case.plan]) if isinstance(document, Plan)]
    facts = Facts.from_rows(case.facts)
    first, last = case.periods[0], case.periods[-1]
    return calculate(plans, facts, first, last, known_as_of=case.known_as_of, participant=participant)


def figure(item: Item, name: str) -> Decimal:
    value = item.facts[name]
    assert isinstance(value, Decimal)
    return value


@pytest.mark.parametrize("name", CASES)
def test_every_payment_of_a_case_adds_up(name: str) -> None:
    results = results_of(name)
    payments = results.table("payments").to_pylist()
    assert payments
    for row in payments:
        tree = explain(results, row["participant"], row["period"])
        shown = [each for each in tree.all("payment") if each.facts["currency"] == row["currency"]]
        assert [each.facts["payment"] for each in shown] == [row["payment"]]
        steps = [
            step
            for step in shown[0].parts
            if step.kind == "step" and step.facts["step"] not in ("written_off", "forfeited")
        ]
        assert sum(figure(step, "amount") for step in steps) == row["payment"]
        for step in steps:
            if step.facts["step"] == "earned":
                assert sum(figure(each, "amount") for each in step.parts) == row["earned"]
        for earning in tree.all("earning"):
            lines = list(earning.all("line"))
            if not list(earning.all("given")):
                assert sum(figure(line, "amount") for line in lines) == figure(earning, "amount")
            assert not list(earning.all("difference of lines"))
        assert words(tree).splitlines() and list(printed(tree, None))


@pytest.mark.parametrize("name", ["several-currencies", "rollup-three-levels", "cap-per-deal-and-per-month"])
def test_every_credit_of_the_period_stands_under_an_earning(name: str) -> None:
    results = results_of(name)
    for row in results.table("payments").to_pylist():
        tree = explain(results, row["participant"], row["period"])
        credited = {
            credit["transaction"]
            for credit in results.table("credits").to_pylist()
            if credit["participant"] == row["participant"] and str(credit["credit_date"])[:7] == row["period"]
        }
        assert {item.facts["id"] for item in tree.all("credit")} == credited


@pytest.mark.parametrize(
    "name",
    [
        "closings-of-three-periods",
        "leave-with-cover",
        "measure-of-the-position",
        "quota-by-a-value-that-is-missing",
        "rollup-three-levels",
    ],
)
def test_who_is_calculated_alone_is_explained_as_among_all(name: str) -> None:
    """Also where others come in: who had the seat before, whom the same transactions are credited to."""
    among_all = results_of(name)
    roster = among_all.posting.now.roster
    period = max(row["period"] for row in among_all.table("payments").to_pylist())
    for person in sorted({*roster.participants, *roster.held}):
        alone = results_of(name, person)
        assert words(explain(alone, person, period)) == words(explain(among_all, person, period))
