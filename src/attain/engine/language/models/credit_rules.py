"""Who is credited for what: the rules of a measure block."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from attain.engine.language.models.forms import FieldName, Names, PercentForm, Words, many
from attain.engine.language.models.part import Condition, Part, Scalar
from attain.engine.language.source import Map, Text


class FieldTo(Part):
    """A field of the transaction that names a position."""

    field: FieldName


class SplitTo(Part):
    """The positions of a table of splits, by their shares."""

    split: Words = Field(description="The table of splits: transaction, position, share.")
    otherwise: FieldName = Field(
        description="Who is credited for a transaction that the table does not hold."
    )


class TerritoryTo(Part):
    """The owners of the territory of an account."""

    territory_of: FieldName = Field(description="The field that names the account.")
    in_: Names = Field(default=(), description="Maps, in order: the first that has an owner counts.")

    @property
    def of(self) -> str:
        """The field that names the account."""
        return self.territory_of


class ManagersTo(Part):
    """The managers above a position, by level."""

    managers_of: FieldName = Field(description="The field that names the position.")
    levels: (
        Annotated[
            tuple[PercentForm, ...],
            BeforeValidator(many, json_schema_input_type=PercentForm | tuple[PercentForm, ...]),
        ]
        | Literal["all"]
    ) = Field(description="The share of each level from the nearest up, or `all`.")
    share: PercentForm = Field(default=Decimal(1), description="With `levels: all`, the share of each.")

    @property
    def of(self) -> str:
        """The field that names the position."""
        return self.managers_of


class MembersTo(Part):
    """The positions of a team."""

    members_of: FieldName = Field(description="The field that names the team.")

    @property
    def of(self) -> str:
        """The field that names the team."""
        return self.members_of


class CoverTo(Part):
    """The position that covers for a participant on leave."""

    cover_of: FieldName = Field(description="The field that names the position.")

    @property
    def of(self) -> str:
        """The field that names the position."""
        return self.cover_of


KINDS = ("split", "territory of", "managers of", "members of", "cover of")


def _kind_of_to(value: Any) -> str | None:
    if isinstance(value, Map):
        return next((f"\0{kind}" for kind in KINDS if kind in value), None)
    return "\0field"


def _as_field(value: object) -> object:
    if isinstance(value, Text):
        named = Map({"field": value})
        named.path = value.path
        return named
    return value


To = Annotated[
    Annotated[FieldTo, BeforeValidator(_as_field), Tag("\0field"), WithJsonSchema({"type": "string"})]
    | Annotated[SplitTo, Tag("\0split")]
    | Annotated[TerritoryTo, Tag("\0territory of")]
    | Annotated[ManagersTo, Tag("\0managers of")]
    | Annotated[MembersTo, Tag("\0members of")]
    | Annotated[CoverTo, Tag("\0cover of")],
    Discriminator(_kind_of_to),
]


class CreditRule(Part):
    """Transactions of some types that meet a condition give credit to positions."""

    from_: Names = Field(
        description="Type of transaction, or the name of another table of facts.", min_length=1
    )
    where: Condition | None = Field(default=None, description="Only transactions that meet this condition.")
    to: To = Field(description="Who is credited.")
    counts: Scalar | None = Field(default=None, description="What is credited; else `amount`.")
    credited_on: Scalar | None = Field(
        default=None, description="The day that decides the period, the version and dated rates; else `date`."
    )
    owner_on: Scalar | None = Field(
        default=None, description="The day that decides who holds the position; else `date`."
    )
    if_blank: Literal["exception", "no credit"] = Field(
        default="exception", description="What happens where no position is named."
    )
    if_vacant: Literal["exception", "climb", "no credit"] = Field(
        default="exception",
        description="What happens where nobody holds the position; `climb`: the next manager.",
    )
    returns: Literal["follow", "do not count"] = Field(
        default="follow",
        description="A return that names what it returns follows it by itself, or does not count.",
    )
