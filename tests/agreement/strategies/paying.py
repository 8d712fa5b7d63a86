"""From what is earned to what is paid: payment rules, and the entries and balances that they take."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.company import Row, Rows
from tests.agreement.strategies.days import months
from tests.agreement.strategies.organisation import Organisation
from tests.agreement.strategies.plans import Document, document

Rules = dict[str, Any]

PRORATED = ("draw", "minimum", "maximum")
OPENED = ("draw", "advance", "negative_carry", "clawback", "holdback", "deferred")
KINDS = ("release", "clawback", "manual_adjustment", "prior_period_adjustment")
SUMS = ("100", "250.50", "1000", "33.33")


@st.composite
def paid_plans(draw: st.DrawFn) -> Document:
    """A plan of a commission and an earning that is loaded, whose payment rules matter."""
    components: dict[str, Any] = {
        "Commission": {
            "credit": [{"from": ["booking", "return"], "to": "owner", "if blank": "no credit"}],
            "measure": "sum(credit)",
            "over": draw(st.sampled_from(("month", "month", "quarter", "quarter to date"))),
            "pay": {"how": "flat", "rate": draw(st.sampled_from(("10 %", "33.333 %")))},
        },
        "Bonus": {"over": draw(st.sampled_from(("month", "quarter"))), "pay": {"how": "given"}},
    }
    ramp = draw(st.sampled_from(("", "", "", "amounts", "shares")))
    listed = st.lists(st.sampled_from(PRORATED), unique=True, min_size=1)
    keys: dict[str, Any] = {
        "effective": draw(
            st.sampled_from(("from 2025-01-01", "2025-01-01 to 2025-12-31", "2025-02-10 to 2025-05-20"))
        ),
        "prorate": draw(st.one_of(st.just("nothing"), listed)),
        "leavers": draw(_leavers()),
        "payment": draw(_payment(components["Bonus"]["over"] == "quarter", ramp)),
    }
    if ramp:
        draws = ("600", "250.25", "0") if ramp == "amounts" else ("100 %", "50 %", "0 %")
        steps = [{"from": month, "draw": each} for month, each in zip(("1", "4", "7"), draws, strict=True)]
        keys["ramp"] = {"counted in": "months since hire", "steps": steps}
    return document(components, **keys)


@st.composite
def _leavers(draw: st.DrawFn) -> Rules:
    said = {
        "credit until": "30 days",
        "draw in the last period": draw(st.sampled_from((None, "full", "prorated", "none"))),
        "draw owed": draw(st.sampled_from((None, "stays owed", "written off"))),
        "holdback": draw(st.sampled_from((None, "released at once", "forfeited", "released when due"))),
    }
    return {key: value for key, value in said.items() if value is not None}


@st.composite
def _payment(draw: st.DrawFn, quarterly: bool, ramp: str) -> Rules:
    """Payment rules, each said or not."""
    said: Rules = {
        "holdback": draw(st.one_of(st.none(), st.lists(_holdback(), min_size=1, max_size=2))),
        "negative": draw(st.sampled_from((None, "carry forward", "pay"))),
        "advance": draw(st.one_of(st.none(), _advance())) if quarterly else None,
        "draw": draw(st.one_of(st.none(), _draw(ramp))),
        "maximum": draw(st.one_of(st.none(), _maximum())),
        "minimum": draw(st.sampled_from((None, None, "100 per month", "60.05 per month", "1200 per year"))),
        "pay in": draw(st.sampled_from((None, None, *PAY_IN))),
    }
    found = {key: value for key, value in said.items() if value is not None}
    return found or {"negative": "pay"}


PAY_IN = (
    {"currency": "EUR", "rate": "0.9133"},
    {"currency": "of the participant", "rates": "Pay-day rates", "on": "pay day"},
)


@st.composite
def _holdback(draw: st.DrawFn) -> Rules:
    release = draw(
        st.sampled_from(("in proportion to payments", "when paid in full", "after a time", "by entry"))
    )
    said = {
        "keep": draw(st.sampled_from(("20 %", "33.3 %"))),
        "of": draw(st.sampled_from((None, "Commission", "Bonus"))),
        "release": release,
        "after": draw(st.sampled_from(("1 month", "45 days"))) if release == "after a time" else None,
        "not before": None
        if release == "by entry"
        else draw(st.sampled_from((None, None, "2025-04-15", "60 days"))),
        "forfeit after": draw(st.sampled_from((None, None, "2 months"))) if "paid" in release else None,
    }
    return {key: value for key, value in said.items() if value is not None}


@st.composite
def _advance(draw: st.DrawFn) -> list[Rules]:
    return [
        {
            "of": "Bonus",
            "amount": draw(st.sampled_from(("100 per month", "55.55 per month"))),
            "in months": draw(st.sampled_from((["1", "2"], ["1"], ["2", "3"]))),
            "settled from": draw(st.sampled_from(("its component", "all earnings"))),
        }
    ]


@st.composite
def _draw(draw: st.DrawFn, ramp: str) -> Rules:
    kind = draw(st.sampled_from(("recoverable", "recoverable", "non-recoverable")))
    amounts = ("200 per month", "150.15 per month", "900 per quarter")
    amounts = ("by ramp",) if ramp == "amounts" else amounts
    said: Rules = {"kind": kind, "amount": draw(st.sampled_from(amounts))}
    said["during"] = draw(st.sampled_from((None, None, "2025-01-01 to 2025-03-31", "from 2025-02-15")))
    if kind == "recoverable":
        said["limit"] = draw(st.sampled_from((None, None, "300")))
        said["recovery"] = draw(st.sampled_from((None, None, "from 2025-03-01", "2025-02-01 to 2025-04-30")))
        said["recover at most"] = draw(st.sampled_from((None, None, "50 %")))
        said["write off"] = draw(st.sampled_from((None, None, "2025-05-10")))
    return {key: value for key, value in said.items() if value is not None}


@st.composite
def _maximum(draw: st.DrawFn) -> Rules:
    amount = draw(st.sampled_from(("300 per month", "99.99 per month", "4000 per year")))
    return {"amount": amount, "excess": draw(st.sampled_from(("deferred", "lost")))}


@st.composite
def entries(draw: st.DrawFn, plan: str, organisation: Organisation) -> Rows:
    """Loaded earnings, adjustments, movements, opening balances; rates of the pay days."""
    people, names = st.sampled_from(organisation.people), months(1, 6)
    signed = st.sampled_from((*SUMS, *(f"-{amount}" for amount in SUMS)))
    spans = ("2025-Q1", "2025-Q2") if "over: quarter\n    pay:\n      how: given" in plan else tuple(names)

    def rows(most: int = 4, **row: st.SearchStrategy[str]) -> list[Row]:
        return draw(st.lists(st.fixed_dictionaries({"participant": people, **row}), max_size=most))

    period, dollars = st.sampled_from(names), st.just("USD")
    loaded = rows(6, component=st.just("Bonus"), period=st.sampled_from(spans), amount=signed)
    manual = rows(period=period, amount=signed, currency=dollars)
    moved = rows(period=period, kind=st.sampled_from(KINDS), amount=signed)
    opened = rows(
        account=st.sampled_from(OPENED),
        period=st.sampled_from(names[:3]),
        amount=st.sampled_from(SUMS),
        currency=dollars,
    )
    found: Rows = {
        "earnings_given": _once(loaded, "participant", "period"),
        "manual_adjustments": [{"id": f"A{number}", **row} for number, row in enumerate(manual)],
        "movements": moved,
        "opening_balances": _once(opened, "participant", "account"),
    }
    if "Pay-day rates" in plan:
        days = st.sampled_from(("2025-01-31", "2025-02-05", "2025-03-01", "2025-04-15", "2025-07-02"))
        rates = st.sampled_from(("0.9", "1.2345", "0.87654321"))
        row = {"date": days, "from": dollars, "to": st.just("EUR"), "rate": rates}
        listed = draw(st.lists(st.fixed_dictionaries(row), max_size=4))
        found["exchange_rates"] = [{"table": "Pay-day rates", **each} for each in _once(listed, "date")]
    return found


def _once(rows: list[Row], *keys: str) -> list[Row]:
    """Of rows with the same key the last."""
    return list({tuple(row[key] for key in keys): row for row in rows}.values())
