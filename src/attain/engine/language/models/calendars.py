"""A fiscal calendar as a document."""

from typing import Annotated, Literal

from pydantic import Field

from attain.engine.language.models.forms import Day, Words
from attain.engine.language.models.part import Part


class CalendarPeriod(Part):
    """A period by name."""

    period: Words = Field(description="Its name, as 2025-P01.")
    quarter: Words | None = Field(default=None, description="The quarter that it belongs to.")
    half: Words | None = Field(default=None, description="The half-year that it belongs to.")
    year: Words | None = Field(default=None, description="The fiscal year that it belongs to.")
    first: Day = Field(description="Its first day.")
    last: Day = Field(description="Its last day, included.")


class CalendarBody(Part):
    """How the fiscal year is divided."""

    year_starts: Day | None = Field(default=None, description="The first day of a fiscal year.")
    pattern: Literal["months", "weeks", "4-4-5", "4-5-4", "5-4-4"] | None = Field(
        default=None,
        description="What the periods of a quarter are. A year of 53 weeks is given by `periods`.",
    )
    periods: Annotated[tuple[CalendarPeriod, ...], Field()] = Field(
        default=(), description="The periods one by one, in place of a pattern."
    )
