"""Fiscal calendars: names, edges of periods, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.engine.values.calendars import civil, month_after, named, weekly
from attain.engine.values.problems import Refused

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.sampled_from(["month", "quarter", "half", "year", "week"]))
def test_every_day_lies_in_exactly_one_span_of_a_unit(day: date, unit: str) -> None:
    calendar = civil(2019, 2031)
    assert [day in span for span in calendar.of(unit, day, day + timedelta(days=1))] == [True]


def test_a_fiscal_year_that_starts_in_july_has_the_name_of_the_year_it_ends_in() -> None:
    calendar = civil(2025, 2027, starts=7)
    assert calendar.at("year", date(2025, 7, 1)).name == "2026"
    assert calendar.at("quarter", date(2025, 12, 31)).name == "2026-Q2"
    assert calendar.at("month", date(2025, 12, 31)).name == "2025-12"


def test_weeks_of_4_4_5_begin_and_end_on_their_days() -> None:
    calendar = weekly("Fiscal", date(2025, 2, 2), (4, 4, 5))
    first, second, third = calendar.spans["period"][:3]
    assert (first.last, second.first, second.last, third.last) == (
        date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 29), date(2025, 5, 3),
    )  # fmt: skip
    assert calendar.at("quarter", date(2025, 5, 3)) == calendar.at("quarter", date(2025, 2, 2))


def test_named_periods_leave_no_day_out() -> None:
    rows = [
        {"period": "P1", "first": date(2025, 1, 1), "last": date(2025, 1, 20)},
        {"period": "P2", "first": date(2025, 1, 22), "last": date(2025, 1, 31)},
    ]
    with pytest.raises(Refused, match=r"P2 .* does not follow"):
        named("Odd", rows)


def test_a_day_outside_of_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="no month on 2040-01-01"):
        civil(2025, 2026).at("month", date(2040, 1, 1))


def test_months_later_end_with_the_month() -> None:
    assert month_after(date(2024, 1, 31)) == date(2024, 2, 29)
    assert month_after(date(2025, 12, 15), 14) == date(2027, 2, 15)
