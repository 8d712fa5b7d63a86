"""Parental, sick and study leaves, each with a colleague of the team who covers."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from attain.demo.chance import stream
from attain.demo.days import CLOSED, FIRST_DAY, FIRST_PAID_DAY, LAST_DAY, Span
from attain.demo.organisation.careers import Stint
from attain.demo.organisation.positions import EXECUTIVE
from attain.demo.rows import Row

LENGTHS = {"parental": (56, 110), "sick": (16, 40), "study": (14, 30)}
IN_FIRST_YEAR, IN_PAID_YEAR = 8, 16
EXECUTIVES_IN_PAID_YEAR = 6  # of the sixteen: leaves whose cover is paid


@dataclass(frozen=True)
class Leave:
    """A person is away on these days; `cover` is the position that stands in."""

    stint: Stint
    kind: str
    span: Span
    cover: Stint


def make_leaves(seed: int, stints: list[Stint]) -> list[Leave]:
    """Leaves of reps who hold one seat through it and have a colleague who does as well."""
    chance = stream(seed, "leaves")
    reps = [stint for stint in stints if stint.position.level == 1]
    executives = [stint for stint in reps if stint.position.role == EXECUTIVE]
    leaves: list[Leave] = []
    for count, year, among in (
        (IN_FIRST_YEAR, Span(FIRST_DAY, FIRST_PAID_DAY - timedelta(days=1)), reps),
        (EXECUTIVES_IN_PAID_YEAR, Span(FIRST_PAID_DAY, LAST_DAY), executives),
        (IN_PAID_YEAR - EXECUTIVES_IN_PAID_YEAR, Span(FIRST_PAID_DAY, LAST_DAY), reps),
    ):
        wanted = len(leaves) + count
        while len(leaves) < wanted:
            leave = proposal(chance, chance.choice(among), year, stints)
            if leave and not any(meets(leave, other) for other in leaves):
                leaves.append(leave)
    return sorted(leaves, key=lambda leave: (leave.span.first, leave.stint.person.participant))


def proposal(chance: Random, stint: Stint, year: Span, stints: list[Stint]) -> Leave | None:
    """A leave in the year, if the person and a colleague of the team hold their seats through it."""
    kind = chance.choice(list(LENGTHS))
    least, most = LENGTHS[kind]
    first = year.first + timedelta(days=chance.randrange(year.days - most))
    span = Span(first, first + timedelta(days=chance.randrange(least, most)))
    if not (held_through(stint, span) and held_through(stint, Span(first - timedelta(days=120), first))):
        return None
    colleagues = [
        other
        for other in stints
        if other.position.team == stint.position.team
        and other.position.role == stint.position.role
        and other is not stint
        and held_through(other, span)
    ]
    return Leave(stint, kind, span, chance.choice(colleagues)) if colleagues else None


def held_through(stint: Stint, span: Span) -> bool:
    """Whether the seat is held on every one of the days."""
    return stint.first <= span.first and (stint.last is None or span.last <= stint.last)


def meets(leave: Leave, other: Leave) -> bool:
    """Whether two leaves touch the same person or cover on the same days."""
    people = {leave.stint.person.participant, leave.cover.person.participant}
    others = {other.stint.person.participant, other.cover.person.participant}
    return leave.stint.person is other.stint.person or bool(
        people & others and leave.span.cut(other.span).days
    )


def leave_rows(leaves: list[Leave]) -> list[Row]:
    """Table `leaves`."""
    return [
        {
            "participant": leave.stint.person.participant,
            "first": leave.span.first,
            "last": leave.span.last,
            "cover": leave.cover.position.position,
            "kind": leave.kind,
        }
        for leave in leaves
    ]


def holiday_rows() -> list[Row]:
    """Table `holidays`: the days on which all offices are closed."""
    return [{"date": date(year, *day)} for year in (2024, 2025, 2026) for day in CLOSED]
