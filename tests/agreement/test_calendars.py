"""Both readings of a calendar: each day lies in the same spans, under the same names."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attain.engine.backends import DuckDB
from attain.engine.calculation.calendars import calendar_of
from attain.engine.calculation.known import Known
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_text
from attain.verify.inputs.calendar import calendar_of as second_reading
from tests.agreement.agreeing import examples

PATTERNS = ("months", "weeks", "4-4-5", "4-5-4", "5-4-4")
STARTS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
AWAY = st.integers(-700, 1500)
PLAN = """
calendar: Fiscal
effective: from 2000-01-01
year starts: {start}
pattern: {pattern}
---
plan: Anything
effective: from 2000-01-01
paid: yearly
calendar: Fiscal
currency: USD
for: {{role: Seat}}
components:
  One:
    credit: [{{from: booking, to: owner}}]
    measure: sum(credit)
    over: year
    pay: {{how: flat, rate: 5 %}}
"""


@examples(40)
@given(STARTS, st.sampled_from(PATTERNS), AWAY)
def test_each_day_lies_in_the_same_spans(start: date, pattern: str, away: int):
    day = start + timedelta(days=away)
    documents = load_text(PLAN.format(start=start, pattern=pattern))
    plan = next(document for document in documents if isinstance(document, Plan))
    known = Known(DuckDB(), Facts.from_rows({}), None, "k")
    here = calendar_of(known, plan, min(start, day), max(start, day))
    there = second_reading("Fiscal", {"year starts": str(start), "pattern": pattern}, [])
    units = ("week", "period", "quarter", "half", "year") + (("month",) if pattern != "weeks" else ())
    for unit in units:
        one, other = here.at(unit, day), there.containing(unit, day)
        assert (one.name, one.first, one.last) == (other.name, other.days.first, other.days.last)
        assert here.named(one.name) is not None and there.named(other.name) is not None
