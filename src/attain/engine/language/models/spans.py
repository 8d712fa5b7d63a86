"""Time and amounts per time: ranges, lengths, windows, `2000 per month`."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from attain.engine.language.fault import Fault, listed
from attain.engine.language.models.forms import (
    NUMBER,
    SNAKE,
    amount_of,
    date_of,
    form,
    text_of,
)
from attain.engine.language.source import Text

UNITS = ("day", "week", "month", "period", "quarter", "half", "year")
PERIODS = UNITS[1:]
WINDOWS = ("month", "quarter", "half", "year", "week", "period", "plan")
TO_DATE = (*WINDOWS, "anniversary year", "life")
PLURALS = {**{unit: unit for unit in UNITS}, **{f"{unit}s": unit for unit in UNITS}, "halves": "half"}


@dataclass(frozen=True)
class Span:
    """Days from first to last, both included; None is open."""

    first: date | None
    last: date | None

    @property
    def next(self) -> date | None:
        """The day after the last, None where the span is open."""
        return self.last + timedelta(days=1) if self.last else None

    def overlaps(self, other: "Span") -> bool:
        """Whether a day lies in both."""
        return (self.first is None or other.last is None or self.first <= other.last) and (
            other.first is None or self.last is None or other.first <= self.last
        )

    def covers(self, other: "Span") -> bool:
        """Whether each day of the other lies in this one."""
        starts = self.first is None or (other.first is not None and self.first <= other.first)
        return starts and (self.last is None or (other.last is not None and other.last <= self.last))

    def __str__(self) -> str:
        if self.first and self.last:
            return f"{self.first} to {self.last}"
        return f"from {self.first}" if self.first else f"to {self.last}"


@dataclass(frozen=True)
class Length:
    """A number of units of time."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'s' if self.count != 1 else ''}"


@dataclass(frozen=True)
class AmountPer:
    """An amount, or the name of a value, for each unit of time."""

    amount: Decimal | str
    per: str


@dataclass(frozen=True)
class Window:
    """The span of credits that a measure takes: a unit, to date or whole, or the last so many units."""

    unit: str
    to_date: bool = False
    last: int | None = None
    every: str | None = None

    def each(self, every: str | None) -> "Window":
        """The same, earned more rarely than paid."""
        return replace(self, every=every)


def span_of(value: object) -> Span:
    """`A to B`, `from A` or `to B`."""
    text = text_of(value, "a range of days")
    if match := re.fullmatch(r"(?:from (\S+)|to (\S+)|(\S+) to (\S+))", text):
        since, until, first, last = match.groups()
        days = [date_of(_part(text, part)) if part else None for part in (since or first, until or last)]
        span = Span(*days)
        if span.first and span.last and span.last < span.first:
            raise Fault("P107", f'"{text}" ends before it starts.', f"Write {span.last} to {span.first}.")
        if span.last == date.max:
            raise Fault("P107", f'"{text}" has no day after it.', "Leave the end open: from A.")
        return span
    raise Fault(
        "P107", f'"{text}" is no range of days.', "Write 2026-01-01 to 2026-12-31, or from 2026-01-01."
    )


def _part(text: Text, part: str) -> Text:
    start = text.find(part)
    return Text.at(part, text.lines, text.path, text.start + max(start, 0), text.end)


def length_of(value: object) -> Length:
    """`90 days`."""
    text = text_of(value, "a length of time")
    match = re.fullmatch(r"([0-9]{1,5}) ([a-z]+)", text)
    if match and match[2] in PLURALS:
        return Length(int(match[1]), PLURALS[match[2]])
    raise Fault("P107", f'"{text}" is no length of time.', "Write 90 days, 2 months, 1 quarter.")


def amount_per_of(value: object) -> AmountPer:
    """`2000 per month`, or `draw per month` with a value's name."""
    text = text_of(value, "an amount per time")
    match = re.fullmatch(r"(\S+) per ([a-z]+)", text)
    if not match or not (NUMBER.fullmatch(match[1]) or SNAKE.fullmatch(match[1])):
        raise Fault(
            "P107", f'"{text}" is no amount per time.', "Write 2000 per month, or a value's name per month."
        )
    if match[2] not in PERIODS:
        raise Fault("P107", f'"{match[2]}" is no period of time here.', f"It is one of {listed(PERIODS)}.")
    amount = match[1] if SNAKE.fullmatch(match[1]) else amount_of(_part(text, match[1]))
    return AmountPer(amount, match[2])


def is_amount_per(value: object) -> bool:
    """Whether a text has the form of an amount per time."""
    return isinstance(value, Text) and re.fullmatch(r"\S+ per [a-z]+", value) is not None


def window_of(value: object) -> Window:
    """`month`, `year to date`, `last 3 months`."""
    text = text_of(value, "a window")
    if text in WINDOWS:
        return Window(str(text))
    if text.endswith(" to date") and text.removesuffix(" to date") in TO_DATE:
        return Window(text.removesuffix(" to date"), to_date=True)
    match = re.fullmatch(r"last ([0-9]{1,3}) ([a-z]+)", text)
    if match and PLURALS.get(match[2]) in PERIODS and int(match[1]) > 0:
        return Window(PLURALS[match[2]], last=int(match[1]))
    cure = f"It is one of {listed(WINDOWS)}, one of these to date, or last 3 months."
    raise Fault("P107", f'"{text}" is no window.', cure)


_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SpanForm = Annotated[
    Span,
    *form(
        span_of, f"{_DAY} to {_DAY}|from {_DAY}|to {_DAY}", "days, both included", "2026-01-01 to 2026-12-31"
    ),
]
LengthForm = Annotated[Length, *form(length_of, r"[0-9]+ [a-z]+", "a length of time", "90 days")]
AmountPerForm = Annotated[
    AmountPer,
    *form(amount_per_of, r"\S+ per [a-z]+", "an amount, or the name of a value, per time", "2000 per month"),
]
WindowForm = Annotated[
    Window,
    *form(window_of, r"[a-z ]+|last [0-9]+ [a-z]+", "a window", "month", "year to date", "last 3 months"),
]
