"""Days of one year, and spans of them; the edges of months come up often."""

from datetime import date, timedelta

from hypothesis import strategies as st

YEAR = 2025
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 6, 30)
ONE_DAY = timedelta(days=1)
EDGES = tuple(
    day
    for month in range(1, 13)
    for day in (date(YEAR, month, 1) - ONE_DAY, date(YEAR, month, 1), date(YEAR, month, 15))
)


def days(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    """A day from first to last."""
    edges = [day for day in EDGES if first <= day <= last]
    any_day = st.integers(0, (last - first).days).map(lambda count: first + timedelta(days=count))
    return st.one_of(any_day, st.sampled_from(edges)) if edges else any_day


def month_of(day: date) -> str:
    """The name of the day's month."""
    return f"{day:%Y-%m}"


def months(first: int = 1, last: int = 6) -> list[str]:
    """Names of the months of the year from one to another."""
    return [f"{YEAR}-{month:02}" for month in range(first, last + 1)]
