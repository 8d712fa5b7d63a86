"""An earning: what was measured, the rate table and steps, then the lines down to the transactions."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.explanation.credited import Credits, described, fact_rows
from attain.engine.calculation.explanation.evidence import Evidence, Row
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.rates import band_words, rate_text, table_item
from attain.engine.calculation.explanation.steps import step_items
from attain.engine.calculation.explanation.wording import amount, days, number, percent
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.versions import Version
from attain.engine.language.models.pays import Given
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer


def earning_item(evidence: Evidence, row: Row) -> Item:
    """One earning of a component period with all that stands behind it."""
    one = evidence.pass_of(row["paid"])  # type: ignore[arg-type]
    currency, value = str(row["currency"]), row["amount"]
    assert isinstance(value, Decimal)
    parts: list[Item] = []
    credited: list[tuple[Credits, list[dict[str, object]]]] = []
    for version, component in evidence.versions(one, str(row["plan"]), str(row["component"])):
        if isinstance(component.pay, Given):
            parts.append(Item("given", f"loaded in earnings_given for {row['period']}, not calculated"))
            continue
        credits = evidence.credits(one, version, component)
        for point in evidence.points(one, version, component):
            if point.period == row["period"]:
                parts.append(seat_item(version, component, point))
                if credits is not None:
                    seats = [seat.index for seat in evidence.seats(one)]
                    credited.append((credits, credits.of_seats(seats, point.first, point.until)))
    parts += _line_items(evidence, one, row, credited)
    known = "" if one is evidence.results.posting.now else f", as known at the closing ({one.known.horizon_text})"
    text = f"{row['component']}, {row['period']}: {amount(value, currency)} by plan {row['plan']}{known}"
    facts = {name: row[name] for name in ("plan", "component", "period", "amount", "currency")}
    return Item("earning", text, facts, tuple(parts))  # type: ignore[arg-type]


def seat_item(version: Version, component: Component, point: Point) -> Item:
    """What was measured of one seat, and what the rate table and the steps made of it."""
    first = version.plan.effective.first
    since = f", version of {first}" if first else ""
    parts = [*measure_items(version, component, point), table_item(component.pay, point, version.currency)]
    if component.weight is not None:
        parts.append(Item("weight", f"weight {percent(component.weight)} of the target incentive", {"weight": component.weight}))
    if point.raw_before and component.then:
        parts.append(Item("before", f"to date before: {amount(point.raw_before, version.currency)}", {"raw": point.raw_before}))
    elif point.raw_before:
        change = f"{amount(point.raw, version.currency)} − {amount(point.raw_before, version.currency)}"
        parts.append(Item("difference", f"to date less to date before: {change} = {amount(point.figure)}", {"raw": point.raw_before}))
    parts += step_items(component, point, version.currency)
    text = f"{point.position} from plan {version.plan.plan}{since}: {amount(point.figure, version.currency)}"
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
        text = f"measure {block.measure.text}, {run}{window}: {shown}"
        items.append(Item("measure", text, {"measure": measure, "first": point.first, "until": point.until}))
    if block.quota is not None:
        name = block.quota if isinstance(block.quota, str) else f"{number(_plain(block.quota))} per {block.quota.per}"
        counts = f" {block.quota_counts}" if block.quota_counts else ""
        shown = "missing" if quota is None else number(quota, 2)
        items.append(Item("quota", f"quota {name}{counts}: {shown}", {"quota": quota}))
        if measure is not None and quota and attainment is not None:
            text = f"attainment {number(measure, 2)} ÷ {number(quota, 2)} = {percent(attainment)}"
            items.append(Item("attainment", text, {"attainment": attainment}))
    pay_by = getattr(component.pay, "by", "")
    others = [name for name in point.values if name in version.plan.measures or name in ("target_incentive", pay_by)]
    for name in dict.fromkeys(others):
        value = point.number(name)
        if name not in ("measure", "attainment", "quota", "earning") and value is not None:
            items.append(Item("value", f"{name.replace('_', ' ')}: {number(value, 2)}", {"value": value}))
    return items


def _plain(quota: AmountPer) -> Decimal:
    return quota.amount if isinstance(quota.amount, Decimal) else Decimal(0)


def _window(window: object) -> str:
    last, unit, to_date = (getattr(window, name) for name in ("last", "unit", "to_date"))
    return f"last {last} {unit}s" if last else f"{unit}{' to date' if to_date else ''}"


def _line_items(evidence: Evidence, one: Pass, row: Row, credited: Sequence[tuple[Credits, list[dict[str, object]]]]) -> list[Item]:
    """Lines by transaction or deal, in the walk's order; then what has no transaction."""
    lines = evidence.lines(one, row)
    every = [credit for _, found in credited for credit in found]
    facts = fact_rows(one.known, every)
    shown: dict[str, list[Row]] = {}
    items = []
    for line in lines:
        if line["transaction"]:
            shown.setdefault(str(line["transaction"]), []).append(line)
    versions = list(evidence.versions(one, str(row["plan"]), str(row["component"])))
    for key, group in shown.items():
        items.append(_transaction_item(key, group, versions, credited, facts, str(row["currency"])))
    rest = [line for line in lines if not line["transaction"]]
    single = [line for line in rest if line["kind"] == "line"]
    items += [_untied_item(line, credited if line in single else [], facts, str(row["currency"])) for line in rest]
    return items


