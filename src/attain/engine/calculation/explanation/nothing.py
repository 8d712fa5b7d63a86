"""Why a participant earns nothing: no seat, nothing due, no credits, gate, quota, band, or an exception."""

from collections.abc import Iterator
from dataclasses import dataclass

from attain.engine.calculation.explanation.earning import measure_items, quota_state
from attain.engine.calculation.explanation.evidence import Evidence
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.lost import lost_items
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.rates import below_the_first
from attain.engine.calculation.explanation.steps import gates_not_met, step_items
from attain.engine.calculation.explanation.wording import amount, days, listed, number, percent
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.versions import Version
from attain.engine.language.models.eligibility import Eligibility
from attain.engine.language.models.pays import Given
from attain.engine.language.models.plan import Component
from attain.engine.values.problems import refuse


def nothing_items(evidence: Evidence, component: str | None = None) -> list[Item]:
    """For each component under which the participant earns nothing in the pay period: why.

    Raises Refused where no plan has the component that is asked for.
    """
    one = evidence.pass_of(evidence.span.last)
    titles = sorted({title for version in one.versions for title in version.plan.components})
    if component is not None and component not in titles:
        raise refuse(
            "R112",
            f'no plan of this run has a component "{component}".',
            f"The components are {listed(titles)}.",
        )
    earned = {(row["plan"], row["component"]) for row in evidence.earnings() if row["amount"]}
    found: dict[tuple[str, str], list[tuple[Version, Component]]] = {}
    mine = {seat.index for seat in evidence.seats(one)}
    for version in one.versions:
        runs = [run for seat in mine for run in version.seated.get(seat, ())]
        until = max((run[1] for run in runs), default=None)
        if until is None or version.days[0] >= evidence.span.next or version.days[1] <= evidence.span.first:
            continue
        if min(run[0] for run in runs) >= evidence.span.next:
            continue
        for title, block in version.plan.components.items():
            if component in (None, title) and (version.plan.plan, title) not in earned:
                found.setdefault((version.plan.plan, title), []).append((version, block))
    if not found and not earned:
        return [_no_plan(evidence, one)]
    return [_nothing(evidence, one, plan, title, members) for (plan, title), members in found.items()]


def _no_plan(evidence: Evidence, one: Pass) -> Item:
    """The participant is under no plan in the period: which seats there are, and whom the plans are for."""
    seats = evidence.held_on(one)
    plans = [
        Item("plan", f"plan {version.plan.plan} ({version.plan.effective}) is for {said(version.plan.for_)}")
        for version in one.versions
    ]
    if not seats:
        held = [
            Item("seat", f"{seat.position} was held {days(seat.first, seat.next)}")
            for seat in evidence.seats(one)
        ]
        text = f"holds no position from {evidence.span.first} to {evidence.span.last}"
        return Item(
            "no seat", text, {}, tuple(held or [Item("seat", "no assignment is loaded for this participant")])
        )
    roles = []
    for seat in seats:
        role = one.roster.field(seat, "role", max(seat.first, evidence.span.first))
        roles.append(f"{seat.position} ({f'role {role}' if role else 'no role is loaded'})")
    return Item(
        "no plan", f"holds {listed(roles)}, which is under no plan in {evidence.period}", {}, tuple(plans)
    )


def said(who: Eligibility) -> str:
    """Whom a `for` means, in words."""
    names = (("role", who.role), ("position", who.position), ("participant", who.participant))
    words = [f"{name} {listed(list(values), 'or')}" for name, values in names if values]
    return ", ".join([*words, *([f"where {who.where.text}"] if who.where is not None else [])])


@dataclass
class _Case:
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
        turns = version.timing.turns(version.plan.whole(component), False)
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
        pace = window.every if window is not None and window.every else f"each {unit}"
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
        evidence, version, component = self.evidence, self.version, self.component
        currency, run = version.currency, days(point.first, point.until)
        context = tuple(measure_items(version, component, point))
        every = evidence.credits(self.one, version, component)
        seats = [seat.index for seat in evidence.seats(self.one)]
        given = [
            (credits, row) for credits in every for row in credits.of_seats(seats, point.first, point.until)
        ]
        if every and not given:
            lost = [
                item
                for credits in every
                for item in lost_items(evidence, self.one, credits, component, point.first, point.until)
            ]
            yield Item(
                "no credits", f"no transaction gave credit to {point.position}, {run}", {}, (*lost, *context)
            )
            return
        if given and point.number("measure") == 0:
            items = tuple(credits.item(row) for credits, row in given)
            yield Item("zero", f"{len(given)} credits, {run}, add up to 0", {}, items)
        if version.plan.whole(component).quota is not None and not (point.number("quota") or 0) > 0:
            yield Item("quota", f"the quota is {quota_state(point)}", {}, context)
            return
        if self._short(point):
            yield Item(
                "short window", "the window is not full yet, and the plan says no earning then", {}, context
            )
            return
        gates = gates_not_met(component, point)
        yield from (Item(gate.kind, gate.text, gate.facts, context) for gate in gates)
        if gates:
            return
        first = below_the_first(component.pay, point)
        if first and not point.raw:
            by = str(getattr(component.pay, "by", ""))
            at = point.number(by)
            shown = "" if at is None else percent(at) if by == "attainment" else number(at)
            yield Item(
                "below the first band",
                f"{by} is {shown}; the table pays from {first} on",
                {"at": at},
                context,
            )
        if point.raw and point.raw == point.raw_before:
            text = f"the figure to date is {amount(point.raw, currency)}, as it was before: nothing new"
            yield Item("nothing new", text, {"raw": point.raw}, context)
        elif point.raw - point.raw_before and not point.figure:
            text = f"the steps make 0 of {amount(point.raw - point.raw_before, currency)}"
            yield Item("steps", text, {"raw": point.raw}, (*context, *step_items(component, point, currency)))
        elif point.figure:
            yield Item(
                "rounding",
                f"{number(point.figure)} {currency} rounds to 0, or other seats take it away",
                {},
                context,
            )


def _nothing(
    evidence: Evidence, one: Pass, plan: str, title: str, members: list[tuple[Version, Component]]
) -> Item:
    reasons = [
        reason for version, block in members for reason in _Case(evidence, one, version, block).reasons()
    ]
    if not reasons:
        reasons = [Item("zero", "measure, rates and steps give 0")]
    facts = {"plan": plan, "component": title}
    if len(reasons) == 1:
        only = reasons[0]
        text = f"{title}: nothing by plan {plan}: {only.text}"
        return Item("nothing", text, {**facts, "reason": only.kind, **only.facts}, only.parts)
    return Item(
        "nothing", f"{title}: nothing by plan {plan}, for {len(reasons)} reasons", facts, tuple(reasons)
    )


def exception_item(row: dict[str, object]) -> Item:
    """An exception: what could not be decided, and what to do."""
    about = f" {row['transaction']}" if row["transaction"] else ""
    facts = {name: row[name] for name in ("code", "transaction", "period", "position")}
    return Item("exception", f"exception {row['code']}{about}: {row['reason']}. {row['cure']}", facts)
