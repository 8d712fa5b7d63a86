"""Words of the language that nothing calculates yet: a plan that says them is checked and does not run."""

from collections.abc import Iterator, Sequence

from attain.engine.language.checks.found import found
from attain.engine.language.models.pays import Banded, FirstToReach, Pool, Ranking
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.steps import Budget, StepPart
from attain.engine.values.problems import Problem

TIMED = {"by entry": ("not_before", "forfeit_after"), "after a time": ("forfeit_after",)}


def not_calculated(plan: Plan) -> list[Problem]:
    """Each place of a plan that the calculation refuses (P900), in the order of the document."""
    return list(_places(plan))


def _places(plan: Plan) -> Iterator[Problem]:
    for component in plan.components.values():
        pay = component.pay
        if isinstance(pay, (Ranking, FirstToReach, Pool)):
            yield _problem(plan, (*pay.path, "how"), f"how: {pay.how}")
        if isinstance(pay, Banded) and pay.by == "earning":
            yield _problem(plan, pay.path_of("by"), "by: earning")
        for late in _after_one_for_all(component.then):
            message = "a step for each credit or deal stands after one for all."
            yield found(plan, late.path, "P900", message, "Write it before them.")
    for step in plan.then:
        if step.each:
            message = "a step over all components takes no `each`."
            yield found(plan, step.path_of("each"), "P900", message, "Write it in the components.")
    for step in (*(step for each in plan.components.values() for step in each.then), *plan.then):
        if isinstance(step, Budget):
            yield _problem(plan, step.path_of("amount"), "budget")
    payment = plan.payment
    if payment:
        for instalments in payment.instalments:
            yield _problem(plan, instalments.path, "instalments")
        for holdback in payment.holdback:
            for name in TIMED.get(holdback.release, ()):
                if holdback.says(name):
                    path = holdback.path_of(name)
                    yield _problem(plan, path, f"{path[-1]} with release: {holdback.release}")
        for clawback in payment.clawback:
            name = "schedule" if clawback.schedule else "take"
            yield _problem(plan, clawback.path_of(name), f"clawback by {name}")


def _after_one_for_all(steps: Sequence[StepPart]) -> list[StepPart]:
    """The steps for each credit or deal that stand after a step for the whole figure."""
    return [step for place, step in enumerate(steps) if step.each and any(not s.each for s in steps[:place])]


def _problem(plan: Plan, path: tuple[str | int, ...], what: str) -> Problem:
    message = f'"{what}" is a word of the language, and is not calculated yet.'
    return found(plan, path, "P900", message, "Leave this part out, or pay it by manual adjustments.")
