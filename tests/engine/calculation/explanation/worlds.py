"""Plans and facts in memory, and what is explained of them."""

from attain.engine.calculation import Results, calculate
from attain.engine.calculation.explanation import Item, explain
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_text

HEAD = """\
plan: Sellers
effective: 2026-01-01 to 2026-12-31
paid: monthly
currency: USD
for: {role: Seller}
"""
SEATS = {
    "positions": [{"position": "S-1", "role": "Seller"}, {"position": "S-2", "role": "Seller"}],
    "participants": [{"participant": "ANA"}, {"participant": "BEN"}],
    "assignments": [
        {"position": "S-1", "participant": "ANA", "first": "2026-01-01"},
        {"position": "S-2", "participant": "BEN", "first": "2026-01-01"},
    ],
}


def sale(key: str, day: str, amount: str, **more: str) -> dict[str, str]:
    """A booking of S-1, where nothing else is said."""
    return {"id": key, "date": day, "type": "booking", "owner": "S-1", "amount": amount, **more}


def calculated(
    body: str, period: str = "2026-01", through: str = "2026-03", **tables: list[dict[str, str]]
) -> Results:
    """The results of one plan, its text after HEAD, for Ana in S-1 and Ben in S-2."""
    plans = [document for document in load_text(HEAD + body) if isinstance(document, Plan)]
    return calculate(plans, Facts.from_rows({**SEATS, **tables}), period, through)


def nothing(results: Results, component: str, period: str = "2026-01", participant: str = "ANA") -> Item:
    """Why a component gives nothing."""
    (item,) = explain(results, participant, period, component).all("nothing")
    return item


def words(item: Item) -> str:
    """Every sentence of a tree."""
    return "\n".join([item.text, *(words(part) for part in item.parts)])
