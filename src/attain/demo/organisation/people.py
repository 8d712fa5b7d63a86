"""Who works here: names, where they live, when they came and went, and how well they sell."""

from dataclasses import dataclass
from datetime import date
from random import Random

from attain.demo.chance import Weighted, long_tailed, words
from attain.demo.market.regions import REGIONS, Region
from attain.demo.rows import Row

SAME_REGION_NAME = 0.88
SKILL_SPREAD = 0.24


@dataclass
class Participant:
    """A person; `skill` multiplies what an average rep would sell and is seen in no table."""

    participant: str
    name: str
    email: str
    region: Region
    country: str
    city: str
    hired: date
    skill: float
    ended: date | None = None


class Recruiter:
    """Makes people with names that nobody else here has."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.firsts = {row["region"]: row["names"].split() for row in words("first_names")}
        self.lasts = {row["region"]: row["names"].split() for row in words("last_names")}
        self.cities = {
            region.name: Weighted(rows, [float(row["weight"]) for row in rows])
            for region in REGIONS
            for rows in [[row for row in words("cities") if row["region"] == region.name]]
        }
        self.people: list[Participant] = []
        self.taken: set[str] = set()

    def hire(self, region: Region, day: date) -> Participant:
        """A new person of the region from that day on."""
        name = self.name(region)
        place = self.cities[region.name].choose(self.chance)
        person = Participant(
            f"E{1001 + len(self.people)}",
            name,
            f"{name.replace(' ', '.').lower()}@merrowfield.example",
            region,
            place["country"],
            place["city"],
            day,
            long_tailed(self.chance, 1.0, SKILL_SPREAD),
        )
        self.people.append(person)
        return person

    def name(self, region: Region) -> str:
        """First and last name, mostly of the region's people."""
        while True:
            other = self.chance.choice(REGIONS)
            first, last = (
                self.chance.choice(
                    names[region.name if self.chance.random() < SAME_REGION_NAME else other.name]
                )
                for names in (self.firsts, self.lasts)
            )
            name = f"{first} {last}"
            if name not in self.taken:
                self.taken.add(name)
                return name


def participant_rows(people: list[Participant]) -> list[Row]:
    """Table `participants`."""
    return [
        {
            "participant": person.participant,
            "name": person.name,
            "email": person.email,
            "hired": person.hired,
            "ended": person.ended,
            "pay_currency": person.region.currency,
            "country": person.country,
            "city": person.city,
        }
        for person in people
    ]


def alias_rows(people: list[Participant]) -> list[Row]:
    """Table `aliases`: the e-mail address and the CRM's user id of each person."""
    rows = []
    for number, person in enumerate(people):
        user = f"005M{(number + 1) * 7919 % 1_000_000:06d}AAQ"
        rows += [{"alias": alias, "participant": person.participant} for alias in (person.email, user)]
    return rows
