"""Customers and prospects: invented manufacturers with a place, an industry, a size."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attain.demo.chance import Weighted, stream, words
from attain.demo.days import FIRST_DAY
from attain.demo.market.regions import REGIONS, Region
from attain.demo.rows import Row

SMALL, MIDDLE, LARGE = "Small business", "Mid-market", "Enterprise"
SHARES = {SMALL: 40, MIDDLE: 44, LARGE: 16}
EMPLOYEES = {SMALL: (40, 250), MIDDLE: (250, 2000), LARGE: (2000, 38000)}
CUSTOMERS_AT_START = 0.26
FAMILIES = {
    "US": "English",
    "CA": "English",
    "GB": "British",
    "IE": "British",
    "DE": "German",
    "AT": "German",
    "CH": "German",
    "FR": "Romance",
    "BE": "Romance",
    "ES": "Romance",
    "PT": "Romance",
    "IT": "Romance",
}  # the others: Northern


@dataclass(frozen=True)
class Account:
    """A company that buys, or may; `fit` above 1 means that the product suits its industry."""

    account: str
    name: str
    industry: str
    segment: str
    region: Region
    area: str
    city: str
    country: str
    latitude: Decimal
    longitude: Decimal
    employees: int
    customer_since: date | None
    fit: float


def make_accounts(seed: int) -> list[Account]:
    """All accounts in the order of their keys."""
    chance = stream(seed, "accounts")
    industries = words("industries")
    industry = Weighted(industries, [float(row["weight"]) for row in industries])
    segment = Weighted(list(SHARES), list(SHARES.values()))
    namer = Namer(chance)
    accounts: list[Account] = []
    for region in REGIONS:
        cities = [row for row in words("cities") if row["region"] == region.name]
        city = Weighted(cities, [float(row["weight"]) for row in cities])
        for _ in range(region.accounts):
            place, trade, size = city.choose(chance), industry.choose(chance), segment.choose(chance)
            accounts.append(make_account(chance, len(accounts) + 1, region, place, trade, size, namer))
    return accounts


def make_account(
    chance: Random,
    number: int,
    region: Region,
    place: dict[str, str],
    trade: dict[str, str],
    segment: str,
    namer: "Namer",
) -> Account:
    """One account near the given city."""
    least, most = EMPLOYEES[segment]
    customer = chance.random() < CUSTOMERS_AT_START
    since = FIRST_DAY - timedelta(days=30 + int(chance.random() ** 1.4 * 1250))
    return Account(
        f"A{number:05d}",
        namer.name(place, trade["nouns"].split("|")),
        trade["industry"],
        segment,
        region,
        place["area"],
        place["city"],
        place["country"],
        scattered(chance, place["latitude"]),
        scattered(chance, place["longitude"]),
        int(least * (most / least) ** chance.random()),
        since if customer else None,
        float(trade["fit"]),
    )


def scattered(chance: Random, degrees: str) -> Decimal:
    """A coordinate within about 20 km, to four places."""
    return (Decimal(degrees) + Decimal(int(chance.random() * 4000) - 2000).scaleb(-4)).quantize(
        Decimal("0.0001")
    )


class Namer:
    """Gives each account a name of its own that could stand in its country."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.families = {row["family"]: row for row in words("company_words")}
        self.surnames = {row["region"]: row["names"].split() for row in words("last_names")}
        self.given: set[str] = set()

    def name(self, place: dict[str, str], nouns: list[str]) -> str:
        """A name that no other account has."""
        while True:
            name = self.proposal(place, nouns)
            if name not in self.given:
                self.given.add(name)
                return name

    def proposal(self, place: dict[str, str], nouns: list[str]) -> str:
        """A name of one of four shapes."""
        pick = self.chance.choice
        family = self.families[FAMILIES.get(place["country"], "Northern")]
        form, noun = pick(family["forms"].split("|")), pick(nouns)
        surnames = self.surnames[place["region"]]
        opening, ending = pick(family["openings"].split()), pick(family["endings"].split())
        coined = opening + (ending.removeprefix(opening[-1]) if opening[-1] == ending[0] else ending)
        shape = self.chance.random()
        if shape < 0.45:
            return f"{coined} {noun}" + (f" {form}" if shape < 0.15 else "")
        if shape < 0.70:
            return f"{coined} {form}"
        if shape < 0.90:
            return f"{pick(surnames)} {noun}"
        return f"{pick(surnames)} & {pick(surnames)} {form}"


def account_rows(accounts: list[Account]) -> list[Row]:
    """Table `accounts`."""
    return [
        {
            "account": account.account,
            "name": account.name,
            "industry": account.industry,
            "segment": account.segment,
            "employees": account.employees,
            "region": account.region.name,
            "area": account.area,
            "country": account.country,
            "city": account.city,
            "latitude": account.latitude,
            "longitude": account.longitude,
            "customer_since": account.customer_since,
        }
        for account in accounts
    ]
