"""Who is under a plan, and what leave, ramp and leaving change."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from attain.engine.language.fault import Fault
from attain.engine.language.models.forms import Names, Number, PercentForm, Whole, many
from attain.engine.language.models.part import Condition, Part
from attain.engine.language.models.spans import LengthForm

Prorated = Literal["quota", "target incentive", "cap", "floor", "draw", "minimum", "maximum"]


def _nothing(value: object) -> object:
    return [] if value == "nothing" else many(value)


ProratedForm = Annotated[
    frozenset[Prorated],
    BeforeValidator(_nothing, json_schema_input_type=list[Prorated] | Prorated | Literal["nothing"]),
]


class Eligibility(Part):
    """The seats that a plan or a component holds for; each key narrows it."""

    role: Names = Field(default=(), description="Roles of positions.")
    position: Names = Field(default=(), description="Positions by name.")
    participant: Names = Field(default=(), description="Participants by name.")
    where: Condition | None = Field(
        default=None, description="A condition over fields of `position` and `participant`."
    )

    @model_validator(mode="after")
    def _someone(self) -> "Eligibility":
        if not (self.role or self.position or self.participant or self.where):
            raise Fault("P104", '"for" names nobody.', "Say `role`, `position`, `participant` or `where`.")
        return self


class Leave(Part):
    """What a leave of the participant changes."""

    credit: Literal["owner", "nobody", "cover"] = Field(
        default="owner", description="Who is credited for what is dated in the leave of the owner."
    )
    prorates: ProratedForm = Field(default=frozenset(), description="What days of leave shrink.")
    ramp: Literal["runs", "stops"] | None = Field(
        default=None, description="Whether the months of a ramp go on during leave; required with a ramp."
    )


class RampStep(Part):
    """From one month (or day) of service on, what of the full figures holds."""

    from_: Whole = Field(
        description="The first month since hire (the month of hire is 1), or day of service."
    )
    quota: PercentForm | None = Field(default=None, description="Share of the quota.")
    target_incentive: PercentForm | None = Field(default=None, description="Share of the target incentive.")
    draw: Number | None = Field(
        default=None,
        description="The draw of that month where the draw is `by ramp`, else its share in percent.",
    )


class Ramp(Part):
    """How quota, target incentive and draw grow for who is new."""

    counted_in: Literal["months since hire", "days of service"] = Field(description="The ramp's clock.")
    steps: Annotated[tuple[RampStep, ...], Field(min_length=1)] = Field(
        description="Each holds from its start until the next one."
    )


class Leavers(Part):
    """What holds for who leaves."""

    credit_until: LengthForm | None = Field(
        default=None, description="How long after the last day credits still count; later ones are forfeited."
    )
    draw_in_the_last_period: Literal["full", "prorated", "none"] = Field(
        default="full", description="The draw of the pay period in which the participant leaves."
    )
    draw_owed: Literal["stays owed", "written off"] = Field(
        default="stays owed", description="What of a recoverable draw is still owed at the end."
    )
    holdback: Literal["released at once", "forfeited", "released when due"] = Field(
        default="released when due", description="What is still held at the end."
    )
