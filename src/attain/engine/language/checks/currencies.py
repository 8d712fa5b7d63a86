"""Two currencies: a fixed amount in a plan whose currency differs from person to person."""

from collections.abc import Iterator

from attain.engine.language.checks.found import found
from attain.engine.language.checks.references import gives_currency
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import Cap, Floor
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem


def mixed_currencies(plan: Plan) -> Iterator[Problem]:
    """Amounts that would mean another sum in each currency (P324)."""
    if not plan.currency.startswith("by ") or not gives_currency(plan):
        return
    field = plan.currency[3:]
    for amount, path in _amounts(plan):
        fixed = amount.amount if isinstance(amount, AmountPer) else _figure(amount)
        if fixed is not None and not isinstance(fixed, str) and fixed != 0:
            yield found(
                plan,
                path,
                "P324",
                f'{fixed} is an amount in several currencies: the plan\'s currency is "by {field}".',
                f"Add it to the `values` by {field}, and write the value's name here.",
            )


def _figure(amount: object) -> object:
    figure = amount.figure if isinstance(amount, Expression) else None
    return figure.value if figure and not figure.percent else None


def _amounts(plan: Plan) -> Iterator[tuple[object, Path]]:
    yield plan.target_incentive, plan.path_of("target_incentive")
    for component in plan.components.values():
        yield component.target_incentive, component.path_of("target_incentive")
    for step in (*(step for each in plan.components.values() for step in each.then), *plan.then):
        if isinstance(step, (Cap, Floor)):
            yield step.amount, step.path_of("amount")
    payment = plan.payment
    if payment is None:
        return
    for advance in payment.advance:
        yield advance.amount, advance.path_of("amount")
    if payment.draw:
        yield payment.draw.amount, payment.draw.path_of("amount")
    if payment.maximum:
        yield payment.maximum.amount, payment.maximum.path_of("amount")
    yield payment.minimum, payment.path_of("minimum")