def _transaction_item(
    key: str,
    lines: Sequence[Row],
    versions: Sequence[tuple[Version, Component]],
    credited: Sequence[tuple[Credits, list[dict[str, object]]]],
    facts: dict[str, Row],
    currency: str,
) -> Item:
    """One transaction (or deal) with its credits and what each band gave for it."""
    total = sum((line["amount"] for line in lines), Decimal(0))  # type: ignore[misc]
    rules = {line["rule"] for line in lines}
    fact = facts.get(key)
    component = versions[-1][1]
    deal = next((each for each in (component.pay.each, *(step.each for step in component.then)) if each and each != "credit"), None)
    by_deal = deal is not None and rules <= {0, None}
    parts: list[Item] = []
    for credits, found in credited:
        for credit in found:
            own = facts.get(str(credit["id"]), {})
            if str(credit["id"]) == key if not by_deal else str(own.get(str(deal)) or credit["id"]) == key:
                item = credits.item(credit)
                parts.append(item if not by_deal else _with_fact(item, own, currency))
    parts += [_line_item(line, component, parts, currency) for line in lines]
    name = f"{deal} {key}" if by_deal else described(fact, currency) if fact else key
    kinds = {"transaction": key, "amount": total, "currency": currency}
    return Item("transaction", f"{name}: {amount(total, currency)}", kinds, tuple(dict.fromkeys(parts) if False else parts))


def _with_fact(item: Item, fact: Row, currency: str) -> Item:
    return Item(item.kind, f"{described(fact, currency)}: {item.text}", item.facts, item.parts)


def _line_item(line: Row, component: Component, credits: Sequence[Item], currency: str) -> Item:
    """One line: band, what lies in it, rate, raw amount, cut, amount; arithmetic only where it holds."""
    raw, value, cut, rate = (line[name] for name in ("raw", "amount", "cut", "rate"))
    assert isinstance(raw, Decimal) and isinstance(value, Decimal) and isinstance(cut, Decimal)
    words, part = [], None
    begin, end = line["from"], line["to"]
    if isinstance(begin, Decimal) and isinstance(end, Decimal):
        part = Fraction(end) - Fraction(begin)
        words.append(f"{band_words(component.pay, int(str(line['band'])))}: measure {number(begin, 2)} to {number(end, 2)}")
    else:
        same = [credit.facts["amount"] for credit in credits if credit.facts.get("rule") == line["rule"]]
        part = Fraction(same[0]) if len(same) == 1 and isinstance(same[0], Decimal) else None
    words.append(_arithmetic(component, part, rate if isinstance(rate, Decimal) else None, raw))
    if cut:
        words.append(f"cut by {number(cut, 2)}")
    words.append(f"{amount(value, currency)}")
    facts = {name: line[name] for name in ("transaction", "rule", "band", "kind", "from", "to", "rate", "raw", "amount", "cut")}
    return Item("line", ", ".join(word for word in words[:-1] if word) + f" → {words[-1]}", facts)  # type: ignore[arg-type]


def _arithmetic(component: Component, part: Fraction | None, rate: Decimal | None, raw: Decimal) -> str:
    if part is not None and rate is not None:
        if abs(part * Fraction(rate) - Fraction(raw)) <= Fraction(1, 10**10):
            return f"{number(part, 2)} × {rate_text(component.pay, rate)} = {number(raw, 2)}"
        if part and rate:
            factor = Fraction(raw) / part / Fraction(rate)
            return f"{number(part, 2)} × {rate_text(component.pay, rate)} × {number(factor)} = {number(raw, 2)}"
    return f"raw {number(raw, 2)}"


WITHOUT_TRANSACTION = {
    "line": "the figure of the period",
    "re-rating": "re-rating: what the period changes for earlier credits",
    "floor": "added by a floor",
    "guarantee": "added by a guarantee",
}


def _untied_item(line: Row, credited: Sequence[tuple[Credits, list[dict[str, object]]]], facts: dict[str, Row], currency: str) -> Item:
    """A line without transaction; beneath a figure the credits that were measured."""
    raw, value, cut = (line[name] for name in ("raw", "amount", "cut"))
    assert isinstance(raw, Decimal) and isinstance(value, Decimal) and isinstance(cut, Decimal)
    more = f", cut by {number(cut, 2)}" if cut else ""
    text = f"{WITHOUT_TRANSACTION.get(str(line['kind']), line['kind'])}: {number(raw, 2)}{more} → {amount(value, currency)}"
    parts = []
    for credits, found in credited:
        for credit in found:
            item = credits.item(credit)
            fact = facts.get(str(credit["id"]))
            parts.append(_with_fact(item, fact, currency) if fact else item)
    kinds = {name: line[name] for name in ("kind", "raw", "amount", "cut")}
    return Item("line", text, kinds, tuple(parts))  # type: ignore[arg-type]
