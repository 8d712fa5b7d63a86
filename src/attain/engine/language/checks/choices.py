"""Choices that change pay and are never assumed: each is required as soon as it matters."""

from collections.abc import Iterator

from attain.engine.language.checks.found import found, found_at_key
from attain.engine.language.checks.uses import Use, uses_of
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.pays import Banded, FirstToReach, Interpolated, Matrix, Ranking, Stepped
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import Cap, Floor
from attain.engine.values.problems import Problem


def missing_choices(plan: Plan) -> Iterator[Problem]:
    """What the plan must say and does not (P2xx), or says where it means nothing (P208)."""
    yield from _prorate(plan)
    for block in (*plan.measures.values(), *plan.components.values()):
        yield from _window(plan, block)
    uses = list(uses_of(plan))
    for component in plan.components.values():
        own = [use for use in uses if use.component is component]
        yield from _attainment(plan, component, own)
        yield from _target(plan, component, own)
    yield from _attainment_elsewhere(plan, uses)
    if plan.leave and plan.ramp and plan.leave.ramp is None:
        yield found_at_key(
            plan,
            ("leave",),
            "P205",
            'the plan has a ramp, and "leave" does not say "ramp".',
            'Add "ramp: runs" or "ramp: stops".',
        )
    if plan.exchange and plan.exchange.on == "transaction date" and not plan.exchange.says("at_most"):
        cure = 'Add "at most: 7 days", or "at most: any age".'
        yield found_at_key(plan, ("exchange",), "P207", "say how old a rate may be.", cure)
    yield from _payment(plan)


def _prorate(plan: Plan) -> Iterator[Problem]:
    if plan.says("prorate"):
        return
    shrinks = list(dict.fromkeys(_shrinking(plan)))
    if shrinks:
        yield found_at_key(
            plan,
            ("plan",),
            "P201",
            f"the plan has {_and(shrinks)}, and does not say what shrinks where a period is held in part.",
            f'Add "prorate: [{", ".join(shrinks)}]", or "prorate: nothing".',
        )


def _shrinking(plan: Plan) -> Iterator[str]:
    if any(block.quota is not None for block in (*plan.measures.values(), *plan.components.values())):
        yield "quota"
    if plan.target_incentive or any(each.target_incentive for each in plan.components.values()):
        yield "target incentive"
    steps = [step for component in plan.components.values() for step in component.then] + list(plan.then)
    for step in steps:
        if isinstance(step, (Cap, Floor)) and isinstance(step.amount, AmountPer):
            yield "cap" if isinstance(step, Cap) else "floor"
    if plan.payment:
        yield from (name for name in ("draw", "minimum", "maximum") if getattr(plan.payment, name))


def _window(plan: Plan, block: Measure) -> Iterator[Problem]:
    if block.over is None:
        return
    window = str(plan.source.value(block.path_of("over")))
    if block.over.last is not None and block.short_window is None:
        yield found_at_key(
            plan,
            block.path_of("over"),
            "P202",
            f'"over" is "{window}", so say what holds before it is full.',
            'Add "short window: no earning", "as far as it goes" or "counts as 0".',
        )
    if block.short_window is not None and block.over.last is None:
        yield _idle(plan, block, "short_window", f'"over" is "{window}"')
    if block.over.to_date and block.quota is not None and block.quota_counts is None:
        yield found(
            plan,
            block.path_of("over"),
            "P203",
            f'"over" is "{window}", so say how the quota counts.',
            'Add "quota counts: to date" (sum of the periods so far) or "quota counts: in full" (the whole '
            "window's quota).",
        )
    if block.quota_counts is not None and not (block.over.to_date and block.quota is not None):
        reason = "there is no quota" if block.quota is None else f'"over" is "{window}"'
        yield _idle(plan, block, "quota_counts", reason)


def _idle(plan: Plan, block: Measure, name: str, reason: str) -> Problem:
    path = block.path_of(name)
    return found_at_key(plan, path, "P208", f'"{path[-1]}" means nothing here: {reason}.', "Leave it out.")


def _attainment(plan: Plan, component: Component, uses: list[Use]) -> Iterator[Problem]:
    if _quota(plan, component) is not None:
        return
    pay = component.pay
    paths = []
    if isinstance(pay, (Banded, Stepped, Interpolated, Ranking, FirstToReach)) and pay.by == "attainment":
        paths.append((pay.path_of("by"), plan.source.place(pay.path_of("by"))))
    if isinstance(pay, Matrix):
        sides = [axis.path_of("by") for axis in (pay.down, pay.across) if axis.by == "attainment"]
        paths += [(path, plan.source.place(path)) for path in sides]
    for use in uses:
        names = use.expression.names & {"attainment", "quota"}
        paths += [(use.path, use.expression.place_of(name)) for name in sorted(names)]
    for path, place in paths:
        message = "attainment is measure ÷ quota, and there is no quota."
        yield found(plan, path, "P206", message, 'Add "quota: NAME" or "quota: 50000 per month".', place)


def _attainment_elsewhere(plan: Plan, uses: list[Use]) -> Iterator[Problem]:
    for use in uses:
        for function, title in sorted(use.expression.titles):
            component = plan.components.get(title)
            if function == "attainment" and component and _quota(plan, component) is None:
                message = f'"{title}" has no quota, so it has no attainment.'
                cure = f'Add a quota to it, or write measure("{title}").'
                yield found(plan, use.path, "P206", message, cure, use.expression.place_of(title))


def _quota(plan: Plan, component: Component) -> object:
    return plan.measures.get(component.uses, component).quota if component.uses else component.quota


def _target(plan: Plan, component: Component, uses: list[Use]) -> Iterator[Problem]:
    if plan.target_incentive or component.target_incentive:
        return
    for use in uses:
        if "target_incentive" in use.expression.names:
            yield found(
                plan,
                use.path,
                "P209",
                "there is no target incentive.",
                'Add "target incentive: 18000 per year", or "of the participant".',
                use.expression.place_of("target_incentive"),
            )


def _payment(plan: Plan) -> Iterator[Problem]:
    payment = plan.payment
    if payment is None:
        return
    for holdback in payment.holdback:
        if holdback.release == "after a time" and holdback.after is None:
            cure = 'Add "after: 2 months".'
            yield found(
                plan, holdback.path_of("release"), "P210", "say after what time it is released.", cure
            )
        if holdback.release != "after a time" and holdback.after is not None:
            message = '"after" stands with "release: after a time".'
            yield found_at_key(plan, holdback.path_of("after"), "P208", message, "Leave it out.")
    draw = payment.draw
    if draw and draw.kind == "non-recoverable":
        for name in ("limit", "recovery", "recover_at_most", "write_off"):
            if draw.says(name):
                path = draw.path_of(name)
                message = f'"{path[-1]}" means nothing here: a non-recoverable draw is not owed.'
                yield found_at_key(plan, path, "P208", message, "Leave it out.")
    if draw and draw.amount == "by ramp":
        steps = plan.ramp.steps if plan.ramp else ()
        if not any(step.draw is not None for step in steps):
            message = "the draw is by ramp, and no step of the ramp has a draw."
            cure = "Add `draw: 3000` to its steps, or write an amount per time."
            yield found(plan, draw.path_of("amount"), "P211", message, cure)


def _and(words: list[str]) -> str:
    names = [f"a {word}" for word in words]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
