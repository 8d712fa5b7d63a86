"""The seats: reps in teams, a manager for each team, directors, a vice president for each region."""

from dataclasses import dataclass, replace
from datetime import date

from attain.demo.chance import stream, words
from attain.demo.days import FIRST_DAY, FIRST_PAID_DAY, ONE_DAY
from attain.demo.market.regions import BY_NAME, REGIONS, Region
from attain.demo.rows import Row

EXECUTIVE, ENTERPRISE_EXECUTIVE = "Account Executive", "Enterprise Account Executive"
DEVELOPER, ENGINEER, SUCCESS = "SDR", "Solution Engineer", "Customer Success Manager"
SALES_MANAGER, DIRECTOR, VICE_PRESIDENT = "Sales Manager", "Director", "Vice President"
DEVELOPER_MANAGER, ENGINEER_MANAGER, SUCCESS_MANAGER = "SDR Manager", "SE Manager", "CSM Manager"
MANAGERS = (SALES_MANAGER, DEVELOPER_MANAGER, ENGINEER_MANAGER, SUCCESS_MANAGER)
PREFIXES = {
    EXECUTIVE: "AE",
    ENTERPRISE_EXECUTIVE: "EA",
    DEVELOPER: "SDR",
    ENGINEER: "SE",
    SUCCESS: "CSM",
    SALES_MANAGER: "SM",
    DEVELOPER_MANAGER: "DM",
    ENGINEER_MANAGER: "EM",
    SUCCESS_MANAGER: "CM",
    DIRECTOR: "DIR",
    VICE_PRESIDENT: "VP",
}
SELLERS = (EXECUTIVE, ENTERPRISE_EXECUTIVE)
NEW_SEATS = 9  # executive seats opened in the paid year
REORGANISED = ((date(2026, 4, 1), "Development Central", "West"), (date(2026, 7, 16), "Canada", "West"))
NEW_LINES = 4  # executives who change to a neighbouring manager in mid-month


@dataclass(frozen=True)
class Position:
    """One seat; `team` is where it works, `manager` the seat it reports to on its first day."""

    position: str
    role: str
    region: Region
    team: str
    manager: str
    first: date = date(2021, 1, 1)

    @property
    def level(self) -> int:
        """1 rep, 2 manager, 3 director, 4 vice president."""
        return 2 if self.role in MANAGERS else {DIRECTOR: 3, VICE_PRESIDENT: 4}.get(self.role, 1)


class Counter:
    """Numbers the seats of each role and region: AE-101, AE-102 … AE-201."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, int], int] = {}

    def key(self, role: str, region: Region) -> str:
        """The next free key."""
        number = self.last[role, region.digit] = self.last.get((role, region.digit), 0) + 1
        return f"{PREFIXES[role]}-{region.digit}{number:02d}"


def make_positions(seed: int) -> list[Position]:
    """All seats, from the top down."""
    count, teams = Counter(), words("teams")
    heads = {
        region.name: Position(count.key(VICE_PRESIDENT, region), VICE_PRESIDENT, region, region.name, "")
        for region in REGIONS
    }
    directors = {row["director"]: BY_NAME[row["region"]] for row in teams}
    directing = {
        name: Position(count.key(DIRECTOR, region), DIRECTOR, region, name, heads[region.name].position)
        for name, region in directors.items()
    }
    seats = [*heads.values(), *directing.values()]
    for row in teams:
        region, role = BY_NAME[row["region"]], row["manager_role"]
        above = directing[row["director"]].position
        manager = Position(count.key(role, region), role, region, row["team"], above)
        seats.append(manager)
        seats += [
            Position(
                count.key(row["member_role"], region),
                row["member_role"],
                region,
                row["team"],
                manager.position,
            )
            for _ in range(int(row["members"]))
        ]
    return with_new_seats(seed, seats)


def with_new_seats(seed: int, seats: list[Position]) -> list[Position]:
    """Some executive seats are opened only in the paid year."""
    chance = stream(seed, "new seats")
    chosen = chance.sample([seat.position for seat in seats if seat.role == EXECUTIVE], NEW_SEATS)
    days = [FIRST_PAID_DAY, date(2026, 2, 1), date(2026, 4, 1)]
    opened = {position: days[number % 3] for number, position in enumerate(chosen)}
    return [replace(seat, first=opened.get(seat.position, seat.first)) for seat in seats]


def position_rows(seats: list[Position]) -> list[Row]:
    """Table `positions`."""
    return [
        {
            "position": seat.position,
            "role": seat.role,
            "region": seat.region.name,
            "team": seat.team,
            "currency": seat.region.currency,
            "level": seat.level,
            "first": seat.first,
            "last": None,
        }
        for seat in seats
    ]


@dataclass(frozen=True)
class Line:
    """Position reports to manager on the days first to last (None = still)."""

    position: str
    manager: str
    first: date
    last: date | None


def make_reporting(seed: int, seats: list[Position]) -> list[Line]:
    """Reporting lines; two teams move to another director, some reps to another manager."""
    by_team = {seat.team: seat for seat in seats if seat.level in (2, 3)}
    changes = {
        by_team[team].position: (day, by_team[director].position) for day, team, director in REORGANISED
    }
    chance = stream(seed, "new lines")
    managers = [seat for seat in seats if seat.role == SALES_MANAGER]
    movers = [seat for seat in seats if seat.role == EXECUTIVE and seat.first < FIRST_DAY]
    for seat in chance.sample(movers, NEW_LINES):
        others = [
            other for other in managers if other.region == seat.region and other.position != seat.manager
        ]
        day = date(2026, 2 + chance.randrange(8), 10 + chance.randrange(10))
        changes[seat.position] = (day, chance.choice(others).position)
    lines = []
    for seat in seats:
        if not seat.manager:
            continue
        if seat.position in changes:
            day, manager = changes[seat.position]
            lines.append(Line(seat.position, seat.manager, seat.first, day - ONE_DAY))
            lines.append(Line(seat.position, manager, day, None))
        else:
            lines.append(Line(seat.position, seat.manager, seat.first, None))
    return lines


def reporting_rows(lines: list[Line]) -> list[Row]:
    """Table `reporting`."""
    return [vars(line) for line in lines]


def team_rows(seats: list[Position]) -> list[Row]:
    """Table `teams`: who works where; a team's manager belongs to it."""
    return [
        {"team": seat.team, "position": seat.position, "first": seat.first, "last": None}
        for seat in seats
        if seat.level <= 2
    ]
