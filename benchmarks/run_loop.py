"""The pay year as a program that walks over rows, with dictionaries and Decimal: what a careful engineer
writes without a database. Nothing is slowed down on purpose: organisation and bounds are looked up once."""

import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BANDS = {
    "Account Executive": [(0, "0.04"), (50, "0.06"), (100, "0.09"), (150, "0.12")],
    "Specialist": [(0, "0.03"), (60, "0.04"), (100, "0.06")],
    "Manager": [(0, "0.004"), (80, "0.006"), (100, "0.009")],
}
CAPS = {"Account Executive": 90000, "Specialist": 80000, "Manager": 150000}
DRAWS = {"Account Executive": Decimal(4000), "Specialist": Decimal(0), "Manager": Decimal(0)}
LEVELS = (Decimal("1.00"), Decimal("0.50"), Decimal("0.25"))
OVERLAY = Decimal("0.30")
YEAR_END = date(2026, 12, 31)
TEN_PLACES, CENT = Decimal("0.0000000001"), Decimal("0.01")

Seat = tuple[str, str, date]
Dated = dict[str, list[tuple[date, date, str]]]


def pay(folder: Path, out: Path, division: int) -> dict[str, float]:
    """Write payments of one division, as the SQL by hand does; seconds per part."""
    began = time.perf_counter()
    mark = f"A{division:02d}-"
    facts = newest(folder, mark)
    holders, managers = dated(folder, "assignments", "participant"), dated(folder, "reporting", "manager")
    read = time.perf_counter()
    months = credit(facts, holders, managers)
    credited = time.perf_counter()
    rows = payments(folder, division, months)
    pq.write_table(pa.Table.from_pylist(rows), out)
    return {
        "read": read - began,
        "credit": credited - read,
        "curve to payments": time.perf_counter() - credited,
    }


def newest(folder: Path, mark: str) -> list[dict]:
    """Of each transaction of the division the version loaded last."""
    versions: dict[str, dict] = {}
    for load in ("transactions.1", "transactions.2"):
        columns = ["id", "date", "owner", "specialist", "amount"]
        bounds = [("owner", ">=", mark), ("owner", "<", mark + "~")]
        for row in pq.read_table(folder / f"{load}.parquet", columns=columns, filters=bounds).to_pylist():
            versions[row["id"]] = row
    return list(versions.values())


def dated(folder: Path, table: str, value: str) -> Dated:
    """Position → (first day, last day, who) in the order of days."""
    found: Dated = defaultdict(list)
    for row in pq.read_table(folder / f"{table}.parquet").to_pylist():
        found[row["position"]].append((row["first"], row["last"] or YEAR_END, row[value]))
    return found


def on(intervals: list[tuple[date, date, str]], day: date) -> tuple[date, str] | None:
    """Who holds on a day, and since when."""
    for first, last, who in intervals:
        if first <= day <= last:
            return first, who
    return None


def credit(facts: list[dict], holders: Dated, managers: Dated) -> dict[Seat, dict[int, Decimal]]:
    """Each row's credits, added up by seat and month."""
    months: dict[Seat, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for fact in facts:
        day, amount = fact["date"], fact["amount"]
        recipients = [(fact["owner"], amount)]
        if fact["specialist"] is not None:
            recipients.append((fact["specialist"], amount * OVERLAY))
        position = fact["owner"]
        for share in LEVELS:
            above = on(managers[position], day)
            if above is None:
                break
            position = above[1]
            recipients.append((position, amount * share))
        for position, credited in recipients:
            held = on(holders[position], day)
            if held is not None:
                months[(position, held[1], held[0])][day.month] += credited
    return months


def payments(folder: Path, division: int, months: dict[Seat, dict[int, Decimal]]) -> list[dict]:
    """Curve to date less curve to date before, per seat; rounded once per participant; then the draw."""
    roles = {row["position"]: row["role"] for row in pq.read_table(folder / "positions.parquet").to_pylist()}
    quotas = {row["position"]: row["amount"] for row in pq.read_table(folder / "quotas.parquet").to_pylist()}
    changes: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 12)
    role_of = {}
    for row in pq.read_table(folder / "assignments.parquet").to_pylist():
        position, participant, first = row["position"], row["participant"], row["first"]
        if int(position[1:3]) != division:
            continue
        days = ((row["last"] or YEAR_END) - first) // timedelta(days=1) + 1
        role = role_of[participant] = roles[position]
        to_date = before = Decimal(0)
        for month in range(1, 13):
            to_date += months[(position, participant, first)][month]
            figure = curve(role, to_date, quotas[position], days)
            changes[participant][month - 1] += figure - before
            before = figure
    rows = []
    for participant, by_month in changes.items():
        draw, owed = DRAWS[role_of[participant]], Decimal(0)
        for month, change in enumerate(by_month, start=1):
            earned = change.quantize(CENT, ROUND_HALF_UP)
            drawn, repaid = max(draw - earned, Decimal(0)), min(owed, max(earned - draw, Decimal(0)))
            owed += drawn - repaid
            period = f"2026-{month:02d}"
            payment = earned + drawn - repaid
            if earned or payment:
                rows.append(
                    {"participant": participant, "period": period, "earned": earned, "payment": payment}
                )
    return rows


def curve(role: str, credit: Decimal, quota: Decimal, days: int) -> Decimal:
    """The capped earning to date, with 10 decimals; in 365ths till it is written, so that all is exact."""
    bands, credit_365, earned_365 = BANDS[role], credit * 365, Decimal(0)
    for number, (percent, rate) in enumerate(bands):
        lower = quota * days * percent / 100
        upper = quota * days * bands[number + 1][0] / 100 if number + 1 < len(bands) else credit_365
        if number == 0 or credit_365 > lower:
            earned_365 += Decimal(rate) * (min(credit_365, max(upper, lower)) - lower)
    cap = Decimal(CAPS[role] * days)
    return (min(earned_365, cap) / 365).quantize(TEN_PLACES, ROUND_HALF_EVEN)
