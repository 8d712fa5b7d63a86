"""The worked cases that pay: their earnings (given, or as they must come out) through their plan's rules."""

from decimal import Decimal

import pytest

from attain.engine.calculation.payments.roster import PayRate
from tests.cases.adapter import Case, Table, read_case
from tests.engine.calculation.payments.pay_year import CALENDAR, PayYear, day, moves, paid, seat
from tests.shared import SHARED

CASES = (
    "draw-recoverable-against-non-recoverable",
    "draw-recoverable-six-months",
    "draw-with-limit-end-and-write-off",
    "holdback-released-on-payment",
    "late-correction-prior-period-adjustment",
    "minimum-and-maximum-pay",
    "month-with-returns-only",
    "pay-in-another-currency",
    "payment-steps-in-order",
    "quarterly-with-monthly-advance",
    "ramp-with-guarantee",
    "year-to-date-whole-amount-true-up",
)


def pay_year(case: Case) -> PayYear:
    """The case's facts as the stage takes them; earnings are paid in the month that their period ends in."""
    year = PayYear([case.plan.read_text(encoding="utf-8")], [], (case.periods[0], case.periods[-1]))
    named = {who: number for number, plan in enumerate(year.plans) for who in plan.for_.participant}
    year.seats = [
        seat(row["participant"], row["first"], row["last"] or "", named.get(row["participant"], 0))
        for row in case.facts["assignments"]
    ]
    title = {one.participant: year.plans[one.version].plan for one in year.seats}
    for row in case.facts.get("earnings_given") or case.expect["earnings"]:
        span = CALENDAR.named(row["period"])
        assert span
        month = CALENDAR.at("month", span.last).name
        who = row["participant"]
        year.earn(
            who,
            month,
            row["amount"],
            component=row["component"],
            plan=title[who],
            component_period=row["period"],
        )
    for row in case.expect.get("adjustments", []):
        year.add("adjustments", row["posted_in"], row["amount"], participant=row["participant"])
    for row in case.facts.get("movements", []):
        year.add("entries", row["period"], row["amount"], participant=row["participant"], kind=row["kind"])
    for row in case.facts.get("opening_balances", []):
        year.add(
            "opening", row["period"], row["amount"], participant=row["participant"], account=row["account"]
        )
    year.pay_currency = {
        row["participant"]: row["pay_currency"]
        for row in case.facts["participants"]
        if row.get("pay_currency")
    }
    year.rates = {
        row["to"]: PayRate(Decimal(row["rate"]), day(row["date"]))
        for row in case.facts.get("exchange_rates", [])
    }
    if case.id == "holdback-released-on-payment":
        add_bookings(year, case)
    return year


def add_bookings(year: PayYear, case: Case) -> None:
    """One line per booking, as the lines of one booking's earning are that earning."""
    rows = case.facts["transactions"]
    earned = {row["participant"]: row for row in case.expect["earnings"]}
    owner = {row["position"]: row["participant"] for row in case.facts["assignments"]}
    for row in rows:
        month = row["date"][:7]
        if row["type"] == "payment":
            year.add("received", month, row["amount"], booking=row["booking"])
            continue
        year.add("billed", month, row["amount"], booking=row["id"])
        line = earned[owner[row["owner"]]]
        keys = {"participant": line["participant"], "plan": year.plans[0].plan, "component": "Commission"}
        year.add("component_lines", month, line["amount"], transaction=row["id"], booking=row["id"], **keys)


def expected(rows: Table) -> dict[tuple[str, str], Decimal]:
    return {
        (row["participant"], row["period"]): Decimal(row["amount"]) for row in rows if Decimal(row["amount"])
    }


@pytest.mark.parametrize("name", CASES)
def test_a_shared_case_is_paid_to_the_cent(name: str):
    case = read_case(SHARED / "cases" / f"{name}.yaml")
    payments, balances = pay_year(case).pay()
    assert paid(payments) == expected(case.expect["payments"])
    for row in case.expect.get("balances", []):
        mine = [balance for balance in balances if balance["participant"] == row["participant"]]
        figures = tuple(Decimal(row[part]) for part in ("opening", "entries", "closing"))
        assert moves(mine, row["account"])[row["period"]] == figures, row
