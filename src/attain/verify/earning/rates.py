"""Rate tables: bands, steps, points and matrices, as functions of what is reached."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from attain.verify.earning.book import ZERO
from attain.verify.earning.measures import Level
from attain.verify.inputs.documents import Map, Version
from attain.verify.inputs.forms import Figure, Unreadable, figure, number

RateOf = Callable[[str], Fraction]


@dataclass(frozen=True)
class Band:
    """From a bound on, up to the next band's, a rate; the first, 0, reaches below, the last has no end."""

    number: int
    low: Fraction | None
    high: Fraction | None
    rate: Fraction


@dataclass(frozen=True)
class Segment:
    """A part of a walk that lies in one band; `to` is below `start` on the way back."""

    band: Band
    start: Fraction
    to: Fraction


def listed(version: Version, said: str | list[Map], kind: str) -> list[Map]:
    """Bands or points, given or by a table's title."""
    if not isinstance(said, str):
        return said
    if said not in version.tables:
        raise Unreadable(f"there is no table {said!r}")
    found: list[Map] = version.tables[said][kind]
    return found


def reached(value: Fraction, bound: Fraction, include: str) -> bool:
    """Whether a value has reached the band that starts at a bound."""
    return value > bound if include == "upper bound" else value >= bound


def reached_band(rows: list[Map], level: Level, include: str) -> int | None:
    """The number of the highest band reached, from 0; None below the first."""
    if level.lowest:
        return 0
    numbers = [n for n, row in enumerate(rows) if reached(level.value, number(row["from"]), include)]
    return numbers[-1] if numbers else None


def bands_at(rows: list[Map], level: Level, include: str, rate: RateOf) -> list[Band]:
    """The bands as they hold where so much is reached: a band that is reached may hold from further back."""
    bounds = [number(row["from"]) for row in rows]
    rates = [rate(row["rate"]) for row in rows]
    cuts = sorted({*bounds, *(number(row["back to"]) for row in rows if "back to" in row)})
    found: list[Band] = []
    for place, low in enumerate(cuts):
        own = max((n for n, bound in enumerate(bounds) if bound <= low), default=0)
        for n, row in enumerate(rows):
            restated = "back to" in row and number(row["back to"]) <= low < bounds[n]
            if restated and n > own and reached(level.value, bounds[n], include):
                own = n
        high = cuts[place + 1] if place + 1 < len(cuts) else None
        if found and found[-1].number == own:
            found[-1] = replace(found[-1], high=high)
        else:
            found.append(Band(own, None if place == 0 else low, high, rates[own]))
    return found


def walk(bands: list[Band], start: Fraction, to: Fraction) -> list[Segment]:
    """The parts of a walk between two places, one for each band that it crosses."""
    low, high = min(start, to), max(start, to)
    parts: list[Segment] = []
    for band in bands:
        first = low if band.low is None else max(low, band.low)
        last = high if band.high is None else min(high, band.high)
        if first < last:
            parts.append(Segment(band, first, last))
    if start > to:
        parts = [Segment(part.band, part.to, part.start) for part in reversed(parts)]
    return parts


def marginal(bands: list[Band], level: Level, base: Fraction) -> Fraction:
    """Each band takes `base` × (the part that lies in it) ÷ all; of nothing the first rate."""
    if level.lowest or level.value == 0:
        return base * bands[0].rate
    parts = walk(bands, ZERO, level.value)
    return sum((part.band.rate * (part.to - part.start) for part in parts), ZERO) * base / level.value


def whole_amount(rows: list[Map], level: Level, include: str, rate: RateOf) -> tuple[int, Fraction]:
    """The band reached and its rate; below the first band its rate holds too."""
    band = reached_band(rows, level, include) or 0
    return band, rate(rows[band]["rate"])


def paid(said: Figure, base: Callable[[], Fraction]) -> Fraction:
    """A figure in percent is of the base, a number is an amount."""
    return said.value * base() if said.percent else said.value


def stepped(rows: list[Map], level: Level, include: str, base: Callable[[], Fraction]) -> Fraction:
    """The sum of the highest band reached; below the first nothing."""
    band = reached_band(rows, level, include)
    return ZERO if band is None else paid(figure(rows[band]["pay"]), base)


def interpolated(
    points: list[Map],
    level: Level,
    outside: tuple[str, str],
    pay_base: Callable[[], Fraction],
    rate_base: Callable[[], Fraction],
) -> Fraction:
    """Linear between points; outside of them nothing, flat or extended."""
    places = [number(point["at"]) for point in points]
    worth = [
        paid(figure(point["pay"]), pay_base) if "pay" in point else number(point["rate"]) * rate_base()
        for point in points
    ]
    value = places[0] if level.lowest else level.value
    if value < 0 and value < places[0]:
        return ZERO
    before, beyond = outside
    said = before if value < places[0] else beyond if value > places[-1] else "extend"
    if said == "nothing":
        return ZERO
    if said == "flat":
        return worth[0] if value < places[0] else worth[-1]
    right = next((n for n, place in enumerate(places) if n and value <= place), len(places) - 1)
    left = right - 1
    slope = (worth[right] - worth[left]) / (places[right] - places[left])
    return worth[left] + slope * (value - places[left])


def matrix(pay: Map, down: Level, across: Level, base: Callable[[], Fraction]) -> Fraction:
    """A cell by two levels: the one reached, or linear between four of them; below an axis nothing."""
    cells = [[figure(cell) for cell in row] for row in pay["cells"]]
    if pay["read"] == "stepped":
        row = _place(pay["down"], down)
        column = _place(pay["across"], across)
        return ZERO if row is None or column is None else paid(cells[row][column], base)
    rows, columns = _between(pay["down"], down), _between(pay["across"], across)
    total = ZERO
    for row, part in rows:
        for column, share in columns:
            total += part * share * paid(cells[row][column], base)
    return total


def _place(axis: Map, level: Level) -> int | None:
    rows = [{"from": bound} for bound in axis["from"]]
    return reached_band(rows, level, axis.get("bands include", "lower bound"))


def _between(axis: Map, level: Level) -> list[tuple[int, Fraction]]:
    """The two neighbours on an axis, each with its share; beyond the last point the last."""
    places = [number(bound) for bound in axis["from"]]
    value = places[0] if level.lowest else level.value
    if value < places[0]:
        return []
    if value >= places[-1]:
        return [(len(places) - 1, Fraction(1))]
    right = next(n for n, place in enumerate(places) if value < place)
    share = (value - places[right - 1]) / (places[right] - places[right - 1])
    return [(right - 1, 1 - share), (right, share)]
