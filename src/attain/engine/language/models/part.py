"""What every map of a document shares: frozen, closed keys, `about`, and the path that leads to its place."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from attain.engine.language.expressions.expression import Expression, scalar
from attain.engine.language.models.forms import Words, number_of, text_of
from attain.engine.language.source import Map, Path

PATH = "\0path"
BARE = re.compile(r"-?[$€£]?[0-9][0-9.,_'’ ]*%?")  # nothing but a number, well written or not


def words(name: str) -> str:
    """The key of an attribute: `_` is a space, and a last `_` keeps clear of Python's own words."""
    return name.rstrip("_").replace("_", " ")


class Part(BaseModel):
    """A map of a document. `path` leads to it from the document's root."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=words, arbitrary_types_allowed=True, use_enum_values=True
    )

    about: Words = Field(default="", description="Plain words for the people whom the plan pays.")
    path: SkipJsonSchema[Path] = Field(default=(), alias="\0path", exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _take_path(cls, value: Any) -> Any:
        return {**value, PATH: value.path} if isinstance(value, Map) else value

    def says(self, name: str) -> bool:
        """Whether the document holds the key of this attribute."""
        return name in self.model_fields_set

    def path_of(self, name: str) -> Path:
        """The path of the key of this attribute."""
        alias = type(self).model_fields[name].alias
        return (*self.path, alias or words(name))


def scalar_of(value: object) -> Expression:
    """An expression without sums and counts."""
    text = text_of(value, "an expression")
    if BARE.fullmatch(text):
        number_of(text)
    return scalar(text)


def aggregate_of(value: object) -> Expression:
    """An expression of a measure."""
    return scalar(text_of(value, "an expression"), aggregates=True)


_EXPRESSION: Mapping[str, Any] = {"type": ["string", "number"], "maxLength": 4000}
Scalar = Annotated[
    Expression,
    PlainValidator(scalar_of),
    WithJsonSchema({**_EXPRESSION, "description": "an expression", "examples": ["amount * 50 %"]}),
]
Condition = Annotated[
    Expression,
    PlainValidator(scalar_of),
    WithJsonSchema(
        {**_EXPRESSION, "description": "a condition", "examples": ["product_family = 'Software'"]}
    ),
]
Aggregate = Annotated[
    Expression,
    PlainValidator(aggregate_of),
    WithJsonSchema(
        {**_EXPRESSION, "description": "an expression with sums or counts", "examples": ["sum(credit)"]}
    ),
]
Rate = Annotated[
    Expression,
    PlainValidator(scalar_of),
    WithJsonSchema(
        {
            **_EXPRESSION,
            "description": "a percent, a number per unit, a value's name, or an expression over the credit",
            "examples": ["5 %", "200", "base_rate"],
        }
    ),
]
