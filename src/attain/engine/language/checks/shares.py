"""Shares that must add up: weights of a target incentive, parts of an instalment."""

from collections.abc import Iterator
from decimal import Decimal

from attain.engine.language.checks.found import found, found_at_key
from attain.engine.language.checks.uses import uses_of
from attain.engine.language.models.plan import Component, Plan
from attain.engine.values.problems import Problem


def shares_that_do_not_add_up(plan: Plan) -> Iterator[Problem]:
    """Weights that are missing (P430) or add up to more or less than 100 % (P431); instalments (P432)."""
    yield from _weights(plan)
    for instalments in plan.payment.instalments if plan.payment else ():
        total = sum((part.share for part in instalments.parts), Decimal(0))
        if total != 1:
            message = f"the parts add up to {_percent(total)}."
            yield found(plan, instalments.path_of("parts"), "P432", message, "Make them add up to 100 %.")


def _weights(plan: Plan) -> Iterator[Problem]:
    on_target = {
        use.component.title
        for use in uses_of(plan)
        if use.component and "target_incentive" in use.expression.names
    }
    reported = set()
    for role in plan.for_.role or (None,):
        components = [each for each in plan.components.values() if _reaches(each, role)]
        weighted = [each for each in components if each.weight is not None]
        lacking = [
            each
            for each in components
            if each.weight is None and each.target_incentive is None and each.title in on_target
        ]
        if lacking and len(weighted) + len(lacking) > 1:
            names = tuple(each.title for each in lacking)
            if names not in reported:
                yield found_at_key(
                    plan,
                    lacking[0].path,
                    "P430",
                    "it pays on the plan's target incentive, as others do, and has no weight.",
                    "Give each such component a `weight`; together 100 %.",
                )
            reported.add(names)
            continue
        total = sum((each.weight for each in weighted if each.weight is not None), Decimal(0))
        key = tuple(each.title for each in weighted)
        if weighted and total != 1 and key not in reported:
            reported.add(key)
            whose = f" for the role {role}" if role and len(plan.for_.role) > 1 else ""
            message = f"the weights add up to {_percent(total)}{whose}."
            yield found(plan, weighted[-1].path_of("weight"), "P431", message, "Make them add up to 100 %.")


def _reaches(component: Component, role: str | None) -> bool:
    narrowed = component.for_
    return narrowed is None or not narrowed.role or role is None or role in narrowed.role


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
