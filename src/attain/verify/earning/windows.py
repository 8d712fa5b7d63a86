"""Which windows a component has, which periods it earns in, and between which two days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from attain.verify.earning.book import At, Book, Holding, Window
from attain.verify.inputs.calendar import Calendar, Period, add_months, later
from attain.verify.inputs.documents import Block, Version
from attain.verify.inputs.forms import FOREVER, ONE_DAY, PAY_PERIODS, Span, length

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
        "life": lambda: [Span(_first_credit(book, version, component, block, holding), FOREVER)],
        "anniversary year": lambda: list(_anniversaries(book.world.roster.hired(holding.main), days)),
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


def _first_credit(book: Book, version: Version, component: Block, block: Block, holding: Holding) -> date:
    everything = Window(Span(date.min, FOREVER), "life", False)
    at = At(book, version, component, block, holding, everything, version.days.last, date.min)
    found = at.credits()
    return found[0].credit_date if found else holding.first


@dataclass(frozen=True)
class Touched:
    """The days on which a holding's seats are under a version, and those of their tails."""

    held: list[Span]
    tails: list[Span]


def touched(book: Book, version: Version, component: Block, holding: Holding) -> Touched:
    """When the holding's seats are under the version, and when only their tails are."""
    found = Touched([], [])
    until = (version.body.get("leavers") or {}).get("credit until")
    for item in holding.assignments:
        found.held.extend(book.world.roster.eligible(version, component, item))
        if item.days.last < FOREVER and until is not None:
            end = later(item.days.last, length(until))
            tail = Span(item.days.last + ONE_DAY, end).meet(version.days) if end > item.days.last else None
            found.tails.extend([tail] if tail else [])
    return found


def turns(book: Book, version: Version, component: Block, holding: Holding, until: date) -> list[Turn]:
    """Every time that the component earns for the holding under the version, in order.

    Where only a tail touches the days there must be a credit.
    """
    spans = touched(book, version, component, holding)
    both = [days for days in spans.held + spans.tails if days.first <= until]
    if not both or component.body["pay"]["how"] == "given":
        return []
    days = Span(min(span.first for span in both), min(until, max(span.last for span in both)))
    block = version.measured(component)
    said = version.said(block, "over")
    over = over_of(said) if said else _over_of_matrix(version, component)
    calendar = book.world.calendar(version)
    every = version.said(block, "every")
    unit = PAY_PERIODS[every] if every else book.world.pay_unit(version)
    found: list[Turn] = []
    for period in _periods(calendar, version, over, unit, days):
        windows = [_whole(period, over)]
        if over.to_date:
            windows = windows_in(book, version, component, block, holding, period.days)
        elif over.rolling:
            windows = [_rolling(calendar, period, over)]
        for window in windows:
            turn = _turn(version, period, window)
            if (
                turn
                and turn.period.days.last <= until
                and _counts(book, version, component, holding, turn, spans)
            ):
                found.append(turn)
    return found


def _counts(
    book: Book, version: Version, component: Block, holding: Holding, turn: Turn, spans: Touched
) -> bool:
    own = Span(turn.before + ONE_DAY, turn.upto)
    if any(span.meet(own) for span in spans.held):
        return True
    if not any(span.meet(own) for span in spans.tails):
        return False
    rules = version.credited(component).name
    return any(
        own.holds(credit.credit_date)
        for item in holding.assignments
        for credit in book.by_seat.get((version.title, version.days.first, rules, item), [])
    )


def _over_of_matrix(version: Version, component: Block) -> Over:
    return over_of(version.said(version.block(component.body["pay"]["down"]["by"]), "over"))


def _periods(calendar: Calendar, version: Version, over: Over, unit: str, days: Span) -> list[Period]:
    if over.to_date or over.rolling:
        return calendar.periods(unit, days)
    if over.unit == "plan":
        return [_plan_period(calendar, version)]
    return calendar.periods(over.unit, days)


def _plan_period(calendar: Calendar, version: Version) -> Period:
    """The whole of a plan is a period that bears the name of the one with its days, else its last month."""
    for unit in ("month", "quarter", "half", "year"):
        for period in calendar.periods(unit, Span(version.days.first, version.days.first)):
            if period.days == version.days:
                return period
    name = f"{version.days.first} to {version.days.last}"
    return Period(name, version.days, "plan")


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
