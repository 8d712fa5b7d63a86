"""Day counts of proration: calendar days, working days with holidays, 30/360."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attain.engine.values.day_counts import numbering, thirty_360, working_days

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(0, 400), st.sets(DAYS, max_size=20))
def test_working_days_are_monday_to_friday_without_the_holidays(
    first: date, length: int, off: set[date]
) -> None:
    number = working_days(off)
    days = [first + timedelta(days=offset) for offset in range(length)]
    counted = sum(1 for day in days if day.weekday() < 5 and day not in off)
    assert number(first + timedelta(days=length)) - number(first) == counted


def test_every_month_of_30_360_has_thirty_days() -> None:
    for month in range(1, 13):
        following = date(2025 + month // 12, month % 12 + 1, 1)
        assert thirty_360(following) - thirty_360(date(2025, month, 1)) == 30


def test_the_last_days_of_a_month_fill_its_thirty() -> None:
    days = [date(2025, 3, 30), date(2025, 3, 31), date(2025, 4, 30), date(2025, 2, 28), date(2024, 2, 29)]
    weights = [thirty_360(day + timedelta(days=1)) - thirty_360(day) for day in days]
    assert weights == [0, 1, 1, 3, 2]


def test_the_basis_is_named_as_plans_name_it() -> None:
    march = [date(2025, 3, 1), date(2025, 4, 1)]
    lengths = [
        numbering(b)(march[1]) - numbering(b)(march[0]) for b in ("calendar days", "working days", "30/360")
    ]
    assert lengths == [31, 21, 30]
