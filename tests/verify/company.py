"""A small company for the second reading's tests: plans from a few lines, facts from a few rows."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from attain.verify import recompute

Row = dict[str, Any]

HEAD = """
plan: {title}
effective: {effective}
paid: monthly
currency: USD
for: {{role: Seller}}
"""
COMMISSION = """
components:
  Commission:
    credit:
      - {from: [booking, return], to: owner}
    measure: sum(credit)
    over: month
    pay: {how: flat, rate: 10 %}
"""


def plan(body: str = COMMISSION, title: str = "Plan", effective: str = "2025-01-01 to 2025-12-31") -> str:
    """A plan document from what it says below its head."""
    return HEAD.format(title=title, effective=effective) + body


def seat(position: str, participant: str, first: str = "2025-01-01", last: str = "") -> Row:
    return {"position": position, "participant": participant, "first": first, "last": last}


def booking(identity: str, date: str, owner: str, amount: str, **more: str) -> Row:
    return {"id": identity, "date": date, "type": "booking", "owner": owner, "amount": amount, **more}


def facts(
    seats: Iterable[Row], transactions: Iterable[Row] = (), **tables: list[Row]
) -> dict[str, list[Row]]:
    """Facts in which every position is a Seller's, unless a table of positions is given."""
    held = list(seats)
    positions = [{"position": name, "role": "Seller"} for name in dict.fromkeys(s["position"] for s in held)]
    return {"positions": positions, "assignments": held, "transactions": list(transactions), **tables}


def earned(document: str, tables: dict[str, list[Row]], period: str, through: str | None = None) -> dict:
    """What each participant, component and period earns."""
    rows = recompute([document], tables, period, through)["earnings"]
    return {(row["participant"], row["component"], row["period"]): row["amount"] for row in rows}


def amounts(document: str, tables: dict[str, list[Row]], *periods: str) -> list[Decimal]:
    """What ANA earns in these periods, over all components."""
    found = earned(document, tables, periods[0], periods[-1])
    return [
        sum((v for (person, _, at), v in found.items() if person == "ANA" and at == period), Decimal(0))
        for period in periods
    ]
