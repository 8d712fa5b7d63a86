"""Examples that must hold, as they stand in a plan; they are run by the calculation."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from attain.engine.language.models.forms import Snake, Words, words_of
from attain.engine.language.models.part import Part
from attain.engine.language.source import Text


def _cell_of(value: object) -> str:
    return str(value) if isinstance(value, Text) and not value.strip() else words_of(value)


Cell = Annotated[str, PlainValidator(_cell_of), WithJsonSchema({"type": ["string", "number"]})]
Column = Annotated[str, PlainValidator(words_of), WithJsonSchema({"type": "string"})]
TestTables = dict[Snake, tuple[dict[Column, Cell], ...]]


class PlanTest(Part):
    """Facts, and what must come out of them."""

    name: Words = Field(description="What it shows.")
    given: TestTables = Field(
        description="Tables of facts, or rows by type of transaction. Without `assignments` each position "
        "named is held by a participant of its own name, without `positions` in the plan's first role. "
        "All versions of the title that are given together are calculated, from the first day of the first."
    )
    expect: Annotated[TestTables, Field(min_length=1)] = Field(
        description="Tables of results; each is complete for the periods that it names."
    )
