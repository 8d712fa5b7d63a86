"""What stands on which page of the reference: the maps of the language in the order of a document."""

from dataclasses import dataclass

from pydantic import BaseModel

from attain.engine.language.models.calendars import CalendarPeriod
from attain.engine.language.models.credit_rules import (
    CoverTo,
    CreditRule,
    ManagersTo,
    MembersTo,
    SplitTo,
    TerritoryTo,
)
from attain.engine.language.models.eligibility import Eligibility, Leave, Leavers, Ramp, RampStep
from attain.engine.language.models.exchange import Exchange
from attain.engine.language.models.measures import Across, Denominator, Measure
from attain.engine.language.models.other_documents import CalendarDocument, TableDocument
from attain.engine.language.models.payment import (
    Advance,
    Clawback,
    ClawbackStep,
    Draw,
    Holdback,
    InstalmentPart,
    Instalments,
    Maximum,
    PayIn,
    Payment,
)
from attain.engine.language.models.pays import (
    Axis,
    Banded,
    FirstToReach,
    Flat,
    Given,
    Interpolated,
    Lookup,
    Matrix,
    Pool,
    Ranking,
    Stepped,
)
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.plan_tests import PlanTest
from attain.engine.language.models.steps import (
    Budget,
    Cap,
    CapRate,
    Floor,
    FloorRate,
    Keep,
    MultiplyBy,
    MultiplyByTable,
    OnlyIf,
    SoftBand,
    SoftCap,
)
from attain.engine.language.models.tables import Band, Point, StepBand, Table
from attain.engine.language.models.values import ValueTable


@dataclass(frozen=True)
class Section:
    """A map of the language: where it stands, its model, and examples by the name of their file."""

    title: str
    model: type[BaseModel]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page: its file, title and first lines, and its sections."""

    file: str
    title: str
    opening: str
    sections: tuple[Section, ...]


PAGES = (
    Page(
        "plan.md",
        "The plan",
        "One document is one version of one plan. Its title and its first day are its identity; the versions "
        "of one title neither overlap nor leave a gap. Units of time are those of the plan's calendar.",
        (
            Section("plan", Plan, ("plan", "versions", "leading")),
            Section("for", Eligibility, ("for",)),
            Section("values", ValueTable, ("values",)),
            Section("exchange", Exchange, ("exchange", "exchange-fixed")),
            Section("leave", Leave, ("leave",)),
            Section("ramp", Ramp, ("ramp",)),
            Section("ramp: steps", RampStep),
            Section("leavers", Leavers, ("leavers",)),
            Section("tests", PlanTest),
        ),
    ),
    Page(
        "measures.md",
        "Credits and measures",
        "A measure block stands in `measures` and, directly, in a component: who is credited for what, what "
        "is measured of it over which window, and the quota that it is held against.",
        (
            Section("credit", CreditRule, ("credit",)),
            Section("to: split", SplitTo, ("split",)),
            Section("to: territory of", TerritoryTo, ("territory",)),
            Section("to: managers of", ManagersTo, ("managers",)),
            Section("to: members of", MembersTo, ("members",)),
            Section("to: cover of", CoverTo),
            Section("measures", Measure, ("measure", "rolling")),
            Section("denominator", Denominator),
            Section("across", Across, ("across",)),
        ),
    ),
    Page(
        "pay.md",
        "Components and rate tables",
        "A component is a measure block and how it becomes an earning. `how` names the form of its rates.",
        (
            Section("components", Component, ("target-incentive",)),
            Section("how: flat", Flat, ("flat",)),
            Section("how: marginal, whole amount", Banded, ("marginal", "whole-amount", "by-earning")),
            Section("bands", Band),
            Section("how: stepped amount", Stepped, ("stepped-amount",)),
            Section("bands of a stepped amount", StepBand),
            Section("how: interpolated", Interpolated, ("interpolated",)),
            Section("points", Point),
            Section("how: matrix", Matrix, ("matrix",)),
            Section("down, across", Axis),
            Section("how: lookup", Lookup, ("lookup",)),
            Section("how: given", Given, ("given",)),
            Section("how: ranking", Ranking, ("ranking",)),
            Section("how: first to reach", FirstToReach, ("first-to-reach",)),
            Section("how: pool", Pool, ("pool",)),
        ),
    ),
    Page(
        "steps.md",
        "Steps",
        "What is done to a figure after its rate table, in `then`, from top to bottom. A cap *per UNIT* "
        "holds for what the unit has earned to date, one with `each` for the thing's net to date, another "
        "for the window's figure. `then` of the plan acts on the sum of all components.",
        (
            Section("only if", OnlyIf, ("steps",)),
            Section("multiply by", MultiplyBy),
            Section("multiply by table", MultiplyByTable),
            Section("cap", Cap),
            Section("floor", Floor),
            Section("cap rate", CapRate),
            Section("floor rate", FloorRate),
            Section("soft cap", SoftCap),
            Section("soft cap: bands", SoftBand),
            Section("keep", Keep, ("keep",)),
            Section("budget", Budget, ("budget",)),
        ),
    ),
    Page(
        "tables.md",
        "Tables and calendars",
        "A table stands in the `tables` of a plan, or is a document that several plans share by its title.",
        (
            Section("tables", Table, ("tables",)),
            Section("table", TableDocument, ("shared-tables",)),
            Section("calendar", CalendarDocument, ("calendar", "calendar-periods")),
            Section("periods", CalendarPeriod),
        ),
    ),
    Page(
        "payment.md",
        "Payment",
        "From what is earned to what is paid. The keys stand in the order in which they act.",
        (
            Section("payment", Payment),
            Section("instalments", Instalments, ("instalments",)),
            Section("instalments: parts", InstalmentPart),
            Section("holdback", Holdback, ("holdback",)),
            Section("clawback", Clawback, ("clawback",)),
            Section("clawback: schedule", ClawbackStep),
            Section("advance", Advance, ("advance",)),
            Section("draw", Draw, ("draw",)),
            Section("maximum", Maximum, ("limits",)),
            Section("pay in", PayIn, ("pay-in",)),
        ),
    ),
)
