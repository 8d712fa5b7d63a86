"""Calendars of plans: what a calendar of single weeks cannot say, and a calendar that does not hold."""

import pytest

from attain.engine.calculation import calculate
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_text
from attain.engine.values.problems import Refused
from attain.verify import recompute

FACTS = {
    "assignments": [{"position": "AE-1", "participant": "ANA", "first": "2025-01-01", "last": None}],
    "positions": [{"position": "AE-1", "role": "Seat", "first": "2025-01-01", "last": None}],
}
PLAN = """
calendar: Weeks
effective: from {holds}
year starts: 2025-07-05
pattern: weeks
---
plan: Fiscal weeks
effective: from 2025-07-05
paid: {paid}
calendar: Weeks
currency: USD
for: {{role: Seat}}
prorate: nothing
components:
  Commission:
    credit:
      - {{from: booking, to: owner}}
    measure: sum(credit)
    over: {over}
    quota: 1000 per {per}
    pay: {{how: flat, rate: 5 %, of: measure * attainment}}
"""
HELD = {"holds": "2025-07-05", "paid": "each period", "over": "period", "per": "week"}


def plan_text(**changed: str) -> str:
    return PLAN.format_map(HELD | changed)


def calculated(text: str) -> None:
    plans = [document for document in load_text(text) if isinstance(document, Plan)]
    calculate(plans, Facts.from_rows(FACTS), "2026-W02").table("earnings")


@pytest.mark.parametrize(
    "changed",
    [{"per": "month"}, {"paid": "monthly"}, {"over": "last 2 months\n    short window: as far as it goes"}],
)
def test_what_counts_in_months_is_refused_where_periods_are_weeks(changed: dict[str, str]) -> None:
    with pytest.raises(Refused, match='P330 calendar "Weeks" has no months'):
        calculated(plan_text(**changed))
    with pytest.raises(ValueError, match=r"no months|no month that holds"):
        recompute([plan_text(**changed)], FACTS, "2026-W02", "2026-W02")


def test_a_calendar_that_does_not_hold_on_the_first_day_of_the_plan_is_none() -> None:
    with pytest.raises(Refused, match='P333 there is no calendar "Weeks"'):
        calculated(plan_text(holds="2025-07-06"))
    calculated(plan_text())
