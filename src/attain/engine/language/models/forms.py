"""The small forms of values: numbers, percents, dates, names, titles, words. Each is parsed from its text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from attain.engine.language.fault import Fault
from attain.engine.language.source import Items, Map, Text

NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,10})?")
PERCENT = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,10})?) %")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SNAKE = re.compile(r"[a-z][a-z0-9_]*")
FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


class Percent(Decimal):
    """A number that was written in percent; 4 % is 0.04."""


@dataclass(frozen=True)
class Figure:
    """A number, and whether it was written in percent (then it is a share of something, else an amount)."""

    value: Decimal
    percent: bool


def text_of(value: object, what: str) -> Text:
    """The text itself; raises Fault where a list or a map stands, or nothing."""
    if isinstance(value, (Map, Items)):
        raise Fault(
            "P106", f"{what} is expected, and a {'map' if isinstance(value, Map) else 'list'} stands here."
        )
    if not isinstance(value, Text):
        raise Fault("P106", f"{what} is expected.")
    if not value.strip():
        raise Fault("P106", f"{what} is expected, and nothing stands here.")
    return value


def form(
    parse: Callable[[Any], Any], pattern: str | None, description: str, *examples: str
) -> tuple[Any, Any]:
    """A validator that parses a text, and what an editor is told of it."""
    schema: dict[str, Any] = {
        "type": ["string", "number"],
        "description": description,
        "examples": list(examples),
    }
    if pattern:
        schema["pattern"] = f"^({pattern})$"
    return PlainValidator(parse), WithJsonSchema(schema)


def number_of(value: object) -> Decimal:
    """A number; a Percent where it was written so."""
    text = text_of(value, "a number")
    if NUMBER.fullmatch(text):
        return Decimal(text)
    if match := PERCENT.fullmatch(text):
        return Percent(Decimal(match[1]).scaleb(-2))
    raise Fault("P107", f'"{text}" is no number.', _number_cure(text))


def _number_cure(text: str) -> str:
    bare = re.sub(r"[\s,'_$€£]", "", text)
    if re.fullmatch(r"-?[0-9.]+%", bare):
        return f"Write {bare[:-1]} %, with one space."
    if NUMBER.fullmatch(bare):
        return f"Write {bare}: digits without grouping or currency."
    return "Write digits, with a point: 1200, 12.50 or 4 %."


def amount_of(value: object) -> Decimal:
    """A number that is not a percent."""
    number = number_of(value)
    if isinstance(number, Percent):
        raise Fault("P107", f'"{value}" is a percent where a number is expected.', "Write a plain number.")
    return number


def percent_of(value: object) -> Decimal:
    """A percent."""
    number = number_of(value)
    if not isinstance(number, Percent):
        raise Fault("P107", f'"{value}" is a number where a percent is expected.', "Write it as 4 %.")
    return number


def figure_of(value: object) -> Figure:
    """A number that keeps whether it was written in percent."""
    number = number_of(value)
    return Figure(Decimal(number), isinstance(number, Percent))


def whole_of(value: object) -> int:
    """A whole number from 0."""
    text = text_of(value, "a whole number")
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Fault("P107", f'"{text}" is no whole number.', "Write digits only.")
    return int(text)


def date_of(value: object) -> date:
    """A day, as 2026-01-31."""
    text = text_of(value, "a day")
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise Fault("P107", f'"{text}" is no day of the calendar.') from error
    raise Fault("P107", f'"{text}" is no day.', "Write year-month-day: 2026-01-31.")


def snake_of(value: object) -> str:
    """A snake_case name, of what can be calculated with."""
    text = text_of(value, "a name")
    if not SNAKE.fullmatch(text) or len(text) > 60:
        raise Fault("P107", f'"{text}" is no name.', _name_cure(text))
    return str(text)


def field_of(value: object) -> str:
    """A field, or one of what it refers to: `owner`, `booking.owner`."""
    text = text_of(value, "a field")
    if not FIELD.fullmatch(text):
        raise Fault("P107", f'"{text}" is no field.', _name_cure(text))
    return str(text)


def _name_cure(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return (
        f"Write {name}: small letters, digits and _."
        if SNAKE.fullmatch(name)
        else "Small letters, digits and _."
    )


def title_of(value: object) -> str:
    """A title that people read."""
    text = text_of(value, "a title")
    if len(text) > 120 or "\n" in text or '"' in text or text != text.strip():
        raise Fault("P107", "this is no title.", "One line, at most 120 characters, without double quotes.")
    return str(text)


def words_of(value: object) -> str:
    """Any text."""
    return str(text_of(value, "a text"))


def currency_of(value: object) -> str:
    """An ISO 4217 code."""
    text = text_of(value, "a currency")
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise Fault("P107", f'"{text}" is no currency.', "Write its three letters: USD.")
    return str(text)


def many(value: object) -> object:
    """One value as a list of one."""
    return value if isinstance(value, list) else [value]


_DECIMALS = r"-?[0-9]+(\.[0-9]+)?"
Number = Annotated[Decimal, *form(number_of, _DECIMALS + "( %)?", "a number or a percent", "40000", "4 %")]
Amount = Annotated[
    Decimal, *form(amount_of, _DECIMALS, "an amount in the plan's currency, or a count", "40000")
]
PercentForm = Annotated[Decimal, *form(percent_of, _DECIMALS + " %", "a percent", "4 %")]
FigureForm = Annotated[Figure, *form(figure_of, _DECIMALS + "( %)?", "a number or a percent", "40000", "4 %")]
Whole = Annotated[int, *form(whole_of, "[0-9]+", "a whole number", "3")]
Day = Annotated[date, *form(date_of, "[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day", "2026-01-31")]
Snake = Annotated[str, *form(snake_of, SNAKE.pattern, "a name to calculate with", "new_business")]
FieldName = Annotated[str, *form(field_of, FIELD.pattern, "a field", "owner", "booking.owner")]
Title = Annotated[str, *form(title_of, None, "a title that people read", "New business")]
Words = Annotated[str, *form(words_of, None, "text")]
Currency = Annotated[str, *form(currency_of, "[A-Z]{3}", "a currency by its ISO code", "USD")]
Names = Annotated[tuple[Words, ...], BeforeValidator(many, json_schema_input_type=Words | tuple[Words, ...])]
