"""The documents beside plans: tables and calendars; metrics, strategies and accounting by their heads."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, model_validator
from pydantic.json_schema import SkipJsonSchema

from attain.engine.language.fault import Fault
from attain.engine.language.models.calendars import CalendarBody
from attain.engine.language.models.forms import Title
from attain.engine.language.models.part import Part
from attain.engine.language.models.spans import Span, SpanForm
from attain.engine.language.models.tables import Table
from attain.engine.language.source import Source

SOURCE = "\0source"


def dated(effective: Span) -> None:
    """Raise Fault where a document has no first day."""
    if effective.first is None:
        raise Fault("P107", "a document holds from a day on.", "Write effective: from 2026-01-01.")


class TableDocument(Table):
    """A table that several plans share, by its title, on its days."""

    table: Title = Field(description="The title.")
    effective: SpanForm = Field(description="The days on which it holds.")
    source: SkipJsonSchema[Source] = Field(alias="\0source", exclude=True, repr=False)

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "table"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.table

    @model_validator(mode="after")
    def _dated(self) -> "TableDocument":
        dated(self.effective)
        return self


class CalendarDocument(CalendarBody):
    """A fiscal calendar, by its title."""

    calendar: Title = Field(description="The title.")
    effective: SpanForm = Field(description="The days on which it holds.")
    source: SkipJsonSchema[Source] = Field(alias="\0source", exclude=True, repr=False)

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "calendar"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.calendar

    @model_validator(mode="after")
    def _divided(self) -> "CalendarDocument":
        dated(self.effective)
        if bool(self.periods) == bool(self.pattern):
            raise Fault("P108", "a calendar has exactly one of `pattern` and `periods`.", "Keep one of them.")
        if self.pattern and self.year_starts is None:
            raise Fault("P104", '"year starts" is missing.', "Say the first day of a fiscal year.")
        return self


Anything = Annotated[Any, PlainValidator(lambda value: value)]


class HeadedDocument(Part):
    """A document that is read by its head only: nothing runs it yet."""

    model_config = ConfigDict(extra="allow")

    effective: SpanForm = Field(description="The days on which it holds.")
    source: SkipJsonSchema[Source] = Field(alias="\0source", exclude=True, repr=False)


class Metric(HeadedDocument):
    """A defined quantity."""

    metric: Title = Field(description="Its name.")

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "metric"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.metric


class Strategy(HeadedDocument):
    """Objectives, their key results and levers."""

    strategy: Title = Field(description="The title.")

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "strategy"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.strategy


class Accounting(HeadedDocument):
    """How the cost of commissions is capitalised and amortised."""

    accounting: Title = Field(description="The title.")

    @property
    def kind(self) -> str:
        """The kind of document."""
        return "accounting"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.accounting
