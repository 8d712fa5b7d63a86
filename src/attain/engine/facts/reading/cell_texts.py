"""What a cell of a sheet holds, as text: strings, numbers of 15 digits, dates by their format."""

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

SHOWN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
DATE_FORMATS = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
NOT_OF_THE_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PLAIN = re.compile(r"-?[0-9]{1,15}")
LAST_SERIAL, LEAP_THAT_NEVER_WAS = 2_958_465, 60


def is_date_format(number: int, code: str) -> bool:
    """Whether a number format shows a day (a format of hours alone does not)."""
    if number in DATE_FORMATS:
        return True
    return bool(re.search("[yYdD]|[mM]{3}", NOT_OF_THE_DATE.sub("", code)))


def number_text(value: str) -> str:
    """A stored number as the 15 significant digits that a spreadsheet shows and means, without exponent."""
    if PLAIN.fullmatch(value):
        return value
    try:
        number = SHOWN_DIGITS.create_decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return value
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(value: str, from_1904: bool) -> str | None:
    """A serial number as YYYY-MM-DD, with the time where there is one; None where there is no such day."""
    try:
        serial = Decimal(value)
    except InvalidOperation:
        return None
    if not serial.is_finite() or not 0 <= serial <= LAST_SERIAL:
        return None
    days = int(serial)
    seconds = int(((serial - days) * 86_400).to_integral_value(ROUND_HALF_EVEN))
    if from_1904:
        start = dt.datetime(1904, 1, 1)  # noqa: DTZ001
    elif days == LEAP_THAT_NEVER_WAS:
        return None
    else:
        start = dt.datetime(1899, 12, 30 + (days < LEAP_THAT_NEVER_WAS))  # noqa: DTZ001
    moment = start + dt.timedelta(days=days, seconds=seconds)
    return moment.isoformat(sep=" ") if seconds % 86_400 else moment.date().isoformat()


def string_text(value: str) -> str:
    """A stored string with its escaped characters (_x000D_) in place."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value


def column_number(reference: str) -> int:
    """The column of a cell's name (B3 → 1), counted from 0."""
    number = 0
    for sign in reference:
        if not sign.isalpha():
            break
        number = number * 26 + ord(sign.upper()) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column counted from 0 (1 → B)."""
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
