"""Chance from a seed: one stream for each part, so that a new part never changes an old one."""

import csv
import math
from bisect import bisect
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from attain.demo.days import Span, month_of, workday, workday_before

CENT = Decimal("0.01")
Thing = TypeVar("Thing")


def stream(seed: int, part: str) -> Random:
    """The random numbers of one part of the company, the same for the same seed on every machine."""
    return Random(f"{seed}:{part}")


def words(name: str) -> list[dict[str, str]]:
    """The rows of `words/NAME.csv`."""
    text = (files("attain.demo") / "words" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


class Weighted(Generic[Thing]):
    """A choice among things by weight, made ready once."""

    def __init__(self, things: Sequence[Thing], weights: Sequence[float]) -> None:
        self.things = things
        self.sums = list(accumulate(weights))

    def choose(self, chance: Random) -> Thing:
        """One of the things."""
        place = bisect(self.sums, chance.random() * self.sums[-1])
        return self.things[min(place, len(self.things) - 1)]


def poisson(chance: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (below 500)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def long_tailed(chance: Random, mean: float, spread: float) -> float:
    """A lognormal number with the given mean; spread is the standard deviation of its logarithm."""
    return mean * math.exp(chance.gauss(0, 1) * spread - spread * spread / 2)


def cents(number: Decimal) -> Decimal:
    """Rounded to cents, half-even."""
    return number.quantize(CENT, ROUND_HALF_EVEN)


def round_to(number: float, step: int) -> Decimal:
    """The nearest multiple of a step, at least one step, as an exact number."""
    return Decimal(max(1, round(number / step)) * step)


def day_in(chance: Random, span: Span) -> date:
    """A working day of the span, or its nearest one; sales gather at the end of each month."""
    late = span.cut(Span(month_of(span.last).last - timedelta(days=6), span.last))
    chosen = late if late.days and chance.random() < 0.42 else span
    day = chosen.first + timedelta(days=int(chance.random() * chosen.days))
    for candidate in (workday(day), workday_before(day)):
        if span.holds(candidate):
            return candidate
    return day


def days_later(chance: Random, day: date, least: int, most: int) -> date:
    """A working day between `least` and `most` days later (a weekend moves it to Monday)."""
    return workday(day + timedelta(days=least + int(chance.random() * (most - least + 1))))
