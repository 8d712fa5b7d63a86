"""Target incentives by seat and component, and the quarter's objectives of managers with their scores."""

from datetime import date
from decimal import Decimal

from attain.demo.chance import round_to, stream
from attain.demo.days import FIRST_PAID_DAY, LAST_DAY, Span, quarters
from attain.demo.market.regions import UNITED_KINGDOM
from attain.demo.organisation.careers import Stint, holder
from attain.demo.organisation.positions import (
    DEVELOPER_MANAGER,
    DIRECTOR,
    ENGINEER,
    ENGINEER_MANAGER,
    ENTERPRISE_EXECUTIVE,
    EXECUTIVE,
    MANAGERS,
    SALES_MANAGER,
    SUCCESS,
    SUCCESS_MANAGER,
    VICE_PRESIDENT,
    Position,
)
from attain.demo.rows import Row

FIRST = date(2024, 1, 1)
RAISED = date(2026, 7, 1)
RAISE = 1.06
# role -> (component, dollars, per); the amount is scaled to the region, but for those paid in dollars
DOLLARS = {
    ENTERPRISE_EXECUTIVE: (("New business", 96_000, "year"), ("Quarterly bonus", 11_000, "quarter")),
    ENGINEER: (("Supported bookings", 8_500, "quarter"),),
    SUCCESS: (("Net retention", 6_400, "quarter"),),
    SALES_MANAGER: (("Team bookings", 72_000, "year"), ("Objectives", 3_600, "quarter")),
    DEVELOPER_MANAGER: (("Team meetings", 6_200, "quarter"), ("Objectives", 2_400, "quarter")),
    ENGINEER_MANAGER: (("Team bookings supported", 10_500, "quarter"), ("Objectives", 3_000, "quarter")),
    SUCCESS_MANAGER: (("Team retention", 9_000, "quarter"), ("Objectives", 3_000, "quarter")),
    DIRECTOR: (("Bookings below", 112_000, "year"),),
    VICE_PRESIDENT: (("Bookings below", 165_000, "year"),),
}
IN_POUNDS = {EXECUTIVE: (("Quarterly bookings", 13_500, "quarter"),)}
IN_DOLLARS = (DIRECTOR, VICE_PRESIDENT)
OBJECTIVES = (
    ("Pipeline for the next quarter", Decimal("0.40")),
    ("Forecast accuracy", Decimal("0.30")),
    ("Coaching sessions held", Decimal("0.30")),
)


def target_incentive_rows(positions: list[Position]) -> list[Row]:
    """Table `target_incentives`; engineers get a raise in July 2026."""
    rows = []
    for seat in positions:
        components = DOLLARS.get(seat.role, ())
        if seat.region is UNITED_KINGDOM:
            components += IN_POUNDS.get(seat.role, ())
        level = 1.0 if seat.role in IN_DOLLARS else seat.region.level
        for component, dollars, per in components:
            amount = float(dollars) if seat.role == EXECUTIVE else dollars * level
            spans: list[tuple[date, date | None, float]] = [(FIRST, None, amount)]
            if seat.role == ENGINEER:
                spans = [(FIRST, date(2026, 6, 30), amount), (RAISED, None, amount * RAISE)]
            rows += [
                {
                    "position": seat.position,
                    "component": component,
                    "amount": round_to(value, 50),
                    "per": per,
                    "first": first,
                    "last": last,
                }
                for first, last, value in spans
            ]
    return rows


def objective_rows(seed: int, positions: list[Position], stints: list[Stint]) -> list[Row]:
    """Table `objective`: three for each manager and quarter, dated by its last day."""
    chance = stream(seed, "objectives")
    rows = []
    for quarter in quarters(Span(FIRST_PAID_DAY, LAST_DAY)):
        if quarter.last > LAST_DAY:
            continue
        for seat in positions:
            if seat.role in MANAGERS and holder(stints, seat.position, quarter.last):
                rows += [
                    {
                        "id": f"M-{quarter.last:%Y%m}-{seat.position}-{number}",
                        "date": quarter.last,
                        "position": seat.position,
                        "objective": objective,
                        "weight": weight,
                        "score": Decimal(min(120, max(30, round(chance.gauss(88, 17))))).scaleb(-2),
                    }
                    for number, (objective, weight) in enumerate(OBJECTIVES, 1)
                ]
    return rows
