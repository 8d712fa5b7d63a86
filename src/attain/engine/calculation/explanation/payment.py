"""A payment: its steps in the order in which they act, what stands behind each, and the balances."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from attain.engine.calculation.explanation.evidence import Evidence, Row
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.wording import amount, number, percent
from attain.engine.language.models.payment import Payment
from attain.engine.language.models.spans import AmountPer

STEPS: Mapping[str, tuple[int, str]] = {
    "earned": (1, "earned"),
    "prior_period": (1, "prior-period adjustments"),
    "manual": (1, "manual adjustments"),
    "held": (-1, "held back"),
    "released": (1, "released from the holdback"),
    "clawed_back": (-1, "clawed back"),
    "repaid": (-1, "repaid of what was owed"),
    "deferred_in": (1, "deferred before, paid now"),
    "advanced": (1, "advanced"),
    "drawn": (1, "drawn, to reach the draw"),
    "topped_up": (1, "topped up, never recovered"),
    "deferred": (-1, "above the maximum, deferred"),
    "lost": (-1, "above the maximum, lost"),
    "carried": (1, "carried forward as owed"),
}
"""Each figure of a payment with the sign that it has in the sum, and its words."""

ACCOUNTS = {
    "draw": "draw owed", "advance": "advance owed", "clawback": "clawback owed",
    "negative_carry": "negative carry owed", "holdback": "holdback kept for the participant",
    "deferred": "deferred for the participant",
}  # fmt: skip


def payment_item(evidence: Evidence, row: Row, earnings: Sequence[Item]) -> Item:
    """One payment, its steps with what stands behind them; their sum is the payment."""
    currency, paid_currency = str(row["currency"]), str(row["pay_currency"])
    payment, paid = _figure(row, "payment"), row["paid"]
    behind = {
        "earned": tuple(earnings),
        "prior_period": tuple(adjustment_items(evidence, currency)),
        "manual": tuple(entry_items(evidence, "manual_adjustments", currency)),
        "clawed_back": tuple(entry_items(evidence, "movements", currency, "clawback")),
        "released": tuple(entry_items(evidence, "movements", currency, "release")),
    }
    rules = _rules(evidence, str(row["plan"]))
    parts, terms = [], []
    for name, (sign, words) in STEPS.items():
        figure = _figure(row, name)
        if figure or (name == "earned" and earnings):
            terms.append(sign * figure)
            text = f"{words}: {amount(sign * figure, currency)}{_rule(rules, name)}"
            parts.append(
                Item(
                    "step",
                    text,
                    {"step": name, "amount": sign * figure, "currency": currency},
                    behind.get(name, ()),
                )
            )
    if len(terms) > 1:
        total = f"{_sum(terms)} = {amount(payment, currency)}"
        parts.append(Item("sum", total, {"amount": payment, "currency": currency}))
    for name, words in (
        ("written_off", "written off of what is owed"),
        ("forfeited", "forfeited of the holdback"),
    ):
        if _figure(row, name):
            parts.append(
                Item(
                    "step",
                    f"{words}: {amount(_figure(row, name), currency)}",
                    {"step": name, "amount": _figure(row, name)},
                )
            )
    parts += _conversion(row, payment)
    shown = amount(paid, paid_currency) if isinstance(paid, Decimal) else "not known"
    by = f" by the rules of plan {row['plan']}" if row["plan"] else ""
    text = f"payment for {row['period']}{by}: {shown}"
    return Item("payment", text, {name: row[name] for name in row}, tuple(parts))


def _sum(values: Sequence[Decimal]) -> str:
    """Numbers as a sum: `6,000.00 − 400.00 + 250.00`."""
    text = ""
    for value in values:
        sign = "−" if value < 0 else "+"
        text += f" {sign} {number(abs(value), 2)}" if text else number(value, 2)
    return text or "0.00"


def _conversion(row: Row, payment: Decimal) -> list[Item]:
    """The payment in the currency of pay, where that is another."""
    rate, paid = row["pay_rate"], row["paid"]
    if row["pay_currency"] == row["currency"]:
        return []
    if not isinstance(rate, Decimal) or not isinstance(paid, Decimal):
        return [Item("conversion", f"no rate from {row['currency']} to {row['pay_currency']}: not paid yet")]
    dated = f" of {row['pay_rate_date']}" if row["pay_rate_date"] else ", fixed by the plan"
    made = amount(paid, str(row["pay_currency"]))
    text = f"{amount(payment, str(row['currency']))} × {number(rate)}{dated} = {made}"
    return [Item("conversion", text, {"rate": rate, "date": row["pay_rate_date"], "amount": paid})]


def adjustment_items(evidence: Evidence, currency: str) -> list[Item]:
    """What late facts changed in closed periods, each with its cause."""
    items = []
    for row in evidence.rows("adjustments", posted_in=evidence.period, currency=currency):
        about = f" for {row['transaction']}" if row.get("transaction") else ", re-rating"
        cause = f", because of {row['cause']}" if row.get("cause") else ""
        value = amount(_figure(row, "amount"), currency)
        text = f"{row['component']}, {row['for_period']}{about}: {value}{cause}"
        items.append(Item("adjustment", text, {name: row[name] for name in row}))
    return items


def entry_items(evidence: Evidence, table: str, currency: str, kind: str = "manual_adjustment") -> list[Item]:
    """Entries by hand of the period: who entered and approved them, and why."""
    items = []
    tables = ("manual_adjustments", "movements") if kind == "manual_adjustment" else (table,)
    for name in tables:
        for row in evidence.results.posting.now.known.fetch(name):
            if row["participant"] != evidence.participant or row["period"] != evidence.period:
                continue
            if name == "movements" and row["kind"] != kind:
                continue
            said = [f"{words} {row[column]}" for column, words in _SAID.items() if row.get(column)]
            value = amount(_figure(row, "amount"), str(row.get("currency") or currency))
            text = f"{row.get('id') or row.get('kind')}: {value}"
            items.append(
                Item("entry", ", ".join([text, *said]), {"amount": _figure(row, "amount"), "table": name})
            )
    return items


_SAID = {"reason": "reason:", "transaction": "for", "entered_by": "entered by", "approved_by": "approved by"}


def balance_items(evidence: Evidence) -> list[Item]:
    """Opening + entries = closing of each account that is not empty."""
    items = []
    for row in evidence.rows("balances", period=evidence.period):
        opening, entries, closing = (_figure(row, name) for name in ("opening", "entries", "closing"))
        sign = "−" if entries < 0 else "+"
        sums = (
            f"{number(opening, 2)} {sign} {number(abs(entries), 2)} = {amount(closing, str(row['currency']))}"
        )
        account = str(row["account"])
        items.append(
            Item("balance", f"{ACCOUNTS.get(account, account)}: {sums}", {name: row[name] for name in row})
        )
    return items


def _rules(evidence: Evidence, title: str) -> Payment | None:
    plans = [version.plan for version in evidence.results.posting.now.versions if version.plan.plan == title]
    held = [
        plan for plan in plans if plan.effective.first is None or plan.effective.first <= evidence.span.last
    ]
    return held[-1].payment if held else None


def _rule(rules: Payment | None, name: str) -> str:
    """What the plan says for a step, in brackets."""
    said = _said(rules, name) if rules is not None else ""
    return f" ({said})" if said else ""


def _said(rules: Payment, name: str) -> str:
    draw, kind = rules.draw, rules.draw.kind if rules.draw is not None else ""
    if draw is not None and (name == "drawn" or (name == "repaid" and kind == "recoverable")):
        most = draw.recover_at_most if name == "repaid" else None
        share = f", at most {percent(most)} of what exceeds it" if most is not None else ""
        return f"recoverable draw {_per(draw.amount)}{share}"
    if name == "held":
        return ", ".join(f"{percent(each.keep)} of {each.of or 'all'}" for each in rules.holdback)
    if name == "released":
        return ", ".join(dict.fromkeys(each.release for each in rules.holdback))
    if name in ("deferred", "lost") and rules.maximum is not None:
        return f"maximum {_per(rules.maximum.amount)}"
    if name == "topped_up":
        lifted = draw is not None and kind == "non-recoverable"
        guaranteed = [f"non-recoverable draw {_per(draw.amount)}"] if draw is not None and lifted else []
        return ", ".join([*guaranteed, *([f"minimum {_per(rules.minimum)}"] if rules.minimum else [])])
    return ""


def _per(figure: AmountPer | str) -> str:
    if isinstance(figure, str):
        return figure
    return (
        f"{number(figure.amount) if isinstance(figure.amount, Decimal) else figure.amount} per {figure.per}"
    )


def _figure(row: Row, name: str) -> Decimal:
    value = row.get(name)
    return value if isinstance(value, Decimal) else Decimal(0)
