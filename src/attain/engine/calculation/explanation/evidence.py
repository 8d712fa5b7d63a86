"""What a run knows of one participant and pay period: rows of its tables, and the stages behind them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

import pyarrow.compute

from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.explanation.credited import Credits
from attain.engine.calculation.explanation.points import Looking, Point
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.lines import Lines, shown
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.posting import knowing
from attain.engine.calculation.results import Results
from attain.engine.calculation.roster import Assignment
from attain.engine.calculation.versions import Version
from attain.engine.language.models.plan import Component
from attain.engine.values.calendars import Span
from attain.engine.values.problems import refuse

Row = Mapping[str, object]


@dataclass
class Evidence:
    """One participant in one pay period. Raises Refused where the run knows neither."""

    results: Results
    participant: str
    period: str
    span: Span = field(init=False)
    looked: dict[tuple[str, str, str], list[Point]] = field(default_factory=dict)
    drawn: dict[int, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.span = self._span()
        roster = self.results.posting.now.roster
        known = {*roster.participants, *roster.held}
        known |= {str(row["participant"]) for row in self._distinct("payments")}
        if self.participant not in known:
            near = get_close_matches(self.participant, sorted(known), 3)
            cure = (
                f"Did you mean {', '.join(near)}?"
                if near
                else "Name a participant by the key of `participants`."
            )
            raise refuse("R110", f'no participant "{self.participant}" is known.', cure)

    def _distinct(self, table: str) -> list[Row]:
        found = self.results.table(table)
        return found.select(["participant"]).to_pylist() if "participant" in found.column_names else []

    def _span(self) -> Span:
        spans = [span for payroll in self.results.payrolls for span in payroll.group.spans]
        within = [span for span in spans if self.results.first <= span.last < self.results.next]
        for span in within:
            if span.name == self.period:
                return span
        names = list(dict.fromkeys(span.name for span in sorted(within)))
        cure = (
            f"It paid {names[0]} to {names[-1]}."
            if len(names) > 1
            else f"It paid {', '.join(names) or 'none'}."
        )
        raise refuse("R111", f'"{self.period}" is no pay period of this run.', cure)

    def name_of(self, participant: str) -> str:
        """A participant's name with the key, where a name is loaded; else the key."""
        name = self.results.posting.now.roster.participants.get(participant, {}).get("name")
        return f"{name} ({participant})" if isinstance(name, str) and name else participant

    def rows(self, table: str, **wanted: str) -> list[Row]:
        """The rows of a table of results that are this participant's, with these values."""
        found = self.results.table(table)
        for name, value in {"participant": self.participant, **wanted}.items():
            if name not in found.column_names:
                return []
            found = found.filter(pyarrow.compute.equal(found[name], value))
        rows: list[Row] = found.to_pylist()
        return rows

    def earnings(self, component: str | None = None) -> list[Row]:
        """Earnings as they stand posted in the pay period, also those of 0."""
        posting, first, following = self.results.posting, self.span.first, self.span.next
        named = f" AND component = {text_literal(component)}" if component else ""
        select = (
            f"SELECT plan, component, period, paid, currency, amount FROM {posting.earnings} "
            f"WHERE participant = {text_literal(self.participant)} AND paid >= CAST('{first}' AS DATE) "
            f"AND paid < CAST('{following}' AS DATE){named} ORDER BY plan, component, paid, period, currency"
        )
        rows: list[Row] = self.results.backend.fetch(select).to_pylist()
        return rows

    def pass_of(self, paid: date) -> Pass:
        """The reckoning behind an earning paid on a day: of a closed period the one at its closing."""
        return knowing(self.results.posting.slices, paid)

    def seats(self, one: Pass) -> list[Assignment]:
        """The participant's assignments, in order of days."""
        return sorted(one.roster.held.get(self.participant, ()), key=lambda seat: seat.first)

    def versions(self, one: Pass, plan: str, component: str) -> Iterator[tuple[Version, Component]]:
        """The versions of a plan in which a component stands and the participant has a seat."""
        mine = {seat.index for seat in self.seats(one)}
        for version in one.versions:
            block = version.plan.components.get(component)
            if version.plan.plan == plan and block is not None and mine & version.seated.keys():
                yield version, block

    def points(self, one: Pass, version: Version, component: Component) -> list[Point]:
        """What was measured of the participant, at every turn of a component in a version."""
        key = (one.prefix, version.name, component.title)
        if key not in self.looked:
            figures = _figures(one, version, component)
            looking = Looking(version, component, f"{version.name}x{len(self.looked)}")
            self.looked[key] = looking.points(self.participant, figures) if figures else []
        return self.looked[key]

    def credits(self, one: Pass, version: Version, component: Component) -> list[Credits]:
        """The credits that a component measures: its own, and those that its rate table is read by."""
        figures = _figures(one, version, component)
        if figures is None:
            return []
        evaluation, pay = figures.evaluation, component.pay
        axes = [getattr(pay, side, None) for side in ("down", "across")]
        names = {getattr(pay, "by", ""), *(axis.by for axis in axes if axis is not None)}
        read = {name: measured.block for name, measured in evaluation.measured.items() if name in names}
        found: dict[int, Credits] = {}
        for name, block in {"": evaluation.block, **read}.items():
            each = evaluation.credit_set(block)
            if each.rules:
                found.setdefault(id(each), Credits(version, each, name))
        return list(found.values())

    def of_everybody(self, one: Pass, credits: Credits, component: Component) -> Credits:
        """A component's credits with everybody else's, also where one participant alone is reckoned."""
        if one.whole is one:
            return credits
        number = next(number for number, each in enumerate(one.versions) if each is credits.version)
        version = one.whole.versions[number]
        evaluation = Evaluation(
            version, component, f"{version.name}c{list(version.plan.components).index(component.title)}"
        )
        measured = evaluation.named(credits.measure) if credits.measure else evaluation.main
        return Credits(version, evaluation.credit_set(measured.block), credits.measure)

    def lines(self, one: Pass, row: Row) -> list[Row]:
        """The lines of one earning, drawn for this participant alone."""
        number = id(one)
        if number not in self.drawn:
            within = (
                f"f.paid >= CAST('{self.span.first}' AS DATE) AND f.paid < CAST('{self.span.next}' AS DATE)"
            )
            made = Lines(one, f"explained{len(self.drawn)}", within, [self.participant]).make()
            self.drawn[number] = self.results.backend.fetch(shown(made)).to_pylist()
        keys = ("plan", "component", "period")
        return [line for line in self.drawn[number] if all(line[key] == row[key] for key in keys)]

    def held_on(self, one: Pass) -> list[Assignment]:
        """The assignments that touch the pay period."""
        return [
            seat for seat in self.seats(one) if seat.first < self.span.next and seat.next > self.span.first
        ]


def _figures(one: Pass, version: Version, component: Component) -> Figures | None:
    for other, block, figures in one.figures:
        if other is version and block is component:
            return figures
    return None
