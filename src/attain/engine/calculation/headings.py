"""Under which component the credits of a block stand: its own, or the first that uses the measure."""

from attain.engine.language.checks.uses import uses_of
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.pays import Matrix
from attain.engine.language.models.plan import Component, Plan


def users_of(plan: Plan, name: str) -> list[Component]:
    """The components that use a measure of the plan, itself or by way of another measure, in order."""
    return [component for component in plan.components.values() if name in _reached(plan, component)]


def heading_of(plan: Plan, name: str) -> str:
    """The title under which the exceptions of a block's rules stand."""
    users = [] if name in plan.components else users_of(plan, name)
    return users[0].title if users else name


def _reached(plan: Plan, component: Component) -> set[str]:
    """The names of the measures that a component names, and of those that these name."""
    pay = component.pay
    axes = (pay.down, pay.across) if isinstance(pay, Matrix) else ()
    named = {str(getattr(each, "by", "")) for each in (pay, *axes)}
    for use in uses_of(plan):
        if use.component is component:
            named |= _names(use.expression)
    waiting, found = named | _named_by(component), set[str]()
    while waiting:
        name = waiting.pop()
        if name in plan.measures and name not in found:
            found.add(name)
            waiting |= _named_by(plan.measures[name])
    return found


def _named_by(block: Measure) -> set[str]:
    named = {block.uses or "", block.credit_of or ""}
    return named | (_names(block.measure) if block.measure else set())


def _names(expression: Expression) -> set[str]:
    return {*expression.names, *(title for _, title in expression.titles)}
