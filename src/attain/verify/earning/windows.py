"""Which windows a component has, which periods it earns in, and between which two days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from attain.verify.earning.book import At, Book, Holding, Window
from attain.verify.inputs.calendar import Calendar, Period, add_months
from attain.verify.inputs.documents import Block, Version
from attain.verify.inputs.forms import FOREVER, ONE_DAY, PAY_PERIODS, Span

_ROLLING = re.compile(r"last (\d+) (\w+?)s?")


@dataclass(frozen=True)
class Over:
    """A window as written: a unit, to date or not, or the last so many units."""

    unit: str
    to_date: bool
    rolling: int


@dataclass(frozen=True)
class Turn:
    """A component earns once: for a period, in a window, up to a day, less what was reached on `before`."""

    period: Period
    window: Window
    upto: date
    before: date


def over_of(text: str) -> Over:
    """`quarter`, `year to date`, `last 3 months`."""
    if found := _ROLLING.fullmatch(text):
        return Over(found[2], False, int(found[1]))
    unit = text.removesuffix(" to date")
    return Over(unit, unit != text, 0)


def windows_in(
    book: Book, version: Version, component: Block, block: Block, holding: Holding, days: Span
) -> list[Window]:
    """The windows of a block that touch the days, in order."""
    over = over_of(version.said(block, "over"))
    calendar = book.world.calendar(version)
    if over.rolling:
        return [
            _rolling(calendar, period, over)
            for period in calendar.periods(book.world.pay_unit(version), days)
        ]
    spans = {
        "plan": lambda: [version.days],
        "life": lambda: [Span(_first_of_life(book, version, component, block, holding), FOREVER)],
        "anniversary year": lambda: list(
            _anniversaries(book.world.roster.hired(holding.assignments[0]), days)
        ),
    }.get(over.unit, lambda: [period.days for period in calendar.periods(over.unit, days)])()
    return [Window(span, over.unit, over.to_date) for span in spans if span.meet(days)]


def _rolling(calendar: Calendar, period: Period, over: Over) -> Window:
    whole = [calendar.containing(over.unit, period.days.last)]
    while len(whole) < over.rolling:
        whole.insert(0, calendar.containing(over.unit, whole[0].days.first - ONE_DAY))
    return Window(Span(whole[0].days.first, period.days.last), over.unit, False, over.rolling)


def _anniversaries(hired: date, days: Span) -> Iterator[Span]:
    number = max(0, days.first.year - hired.year - 1)
    while (first := add_months(hired, 12 * number)) <= days.last:
        yield Span(first, add_months(hired, 12 * number + 12) - ONE_DAY)
        number += 1


def _first_of_life(book: Book, version: Version, component: Block, block: Block, holding: Holding) -> date:
    everything = Window(Span(date.min, FOREVER), "life", False)
    at = At(book, version, component, block, holding, everything, version.days.last, date.min)
    found = at.credits()
    shared = (*holding.inherited, *holding.assignments)
    return min([*(item.days.first for item in shared), *(credit.credit_date for credit in found[:1])])


def held_days(book: Book, version: Version, component: Block, holding: Holding) -> list[Span]:
    """The days on which the holding's seats are under the version and have the component."""
    return [
        days for item in holding.assignments for days in book.world.roster.eligible(version, component, item)
    ]


def credit_days(book: Book, version: Version, component: Block, holding: Holding) -> list[date]:
    """The days of the component's own credits of the holding, in its tail or wherever they lie."""
    return [
        credit.credit_date
        for item in holding.assignments
        for credit in book.credited(version, component, component, item)
    ]


def turns(book: Book, version: Version, component: Block, holding: Holding, until: date) -> list[Turn]:
    """Every time that the component earns for the holding under the version, in order.

    That is in each period that holds a day of the seat, or a credit; if it rolls, whose window does.
    """
    held = held_days(book, version, component, holding)
    credited = credit_days(book, version, component, holding)
    spans = [span for span in [*held, *(Span(on, on) for on in credited)] if span.first <= until]
    if not spans or component.body["pay"]["how"] == "given":
        return []
    days = Span(min(span.first for span in spans), min(until, max(span.last for span in spans)))
    block = version.measured(component)
    said = version.said(block, "over")
    over = over_of(said) if said else _over_of_matrix(version, component)
    calendar = book.world.calendar(version)
    every = version.said(block, "every")
    unit = PAY_PERIODS[every] if every else book.world.pay_unit(version)
    found: list[Turn] = []
    if over.rolling:
        days = Span(days.first, until)
    for period in _periods(calendar, version, over, unit, days):
        windows = [_whole(period, over)]
        if over.to_date:
            windows = windows_in(book, version, component, block, holding, period.days)
        elif over.rolling:
            windows = [_rolling(calendar, period, over)]
        for window in windows:
            turn = _turn(version, period, window)
            if turn is None or turn.period.days.last > until:
                continue
            own = window.days if window.rolling else Span(turn.before + ONE_DAY, turn.upto)
            if any(span.meet(own) for span in held) or any(own.holds(on) for on in credited):
                found.append(turn)
    return found


def _over_of_matrix(version: Version, component: Block) -> Over:
    return over_of(version.said(version.block(component.body["pay"]["down"]["by"]), "over"))


def _periods(calendar: Calendar, version: Version, over: Over, unit: str, days: Span) -> list[Period]:
    if over.to_date or over.rolling:
        return calendar.periods(unit, days)
    if over.unit == "plan":
        return [_plan_period(calendar, version, unit)] if version.days.last < FOREVER else []
    return calendar.periods(over.unit, days)


def _plan_period(calendar: Calendar, version: Version, unit: str) -> Period:
    """The whole of a plan, under the name of the pay period that ends it."""
    last = calendar.containing(unit, version.days.last)
    return Period(last.name, version.days, "plan")


def _whole(period: Period, over: Over) -> Window:
    return Window(period.days, over.unit, False)


def _turn(version: Version, period: Period, window: Window) -> Turn | None:
    first = max(period.days.first, version.days.first)
    last = min(period.days.last, version.days.last)
    if not window.rolling:
        first, last = max(first, window.days.first), min(last, window.days.last)
    return Turn(period, window, last, first - ONE_DAY) if first <= last else None


def window_at(at: At, component: Block, block: Block, on: date) -> Window:
    """The window of another block that holds the day."""
    found = windows_in(at.book, at.version, component, block, at.holding, Span(on, on))
    return found[-1] if found else Window(Span(on, on), "life", True)
