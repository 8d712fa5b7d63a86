"""When the facts became known: the nightly load, late bookings, corrections of amounts as second versions,
rows withdrawn; and the day on which each paid month was closed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attain.demo.chance import cents, stream
from attain.demo.days import FIRST_PAID_DAY, LAST_DAY, ONE_DAY, Span, month_name, months, workday
from attain.demo.rows import Row
from attain.demo.sales.transactions import BOOKING, PAYMENT

NIGHT = "T02:15:00Z"
LATE_BOOKINGS, CORRECTIONS, ENTERED_TWICE = 0.007, 0.010, 0.0006
LATE_DAYS, CORRECTED_DAYS = (18, 60), (4, 75)
LAST_KNOWN = date(2026, 11, 5)
WORKING_DAYS_TO_CLOSE = 4
LIVE_WITH = date(2026, 6, 30)


def with_versions(seed: int, rows: list[Row]) -> list[Row]:
    """All versions of all rows in the order in which they were loaded."""
    chance = stream(seed, "versions")
    versions: list[Row] = []
    for row in rows:
        first = row["date"] + ONE_DAY
        if row["type"] == BOOKING and chance.random() < LATE_BOOKINGS:
            first = later(chance, row["date"], LATE_DAYS)
        versions.append(row | {"loaded": night(first)})
        if row["type"] == BOOKING and chance.random() < CORRECTIONS:
            versions.append(corrected(chance, row) | {"loaded": night(later(chance, first, CORRECTED_DAYS))})
        if row["type"] == PAYMENT and chance.random() < ENTERED_TWICE:
            again = row | {"id": f"{row['id']}-2"}
            versions.append(again | {"loaded": night(first)})
            versions.append(again | {"loaded": night(later(chance, first, (2, 9))), "withdrawn": "yes"})
    return sorted(versions, key=lambda row: (row["loaded"], row["id"]))


def corrected(chance: Random, row: Row) -> Row:
    """The same booking with another amount; the margin follows."""
    factor = Decimal(chance.choice((50, 80, 90, 95, 96, 105, 110))).scaleb(-2)
    amount = cents(row["amount"] * factor)
    return row | {"amount": amount, "margin_amount": amount - row["cost_amount"]}


def later(chance: Random, day: date, days: tuple[int, int]) -> date:
    """Some days later, but before the last load."""
    return min(day + timedelta(days=chance.randrange(*days)), LAST_KNOWN)


def night(day: date) -> str:
    """The moment of that day's nightly load, UTC."""
    return f"{day.isoformat()}{NIGHT}"


def closing_rows() -> list[Row]:
    """Table `closings`. The company went live in July: the first half of the year was brought over and closed
    with June. Since then each month is closed on a working day of the next; the last one is open.
    """
    closed = list(months(Span(FIRST_PAID_DAY, LAST_DAY - timedelta(days=31))))
    moments = [closing_moment(max(month.last, LIVE_WITH)) for month in closed]
    return [
        {"period": month_name(month.first), "moment": moment}
        for month, moment in zip(closed, moments, strict=True)
    ]


def closing_moment(last: date) -> str:
    """The evening of a working day after the last day of a month, UTC."""
    day = last
    for _ in range(WORKING_DAYS_TO_CLOSE):
        day = workday(day + ONE_DAY)
    return f"{day.isoformat()}T18:00:00Z"
