"""From earnings to payments and balances: the pay periods in order, one statement each."""

from attain.engine.backends.backend import Backend
from attain.engine.calculation.payments.dues import Uses, make_dues, uses
from attain.engine.calculation.payments.money import Money
from attain.engine.calculation.payments.results import make_balances, make_exceptions, make_payments
from attain.engine.calculation.payments.steps import carried, pay_steps
from attain.engine.calculation.payments.tables import PaymentInputs, PaymentResults


def pay(backend: Backend, inputs: PaymentInputs, results: PaymentResults | None = None) -> PaymentResults:
    """Makes the payments, balances and exceptions of all pay periods from the tables of `inputs`, under the names
    of `results`.

    Raises Refused where an entry has a kind, or an opening balance an account, that no step takes.
    Amounts of one participant stay below 10^(18 − decimals), else the engine refuses the cast.
    """
    money = Money(inputs.decimals)
    results = results or PaymentResults()
    needs = uses(backend, inputs, money)
    make_dues(backend, inputs, money, needs)
    steps = _walk_the_periods(backend, inputs, money, needs)
    backend.view("payment_steps", " UNION ALL ".join(f"SELECT * FROM {step}" for step in steps))
    make_payments(backend, inputs, results, needs, money, Money(max(inputs.decimals, inputs.paid_decimals)))
    make_balances(backend, inputs, results, needs, money)
    make_exceptions(backend, inputs, results)
    for name in _made(inputs, needs, steps):
        backend.drop(name)
    return results


def _walk_the_periods(backend: Backend, inputs: PaymentInputs, money: Money, needs: Uses) -> list[str]:
    """The tables of steps: one for all pay periods if nothing is carried from one to the next."""
    columns = tuple(backend.columns("payment_dues"))
    if not carried(needs):
        backend.create("payment_step", pay_steps("payment_dues", columns, None, money, needs))
        return ["payment_step"]
    periods = backend.fetch(f"SELECT pay_period FROM {inputs.pay_periods} ORDER BY pay_period")
    made: list[str] = []
    for period in periods["pay_period"].to_pylist():
        # the same text for each period but the first: views stand for what differs
        backend.view("payment_now", f"SELECT * FROM payment_dues WHERE pay_period = {period}")
        if made:
            backend.view("payment_before", f"SELECT * FROM {made[-1]}")
        before = "payment_before" if made else None
        backend.create(f"payment_step_{len(made)}", pay_steps("payment_now", columns, before, money, needs))
        made.append(f"payment_step_{len(made)}")
    return made


def _made(inputs: PaymentInputs, needs: Uses, steps: list[str]) -> list[str]:
    """The tables and views that nobody needs any more, those that read others first."""
    made = ["payment_steps"]
    if carried(needs):
        made += ["payment_now", "payment_before"][: len(steps)]
    made += [*steps, "payment_dues", "payment_flows", "payment_holding"]
    if needs.holdback:
        made += ["payment_holdback_flows", "payment_kept"]
        made += ["payment_lots"] if inputs.component_lines is not None else []
    return made
