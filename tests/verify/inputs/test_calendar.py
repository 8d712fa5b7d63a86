"""Periods of civil and fiscal calendars."""

from datetime import date

import pytest

from attain.verify.inputs.calendar import Calendar, Period, add_months, calendar_of, later
from attain.verify.inputs.forms import Length, Span, Unreadable

PERIODS = [
    {"calendar": None, "period": "P1", "first": date(2025, 2, 2), "last": date(2025, 3, 1), "quarter": "Q"},
    {"calendar": None, "period": "P2", "first": date(2025, 3, 2), "last": date(2025, 3, 29), "quarter": "Q"},
]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
    ],
)
def test_a_civil_period_by_its_name(name, first, last):
    period = Calendar().named(name)
    assert period is not None and (period.name, period.days) == (name, Span(first, last))
    assert Calendar().containing(period.unit, last) == period


def test_no_period_has_that_name():
    assert Calendar().named("2025-13") is None


def test_a_month_later_stays_within_the_month():
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert later(date(2025, 1, 31), Length(2, "month")) == date(2025, 3, 31)
    assert later(date(2025, 5, 20), Length(30, "day")) == date(2025, 6, 19)


def test_a_calendar_of_listed_periods_has_their_quarters():
    calendar = calendar_of("Fiscal", None, PERIODS)
    assert calendar.containing("period", date(2025, 3, 2)).name == "P2"
    quarter = calendar.named("Q")
    assert quarter == Period("Q", Span(date(2025, 2, 2), date(2025, 3, 29)), "quarter")
    with pytest.raises(Unreadable, match="2025-02-01"):
        calendar.containing("period", date(2025, 2, 1))


@pytest.mark.parametrize(
    ("pattern", "lasts"),
    [
        ("4-4-5", ["2025-03-01", "2025-03-29", "2025-05-03"]),
        ("5-4-4", ["2025-03-08", "2025-04-05", "2025-05-03"]),
    ],
)
def test_a_calendar_of_weeks(pattern, lasts):
    calendar = calendar_of("Fiscal", {"year starts": "2025-02-02", "pattern": pattern}, [])
    quarter = calendar.containing("quarter", date(2025, 2, 2)).days
    assert [str(period.days.last) for period in calendar.periods("period", quarter)] == lasts


def test_the_weeks_of_a_calendar_of_weeks_are_those_of_its_years():
    calendar = calendar_of("Fiscal", {"year starts": "2025-07-05", "pattern": "weeks"}, [])
    week = calendar.containing("week", date(2025, 7, 12))
    assert (week.name, week.days) == ("2026-W02", Span(date(2025, 7, 12), date(2025, 7, 18)))
    assert calendar.named("2029-W01").days.first == date(2028, 7, 1)
    assert calendar.containing("period", date(2025, 7, 12)).name == "2026-W02"
    with pytest.raises(Unreadable, match="no months"):
        calendar.periods("month", week.days)


def test_a_part_is_an_even_share_of_what_contains_it():
    quarter = Calendar().containing("quarter", date(2025, 2, 1))
    assert Calendar().share_of(quarter, "year") == (1, 4)
    week = Calendar().containing("week", date(2025, 2, 12))
    assert Calendar().share_of(week, "month") == (7, 28)


def test_a_fiscal_year_is_named_by_its_end_and_a_year_of_weeks_by_its_middle():
    april = calendar_of("Fiscal", {"year starts": "2025-04-01", "pattern": "months"}, [])
    assert april.containing("year", date(2025, 5, 1)).name == "2026"
    assert april.containing("quarter", date(2026, 1, 1)).name == "2026-Q4"
    assert april.containing("period", date(2026, 1, 1)).name == "2026-01"
    weeks = calendar_of("Fiscal", {"year starts": "2024-12-30", "pattern": "weeks"}, [])
    assert weeks.containing("period", date(2025, 1, 6)).name == "2025-W02"
    assert weeks.containing("year", date(2024, 12, 30)).name == "2025"
