"""Invoices for what was booked or renewed, and what the customers paid, when they did."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attain.demo.chance import cents, days_later, stream
from attain.demo.days import LAST_DAY
from attain.demo.rows import Row
from attain.demo.sales.transactions import INVOICE, PAYMENT, RENEWAL, transaction

AT_ONCE, QUARTERLY = 0.68, 0.84  # below the first: one invoice; below the second: four; else two
NEVER_PAID, PAID_IN_PARTS = 0.015, 0.03
DAYS_TO_PAY = ((18, 34), (30, 45), (40, 75), (70, 130))
HABITS = (0.30, 0.72, 0.94, 1.0)


def cash_rows(seed: int, sold: list[Row]) -> list[Row]:
    """Invoices and payments of bookings and renewals up to the last day, in the order of the days."""
    chance = stream(seed, "cash")
    invoices: list[Row] = []
    payments: list[Row] = []
    for row in sold:
        for day, amount in billed(chance, row):
            if day <= LAST_DAY:
                invoice = of_booking(row, INVOICE, f"I-{len(invoices) + 1:05d}", day, amount)
                invoices.append(invoice)
                payments += paid(chance, row, invoice)
    payments.sort(key=lambda row: (row["date"], row["invoice"]))
    for number, payment in enumerate(payments, 1):
        payment["id"] = f"P-{number:05d}"
    return [*invoices, *payments]


def of_booking(row: Row, kind: str, key: str, day: date, amount: Decimal, invoice: str | None = None) -> Row:
    """An invoice or a payment; the booking or renewal that it belongs to stands in `booking`."""
    return transaction(
        id=key,
        date=day,
        type=kind,
        owner=row["owner"],
        amount=amount,
        currency=row["currency"],
        account=row["account"],
        region=row["region"],
        deal=row["deal"],
        booking=row["id"],
        invoice=invoice,
        product=row["product"],
    )


def billed(chance: Random, row: Row) -> list[tuple[date, Decimal]]:
    """The days and amounts of its invoices; the amounts add up to the row's."""
    first = days_later(chance, row["date"], 1, 12)
    form = 0.0 if row["type"] == RENEWAL or row["product"].startswith("SE-") else chance.random()
    parts = 1 if form < AT_ONCE else 4 if form < QUARTERLY else 2
    each = cents(row["amount"] / parts)
    amounts = [each] * (parts - 1) + [row["amount"] - each * (parts - 1)]
    return [
        (first + timedelta(days=number * (91 if parts == 4 else 45)), part)
        for number, part in enumerate(amounts)
    ]


def paid(chance: Random, row: Row, invoice: Row) -> list[Row]:
    """Its payments up to the last day: mostly one, sometimes two, rarely none."""
    habit, luck = chance.random(), chance.random()
    least, most = next(days for days, limit in zip(DAYS_TO_PAY, HABITS, strict=True) if habit <= limit)
    day = days_later(chance, invoice["date"], least, most)
    later = days_later(chance, day, 10, 45)
    amount = invoice["amount"]
    if luck < NEVER_PAID or amount <= 0:
        return []
    part = cents(amount * Decimal("0.4"))
    parts = [(day, part), (later, amount - part)] if luck < NEVER_PAID + PAID_IN_PARTS else [(day, amount)]
    return [
        of_booking(row, PAYMENT, "", when, money, invoice["id"]) for when, money in parts if when <= LAST_DAY
    ]
