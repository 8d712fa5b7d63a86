"""Which account lies in which territory, and who owns it on which day. Three maps: an executive's
territories, named accounts of the enterprise executives, and the customer books of customer success."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from attain.demo.chance import stream
from attain.demo.days import LAST_DAY, ONE_DAY, Span
from attain.demo.market.accounts import LARGE, Account
from attain.demo.organisation.careers import Stint, vacancies
from attain.demo.organisation.leaves import held_through
from attain.demo.organisation.positions import ENTERPRISE_EXECUTIVE, EXECUTIVE, SUCCESS, Position
from attain.demo.rows import Row

TERRITORIES, NAMED_ACCOUNTS, CUSTOMER_BOOK = "Territories", "Named accounts", "Customer book"
MAPS = {EXECUTIVE: TERRITORIES, ENTERPRISE_EXECUTIVE: NAMED_ACCOUNTS, SUCCESS: CUSTOMER_BOOK}
BEGINNING = date(2021, 1, 1)
REBALANCED = date(2026, 7, 1)
REBALANCED_ACCOUNTS = 60
SHARED = 3
SHARES = (Decimal("0.6"), Decimal("0.4"))


@dataclass
class Territory:
    """Accounts that a position owns; `owners` are (position, share, days)."""

    map: str
    territory: str
    position: Position
    accounts: list[Account] = field(default_factory=list)
    owners: list[tuple[str, Decimal, date, date | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Placed:
    """An account lies in a territory on the days first to last (None = still)."""

    account: Account
    territory: Territory
    first: date
    last: date | None


class Land:
    """All territories of the company with their accounts and owners."""

    def __init__(
        self, seed: int, accounts: list[Account], positions: list[Position], stints: list[Stint]
    ) -> None:
        self.chance = stream(seed, "territories")
        self.stints = stints
        self.by_position: dict[str, list[Stint]] = defaultdict(list)
        for stint in stints:
            self.by_position[stint.position.position].append(stint)
        self.territories = {
            seat.position: self.named(seat, positions) for seat in positions if seat.role in MAPS
        }
        self.placed: list[Placed] = []
        self.accounts_before: dict[str, list[Account]] = {}
        self.divide(accounts)
        self.rebalance()
        for territory in self.territories.values():
            territory.owners = self.owners(territory)
        self.share()

    def named(self, seat: Position, positions: list[Position]) -> Territory:
        """`Great Lakes 3`, `Customers Europe 2`: the team's name and the seat's number in it."""
        team = [other for other in positions if other.team == seat.team and other.role == seat.role]
        return Territory(MAPS[seat.role], f"{seat.team} {team.index(seat) + 1}", seat)

    def of(self, role: str) -> list[Territory]:
        """The territories of seats with a role."""
        return [territory for territory in self.territories.values() if territory.position.role == role]

    def divide(self, accounts: list[Account]) -> None:
        """Large accounts go to the region's enterprise seats, others to the seats of their area."""
        sellers: dict[tuple[str, str], list[Territory]] = defaultdict(list)
        for territory in self.of(EXECUTIVE):
            sellers[territory.position.region.name, territory.position.team].append(territory)
        for territory in self.of(ENTERPRISE_EXECUTIVE):
            sellers[territory.position.region.name, LARGE].append(territory)
        turn: dict[tuple[str, str], int] = defaultdict(int)
        for account in accounts:
            place = (account.region.name, LARGE if account.segment == LARGE else account.area)
            territory = sellers[place][turn[place] % len(sellers[place])]
            turn[place] += 1
            self.place(account, territory, BEGINNING)
        books = {
            region: [t for t in self.of(SUCCESS) if t.position.region.name == region] for region, _ in sellers
        }
        for number, account in enumerate(account for account in accounts if account.customer_since):
            book = books[account.region.name]
            self.place(account, book[number % len(book)], BEGINNING)

    def place(self, account: Account, territory: Territory, first: date, last: date | None = None) -> None:
        """The account lies in the territory from a day on."""
        territory.accounts.append(account)
        self.placed.append(Placed(account, territory, first, last))

    def new_customer(self, account: Account, first: date) -> Territory:
        """A customer won in the two years joins the smallest book of the region."""
        books = [t for t in self.of(SUCCESS) if t.position.region == account.region]
        book = min(books, key=lambda territory: (len(territory.accounts), territory.territory))
        self.place(account, book, first)
        return book

    def accounts_on(self, position: str, day: date) -> list[Account]:
        """The accounts in the territory of a seat on a day before or after the rebalancing."""
        territory = self.territories[position]
        if day >= REBALANCED:
            return territory.accounts
        if position not in self.accounts_before:
            self.accounts_before[position] = [
                placed.account
                for placed in self.placed
                if placed.territory is territory and placed.first < REBALANCED
            ]
        return self.accounts_before[position]

    def rebalance(self) -> None:
        """On one day some accounts move to another territory of the same team."""
        candidates = [n for n, placed in enumerate(self.placed) if placed.territory.map == TERRITORIES]
        for number in sorted(self.chance.sample(candidates, REBALANCED_ACCOUNTS)):
            placed = self.placed[number]
            seat = placed.territory.position
            others = [
                t for t in self.of(EXECUTIVE) if t.position.team == seat.team and t is not placed.territory
            ]
            self.placed[number] = Placed(placed.account, placed.territory, placed.first, REBALANCED - ONE_DAY)
            placed.territory.accounts.remove(placed.account)
            self.place(placed.account, self.chance.choice(others), REBALANCED)

    def owners(self, territory: Territory) -> list[tuple[str, Decimal, date, date | None]]:
        """The seat owns it; while the seat is vacant or not yet open, a colleague does."""
        seat = territory.position
        spans = vacancies(seat, self.by_position[seat.position])
        if seat.first > BEGINNING:
            before = (
                spans[0] if spans and spans[0].first == seat.first else Span(seat.first, seat.first - ONE_DAY)
            )
            spans = [Span(BEGINNING, before.last), *spans[1 if before.days else 0 :]]
        owners: list[tuple[str, Decimal, date, date | None]] = []
        free = BEGINNING
        for span in spans:
            if span.first > free:
                owners.append((seat.position, Decimal(1), free, span.first - ONE_DAY))
            owners.append((self.stand_in(seat, span), Decimal(1), span.first, span.last))
            free = span.last + ONE_DAY
        if free <= LAST_DAY:
            owners.append((seat.position, Decimal(1), free, None))
        else:
            position, share, first, _ = owners[-1]
            owners[-1] = (position, share, first, None)
        return owners

    def stand_in(self, seat: Position, span: Span) -> str:
        """A colleague of the team who holds a seat through the days, else of the region."""
        days = span.cut(Span(max(span.first, date(2024, 11, 1)), span.last))
        through = [s for s in self.stints if s.position.role == seat.role and held_through(s, days)]
        for same in ("team", "region"):
            for stint in through:
                if getattr(stint.position, same) == getattr(seat, same) and stint.position != seat:
                    return stint.position.position
        return seat.position

    def share(self) -> None:
        """A few territories of the United Kingdom belong to two seats, 60 and 40."""
        steady = [
            territory
            for territory in self.of(EXECUTIVE)
            if territory.position.region.digit == 3 and len(territory.owners) == 1
        ]
        for first, second in list(pairwise(steady))[: SHARED * 2 : 2]:
            first.owners = [
                (owner.position.position, share, BEGINNING, None)
                for owner, share in zip((first, second), SHARES, strict=True)
            ]

    def owner(self, territory: Territory, day: date) -> str:
        """Who owns it on a day (of two, the one with the larger share)."""
        for position, _, first, last in territory.owners:
            if first <= day and (last is None or day <= last):
                return position
        raise LookupError(f"{territory.territory} has no owner on {day}")


def account_territory_rows(land: Land) -> list[Row]:
    """Table `account_territory`."""
    return [
        {
            "map": placed.territory.map,
            "account": placed.account.account,
            "territory": placed.territory.territory,
            "first": placed.first,
            "last": placed.last,
        }
        for placed in land.placed
    ]


def territory_owner_rows(land: Land) -> list[Row]:
    """Table `territory_owner`."""
    return [
        {
            "map": territory.map,
            "territory": territory.territory,
            "position": position,
            "share": share,
            "first": first,
            "last": last,
        }
        for territory in land.territories.values()
        for position, share, first, last in territory.owners
    ]
