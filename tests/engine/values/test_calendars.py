"""Fiscal calendars: names, edges of periods, and what is refused."""

from datetime import date, timedelta
from itertools import pairwise

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
    calendar = civil(2025, 2027, starts=date(2025, 7, 1))
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


def test_a_fiscal_year_may_begin_within_a_month() -> None:
    calendar = civil(2025, 2027, starts=date(2025, 4, 6))
    assert calendar.at("year", date(2026, 4, 5)).name == "2026"
    assert calendar.at("month", date(2026, 4, 5)).name == "2026-03"
    assert [calendar.at("month", date(2025, 4, 6)).name, calendar.at("quarter", date(2026, 1, 6)).name] == [
        "2025-04",
        "2026-Q4",
    ]


def test_months_from_the_last_day_of_one_begin_on_the_last_day_of_each() -> None:
    months = civil(2026, 2026, starts=date(2025, 1, 31)).spans["month"]
    assert [span.first for span in months[:3]] == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]
    assert all(one.next == following.first for one, following in pairwise(months))


@given(DAYS, st.sampled_from(["period", "quarter", "half", "year", "week"]))
def test_every_day_lies_in_exactly_one_span_of_a_unit_of_weeks(day: date, unit: str) -> None:
    calendar = weekly("Fiscal", date(2025, 7, 5), (1,) * 13, range(-10, 10))
    assert [day in span for span in calendar.of(unit, day, day + timedelta(days=1))] == [True]


def test_years_of_weeks_count_on_from_the_given_one() -> None:
    calendar = weekly("Fiscal", date(2025, 7, 5), (1,) * 13, range(-1, 4))
    assert [span.name for span in calendar.spans["year"]] == ["2025", "2026", "2027", "2028", "2029"]
    assert calendar.at("period", date(2025, 7, 12)).name == "2026-W02"


def test_a_calendar_of_single_weeks_has_no_month() -> None:
    with pytest.raises(Refused, match="has no months"):
        weekly("Fiscal", date(2025, 2, 2), (1,) * 13).at("month", date(2025, 2, 2))


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
