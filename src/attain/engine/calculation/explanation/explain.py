"""The whole explanation of one participant in one pay period, as a tree."""

from decimal import Decimal

from attain.engine.calculation.explanation.earning import earning_item
from attain.engine.calculation.explanation.evidence import Evidence, Row
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.nothing import nothing_items
from attain.engine.calculation.explanation.payment import adjustment_items, balance_items, payment_item
from attain.engine.calculation.explanation.wording import amount, listed
from attain.engine.calculation.results import Results


def explain(results: Results, participant: str, period: str, component: str | None = None) -> Item:
    """Why a participant is paid what is paid for a pay period, or earns what a component gives, or nothing.

    Payment steps, earnings, measures, rates, lines and transactions; adjustments with their causes; balances.
    Raises Refused where the run knows no such participant, pay period or component.
    """
    evidence = Evidence(results, participant, period)
    nothing = nothing_items(evidence, component)
    rows = [row for row in evidence.earnings(component) if row["amount"]]
    earned = [(row, earning_item(evidence, row)) for row in rows]
    if component is not None:
        return _of_component(evidence, component, [item for _, item in earned], nothing)
    payments = evidence.rows("payments", period=period)
    parts = []
    for payment in payments:
        own = [item for row, item in earned if row["currency"] == payment["currency"]]
        parts.append(payment_item(evidence, payment, own))
    parts += [item for row, item in earned if row["currency"] not in {each["currency"] for each in payments}]
    balances = balance_items(evidence)
    if balances:
        parts.append(Item("balances", "balances: opening + entries = closing", {}, tuple(balances)))
    if nothing:
        parts.append(Item("nothing earned", "nothing was earned by:", {}, tuple(nothing)))
    return Item(
        "payment of",
        f"{evidence.name_of(evidence.participant)} is paid {_paid(payments)} for {period}",
        _facts(evidence),
        tuple(parts),
    )


def _of_component(evidence: Evidence, component: str, earned: list[Item], nothing: list[Item]) -> Item:
    late = [
        item
        for currency in sorted(
            {str(row["currency"]) for row in evidence.rows("adjustments", component=component)}
        )
        for item in adjustment_items(evidence, currency)
        if item.facts.get("component") == component
    ]
    sums: dict[str, Decimal] = {}
    for item in earned:
        value = item.facts["amount"]
        assert isinstance(value, Decimal)
        sums[str(item.facts["currency"])] = sums.get(str(item.facts["currency"]), Decimal(0)) + value
    shown = listed([amount(value, currency) for currency, value in sorted(sums.items())]) or "nothing"
    text = f"{evidence.name_of(evidence.participant)} earns {shown} by {component} for {evidence.period}"
    return Item("earning of", text, {**_facts(evidence), "component": component}, (*earned, *late, *nothing))


def _paid(payments: list[Row]) -> str:
    known = [
        amount(row["paid"], str(row["pay_currency"]))
        for row in payments
        if isinstance(row["paid"], Decimal) and row["paid"]
    ]
    return listed(known) or "nothing"


def _facts(evidence: Evidence) -> dict[str, str]:
    return {"participant": evidence.participant, "period": evidence.period}
