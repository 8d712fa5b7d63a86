"""The model of a mapping document: its keys, strict, with the places of what is wrong."""

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Annotated, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from attain.engine.facts.declared import TABLES
from attain.engine.facts.mapping.document import Document, Path, read_document
from attain.engine.facts.reading.encodings import known_encoding
from attain.engine.values.problems import Problem, Refused, refuse

NAME = re.compile(r"[a-z][a-z0-9_]*")
DATE_WORDS = re.compile(r"YYYY|MMM|MM|M|DD|D|hh|mm|ss|[-/. :T]|,")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
QUOTES = {"none": "", "double": '"', "single": "'"}
RESERVED = ("loaded",)

Sign = Annotated[str, Field(min_length=1, max_length=1)]


class Strict(BaseModel):
    """Keys with spaces, none that is not known, values that never change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", " "),
    )


def _date_format(text: str) -> str:
    words = DATE_WORDS.findall(text)
    if "".join(words) != text or "YYYY" not in words:
        raise ValueError(
            "a date format is made of YYYY, MM or M or MMM, DD or D, hh, mm, ss and signs between"
        )
    return text


class Column(Strict):
    """Where a column of the table comes from, and how its cells are written."""

    from_: str | None = Field(None, alias="from")
    constant: str | None = None
    sql: str | None = None
    type: Literal["text", "number", "date", "moment"] | None = None
    date_format: str | None = None
    decimal_sign: Sign | None = None
    thousands_sign: Sign | None = None
    percent: Literal["yes", "no"] = "no"
    range: Literal["0 to 1", "any"] | None = None
    trim: Literal["yes", "no"] = "no"
    if_blank: str = "default"
    aliases: dict[str, str] = Field(default_factory=dict)

    @field_validator("date_format")
    @classmethod
    def _format(cls, value: str | None) -> str | None:
        return value and _date_format(value)

    @model_validator(mode="after")
    def _one_source(self) -> "Column":
        if sum(source is not None for source in (self.from_, self.constant, self.sql)) != 1:
            raise ValueError("say exactly one of from, constant and sql")
        return self


class Mapping(Strict):
    """A whole mapping."""

    mapping: str = ""
    about: str = ""
    table: str
    encoding: str | None = None
    separator: str | None = None
    quote: Literal["none", "double", "single"] = "double"
    header_row: int = Field(1, ge=1, le=1000)
    sheet: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    date_format: str = "YYYY-MM-DD"
    decimal_sign: Sign = "."
    thousands_sign: Sign | None = None
    columns: dict[str, Column] = Field(default_factory=dict)
    other_columns: Literal["keep", "leave out"] = "leave out"
    where: str | None = None
    key: tuple[str, ...] | Literal["row"] | None = None
    without: tuple[str, ...] = ()

    @field_validator("table")
    @classmethod
    def _table(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError("a table's name is snake_case")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, value: str | None) -> str | None:
        if value is not None and known_encoding(value) is None:
            raise ValueError(f"{value} is no encoding of text files; write utf-8, cp1252, utf-16-le or such")
        return value

    @field_validator("separator")
    @classmethod
    def _separator(cls, value: str | None) -> str | None:
        sign = SEPARATORS.get(value or "", value)
        if sign is not None and len(sign) != 1:
            raise ValueError("a separator is one sign, or one of comma, semicolon, tab, bar")
        return sign

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return value and checked_zone(value)

    @field_validator("date_format")
    @classmethod
    def _format(cls, value: str) -> str:
        return _date_format(value)

    @field_validator("columns", mode="before")
    @classmethod
    def _short_forms(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: {"from": given} if isinstance(given, str) else given for name, given in value.items()}

    @field_validator("columns")
    @classmethod
    def _names(cls, value: dict[str, Column]) -> dict[str, Column]:
        for name in value:
            if not NAME.fullmatch(name):
                raise ValueError(f'"{name}" is no name of a column: write it in snake_case')
            if name in RESERVED:
                raise ValueError(f"{name} is what the store itself says; leave it out")
        return value

    @model_validator(mode="after")
    def _keys(self) -> "Mapping":
        if self.key is not None and self.table in TABLES:
            raise ValueError(f"{self.table} has the key {', '.join(TABLES[self.table].key)}; leave key out")
        expected = TABLES[self.table].expected if self.table in TABLES else ()
        if surplus := [name for name in self.without if name not in expected]:
            raise ValueError(f"{self.table} cannot be without {', '.join(surplus)}")
        if self.thousands_sign == self.decimal_sign:
            raise ValueError("the thousands sign and the decimal sign are the same")
        return self


@cache
def checked_zone(name: str) -> str:
    """The name of a time zone. Raises ValueError where there is none of that name."""
    with duckdb.connect() as connection:
        found = connection.execute("SELECT name FROM pg_timezone_names() WHERE name = ?", [name]).fetchall()
    if not found or ("/" not in name and name != "UTC"):
        raise ValueError(f'no time zone "{name}"; write one such as Europe/Berlin, or UTC')
    return name


@dataclass(frozen=True)
class Mapped:
    """A mapping with its document (for places) and the hash of what it says."""

    mapping: Mapping
    document: Document
    sha256: str


def load_mapping(file: str, text: str) -> Mapped:
    """Read and check a mapping. Raises Refused with every problem and its place."""
    document = read_document(file, text)
    try:
        mapping = Mapping.model_validate(document.content)
    except ValidationError as error:
        raise Refused([_problem(document, found) for found in error.errors()]) from None
    return Mapped(mapping, document, hashed(mapping))


def without_document(table: str) -> Mapped:
    """The mapping that holds where none is given: every column is kept under its own name.

    Raises Refused where the table's name is none.
    """
    if not NAME.fullmatch(table):
        raise refuse(
            "F303", f'"{table}" is no name of a table.', "Write it in snake_case, such as activities."
        )
    mapping = Mapping.model_validate({"table": table, "other columns": "keep"})
    return Mapped(mapping, Document("(no mapping)"), hashed(mapping))


def hashed(mapping: Mapping) -> str:
    """The SHA-256 of what the mapping says; layout, comments and title do not count."""
    said = mapping.model_dump_json(exclude={"about", "mapping"}, exclude_defaults=True, by_alias=True)
    return sha256(said.encode()).hexdigest()


def _problem(document: Document, found: MappingOf[str, object]) -> Problem:
    where = found["loc"]
    path: Path = (
        tuple(part for part in where if isinstance(part, (str, int))) if isinstance(where, tuple) else ()
    )
    name = " → ".join(str(part) for part in path) or "the mapping"
    kind, message = str(found["type"]), str(found["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return Problem("F303", f'"{path[-1]}" is no key here.', _keys(path), document.place(path))
    if kind == "missing":
        return Problem("F303", f"{name} is missing.", "Add it.", document.place(path))
    return Problem("F303", f"{name}: {message}.", "", document.place(path))


def _keys(path: Path) -> str:
    model: type[Strict] = Column if len(path) > 2 else Mapping
    names = (field.alias or name for name, field in model.model_fields.items())
    return f"The keys are {', '.join(names)}."
