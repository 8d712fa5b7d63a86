"""Exchange rates: every pair on every working day, and the two directions fit each other."""

from datetime import timedelta
from itertools import pairwise, permutations

from attain.demo.days import FIRST_DAY, LAST_DAY
from attain.demo.market.exchange import DAILY, PAY_DAY, exchange_rate_rows


def test_every_pair_has_a_rate_on_every_working_day():
    rows = [row for row in exchange_rate_rows(1) if row["table"] == DAILY]
    given = {(row["date"], row["from"], row["to"]) for row in rows}
    days = [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    for pair in permutations(("USD", "EUR", "GBP"), 2):
        assert all((day, *pair) in given for day in days if day.weekday() < 5)


def test_two_directions_fit_and_rates_move_like_rates():
    rates = {(r["date"], r["from"], r["to"]): r["rate"] for r in exchange_rate_rows(1) if r["table"] == DAILY}
    for (day, source, target), rate in rates.items():
        assert abs(rate * rates[day, target, source] - 1) < 0.0002
    dollars = [
        rate for (_, source, target), rate in sorted(rates.items()) if (source, target) == ("EUR", "USD")
    ]
    assert 1 < min(dollars) < max(dollars) < 1.3
    assert max(abs(b / a - 1) for a, b in pairwise(dollars)) < 0.03


def test_each_paid_month_has_a_pay_day_rate():
    months = {f"{row['date']:%Y-%m}" for row in exchange_rate_rows(1) if row["table"] == PAY_DAY}
    assert {f"2026-{month:02d}" for month in range(1, 11)} <= months
