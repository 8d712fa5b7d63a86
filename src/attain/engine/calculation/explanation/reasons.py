"""Why one version of a component gives a participant nothing: its seat, credits, quota, gate, band, steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attain.engine.calculation.explanation.credited import Credits
from attain.engine.calculation.explanation.earning import measure_items, quota_state
from attain.engine.calculation.explanation.evidence import Evidence
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.lost import lost_items
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.rates import below_the_first, table_item
from attain.engine.calculation.explanation.steps import gates_not_met, step_items
from attain.engine.calculation.explanation.wording import amount, days, listed, number, percent
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.versions import Version
from attain.engine.language.models.eligibility import Eligibility
from attain.engine.language.models.pays import Given
from attain.engine.language.models.plan import Component

NOTHING_THEN = ("exception", "no earning", "no earning and exception")


@dataclass
class Case:
    """One version of a component that gives nothing."""

    evidence: Evidence
    one: Pass
    version: Version
    component: Component

    def reasons(self) -> Iterator[Item]:
        """What explains the zero, the most telling first."""
        evidence, version, component = self.evidence, self.version, self.component
        mine = {seat.index for seat in evidence.seats(self.one)}
        if not mine & version.component_days(component).keys():
            whom = said(component.for_) if component.for_ is not None else "others"
            yield Item("no seat", f"{component.title} is only for {whom}")
            return
        yield from self._exceptions()
        if isinstance(component.pay, Given):
            yield Item(
                "not given",
                f"no earning is loaded in earnings_given for {component.title} and {evidence.period}",
            )
            return
        turns = version.timing.turns(version.plan.whole(component))
        due = {turn.period for turn in turns if evidence.span.first <= turn.paid < evidence.span.next}
        if not due:
            yield self._not_due()
            return
        points = [point for point in evidence.points(self.one, version, component) if point.period in due]
        if not points:
            yield Item(
                "no seat", f"no seat of this participant touches {listed(sorted(due))} in this version"
            )
        for point in points:
            yield from self._of_point(point)

    def _short(self, point: Point) -> bool:
        """Whether a rolling window has no full history yet, and earns nothing then."""
        block = self.version.plan.whole(self.component)
        rolling = block.over is not None and block.over.last is not None
        return (
            rolling
            and block.short_window == "no earning"
            and not point.figure
            and bool(point.number("measure"))
        )

    def _not_due(self) -> Item:
        window = self.version.plan.whole(self.component).over
        unit = window.unit if window is not None else "period"
        pace = window.every if window is not None and window.every else f"for each {unit}"
        if unit == "plan":
            pace = "for all the plan's days"
        return Item("not due", f"it is earned {pace}, at the end; no such end lies in {self.evidence.period}")

    def _exceptions(self) -> Iterator[Item]:
        """Exceptions of the component for this participant, or for the positions held."""
        evidence = self.evidence
        positions = {seat.position for seat in evidence.seats(self.one)}
        for row in evidence.results.table("exceptions").to_pylist():
            if row["plan"] != self.version.plan.plan or row["component"] != self.component.title:
                continue
            own = row["participant"] == evidence.participant
            if own or (not row["participant"] and row["position"] in positions):
                yield exception_item(row)

    def _of_point(self, point: Point) -> Iterator[Item]:
        """The first of: no credits, credits of 0, a quota that cannot divide, a short window, a gate; else the rates."""
        version, component = self.version, self.component
        context = tuple(measure_items(version, component, point))
        every = self.evidence.credits(self.one, version, component)
        seats = [seat.index for seat in self.evidence.seats(self.one)]
        given = [(each, row) for each in every for row in each.of_seats(seats, point.first, point.until)]
        gates = gates_not_met(component, point)
        if every and not given:
            yield self._no_credits(every, point, context)
        elif given and point.number("measure") == 0:
            items = tuple(credits.item(row) for credits, row in given)
            text = f"{len(given)} credits, {days(point.first, point.until)}, add up to 0"
            yield Item("zero", text, {}, items)
        elif self._undivided(point):
            yield Item("quota", f"the quota is {quota_state(point)}", {}, context)
        elif self._short(point):
            text = "the window is not full yet, and the plan says no earning then"
            yield Item("short window", text, {}, context)
        elif gates:
            yield from (Item(gate.kind, gate.text, gate.facts, context) for gate in gates)
        else:
            yield from self._of_figure(point, context)

    def _no_credits(self, every: Sequence[Credits], point: Point, context: tuple[Item, ...]) -> Item:
        window = (point.first, point.until)
        lost = [
            item
            for each in every
            for item in lost_items(self.evidence, self.one, each, self.component, *window)
        ]
        text = f"no transaction gave credit to {point.position}, {days(*window)}"
        return Item("no credits", text, {}, (*lost, *context))

    def _undivided(self, point: Point) -> bool:
        """Whether the quota cannot divide and the plan gives nothing then."""
        block = self.version.plan.whole(self.component)
        if block.quota is None or (point.number("quota") or 0) > 0:
            return False
        return str(getattr(block.denominator, quota_state(point))) in NOTHING_THEN

    def _of_figure(self, point: Point, context: tuple[Item, ...]) -> Iterator[Item]:
        """What the rate table and the steps made of the measure."""
        component, currency = self.component, self.version.currency
        first, change = below_the_first(component.pay, point), point.raw - point.raw_before
        if first and not point.raw:
            by = str(getattr(component.pay, "by", ""))
            at = point.number(by)
            shown = "" if at is None else percent(at) if by == "attainment" else number(at)
            text = f"{by} is {shown}; the table pays from {first} on"
            yield Item("below the first band", text, {"at": at}, context)
        elif not point.raw and not change and not point.figure:
            table = table_item(component.pay, point, currency)
            yield Item("zero", "the rate table gives 0 here", {"raw": point.raw}, (*context, table))
        if point.raw and not change:
            text = f"the figure to date is {amount(point.raw, currency)}, as it was before: nothing new"
            yield Item("nothing new", text, {"raw": point.raw}, context)
        elif change and not point.figure:
            text = f"the steps make 0 of {amount(change, currency)}"
            yield Item("steps", text, {"raw": point.raw}, (*context, *step_items(component, point, currency)))
        elif point.figure:
            text = f"{number(point.figure)} {currency} rounds to 0, or other seats take it away"
            yield Item("rounding", text, {}, context)


def said(who: Eligibility) -> str:
    """Whom a `for` means, in words."""
    names = (("role", who.role), ("position", who.position), ("participant", who.participant))
    words = [f"{name} {listed(list(values), 'or')}" for name, values in names if values]
    return ", ".join([*words, *([f"where {who.where.text}"] if who.where is not None else [])])


def exception_item(row: dict[str, object]) -> Item:
    """An exception: what could not be decided, and what to do."""
    about = f" {row['transaction']}" if row["transaction"] else ""
    facts = {name: row[name] for name in ("code", "transaction", "period", "position")}
    return Item("exception", f"exception {row['code']}{about}: {row['reason']}. {row['cure']}", facts)
