"""How a plan converts amounts of other currencies before it measures."""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from attain.engine.language.fault import Fault
from attain.engine.language.models.forms import Amount, Currency, Words
from attain.engine.language.models.part import Part
from attain.engine.language.models.spans import Length, length_of


def _age_of(value: object) -> Length | None:
    return None if value == "any age" else length_of(value)


class Exchange(Part):
    """How amounts of other currencies are converted."""

    rates: Words | None = Field(default=None, description="The table of exchange rates, by its name.")
    on: Literal["transaction date", "plan"] = Field(
        description="The latest rate on or before the transaction's date, or rates fixed by the plan."
    )
    at_most: Annotated[
        Length | None,
        PlainValidator(_age_of),
        WithJsonSchema({"type": "string", "examples": ["7 days", "any age"]}),
    ] = Field(
        default=None, description="The greatest age of a rate, or `any age`; said with transaction dates."
    )
    fixed: dict[Currency, Amount] = Field(
        default_factory=dict, description="With `on: plan`: of each currency what one unit is worth."
    )

    @model_validator(mode="after")
    def _complete(self) -> "Exchange":
        if self.on == "plan" and (not self.fixed or self.rates or self.says("at_most")):
            raise Fault(
                "P108", '"on: plan" stands with `fixed` and nothing else.', "Write fixed: {EUR: 1.08}."
            )
        if self.on == "transaction date" and (not self.rates or self.fixed):
            raise Fault(
                "P108", '"on: transaction date" stands with `rates`.', "Name the table of exchange rates."
            )
        return self
