"""Figures and days as people read them: exact where they end, marked ≈ where they do not."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from attain.engine.values import money

LONGEST = 10
SHOWN = 4


def exact(value: Decimal | Fraction) -> str:
    """The number without grouping: as a decimal where it ends, else as a fraction `n/d`."""
    fraction = Fraction(value)
    places = _places(fraction)
    return f"{fraction.numerator}/{fraction.denominator}" if places is None else _fixed(fraction, places)


def number(value: Decimal | Fraction, places: int = 0) -> str:
    """The number with thousands separators and at least so many decimals; ≈ before what was shortened."""
    fraction = Fraction(value)
    needed = _places(fraction)
    if needed is None or needed > LONGEST:
        return f"≈ {_shortened(fraction)}"
    return _grouped(_fixed(fraction, max(needed, places)))


def amount(value: Decimal | Fraction, currency: str = "") -> str:
    """An amount of money with the decimals of its currency at least, and its code where one is given."""
    text = number(value, money.decimals(currency) if currency else 2)
    return f"{text} {currency}" if currency else text


def percent(value: Decimal | Fraction) -> str:
    """A share or rate in percent."""
    hundred = Fraction(value) * 100
    places = _places(hundred)
    if places is None or places > SHOWN:
        return f"≈ {_shortened(hundred)} %"
    return f"{_grouped(_fixed(hundred, places))} %"


def days(first: date, following: date) -> str:
    """A half-open run of days, shown with both ends included."""
    last = following - timedelta(days=1) if following > date.min else following
    if first <= date(1, 1, 1):
        return f"until {last}"
    return f"from {first}" if following >= date(9999, 1, 1) else f"{first} to {last}"


def listed(words: list[str], last: str = "and") -> str:
    """Words as a list in a sentence."""
    return " ".join([", ".join(words[:-1]), last, words[-1]]) if len(words) > 1 else "".join(words)


def _shortened(value: Fraction) -> str:
    """The number with four decimals, or as many as it takes not to look like a rounder one."""
    for places in range(SHOWN, 3 * SHOWN):
        text = _fixed(round(value, places), places)
        if not text.endswith("00"):
            break
    return _grouped(text)


def _places(value: Fraction) -> int | None:
    """How many decimals the number has; None where they do not end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _fixed(value: Fraction, places: int) -> str:
    units = abs(value) * 10**places
    digits = str(units.numerator // units.denominator).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def _grouped(text: str) -> str:
    whole, point, decimals = text.partition(".")
    return f"{int(whole.lstrip('-')):,}".join(["-" if text.startswith("-") else "", f"{point}{decimals}"])
