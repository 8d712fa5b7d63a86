"""Mistakes as they happen in every company, planted and declared: a run puts each of them on its list of
exceptions, and the checks of the company's consistency leave them out by name."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from attain.demo.organisation.careers import Stint, vacancies
from attain.demo.organisation.positions import EXECUTIVE
from attain.demo.rows import Row
from attain.demo.sales.transactions import BOOKING

UNKNOWN_SEAT = "AE-199"
NO_RATE = "CHF"


@dataclass(frozen=True)
class Fault:
    """One planted mistake: the exception that it makes, where it stands, and what happened."""

    code: str
    table: str
    key: str
    why: str


def plant(transactions: list[Row], splits: list[Row], stints: list[Stint]) -> list[Fault]:
    """Change a few rows of the paid year in place; the faults say which and why.

    Bookings are taken in the order of their days, so that the same seed plants the same faults.
    """
    bookings = [
        row
        for row in transactions
        if row["type"] == BOOKING
        and row["date"] >= date(2026, 2, 1)
        and row["owner"].startswith("AE-")
        and not row["product"].startswith("SV-")
    ]
    shared = {row["transaction"] for row in splits}
    single = [row for row in bookings if row["id"] not in shared]
    return [
        vacant_owner(single, stints),
        unknown_owner(single),
        no_rate(single),
        short_split(bookings, splits),
        stray_account(single),
    ]


def vacant_owner(bookings: list[Row], stints: list[Stint]) -> Fault:
    """A booking stays with the seat of somebody who has left."""
    for stint in stints:
        if stint.position.role != EXECUTIVE or stint.position.region.digit == 3 or not stint.last:
            continue
        others = [other for other in stints if other.position == stint.position]
        empty = [
            span for span in vacancies(stint.position, others) if span.first > stint.last and span.days > 14
        ]
        for row in bookings:
            if empty and row["owner"] == stint.position.position and row["date"] <= stint.last:
                if (stint.last - row["date"]).days > 30 or stint.last < date(2026, 2, 1):
                    continue
                row["date"] = empty[0].first + timedelta(days=4)
                return Fault(
                    "position_vacant", "transactions", row["id"], "its owner had left; the seat was vacant"
                )
    raise LookupError("no executive left a seat vacant in the paid year: choose another seed")


def unknown_owner(bookings: list[Row]) -> Fault:
    """The CRM names a seat that was never opened."""
    row = next(row for row in bookings if row["region"] == "Europe" and row["date"].month >= 5)
    row["owner"] = UNKNOWN_SEAT
    return Fault("position_unknown", "transactions", row["id"], f"{UNKNOWN_SEAT} was never opened")


def no_rate(bookings: list[Row]) -> Fault:
    """A deal in a currency for which treasury publishes no rate."""
    row = next(row for row in bookings if row["currency"] == "EUR" and row["date"].month >= 6)
    row["currency"] = NO_RATE
    return Fault("exchange_rate_missing", "transactions", row["id"], f"treasury has no rate for {NO_RATE}")


def short_split(bookings: list[Row], splits: list[Row]) -> Fault:
    """Somebody was taken out of a split and the others were not raised."""
    owners = {row["id"]: row["owner"] for row in bookings if row["date"].month >= 4}
    part = next(row for row in splits if owners.get(row["transaction"]) == row["position"])
    part["share"] -= Decimal("0.05")
    return Fault("splits_do_not_add_up", "splits", part["transaction"], "the shares add up to 95 %")


def stray_account(bookings: list[Row]) -> Fault:
    """An account that nobody put into a territory."""
    row = next(row for row in bookings if row["region"] == "UK and Ireland" and row["date"].month >= 3)
    row["account"] = "A99001"
    return Fault("account_without_territory", "transactions", row["id"], "its account lies in no territory")
