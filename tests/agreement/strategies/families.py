"""Families of plans: people paid in two currencies under one plan, their managers under another, facts in a
third currency; plans that count the same facts."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.company import Row
from tests.agreement.strategies.days import days
from tests.agreement.strategies.measuring import windows
from tests.agreement.strategies.plans import Document, document

Rule = dict[str, Any]

CURRENCIES = ("USD", "EUR", "GBP")
VALUES = [
    {
        "by": "country",
        "rows": [
            {"country": "US", "currency": "USD", "own_rate": "5 %", "large": "1000", "guaranteed": "300"},
            {"country": "DE", "currency": "EUR", "own_rate": "6.5 %", "large": "750.25", "guaranteed": "0"},
        ],
    }
]
WHERE = (None, None, "amount >= large", "amount < 500", "units > 1", "product = 'A'", "fee_amount < amount")
COUNTS = (
    None,
    None,
    "least(amount, large)",
    "units",
    "amount * units",
    "fee_amount",
    "amount - fee_amount / 3",
)
TO_MANAGERS = (["100 %"], ["100 %", "50 %"], ["33.3333 %"], "all")
AGES = ("7 days", "45 days", "any age")


@st.composite
def families(draw: st.DrawFn) -> list[Document]:
    """A plan of sellers, one of managers, perhaps one for both; mostly in a currency by the country."""
    exchange = {"rates": "Daily rates", "on": "transaction date", "at most": draw(st.sampled_from(AGES))}
    shared = draw(_rule())
    found = [
        _plan(draw, "Sellers", "Rep", ["owner"], shared, exchange),
        _plan(draw, "Managers", "Manager", ["managers"], shared, exchange),
    ]
    if draw(st.booleans()):
        found.append(_plan(draw, "Contest", ["Rep", "Manager"], ["owner", "managers"], shared, exchange))
    return found


def _plan(
    draw: st.DrawFn, title: str, role: Any, to: list[str], shared: Rule, exchange: dict[str, str]
) -> Document:
    components = {}
    for number in range(1, draw(st.integers(1, 2)) + 1):
        rule = draw(st.sampled_from((shared, shared, draw(_rule()))))
        components[f"{title} {number}"] = draw(_component(rule, draw(st.sampled_from(to))))
    currency = draw(st.sampled_from(("by country", "by country", "by country", "EUR")))
    keys: Document = {"plan": title, "for_": {"role": role}, "currency": currency, "exchange": exchange}
    keys["effective"] = draw(st.sampled_from(("2025-01-01 to 2025-12-31", "2025-02-10 to 2025-12-31")))
    keys["values"] = VALUES
    keys["prorate"] = draw(st.sampled_from(("nothing", ["draw"])))
    if draw(st.booleans()):
        keys["leavers"] = {"credit until": draw(st.sampled_from(("0 days", "40 days")))}
    keys["payment"] = draw(_payment())
    keys["leading"] = "this plan" if title == "Contest" and draw(st.booleans()) else None
    return document(components, **{name: value for name, value in keys.items() if value})


@st.composite
def _rule(draw: st.DrawFn) -> Rule:
    return {
        "from": draw(st.sampled_from(("booking", ["booking", "return"]))),
        "where": draw(st.sampled_from(WHERE)),
        "counts": draw(st.sampled_from(COUNTS)),
        "credited on": draw(st.sampled_from((None, None, None, "invoiced_on"))),
    }


@st.composite
def _component(draw: st.DrawFn, rule: Rule, to: str) -> dict[str, Any]:
    named: Rule = {**rule, "to": "owner"}
    if to == "managers":
        named["to"] = {"managers of": "owner", "levels": draw(st.sampled_from(TO_MANAGERS))}
        named["if vacant"] = draw(st.sampled_from((None, "climb", "no credit")))
    named["if blank"] = "no credit"
    measure = draw(st.sampled_from(("sum(credit)", "sum(credit)", "count(*)", "sum(units)")))
    pay: dict[str, Any] = {"how": "flat", "rate": "own_rate" if "credit" in measure else "12.50"}
    if draw(st.booleans()):
        edge, more = ("1000", "11 %") if "credit" in measure else ("2", "20")
        bands = [{"from": "0", "rate": pay["rate"]}, {"from": edge, "rate": more}]
        pay = {"how": draw(st.sampled_from(("marginal", "whole amount"))), "by": "measure", "bands": bands}
    return {
        "credit": [{key: value for key, value in named.items() if value is not None}],
        "measure": measure,
        "over": draw(windows(rare=False)),
        "pay": pay,
    }


@st.composite
def _payment(draw: st.DrawFn) -> Rule | None:
    if draw(st.booleans()):
        return None
    found: Rule = {}
    if draw(st.booleans()):
        found["draw"] = {"kind": "recoverable", "amount": "guaranteed per month"}
    if draw(st.booleans()):
        found["pay in"] = {"currency": "of the participant", "rates": "Daily rates", "on": "pay day"}
    return found or {"negative": draw(st.sampled_from(("pay", "carry forward")))}


@st.composite
def daily_rates(draw: st.DrawFn) -> list[Row]:
    """Rates of pairs of currencies on some days; some pairs have none."""
    pairs = st.sampled_from([(one, other) for one in CURRENCIES for other in CURRENCIES[:2] if one != other])
    keyed = st.lists(st.tuples(pairs, days().map(str)), min_size=1, max_size=10, unique=True)
    rates = st.sampled_from(("1.1", "0.9133", "0.87654321", "1.2345"))
    return [
        {"table": "Daily rates", "date": day, "from": one, "to": other, "rate": draw(rates)}
        for (one, other), day in draw(keyed)
    ]
