"""Exchange rates by day: each ordered pair has its own rate, as a treasury publishes it."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random

from attain.demo.chance import stream
from attain.demo.days import FIRST_DAY, LAST_DAY, ONE_DAY, STORY, months, workday_before
from attain.demo.market.regions import REGIONS
from attain.demo.rows import Row

DAILY, PAY_DAY = "Daily rates", "Pay-day rates"
DOLLARS_AT_START = {"USD": Decimal(1), "EUR": Decimal("1.0850"), "GBP": Decimal("1.2900")}
HOME = {"USD": Decimal(1), "EUR": Decimal("1.12"), "GBP": Decimal("1.31")}
FOURTH = Decimal("0.0001")
EARLIEST = FIRST_DAY - timedelta(days=10)


def exchange_rate_rows(seed: int) -> list[Row]:
    """Table `exchange_rates`: daily on working days, and at the last working day of each month."""
    chance = stream(seed, "exchange")
    dollars = dict(DOLLARS_AT_START)
    days: dict[date, dict[str, Decimal]] = {}
    day = EARLIEST
    while day <= LAST_DAY:
        if day.weekday() < 5:
            dollars = {currency: walked(chance, currency, value) for currency, value in dollars.items()}
            days[day] = dollars
        day += ONE_DAY
    rows = [row for day, values in days.items() for row in rates_on(DAILY, day, values)]
    for month in months(STORY):
        last = workday_before(month.last)
        rows += rates_on(PAY_DAY, last, days[last])
    return rows


def walked(chance: Random, currency: str, value: Decimal) -> Decimal:
    """The next day's dollars for one unit: a small step, drawn back a little to where it lives."""
    step = Decimal(int(chance.gauss(0, 42))).scaleb(-4) + (HOME[currency] - value) * Decimal("0.006")
    return value if currency == "USD" else (value + step).quantize(Decimal("0.0001"))


def rates_on(table: str, day: date, dollars: dict[str, Decimal]) -> list[Row]:
    """One row per ordered pair of currencies: units of `to` for one unit of `from`, four decimals."""
    return [
        {
            "table": table,
            "date": day,
            "from": source,
            "to": target,
            "rate": (dollars[source] / dollars[target]).quantize(FOURTH),
            "source": "Treasury desk",
        }
        for source, target in permutations([region.currency for region in REGIONS], 2)
    ]
