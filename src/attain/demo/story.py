"""What a visitor is shown of the results: who has which role, and which payment tells the most."""

from collections.abc import Callable
from decimal import Decimal

from attain.demo.days import last_day
from attain.demo.rows import Row

TELLING = (
    "prior_period",
    "manual",
    "held",
    "released",
    "clawed_back",
    "advanced",
    "drawn",
    "repaid",
    "deferred",
)


def roles(assignments: list[Row], positions: list[Row]) -> Callable[[str, str], str]:
    """role(participant, period): of the seat held on the period's last day, or held last before it."""
    role: dict[str, str] = {row["position"]: row["role"] for row in positions}
    seats: dict[str, list[Row]] = {}
    for row in sorted(assignments, key=lambda row: row["first"]):
        seats.setdefault(row["participant"], []).append(row)

    def on(participant: str, period: str) -> str:
        last = last_day(period)
        begun = [row for row in seats[participant] if row["first"] <= last]
        return role[(begun or seats[participant])[-1]["position"]]

    return on


def payments_worth_explaining(payments: list[dict[str, str]]) -> list[dict[str, str]]:
    """Payments, first those in which most different things happened; ties by person and period."""

    def order(row: dict[str, str]) -> tuple[int, str, str]:
        things = sum(1 for figure in TELLING if Decimal(row[figure]))
        return -things, row["participant"], row["period"]

    return sorted(payments, key=order)
