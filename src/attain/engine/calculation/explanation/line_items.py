"""The lines of an earning by transaction, each with its credits, band, rate and arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.explanation.credited import Credits, described, fact_rows
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.rates import band_words, rate_text
from attain.engine.calculation.explanation.wording import amount, exact, number
from attain.engine.calculation.passes import Pass
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.plan import Component

Row = Mapping[str, object]
FIGURES = ("transaction", "rule", "band", "kind", "from", "to", "rate", "raw", "amount", "cut")
LONGEST_RATE = 8
"""Digits of a rate that is read off a line whose row of a table gave it."""
WITHOUT_TRANSACTION = {
    "line": "the figure of the period",
    "re-rating": "re-rating: what the period changes for earlier credits",
    "floor": "added by a floor",
    "guarantee": "added by a guarantee",
}


@dataclass
class Behind:
    """The credits behind an earning, each once, with their facts; `counted`: each counts as 1."""

    one: Pass
    counted: bool = False
    credits: dict[tuple[object, ...], tuple[Credits, Row]] = field(default_factory=dict)
    facts: dict[str, Row] = field(default_factory=dict)

    def add(self, credits: Credits, rows: Sequence[Row]) -> None:
        """Takes up credits; those that are there already stay as they are."""
        new: dict[tuple[object, ...], tuple[Credits, Row]] = {}
        for row in rows:
            key = (credits.version.plan.effective.first, row["rule"], row["id"], row["position"], row["seat"])
            if key not in self.credits:
                new[key] = (credits, row)
        self.credits |= new
        self.facts |= fact_rows(self.one.known, [row for _, row in new.values()])

    def items(self, with_fact: bool, currency: str, transaction: str = "") -> list[Item]:
        """The credits as sentences: all, or those of a transaction."""
        found = []
        for credits, row in self.credits.values():
            fact = self.facts.get(str(row["id"]), {})
            if transaction in ("", str(row["id"])):
                item = credits.item(row)
                text = f"{described(fact, currency)}: {item.text}" if with_fact and fact else item.text
                found.append(Item(item.kind, text, item.facts))
        return found


def line_items(lines: Sequence[Row], component: Component, behind: Behind, currency: str) -> list[Item]:
    """Lines by transaction, in the walk's order; then what has no transaction."""
    tied: dict[str, list[Row]] = {}
    for line in lines:
        if line["transaction"]:
            tied.setdefault(str(line["transaction"]), []).append(line)
    items = [_tied_item(key, group, component, behind, currency) for key, group in tied.items()]
    return [*items, *(_untied_item(line, behind, currency) for line in lines if not line["transaction"])]


def _tied_item(key: str, lines: Sequence[Row], component: Component, behind: Behind, currency: str) -> Item:
    """One transaction: its credits, and what each band gave for it."""
    total = sum((_decimal(line, "amount") for line in lines), Decimal(0))
    credits = behind.items(False, currency, key)
    name = described(behind.facts[key], currency) if key in behind.facts else key
    sizes = {credit.facts["rule"]: credit.facts["amount"] for credit in credits}
    if behind.counted:
        sizes = dict.fromkeys(sizes, Decimal(1))
    parts = [*credits, *(_line_item(line, component, sizes, currency) for line in lines)]
    facts = {"transaction": key, "amount": total, "currency": currency}
    return Item("transaction", f"{name}: {amount(total, currency)}", facts, tuple(parts))


def _line_item(line: Row, component: Component, sizes: Mapping[object, object], currency: str) -> Item:
    """One line: band, what lies in it, rate, raw amount, cut, amount; arithmetic only where it holds."""
    raw, cut, rate, words = _decimal(line, "raw"), _decimal(line, "cut"), line["rate"], []
    begin, end = line["from"], line["to"]
    if isinstance(begin, Decimal) and isinstance(end, Decimal):
        part: Fraction | None = Fraction(end) - Fraction(begin)
        band = band_words(component.pay, int(str(line["band"]))) if line["band"] is not None else ""
        words.append(f"{band}{': ' if band else ''}measure {number(begin, 2)} to {number(end, 2)}")
    else:
        size = sizes.get(line["rule"])
        part = Fraction(size) if isinstance(size, Decimal) else None
    if rate is None and getattr(component.pay, "returns", "") == "at the original rate":
        words.append("at the average rate of its original")
    words.append(_arithmetic(component, part, rate if isinstance(rate, Decimal) else None, raw))
    if cut:
        words.append(f"cut by {number(cut, 2)}")
    text = f"{', '.join(words)}{_outcome(line, currency)}"
    return Item("line", text, {name: line[name] for name in FIGURES})


def _outcome(line: Row, currency: str) -> str:
    """What became of the raw amount, where it was cut or given its last unit."""
    raw, value = _decimal(line, "raw"), _decimal(line, "amount")
    return f" {currency}" if raw == value and not _decimal(line, "cut") else f" → {amount(value, currency)}"


def _arithmetic(component: Component, part: Fraction | None, rate: Decimal | None, raw: Decimal) -> str:
    """Part × rate (× what multiplies) = raw, where the line has a rate; else the raw amount alone."""
    if part and rate is None and isinstance(component.pay, Lookup):
        found = Fraction(raw) / part
        if len(exact(found)) <= LONGEST_RATE and "/" not in exact(found):
            return f"{number(part, 2)} × {rate_text(component.pay, found)} = {number(raw, 2)}"
    if part and rate:
        factor = Fraction(raw) / (part * Fraction(rate))
        close = abs(part * Fraction(rate) - Fraction(raw)) <= Fraction(1, 10**10)
        per = f" ({component.pay.of.text} for each unit measured)" if component.pay.of is not None else ""
        times = "" if close else f" × {number(factor)}{per}"
        return f"{number(part, 2)} × {rate_text(component.pay, rate)}{times} = {number(raw, 2)}"
    return f"raw {number(raw, 2)}"


def _untied_item(line: Row, behind: Behind, currency: str) -> Item:
    """A line without transaction; beneath a figure of its own the credits that were measured."""
    cut, kind = _decimal(line, "cut"), str(line["kind"])
    more = f", cut by {number(cut, 2)}" if cut else ""
    text = f"{WITHOUT_TRANSACTION.get(kind, kind)}: {number(_decimal(line, 'raw'), 2)}{more}"
    parts = behind.items(True, currency) if kind == "line" else []
    facts = {name: line[name] for name in FIGURES}
    return Item("line", f"{text}{_outcome(line, currency)}", facts, tuple(parts))


def _decimal(line: Row, name: str) -> Decimal:
    value = line[name]
    return value if isinstance(value, Decimal) else Decimal(0)
