"""Transactions: bookings, renewals, payments, returns that name their original and some that do not."""

from datetime import date

from hypothesis import strategies as st

from tests.agreement.strategies.amounts import amounts, negated
from tests.agreement.strategies.company import Row
from tests.agreement.strategies.days import FIRST, LAST, days
from tests.agreement.strategies.organisation import Organisation

ACCOUNTS = ("acme", "bolt", "core")
FREE: dict[str, st.SearchStrategy[str]] = {
    "account": st.sampled_from((*ACCOUNTS, *ACCOUNTS, "")),
    "deal": st.sampled_from(("D1", "D2", "")),
    "product": st.sampled_from(("A", "B", "Ab", "")),
    "units": st.sampled_from(("0", "1", "2", "3", "7", "")),
    "fee_amount": st.sampled_from(("", "10", "33.33")),
    "fee": st.sampled_from(("", "10", "33.33")),
    "margin": st.sampled_from(("", "0", "100", "250.5", "-40")),
    "list_price": st.sampled_from(("1000", "4000", "0", "")),
    "team": st.sampled_from(("North", "South", "")),
    "kind": st.sampled_from(("new", "renewal", "")),
}
"""Columns that a transaction has where the plan speaks of them."""

TYPES = ("booking", "renewal", "payment")


@st.composite
def transactions(
    draw: st.DrawFn, plan: str, organisation: Organisation, most: int = 8, last: date = LAST
) -> list[Row]:
    """Transactions with the columns that the plan speaks of."""
    types = [name for name in TYPES if name in plan] or ["booking"]
    names = (*organisation.names, *(("X9", "") if draw(st.booleans()) else ()))
    rows: list[Row] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        sold = [row for row in rows if row["type"] != "return"]
        if sold and draw(st.integers(0, 3)) == 3:
            rows.append(draw(_return(f"T{number}", draw(st.sampled_from(sold)), last)))
        else:
            rows.append(draw(_sale(f"T{number}", plan, draw(st.sampled_from(types)), names, sold, last)))
    return rows


@st.composite
def _sale(
    draw: st.DrawFn, id: str, plan: str, kind: str, names: tuple[str, ...], sold: list[Row], last: date
) -> Row:
    day = draw(days(FIRST, last))
    row = {"id": id, "date": str(day), "type": kind, "owner": draw(st.sampled_from(names))}
    row["amount"] = draw(amounts())
    if draw(st.integers(0, 11)) == 11:
        row["amount"] = draw(st.sampled_from(("", "0", negated(row["amount"]))))
    row |= {name: draw(cells) for name, cells in FREE.items() if name in plan}
    if "specialist" in plan:
        row["specialist"] = draw(st.sampled_from((*names, "")))
    if "invoiced_on" in plan:
        row["invoiced_on"] = str(draw(st.one_of(st.just(""), days(FIRST, last))))
    if "currency" in plan and "exchange" in plan:
        row["currency"] = draw(st.sampled_from(("", "USD", "EUR", "GBP")))
    if kind == "payment":
        row["booking"] = draw(st.sampled_from([item["id"] for item in sold] or [""]))
    return row


@st.composite
def _return(draw: st.DrawFn, id: str, original: Row, last: date) -> Row:
    """A return: of all of its original or of a part, its other fields its own, blank, or left out."""
    amount = draw(st.one_of(st.just(original["amount"]), amounts()))
    row = {
        "id": id,
        "date": str(draw(days(date.fromisoformat(original["date"]), last))),
        "type": "return",
        "original": draw(st.sampled_from((original["id"],) * 8 + ("T99", ""))),
        "owner": draw(st.sampled_from((original["owner"], original["owner"], ""))),
        "amount": negated(amount) if amount else "",
    }
    kept = [name for name in original if name not in row and draw(st.booleans())]
    return row | {name: original[name] for name in kept}
