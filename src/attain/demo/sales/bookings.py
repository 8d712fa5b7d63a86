"""Bookings of won deals, one per product, the splits among those who sold them, and what came back."""

from datetime import timedelta
from decimal import Decimal

from attain.demo.chance import cents, days_later, stream
from attain.demo.days import LAST_DAY
from attain.demo.market.products import SENSORS
from attain.demo.organisation.careers import Stint
from attain.demo.organisation.positions import SELLERS
from attain.demo.rows import Row
from attain.demo.sales.opportunities import Opportunity
from attain.demo.sales.transactions import BOOKING, RETURN, transaction

SPLIT_DEALS = 0.07
SHARES = (("0.5", "0.5"), ("0.6", "0.4"), ("0.7", "0.3"), ("0.8", "0.2"), ("0.5", "0.3", "0.2"))
NO_SPLITS = "UK and Ireland"  # there the territory's owners are credited
RETURNED = {SENSORS: 0.035}
RETURNED_OTHERWISE = 0.012
RETURNED_WHOLLY = 0.3
RETURN_DAYS = (12, 110)


def booking_rows(opportunities: list[Opportunity]) -> list[Row]:
    """One booking for each line of a won deal, in the order of the days."""
    rows: list[Row] = []
    for deal in opportunities:
        if deal.stage != "Won":
            continue
        for line in deal.lines:
            rows.append(
                transaction(
                    id=f"B-{len(rows) + 1:05d}",
                    date=deal.closed,
                    type=BOOKING,
                    owner=deal.stint.position.position,
                    amount=line.amount,
                    currency=line.currency,
                    account=deal.account.account,
                    region=deal.account.region.name,
                    deal=deal.id,
                    product=line.product.product,
                    quantity=line.quantity,
                    list_amount=line.list_amount,
                    discount=line.discount,
                    cost_amount=line.cost,
                    margin_amount=line.amount - line.cost,
                    term_months=deal.term_months,
                    new_logo="yes" if deal.new_logo else "no",
                    source=deal.source,
                    sourced_by=deal.sourced_by,
                    specialist=deal.specialist,
                )
            )
    return rows


def split_rows(
    seed: int, bookings: list[Row], opportunities: list[Opportunity], stints: list[Stint]
) -> list[Row]:
    """Table `splits`: some deals were sold by two or three sellers of a region; shares add up to 1."""
    chance = stream(seed, "splits")
    deals = {deal.id: deal for deal in opportunities}
    sellers = [stint for stint in stints if stint.position.role in SELLERS]
    shares: dict[str, list[tuple[str, Decimal]]] = {}
    rows: list[Row] = []
    for booking in bookings:
        deal = deals[booking["deal"]]
        if deal.id not in shares:
            shares[deal.id] = []
            if chance.random() < SPLIT_DEALS and booking["region"] != NO_SPLITS:
                chosen = chance.choice(SHARES)
                others = partners(sellers, deal)
                if len(others) >= len(chosen) - 1:
                    who = [booking["owner"], *chance.sample(others, len(chosen) - 1)]
                    shares[deal.id] = [(seat, Decimal(part)) for seat, part in zip(who, chosen, strict=True)]
        rows += [
            {"transaction": booking["id"], "position": position, "share": share}
            for position, share in shares[deal.id]
        ]
    return rows


def partners(sellers: list[Stint], deal: Opportunity) -> list[str]:
    """Other sellers' seats of the region that are held on the day of the deal."""
    day, seat = deal.expected, deal.stint.position
    return sorted(
        {
            stint.position.position
            for stint in sellers
            if stint.position.region == seat.region
            and stint.position != seat
            and stint.first <= day
            and (stint.last is None or day <= stint.last)
        }
    )


def return_rows(seed: int, bookings: list[Row]) -> list[Row]:
    """What came back, wholly or in part; each names its booking and repeats what was said of it."""
    chance = stream(seed, "returns")
    rows: list[Row] = []
    for booking in bookings:
        family_rate = RETURNED[SENSORS] if booking["product"].startswith("SE-") else RETURNED_OTHERWISE
        if chance.random() >= family_rate:
            continue
        day = days_later(chance, booking["date"], *RETURN_DAYS)
        share = (
            Decimal(1) if chance.random() < RETURNED_WHOLLY else Decimal(chance.randrange(10, 60)).scaleb(-2)
        )
        if day > LAST_DAY - timedelta(days=2):
            continue
        pieces = max(1, round(booking["quantity"] * float(share)))
        part = Decimal(pieces) / Decimal(booking["quantity"]) if booking["quantity"] > 4 else share
        amount, cost = (-cents(booking[column] * part) for column in ("amount", "cost_amount"))
        row = booking | {
            "id": f"R-{len(rows) + 1:04d}",
            "type": RETURN,
            "date": day,
            "original": booking["id"],
        }
        row |= {"amount": amount, "cost_amount": cost, "margin_amount": amount - cost, "quantity": -pieces}
        rows.append(row | {"list_amount": -cents(booking["list_amount"] * part)})
    return rows
