"""What is named outside expressions: measures, components and values."""

from collections.abc import Iterable, Iterator

from attain.engine.language.checks.found import found
from attain.engine.language.fault import nearest
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.payment import Payment
from attain.engine.language.models.pays import (
    Banded,
    FirstToReach,
    Interpolated,
    Matrix,
    Ranking,
    Stepped,
)
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import Budget, Cap, Floor, StepPart
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem

BY = ("measure", "attainment", "earning")


def unknown_references(plan: Plan) -> Iterator[Problem]:
    """Names of measures (P314), components (P313) and values (P315) that do not exist."""
    for measure in plan.measures.values():
        yield from _block(plan, measure)
    for component in plan.components.values():
        yield from _block(plan, component)
        yield from _pay(plan, component)
        yield from _amount(plan, component.target_incentive, component.path_of("target_incentive"))
        for step in component.then:
            yield from _step(plan, step)
    for step in plan.then:
        yield from _step(plan, step)
    yield from _amount(plan, plan.target_incentive, plan.path_of("target_incentive"))
    if plan.payment:
        yield from _payment(plan, plan.payment)
    if plan.currency.startswith("by ") and not gives_currency(plan):
        yield found(
            plan,
            ("currency",),
            "P316",
            f'no `values` by "{plan.currency[3:]}" give a currency.',
            "Add a column `currency` to the rows of those values.",
        )


def gives_currency(plan: Plan) -> bool:
    """Whether the values by the plan's field give a currency in each row."""
    field = plan.currency[3:]
    return any(table.by == field and all(row.currency for row in table.rows) for table in plan.values)


def _block(plan: Plan, block: Measure) -> Iterator[Problem]:
    if block.uses is not None and block.uses not in plan.measures:
        yield _unknown(plan, block.path_of("uses"), "P314", "measure", block.uses, plan.measures)
    if block.credit_of is not None:
        target = plan.block(block.credit_of)
        path = block.path_of("credit_of")
        if target is None:
            known = [*plan.measures, *plan.components]
            yield _unknown(plan, path, "P314", "measure or component", block.credit_of, known)
        elif not target.credit:
            message = f'"{block.credit_of}" has no credit rules of its own.'
            yield found(plan, path, "P314", message, "Name the measure or component that has them.")
    yield from _amount(plan, block.quota, block.path_of("quota"))


def _pay(plan: Plan, component: Component) -> Iterator[Problem]:
    pay = component.pay
    if isinstance(pay, (Banded, Stepped, Interpolated, Ranking, FirstToReach)):
        yield from _by(plan, pay.by, pay.path_of("by"), isinstance(pay, Banded))
    elif isinstance(pay, Matrix):
        for axis in (pay.down, pay.across):
            yield from _by(plan, axis.by, axis.path_of("by"), False)


def _by(plan: Plan, name: str, path: Path, own_output: bool) -> Iterator[Problem]:
    words = BY if own_output else BY[:2]
    if name not in words and name not in plan.measures:
        yield _unknown(plan, path, "P314", "measure", name, [*words, *plan.measures])


def _step(plan: Plan, step: StepPart) -> Iterator[Problem]:
    if isinstance(step, (Cap, Floor, Budget)):
        yield from _amount(plan, step.amount, step.path_of("amount"))


def _payment(plan: Plan, payment: Payment) -> Iterator[Problem]:
    named: list[tuple[str | None, Path]] = []
    named += [(each.of, each.path_of("of")) for each in payment.instalments]
    named += [(each.of, each.path_of("of")) for each in payment.holdback]
    named += [(each.of, each.path_of("of")) for each in payment.clawback]
    named += [(each.of, each.path_of("of")) for each in payment.advance]
    for title, path in named:
        if title is not None and title not in plan.components:
            yield _unknown(plan, path, "P313", "component", title, plan.components)
    for advance in payment.advance:
        yield from _amount(plan, advance.amount, advance.path_of("amount"))
    if payment.draw:
        yield from _amount(plan, payment.draw.amount, payment.draw.path_of("amount"))
    if payment.maximum:
        yield from _amount(plan, payment.maximum.amount, payment.maximum.path_of("amount"))
    yield from _amount(plan, payment.minimum, payment.path_of("minimum"))


def _amount(plan: Plan, amount: object, path: Path) -> Iterator[Problem]:
    if isinstance(amount, AmountPer) and isinstance(amount.amount, str):
        known = {name for table in plan.values for name in table.names}
        if amount.amount not in known:
            yield _unknown(plan, path, "P315", "value", amount.amount, known)


def _unknown(plan: Plan, path: Path, code: str, kind: str, name: str, known: Iterable[str]) -> Problem:
    names = sorted(set(known))
    cure = nearest(name, names, f"There are {', '.join(names)}." if names else "")
    return found(plan, path, code, f'there is no {kind} "{name}".', cure)
