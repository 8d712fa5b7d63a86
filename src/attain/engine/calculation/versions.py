"""One version of one plan in one currency: what all its components share while they are calculated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from attain.engine.calculation.continuing import Link
from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.exchange import Conversion
from attain.engine.calculation.headings import users_of
from attain.engine.calculation.intervals import ALWAYS, Run
from attain.engine.calculation.known import Known
from attain.engine.calculation.roster import Roster
from attain.engine.calculation.seats import Days, SeatFields, effective, eligible_days, narrowed
from attain.engine.calculation.summing import Summed
from attain.engine.calculation.weights import Weights
from attain.engine.calculation.windows import Timing
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component, Plan
from attain.engine.values.calendars import Calendar


@dataclass
class Version:
    """A plan version under calculation. `seated`: the days on which each assignment is under the plan's title;
    `before` and `after`: the versions of the same title and currency beside it.
    """

    known: Known
    roster: Roster
    plan: Plan
    currency: str
    calendar: Calendar
    timing: Timing
    seated: Days
    name: str
    before: "Version | None" = field(default=None, repr=False)
    after: "Version | None" = field(default=None, repr=False)
    conversion: Conversion = field(init=False)
    sets: dict[tuple[int, str], CreditSet] = field(default_factory=dict)
    chained: dict[tuple[object, ...], CreditSet] = field(default_factory=dict)
    days_of: dict[str, dict[int, list[Run]]] = field(default_factory=dict)
    field_sets: dict[int, SeatFields] = field(default_factory=dict)
    summed: dict[tuple[str, str], Summed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.conversion = Conversion(self.known, self.plan, self.currency, self.name)

    @property
    def days(self) -> Run:
        """The days of the version."""
        return effective(self.plan)

    def component_days(self, component: Component) -> dict[int, list[Run]]:
        """The days on which each assignment may be credited in a component, by owner date."""
        key = repr(component.for_)
        if key not in self.days_of:
            days = {seat: list(runs) for seat, runs in self.seated.items()}
            if component.for_ is not None:
                days = narrowed(days, eligible_days(self.known, self.roster, component.for_))
            self.days_of[key] = days
        return self.days_of[key]

    def fields(self, days: Days) -> SeatFields:
        """Fields and values of the seats of a component."""
        if id(days) not in self.field_sets:
            table = f"{self.name}_fields{len(self.field_sets)}"
            self.field_sets[id(days)] = SeatFields(self.known, self.roster, self.plan, days, table)
        return self.field_sets[id(days)]

    def credits(self, owner: Measure, component: Component, earlier: Sequence[Link] = ()) -> CreditSet:
        """The credits of the rules of a block, for the seats of a component; one set serves all that share it.

        With what the component continues: also the credits that the rules of earlier versions gave.
        """
        key = (id(owner), f"{component.for_!r} {self._opening(owner, component)}")
        if earlier:
            return self._chained((*key, *(id(block) for _, _, block in earlier)), owner, component, earlier)
        if key not in self.sets:
            self.sets[key] = self._set(owner, component, f"{self.name}_credits{len(self.sets)}")
        return self.sets[key]

    def _chained(
        self, key: tuple[object, ...], owner: Measure, component: Component, earlier: Sequence[Link]
    ) -> CreditSet:
        if key not in self.chained:
            made = self._set(owner, component, f"{self.name}_chained{len(self.chained)}")
            for number, (version, former, block) in enumerate(earlier):
                made.join(version._set(version.rules_of_block(block), former, f"{made.name}_{number}"))
            self.chained[key] = made
        return self.chained[key]

    def _set(self, owner: Measure, component: Component, name: str) -> CreditSet:
        days = self._both_days(owner, component)
        return CreditSet(
            self.known, self.roster, self.plan, owner.credit, days, self.days, self.conversion,
            self.fields(days), name, self._opening(owner, component),
        )  # fmt: skip

    def _both_days(self, owner: Measure, component: Component) -> dict[int, list[Run]]:
        """The days of a component's seats; where it counts another component's credits, only those of both."""
        days = self.component_days(component)
        if not isinstance(owner, Component) or owner.for_ in (None, component.for_):
            return days
        key = f"{component.for_!r} {owner.for_!r}"
        if key not in self.days_of:
            self.days_of[key] = narrowed(days, self.component_days(owner))
        return self.days_of[key]

    def every_set(self) -> dict[tuple[int, str], CreditSet]:
        """The credits of all components and of the measures that they use, also where nothing is earned in the run."""
        for component in self.plan.components.values():
            owner = self.rules_of(component)
            if owner.credit:
                self.credits(owner, component)
        for name, block in self.plan.measures.items():
            for component in users_of(self.plan, name) if block.credit else ():
                self.credits(block, component)
        return self.sets

    def _opening(self, owner: Measure, component: Component) -> list[tuple[str, date, Decimal]]:
        """Opening credits of a component that measures a block's credits, and of the block: position, day, amount."""
        blocks = {**self.plan.measures, **self.plan.components}
        titles = {title for title, block in blocks.items() if block is owner}
        if self.rules_of(component) is owner:
            titles.add(component.title)
        return [
            (str(row["position"]), row["date"], row["amount"])  # type: ignore[misc]
            for row in self.known.fetch("opening_credits")
            if row["component"] in titles and self.days[0] <= row["date"] < self.days[1]  # type: ignore[operator]
        ]

    def rules_of(self, component: Component) -> Measure:
        """The block whose rules a component's measure counts."""
        return self.rules_of_block(self.plan.whole(component))

    def rules_of_block(self, block: Measure) -> Measure:
        """The block whose rules give the credits of another, or of itself."""
        while block.credit_of:
            found = self.plan.block(block.credit_of)
            assert found is not None, block.credit_of
            block = self.plan.whole(found)
        return block

    def rows_of(self, credits: CreditSet) -> int:
        """The most credits that a set may hold."""
        per_row = 1
        for _, branch in credits.every_branch:
            levels = getattr(branch.rule.to, "levels", ())
            per_row = max(per_row, 20 if levels == "all" else len(levels) or 4)
        return per_row * sum(self.known.rows(branch.source.table) for _, branch in credits.every_branch)

    def weights(self, days: Days, counted: Run = ALWAYS) -> Weights:
        """The weights of proration for seats on their days, of which those `counted` count as held."""
        within = (date(1900, 1, 1), self.timing.end + timedelta(days=3700))
        return Weights(self.known, self.roster, self.plan, days, within, counted)

    def _unit(self) -> str:
        return "month" if self.calendar.spans.get("month") else "period"

    def cuts_cells(self, edges: set[date]) -> bool:
        """Whether a day among the edges lies within a cell, so that days must be kept apart."""
        starts = {span.first for span in self.calendar.spans[self._unit()]}
        inner = {day for day in edges if self.timing.begin < day < self.timing.end}
        return not inner <= starts

    def cell(self, day: str, by_day: bool) -> tuple[str, str]:
        """The first day of the cell of a day, and the join that gives it; by day the day itself."""
        if by_day:
            return day, ""
        key = f"cells of {self.calendar.title}"
        if key not in self.known.sums:
            table = f"{self.known.prefix}_cells_{len(self.known.sums)}"
            rows = [
                (span.first + timedelta(days=offset), span.first)
                for span in self.calendar.of(self._unit(), self.timing.begin, self.timing.end)
                for offset in range((span.next - span.first).days)
            ]
            days, cells = [day for day, _ in rows], [cell for _, cell in rows]
            arrays = {"day": pa.array(days, pa.date32()), "cell": pa.array(cells, pa.date32())}
            self.known.backend.load(table, pa.table(arrays))
            self.known.sums[key] = table
        table = str(self.known.sums[key])
        return "k.cell", f" INNER JOIN {table} AS k ON k.day = {day}"
