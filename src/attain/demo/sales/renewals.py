"""The customers' yearly contracts: what each book opens a quarter with, and what is renewed, grows, shrinks
or is lost in it. Amounts are in the currency of the region that looks after the customer."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attain.demo.chance import cents, long_tailed, round_to, stream
from attain.demo.days import (
    FIRST_DAY,
    LAST_DAY,
    ONE_DAY,
    Span,
    quarter_name,
    quarters,
    same_day_of_year,
    workday,
)
from attain.demo.market.accounts import LARGE, MIDDLE, SMALL, Account
from attain.demo.market.products import ANALYTICS, PLATFORM
from attain.demo.market.regions import BY_NAME, REGIONS
from attain.demo.organisation.territories import CUSTOMER_BOOK, Land, Territory
from attain.demo.rows import Row
from attain.demo.sales.opportunities import Opportunity
from attain.demo.sales.transactions import CHURN, CONTRACTION, EXPANSION, RENEWAL, transaction

STARTING_VALUE = {SMALL: 22_000, MIDDLE: 52_000, LARGE: 210_000}
LOST, SHRUNK, GROWN_AT_RENEWAL = 0.060, 0.075, 0.40
GROWN_IN_BETWEEN = 0.052
FIRST_BOOK = date(2025, 1, 1)
PREFIX = {RENEWAL: "N", EXPANSION: "X", CONTRACTION: "C", CHURN: "L"}


@dataclass
class Contract:
    """What a customer pays a year, since when, and in whose book it lies from `looked_after` on."""

    account: Account
    book: Territory
    since: date
    looked_after: date
    yearly: Decimal


class Renewals:
    """Plays the contracts quarter by quarter: `book` and `rows` are the result."""

    def __init__(self, seed: int, land: Land, opportunities: list[Opportunity]) -> None:
        self.chance = stream(seed, "renewals")
        self.land = land
        self.book: list[Row] = []
        self.rows: list[Row] = []
        self.numbers = dict.fromkeys(PREFIX, 0)
        contracts = self.standing() + self.won(opportunities)
        for quarter in quarters(Span(FIRST_BOOK, LAST_DAY)):
            for contract in contracts:
                if contract.looked_after <= quarter.first and contract.yearly > 0:
                    self.play(contract, quarter)
        self.rows.sort(key=lambda row: (row["date"], row["id"]))

    def standing(self) -> list[Contract]:
        """The contracts of those who were customers before the first day."""
        return [
            Contract(
                placed.account,
                placed.territory,
                placed.account.customer_since,
                FIRST_DAY,
                self.value(placed.account, STARTING_VALUE[placed.account.segment]),
            )
            for placed in self.land.placed
            if placed.territory.map == CUSTOMER_BOOK and placed.account.customer_since is not None
        ]

    def value(self, account: Account, dollars: float) -> Decimal:
        """A yearly value around so many dollars, in the currency of the account's region."""
        return round_to(long_tailed(self.chance, dollars, 0.6) * account.region.level, 50)

    def won(self, opportunities: list[Opportunity]) -> list[Contract]:
        """New customers of the two years; from the next quarter on a book holds them."""
        contracts = []
        for deal in opportunities:
            if deal.stage == "Won" and deal.new_logo and deal.closed is not None:
                quarter = next(quarters(Span(deal.closed, deal.closed)))
                start = quarter.last + ONE_DAY
                book = self.land.new_customer(deal.account, start)
                contracts.append(Contract(deal.account, book, deal.closed, start, yearly(deal)))
        return contracts

    def play(self, contract: Contract, quarter: Span) -> None:
        """The book's row and what happens to the contract in the quarter, up to the last day."""
        account = contract.account
        self.book.append(
            {
                "id": f"{quarter_name(quarter.first)}-{account.account}",
                "date": quarter.first,
                "position": self.land.owner(contract.book, quarter.first),
                "account": account.account,
                "opening_amount": contract.yearly,
                "currency": account.region.currency,
                "region": account.region.name,
            }
        )
        renewal = same_day_of_year(contract.since, quarter.first.year)
        if quarter.holds(renewal) and renewal.year > contract.since.year:
            self.renew(contract, workday(renewal))
        elif self.chance.random() < GROWN_IN_BETWEEN:
            day = workday(quarter.first + timedelta(days=5 + self.chance.randrange(80)))
            self.change(contract, EXPANSION, day, part(self.chance, contract.yearly, 6, 32))

    def renew(self, contract: Contract, day: date) -> None:
        """The anniversary: lost, renewed for less, as it was, or for more."""
        luck = self.chance.random()
        if luck < LOST:
            self.change(contract, CHURN, day, -contract.yearly)
            return
        if luck < LOST + SHRUNK:
            self.change(contract, CONTRACTION, day, -part(self.chance, contract.yearly, 8, 35))
        elif self.chance.random() < GROWN_AT_RENEWAL:
            self.change(contract, EXPANSION, day, part(self.chance, contract.yearly, 2, 12))
        self.change(contract, RENEWAL, day, contract.yearly)

    def change(self, contract: Contract, kind: str, day: date, amount: Decimal) -> None:
        """One transaction; all but a renewal change what the customer pays a year."""
        if day > LAST_DAY:
            return
        if kind != RENEWAL:
            contract.yearly += amount
        self.numbers[kind] += 1
        account = contract.account
        self.rows.append(
            transaction(
                id=f"{PREFIX[kind]}-{self.numbers[kind]:04d}",
                date=day,
                type=kind,
                owner=self.land.owner(contract.book, day),
                amount=amount,
                currency=account.region.currency,
                account=account.account,
                region=account.region.name,
                deal=f"K-{account.account}",
                product="MM-P",
                term_months=12,
            )
        )


def part(chance: Random, amount: Decimal, least: int, most: int) -> Decimal:
    """Between least and most percent of an amount, in cents."""
    return cents(amount * chance.randrange(least, most + 1) / 100)


def yearly(deal: Opportunity) -> Decimal:
    """What a new customer pays a year for software, in the currency of its region, to the nearest ten."""
    software = [line for line in deal.lines if line.product.family in (PLATFORM, ANALYTICS)] or deal.lines[:1]
    amount = float(sum(line.amount for line in software))
    sold_in = next(region for region in REGIONS if region.currency == software[0].currency)
    return round_to(amount / sold_in.level * BY_NAME[deal.account.region.name].level, 10)
