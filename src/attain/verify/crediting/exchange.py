"""Exchange rates of credits: fixed by the plan, or the newest of a table that is young enough."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.world import World
from attain.verify.inputs.calendar import later
from attain.verify.inputs.documents import Map
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import length, number


@dataclass(frozen=True)
class Rate:
    """An exchange rate and its day."""

    value: Fraction
    day: date | None


def rate_on(world: World, said: Map, fact: Row, spoken: str, currency: str) -> Rate | str:
    """The rate for a fact under what a plan says of `exchange`; else the code of the exception."""
    if said.get("on") == "plan":
        fixed = said.get("fixed", {})
        return Rate(number(fixed[spoken]), None) if spoken in fixed else "exchange_rate_missing"
    rows = [
        row
        for row in world.rows("exchange_rates", **{"from": spoken, "to": currency})
        if row.get("table") in (None, said.get("rates")) and row["date"] <= fact["date"]
    ]
    if not said or not rows:
        return "exchange_rate_missing"
    newest = max(rows, key=lambda row: row["date"])
    age = said.get("at most", "any age")
    if age != "any age" and later(newest["date"], length(age)) < fact["date"]:
        return "exchange_rate_too_old"
    return Rate(newest["rate"], newest["date"])
