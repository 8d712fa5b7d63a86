"""The one shape of a transaction, whatever its type."""

from typing import Any

from attain.demo.rows import Row

COLUMNS = (
    "id", "date", "type", "owner", "amount", "currency", "account", "region", "deal", "original", "booking",
    "invoice", "product", "quantity", "list_amount", "discount", "cost_amount", "margin_amount",
    "term_months", "new_logo", "source", "sourced_by", "specialist", "loaded", "withdrawn",
)  # fmt: skip
BOOKING, RETURN, INVOICE, PAYMENT = "booking", "return", "invoice", "payment"
RENEWAL, EXPANSION, CONTRACTION, CHURN = "renewal", "expansion", "contraction", "churn"


def transaction(**cells: Any) -> Row:
    """A row with all columns; those not given are blank."""
    unknown = set(cells) - set(COLUMNS)
    if unknown:
        raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
    return {column: cells.get(column) for column in COLUMNS}
