"""Where a participant earns nothing in a pay period: under no plan, or by which components, and why."""

from attain.engine.calculation.explanation.evidence import Evidence
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.reasons import Case, said
from attain.engine.calculation.explanation.wording import days, listed
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.versions import Version
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


def _nothing(
    evidence: Evidence, one: Pass, plan: str, title: str, members: list[tuple[Version, Component]]
) -> Item:
    reasons = [
        reason for version, block in members for reason in Case(evidence, one, version, block).reasons()
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
