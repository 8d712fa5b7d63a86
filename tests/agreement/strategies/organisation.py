"""Who is who: positions with roles, reporting lines that change, vacancies, moves, leavers, leaves."""

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from tests.agreement.strategies.company import Row, Rows
from tests.agreement.strategies.days import FIRST, LAST, ONE_DAY, days

PEOPLE = ("ann", "bob", "cid", "dee", "eva", "fay", "gus", "hal", "ida", "jon")
LONG_AGO = date(2024, 7, 1)


@dataclass(frozen=True)
class Organisation:
    """Positions by kind, the people in them, and the tables that say so."""

    sellers: tuple[str, ...]
    managers: tuple[str, ...]
    people: tuple[str, ...]
    rows: Rows

    @property
    def positions(self) -> tuple[str, ...]:
        """All positions, from the top down."""
        return (*self.managers, *self.sellers)

    @property
    def names(self) -> tuple[str, ...]:
        """What a field may call a seller: the position, mostly; a manager or person now and then."""
        return (*self.sellers, *self.sellers, *self.sellers, self.managers[-1], *self.people[:2])


@st.composite
def organisations(draw: st.DrawFn, calm: bool = False) -> Organisation:
    """An organisation of two to eight positions; a calm one has no leaves and changes no roles."""
    managers = tuple(f"M{number}" for number in range(1, draw(st.integers(1, 3)) + 1))
    sellers = tuple(f"R{number}" for number in range(1, draw(st.integers(1, 4)) + 1))
    positions = (*managers, *sellers)
    assignments = [row for position in positions for row in draw(_held(position, calm))]
    people = tuple(dict.fromkeys(row["participant"] for row in assignments)) or PEOPLE[:1]
    rows: Rows = {
        "positions": [row for position in positions for row in draw(_described(position, calm))],
        "assignments": assignments,
        "participants": [draw(_person(name, assignments)) for name in people],
        "reporting": [
            row for number in range(1, len(positions)) for row in draw(_reports(positions, managers, number))
        ],
    }
    if not calm and draw(st.booleans()):
        rows["leaves"] = [draw(_leave(draw(st.sampled_from(people)), positions))]
    return Organisation(sellers, managers, people, rows)


@st.composite
def _described(draw: st.DrawFn, position: str, calm: bool) -> list[Row]:
    role, other = ("Rep", "Manager") if position.startswith("R") else ("Manager", "Rep")
    region = draw(st.sampled_from(("EMEA", "APAC")))
    row = {"position": position, "role": role, "region": region}
    if calm or draw(st.integers(0, 4)):
        return [row]
    turn = draw(days())
    changed = draw(st.sampled_from(({"role": other}, {"region": "APAC"}, {"role": "Trainee"})))
    return [{**row, "last": str(turn - ONE_DAY)}, {**row, **changed, "first": str(turn)}]


@st.composite
def _held(draw: st.DrawFn, position: str, calm: bool) -> list[Row]:
    """Assignments one after the other: held throughout, handed over, vacant for a time, left."""
    first = draw(st.sampled_from((LONG_AGO, FIRST, date(2025, 1, 17), date(2025, 2, 1))))
    turns = sorted(draw(st.sets(days(date(2025, 2, 1), LAST), max_size=1 if calm else 2)))
    starts = [first, *(turn for turn in turns if turn > first)]
    ends = [start - ONE_DAY for start in starts[1:]]
    gone = draw(st.integers(0, 5))
    last = draw(days(starts[-1], LAST)) if gone == 5 else None
    rows = []
    for start, end in zip(starts, [*ends, last], strict=True):
        vacant = draw(st.integers(0, 5)) == 5
        person = draw(st.sampled_from(PEOPLE))
        if not vacant and not (rows and rows[-1]["participant"] == person):
            rows.append(
                {"position": position, "participant": person, "first": str(start), "last": str(end or "")}
            )
    return rows


@st.composite
def _person(draw: st.DrawFn, name: str, assignments: list[Row]) -> Row:
    starts = [row["first"] for row in assignments if row["participant"] == name]
    hired = draw(st.sampled_from((min(starts, default=str(FIRST)), "2024-03-31", "2025-01-10", "")))
    return {
        "participant": name,
        "hired": hired,
        "country": draw(st.sampled_from(("US", "DE"))),
        "pay_currency": draw(st.sampled_from(("USD", "EUR"))),
    }


@st.composite
def _reports(
    draw: st.DrawFn, positions: tuple[str, ...], managers: tuple[str, ...], number: int
) -> list[Row]:
    """Whom a position reports to: one of the managers above it, at times another one later, or nobody."""
    above = managers[:number]
    rows = [
        {
            "position": positions[number],
            "manager": draw(st.sampled_from(above)),
            "first": "2024-01-01",
            "last": "",
        }
    ]
    if draw(st.integers(0, 3)) == 3:
        turn = draw(days())
        rows[0]["last"] = str(turn - ONE_DAY)
        if draw(st.booleans()):
            rows.append({**rows[0], "manager": draw(st.sampled_from(above)), "first": str(turn), "last": ""})
    return rows


@st.composite
def _leave(draw: st.DrawFn, person: str, positions: tuple[str, ...]) -> Row:
    first = draw(days())
    last = draw(st.one_of(st.just(None), days(first, LAST)))
    return {
        "participant": person,
        "first": str(first),
        "last": str(last or ""),
        "cover": draw(st.sampled_from((*positions, ""))),
    }
