"""Quotas and targets: every seat that a plan measures has one, managers carry their teams, H2 changes."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

MEASURES = {
    "Account Executive": "new_business",
    "Enterprise Account Executive": "new_business",
    "SDR": "meetings",
    "Solution Engineer": "supported_bookings",
    "Sales Manager": "team_bookings",
    "SDR Manager": "team_meetings",
    "SE Manager": "team_supported_bookings",
    "Director": "team_bookings",
    "Vice President": "team_bookings",
}
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def test_every_seat_has_the_quotas_of_its_role(tables):
    given = defaultdict(set)
    for row in tables["quotas"]:
        given[row["position"], row["measure"]].add(row["period"])
    months = {f"2026-{month:02d}" for month in range(1, 13)}
    for seat in tables["positions"]:
        measure = MEASURES.get(seat["role"])
        if measure:
            wanted = months if "meetings" in measure else set(QUARTERS)
            assert wanted <= given[seat["position"], measure], seat["position"]


def test_a_sales_manager_carries_most_of_the_team(tables):
    amounts = {
        (row["position"], row["period"]): row["amount"]
        for row in reversed(tables["quotas"])
        if row["measure"] in ("new_business", "team_bookings")
    }
    seats = {row["position"]: row for row in tables["positions"]}
    reps = defaultdict(list)
    for row in tables["reporting"]:
        if row["first"] <= date(2026, 2, 1) and (row["last"] is None or row["last"] >= date(2026, 3, 31)):
            reps[row["manager"]].append(row["position"])
    managers = [name for name, seat in seats.items() if seat["role"] == "Sales Manager"]
    for manager in managers:
        team = [amounts[rep, "2026-Q1"] for rep in reps[manager] if seats[rep]["first"] <= date(2026, 3, 31)]
        assert abs(amounts[manager, "2026-Q1"] - sum(team) * Decimal("0.92")) <= 1000, manager


def test_some_quotas_of_the_second_half_change_before_it_begins(tables):
    versions = defaultdict(list)
    for row in tables["quotas"]:
        versions[row["position"], row["measure"], row["period"]].append(row)
    changed = {key: rows for key, rows in versions.items() if len(rows) > 1}
    assert len(changed) == 16 and {key[2] for key in changed} == {"2026-Q3", "2026-Q4"}
    for rows in changed.values():
        first, second = rows
        assert first["loaded"] < second["loaded"] < "2026-07-01" and first["amount"] != second["amount"]


def test_target_incentives_name_components_of_the_plans(tables):
    by_role = defaultdict(set)
    roles = {row["position"]: row["role"] for row in tables["positions"]}
    for row in tables["target_incentives"]:
        by_role[roles[row["position"]]].add(row["component"])
    assert by_role["Enterprise Account Executive"] == {"New business", "Quarterly bonus"}
    raised = [row for row in tables["target_incentives"] if row["first"] == date(2026, 7, 1)]
    assert len(raised) == len([role for role in roles.values() if role == "Solution Engineer"])


def test_weights_of_a_managers_objectives_add_up(tables):
    weights = defaultdict(Decimal)
    for row in tables["objective"]:
        weights[row["position"], row["date"]] += row["weight"]
        assert Decimal("0.3") <= row["score"] <= Decimal("1.2")
    assert set(weights.values()) == {1} and len({day for _, day in weights}) == 3
