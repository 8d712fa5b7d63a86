"""The small forms of a plan: numbers, percents, lengths, amounts per time, ranges of days, rounding."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

FOREVER = date.max
ONE_DAY = timedelta(days=1)
UNITS = ("day", "week", "month", "period", "quarter", "half", "year")
PAY_PERIODS = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "half-yearly": "half",
    "yearly": "year",
    "each period": "period",
}
MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
REMEMBERED = 2**16
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_LENGTH = re.compile(r"(\d+) (\w+?)s?")


class Unreadable(ValueError):
    """A document or fact that this reading cannot make sense of."""


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included; an open end is the last day that there is."""

    first: date
    last: date = FOREVER

    def holds(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.first <= day <= self.last

    def meet(self, other: "Span") -> "Span | None":
        """The days in both, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None

    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def __iter__(self):  # type: ignore[no-untyped-def]
        return (self.first + timedelta(days=n) for n in range(self.days()))


@dataclass(frozen=True)
class Figure:
    """A number and whether it was written in percent."""

    value: Fraction
    percent: bool


@dataclass(frozen=True)
class Length:
    """So many days, weeks, months …"""

    count: int
    unit: str


@dataclass(frozen=True)
class AmountPer:
    """An amount, or the name of one, for each unit of time; `unit` None is an amount without time."""

    amount: str
    unit: str | None


@lru_cache(maxsize=REMEMBERED)
def is_number(text: str) -> bool:
    """Whether the text is a number or a percent."""
    return bool(_NUMBER.fullmatch(text.removesuffix("%").rstrip(" "))) and not text.endswith(" ")


@lru_cache(maxsize=REMEMBERED)
def figure(text: str) -> Figure:
    """`4 %` or `12.50`."""
    if not is_number(text):
        raise Unreadable(f"{text!r} is no number")
    if text.endswith("%"):
        return Figure(Fraction(text[:-1].strip()) / 100, percent=True)
    return Figure(Fraction(text), percent=False)


def number(text: str) -> Fraction:
    """`4 %` as 1/25, `12.50` as 25/2."""
    return figure(text).value


def length(text: str) -> Length:
    """`90 days`."""
    found = _LENGTH.fullmatch(text)
    if not found or found[2] not in UNITS:
        raise Unreadable(f"{text!r} is no length of time")
    return Length(int(found[1]), found[2])


def amount_per(text: str) -> AmountPer:
    """`2000 per month`, `draw per month`, or an amount alone."""
    amount, per, unit = text.rpartition(" per ")
    return AmountPer(amount, unit) if per and unit in UNITS else AmountPer(text, None)


def day(text: str) -> date:
    """`2025-01-31`."""
    return date.fromisoformat(text)


def span(text: str) -> Span:
    """`A to B`, `from A`, `to B`."""
    if text.startswith("from "):
        return Span(day(text[5:]))
    if text.startswith("to "):
        return Span(date.min, day(text[3:]))
    first, _, last = text.partition(" to ")
    return Span(day(first), day(last))


def moment(value: str | date | datetime | None, at_end: bool) -> datetime | None:
    """A moment in UTC, without zone; a bare date is its first instant, or its last."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None) - (value.utcoffset() or timedelta())
    if isinstance(value, date):
        start = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - all moments here are UTC
        return start + ONE_DAY - timedelta(microseconds=1) if at_end else start
    text = value.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return moment(day(text), at_end)
    return moment(datetime.fromisoformat(text), at_end)


def written(value: Fraction) -> Fraction:
    """A number as it is written down: 10 decimals, half-even."""
    return Fraction(round(value * 10**10), 10**10)


@lru_cache(maxsize=REMEMBERED)
def exact(value: Decimal | int) -> Fraction:
    """A number as a fraction; most numbers come many times."""
    return Fraction(*value.as_integer_ratio())


def minor_digits(currency: str) -> int:
    """Decimals of the currency's minor unit."""
    return MINOR_DIGITS.get(currency, 2)


def rounded(value: Fraction, currency: str, rounding: str = "half-up") -> Fraction:
    """To the currency's minor unit; half-up goes away from zero."""
    unit = 10 ** minor_digits(currency)
    scaled = value * unit
    if rounding == "half-even":
        return Fraction(round(scaled), unit)
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return Fraction(whole if scaled >= 0 else -whole, unit)


def decimal(value: Fraction) -> Decimal:
    """As Decimal: exact where it ends, else 10 decimals half-even."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = value if rest == 1 else written(value)
    digits = 0
    while exact.denominator > 10**digits or 10**digits % exact.denominator:
        digits += 1
    return Decimal(f"{exact.numerator * (10**digits // exact.denominator)}E-{digits}")
