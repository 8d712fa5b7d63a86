"""Quotas by seat and period, set from what a seat can sell; a change in mid-year is a second version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from attain.demo.chance import round_to, stream
from attain.demo.days import FIRST_DAY, LAST_DAY, Span, month_name, months, quarter_name, quarter_of, quarters
from attain.demo.market.regions import AMERICAS, EUROPE, UNITED_KINGDOM
from attain.demo.organisation.positions import (
    DEVELOPER,
    DEVELOPER_MANAGER,
    DIRECTOR,
    ENGINEER,
    ENGINEER_MANAGER,
    ENTERPRISE_EXECUTIVE,
    EXECUTIVE,
    SALES_MANAGER,
    SELLERS,
    VICE_PRESIDENT,
    Line,
    Position,
)
from attain.demo.rows import Row

NEW_BUSINESS, TEAM_BOOKINGS, SUPPORTED, TEAM_SUPPORTED, MEETINGS, TEAM_MEETINGS = (
    "new_business",
    "team_bookings",
    "supported_bookings",
    "team_supported_bookings",
    "meetings",
    "team_meetings",
)
DOLLARS_A_YEAR = {EXECUTIVE: 850_000, ENTERPRISE_EXECUTIVE: 2_550_000, ENGINEER: 4_700_000}
SHARE_OF_QUARTER = {1: 0.235, 2: 0.245, 3: 0.220, 4: 0.300}
YEARS = {2024: 0.92, 2025: 0.95, 2026: 1.0}
MEETINGS_A_MONTH = {AMERICAS.name: 10, EUROPE.name: 11, UNITED_KINGDOM.name: 10}
OVER_ASSIGNED = 0.92  # of the sum of the team's quotas, what its manager must reach
ABOVE = {DIRECTOR: 0.90, VICE_PRESIDENT: 0.88}
DOLLARS_PER_UNIT = {"USD": 1.0, "EUR": 1.12, "GBP": 1.30}
CHANGED_SEATS = 8
CHANGE_KNOWN = "2026-06-24T09:00:00Z"
PLANNED = "2025-12-15T09:00:00Z"
PERIODS = Span(FIRST_DAY.replace(month=10, day=1), LAST_DAY.replace(month=12, day=31))


@dataclass(frozen=True)
class Quota:
    """One version of one row."""

    position: str
    measure: str
    period: str
    amount: Decimal
    loaded: str


def make_quotas(seed: int, positions: list[Position], reporting: list[Line]) -> list[Quota]:
    """All quotas: sellers and engineers by quarter, developers by month, those above them as sums."""
    chance = stream(seed, "quotas")
    own: dict[str, float] = {}
    for seat in positions:
        if seat.role in DOLLARS_A_YEAR:
            own[seat.position] = (
                DOLLARS_A_YEAR[seat.role] * seat.region.level * (0.88 + 0.24 * chance.random())
            )
    quotas = [quota for seat in positions for quota in of_rep(seat, own.get(seat.position, 0.0))]
    quotas += summed(positions, reporting, quotas)
    return quotas + changed(seed, positions, quotas)


def of_rep(seat: Position, yearly: float) -> Iterator[Quota]:
    """A rep's own quotas over all periods."""
    if seat.role == DEVELOPER:
        for month in months(PERIODS):
            amount = Decimal(MEETINGS_A_MONTH[seat.region.name])
            yield Quota(seat.position, MEETINGS, month_name(month.first), amount, known(month.first))
    elif yearly:
        measure = SUPPORTED if seat.role == ENGINEER else NEW_BUSINESS
        for quarter in quarters(PERIODS):
            share = SHARE_OF_QUARTER[quarter_of(quarter.first)] * YEARS[quarter.first.year]
            amount = round_to(yearly * share, 1000)
            yield Quota(seat.position, measure, quarter_name(quarter.first), amount, known(quarter.first))


def known(day: date) -> str:
    """When the quota of a period was loaded: in the December before, or before the first day of all."""
    return f"{max(day.year - 1, 2024)}{PLANNED[4:]}" if day.year > 2024 else "2024-10-01T09:00:00Z"


def summed(positions: list[Position], reporting: list[Line], quotas: list[Quota]) -> Iterator[Quota]:
    """What managers, directors and vice presidents must reach: a share of the quotas below them."""
    seats = {seat.position: seat for seat in positions}
    of_seat: dict[tuple[str, str], list[Quota]] = {}
    for quota in quotas:
        of_seat.setdefault((quota.position, quota.period), []).append(quota)
    kinds = {
        SALES_MANAGER: (TEAM_BOOKINGS, NEW_BUSINESS, quarters),
        ENGINEER_MANAGER: (TEAM_SUPPORTED, SUPPORTED, quarters),
        DEVELOPER_MANAGER: (TEAM_MEETINGS, MEETINGS, months),
        DIRECTOR: (TEAM_BOOKINGS, NEW_BUSINESS, quarters),
        VICE_PRESIDENT: (TEAM_BOOKINGS, NEW_BUSINESS, quarters),
    }
    for seat in positions:
        if seat.role not in kinds:
            continue
        measure, counted, periods = kinds[seat.role]
        for period in periods(PERIODS):
            name = quarter_name(period.first) if periods is quarters else month_name(period.first)
            below = reps_below(seat.position, reporting, period)
            found = [
                (quota, seats[position])
                for position in below
                for quota in of_seat.get((position, name), [])
                if quota.measure == counted and seats[position].first <= period.last
            ]
            if found:
                yield Quota(seat.position, measure, name, total(seat, found), known(period.first))


def total(seat: Position, found: list[tuple[Quota, Position]]) -> Decimal:
    """The sum, less what is over-assigned; in dollars for directors and vice presidents."""
    in_dollars = seat.role in ABOVE
    amount = sum(
        float(quota.amount) * (DOLLARS_PER_UNIT[rep.region.currency] if in_dollars else 1)
        for quota, rep in found
    )
    share = ABOVE.get(seat.role, OVER_ASSIGNED)
    return round_to(amount * share, 1 if seat.role == DEVELOPER_MANAGER else 1000)


def reps_below(position: str, reporting: list[Line], period: Span) -> list[str]:
    """All positions below one, by the lines that hold on the first day of the period."""
    direct = [
        line.position
        for line in reporting
        if line.manager == position
        and line.first <= period.last
        and (line.last is None or line.last >= period.last)
    ]
    return [*direct, *(low for seat in direct for low in reps_below(seat, reporting, period))]


def changed(seed: int, positions: list[Position], quotas: list[Quota]) -> list[Quota]:
    """New versions of the second half's quotas of some sellers, known before the half begins."""
    chance = stream(seed, "changed quotas")
    chosen = chance.sample([seat.position for seat in positions if seat.role in SELLERS], CHANGED_SEATS)
    factors = {position: chance.choice((0.82, 0.88, 1.08, 1.12)) for position in chosen}
    return [
        Quota(
            quota.position,
            quota.measure,
            quota.period,
            round_to(float(quota.amount) * factors[quota.position], 1000),
            CHANGE_KNOWN,
        )
        for quota in quotas
        if quota.position in factors and quota.period in ("2026-Q3", "2026-Q4")
    ]


def quota_rows(quotas: list[Quota]) -> list[Row]:
    """Table `quotas`."""
    return [vars(quota) for quota in quotas]
