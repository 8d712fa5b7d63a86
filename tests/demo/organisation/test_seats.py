"""Seats and people: nobody sits on another, everybody reports to the top, people come and go."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from attain.demo.days import LAST_DAY, months_since
from attain.demo.organisation.careers import Careers
from attain.demo.organisation.people import Recruiter
from attain.demo.organisation.positions import make_positions

MONTH_STARTS = [date(2026, month, 1) for month in range(1, 11)]


def spans(rows: list[dict], key: str) -> dict[str, list[tuple[date, date]]]:
    """The days of each key's rows, in order."""
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append((row["first"], row["last"] or date.max))
    return {name: sorted(days) for name, days in found.items()}


def overlaps(days: list[tuple[date, date]]) -> int:
    return sum(1 for (_, last), (first, _) in pairwise(days) if first <= last)


def test_a_position_is_held_by_one_person_at_a_time(tables):
    held = spans(tables["assignments"], "position")
    assert {position: days for position, days in held.items() if overlaps(days)} == {}
    assert set(held) <= {row["position"] for row in tables["positions"]}


def test_only_the_caretaker_holds_two_seats(tables):
    held = spans(tables["assignments"], "participant")
    double = [person for person, days in held.items() if overlaps(days)]
    assert len(double) == 1
    (person,) = double
    seats = [row["position"] for row in tables["assignments"] if row["participant"] == person]
    assert len([seat for seat in seats if seat.startswith("SM-1")]) == 2


def test_people_hold_seats_only_while_they_are_here(tables):
    people = {row["participant"]: row for row in tables["participants"]}
    for row in tables["assignments"]:
        person = people[row["participant"]]
        assert person["hired"] <= row["first"]
        if person["ended"]:
            assert row["last"] is not None and row["last"] <= person["ended"]


def test_the_story_has_leavers_movers_hires_and_vacancies(tables):
    people = {row["participant"]: row for row in tables["participants"]}
    in_2026 = [row for row in tables["assignments"] if row["first"] >= date(2026, 1, 1)]
    moved = [row for row in in_2026 if people[row["participant"]]["hired"] < row["first"]]
    assert len([person for person in people.values() if person["ended"]]) > 40
    assert len([row for row in moved if row["first"].day not in (1, 2, 3)]) >= 5
    assert len([row for row in in_2026 if row["participant"] not in {m["participant"] for m in moved}]) > 15
    on_ramp = [
        p for p in people.values() if p["hired"] > date(2025, 9, 1) and months_since(p["hired"], LAST_DAY)
    ]
    assert len(on_ramp) > 20
    held = spans(tables["assignments"], "position")
    gaps = [
        position
        for position, days in held.items()
        for (_, last), (first, _) in pairwise(days)
        if first - last > timedelta(days=10)
    ]
    assert len(gaps) > 30


@pytest.mark.parametrize("day", MONTH_STARTS, ids=str)
def test_everybody_reports_to_a_vice_president(tables, day):
    above = {
        row["position"]: row["manager"]
        for row in tables["reporting"]
        if row["first"] <= day and (row["last"] is None or day <= row["last"])
    }
    roles = {row["position"]: row["role"] for row in tables["positions"] if row["first"] <= day}
    for position in roles:
        seat, steps = position, 0
        while seat in above:
            seat, steps = above[seat], steps + 1
            assert steps <= 3, position
        assert roles[seat] == "Vice President"


def test_lines_change_in_mid_month(tables):
    held = spans(tables["reporting"], "position")
    assert {position for position, days in held.items() if overlaps(days)} == set()
    changes = [days[1][0] for days in held.values() if len(days) == 2]
    assert len(changes) >= 5 and any(day.day > 8 for day in changes)


def test_a_leave_lies_in_a_seat_and_its_cover_is_there(tables, holders):
    positions = defaultdict(list)
    for row in tables["assignments"]:
        positions[row["participant"]].append(row)
    roles = {row["position"]: row["role"] for row in tables["positions"]}
    for leave in tables["leaves"]:
        (seat,) = [
            row
            for row in positions[leave["participant"]]
            if row["first"] <= leave["first"] and (row["last"] is None or leave["last"] <= row["last"])
        ]
        assert roles[leave["cover"]] == roles[seat["position"]]
        assert holders(leave["cover"], leave["first"]) == holders(leave["cover"], leave["last"]) != []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_seed_gives_a_company_of_that_size(seed):
    careers = Careers(seed, make_positions(seed))
    assert 320 <= len(careers.recruiter.people) <= 370
    assert isinstance(careers.recruiter, Recruiter)
    assert 265 <= len([stint for stint in careers.stints if stint.last is None]) <= 290
