"""A tree of sentences, each with the exact figures that it speaks of; printed for people or as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.explanation.wording import exact, number

MOST = 40


@dataclass(frozen=True)
class Item:
    """One sentence: `kind` is what it speaks of, `facts` its exact figures, `parts` what stands behind it."""

    kind: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    parts: tuple["Item", ...] = ()

    def all(self, kind: str) -> Iterator["Item"]:
        """Every item of a kind in the tree, this one included."""
        if self.kind == kind:
            yield self
        for part in self.parts:
            yield from part.all(kind)


def printed(item: Item, most: int | None = MOST) -> Iterator[str]:
    """The lines of the tree; of longer lists `most` parts and how many more there are (None: all)."""
    yield item.text
    yield from _branches(item, "", most)


def _branches(item: Item, margin: str, most: int | None) -> Iterator[str]:
    parts = list(item.parts)
    if most is not None and len(parts) > most:
        parts = [*parts[:most], _rest(parts[most:])]
    for number_, part in enumerate(parts, 1):
        last = number_ == len(parts)
        yield f"{margin}{'└─ ' if last else '├─ '}{part.text}"
        yield from _branches(part, margin + ("   " if last else "│  "), most)


def _rest(parts: list[Item]) -> Item:
    amounts = [amount for part in parts if isinstance(amount := part.facts.get("amount"), Decimal)]
    total = f", {number(sum(amounts, Decimal(0)))} together" if len(amounts) == len(parts) else ""
    return Item("more", f"… and {len(parts)} more{total} (--all shows them)")


def as_json(item: Item) -> dict[str, object]:
    """The tree as JSON: figures are texts of exact decimals, or `n/d` where there is no such decimal."""
    return {
        "kind": item.kind,
        "text": item.text,
        "facts": {name: _json(value) for name, value in item.facts.items()},
        "parts": [as_json(part) for part in item.parts],
    }


def _json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return exact(value)
    return value if value is None or isinstance(value, int | str) else str(value)
