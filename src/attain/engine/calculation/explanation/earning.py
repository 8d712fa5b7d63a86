"""An earning: what was measured, the rate table and steps, then the lines down to the transactions."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.explanation.evidence import Evidence, Row
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.line_items import Behind, line_items
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.proration import quota_items
from attain.engine.calculation.explanation.rates import table_item
from attain.engine.calculation.explanation.steps import overall_items, step_items
from attain.engine.calculation.explanation.wording import amount, days, number, percent
from attain.engine.calculation.versions import Version
from attain.engine.language.models.forms import Percent
from attain.engine.language.models.pays import Given
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer


def earning_item(evidence: Evidence, row: Row) -> Item:
    """One earning of a component period with all that stands behind it."""
    currency, value, paid = str(row["currency"]), row["amount"], row["paid"]
    assert isinstance(value, Decimal) and isinstance(paid, date)
    one = evidence.pass_of(paid)
    parts: list[Item] = []
    members = list(evidence.versions(one, str(row["plan"]), str(row["component"])))
    measures = [version.plan.whole(component).measure for version, component in members]
    behind = Behind(one, all(measure is not None and measure.text == "count(*)" for measure in measures))
    for version, component in members:
        if isinstance(component.pay, Given):
            parts.append(Item("given", f"loaded in earnings_given for {row['period']}, not calculated"))
            continue
        every = evidence.credits(one, version, component)
        for point in evidence.points(one, version, component):
            if point.period == row["period"]:
                parts.append(seat_item(version, component, point))
                seats = [seat.index for seat in evidence.seats(one)]
                for credits in every:
                    behind.add(credits, credits.of_seats(seats, point.first, point.until))
    lines = evidence.lines(one, row)
    parts += line_items(lines, members[-1][1], behind, currency)
    total = sum((line["amount"] for line in lines if isinstance(line["amount"], Decimal)), Decimal(0))
    if lines and total != value:
        parts.append(
            Item("difference of lines", f"the lines add up to {amount(total, currency)}", {"amount": total})
        )
    known = (
        "" if one is evidence.results.posting.now else f", as known at the closing ({one.known.horizon_text})"
    )
    text = f"{row['component']}, {row['period']}: {amount(value, currency)} by plan {row['plan']}{known}"
    facts = {name: row[name] for name in ("plan", "component", "period", "amount", "currency")}
    return Item("earning", text, facts, tuple(parts))


def seat_item(version: Version, component: Component, point: Point) -> Item:
    """What was measured of one seat, and what the rate table and the steps made of it."""
    first = version.plan.effective.first
    since = f", by the plan's version of {first}" if first else ""
    parts = [*measure_items(version, component, point), table_item(component.pay, point, version.currency)]
    if component.weight is not None:
        parts.append(
            Item(
                "weight",
                f"weight {percent(component.weight)} of the target incentive",
                {"weight": component.weight},
            )
        )
    if point.raw_before and component.then:
        parts.append(
            Item(
                "before",
                f"to date before: {amount(point.raw_before, version.currency)}",
                {"raw": point.raw_before},
            )
        )
    elif point.raw_before:
        change = f"{amount(point.raw, version.currency)} − {amount(point.raw_before, version.currency)}"
        parts.append(
            Item(
                "difference",
                f"to date less to date before: {change} = {amount(point.figure)}",
                {"raw": point.raw_before},
            )
        )
    parts += [*step_items(component, point, version.currency), *overall_items(version.plan.then)]
    text = f"{point.position}{since}: {amount(point.figure, version.currency)}"
    facts = {"position": point.position, "figure": point.figure, "raw": point.raw, "version": first}
    return Item("seat", text, facts, tuple(parts))


def measure_items(version: Version, component: Component, point: Point) -> list[Item]:
    """Measure, quota, attainment, and what else the formulas looked at."""
    block, items = version.plan.whole(component), []
    run = days(point.first, point.until)
    measure, quota, attainment = (point.number(name) for name in ("measure", "quota", "attainment"))
    if block.measure is not None:
        window = f" ({'year to date' if block.over is None else _window(block.over)})" if block.over else ""
        shown = "missing" if measure is None else number(measure, 2)
        taken = f"{block.across.take} {block.across.each} of " if block.across is not None else ""
        text = f"measure {taken}{block.measure.text}, {run}{window}: {shown}"
        items.append(Item("measure", text, {"measure": measure, "first": point.first, "until": point.until}))
    if block.quota is not None:
        name = (
            block.quota
            if isinstance(block.quota, str)
            else f"{number(_plain(block.quota))} per {block.quota.per}"
        )
        counts = f" {block.quota_counts}" if block.quota_counts else ""
        shown = "missing" if quota is None else number(quota, 2)
        behind = tuple(quota_items(version, block, point))
        items.append(Item("quota", f"quota {name}{counts}: {shown}", {"quota": quota}, behind))
        if not (quota or 0) > 0:
            state = quota_state(point)
            policy = str(getattr(block.denominator, state))
            items.append(
                Item("policy", f"where the quota is {state}, the plan says {policy}", {"policy": policy})
            )
        elif measure is not None and quota and attainment is not None:
            text = f"attainment {number(measure, 2)} ÷ {number(quota, 2)} = {percent(attainment)}"
            items.append(Item("attainment", text, {"attainment": attainment}))
    pay_by = getattr(component.pay, "by", "")
    others = [
        name for name in point.values if name in version.plan.measures or name in ("target_incentive", pay_by)
    ]
    for name in dict.fromkeys(others):
        value = point.number(name)
        if name not in ("measure", "attainment", "quota", "earning") and value is not None:
            items.append(
                Item(
                    "value",
                    f"{name.replace('_', ' ')}: {_valued(version, component, name, value)}",
                    {"value": value},
                )
            )
    return items


def quota_state(point: Point) -> str:
    """How a quota that cannot divide is wrong: missing, zero or negative."""
    quota = point.number("quota")
    return "missing" if quota is None else "zero" if quota == 0 else "negative"


def _valued(version: Version, component: Component, name: str, value: Fraction) -> str:
    """A value as the plan speaks of it: an amount, a count, or a share where its bounds are percentages."""
    if name == "target_incentive":
        return amount(value, version.currency)
    axes = [
        axis
        for axis in (getattr(component.pay, side, None) for side in ("down", "across"))
        if axis is not None
    ]
    bounds = [bound for axis in axes if axis.by == name for bound in axis.from_]
    return percent(value) if any(isinstance(bound, Percent) for bound in bounds) else number(value)


def _plain(quota: AmountPer) -> Decimal:
    return quota.amount if isinstance(quota.amount, Decimal) else Decimal(0)


def _window(window: object) -> str:
    last, unit, to_date = (getattr(window, name) for name in ("last", "unit", "to_date"))
    return f"last {last} {unit}s" if last else f"{unit}{' to date' if to_date else ''}"
