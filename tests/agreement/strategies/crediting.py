"""Credit rules: whom a transaction credits, with how much, on which days."""

from typing import Any

from hypothesis import strategies as st

Rule = dict[str, Any]

TO_ONE = ("owner", "owner", "owner", "specialist", "booking.owner")
WHERE = (
    "product = 'A'",
    "product <> 'A'",
    "product in ('A', 'B')",
    "product is null",
    "amount >= 500",
    "amount between 100 and 1000",
    "units > 1",
    "not (product = 'A' and units > 1)",
    "account.region = 'EMEA' or product = 'B'",
    "product like 'A%'",
    "date >= '2025-02-01'",
    "days_between(date, invoiced_on) <= 30",
    "owner.region = 'EMEA'",
)
COUNTS_MONEY = (
    "amount",
    "40 % * amount",
    "least(amount, 1000)",
    "amount - coalesce(fee, 0)",
    "amount * 12 / units",
    "amount / 3",
    "case when product = 'A' then amount else 50 % * amount end",
    "greatest(amount - 500, 0)",
    "abs(amount)",
)
COUNTS_UNITS = ("units", "units * 2", "units / 3", "complete_months(date, invoiced_on)")


@st.composite
def rules(draw: st.DrawFn, counted: tuple[str, ...] = COUNTS_MONEY, plain: bool = False) -> list[Rule]:
    """One or two credit rules of one component; a plain one credits the owner with the amount."""
    if plain:
        return [{"from": ["booking", "return"], "to": "owner"}]
    return [draw(_rule(counted)) for _ in range(draw(st.sampled_from((1, 1, 1, 2))))]


@st.composite
def _rule(draw: st.DrawFn, counted: tuple[str, ...]) -> Rule:
    to = draw(recipients())
    rule: Rule = {"from": draw(st.sampled_from(("booking", ["booking", "return"], ["booking", "renewal"])))}
    if "booking" in str(to):
        rule["from"] = "payment"
    rule["where"] = draw(st.one_of(st.none(), st.sampled_from(WHERE)))
    rule["to"] = to
    rule["counts"] = draw(
        st.one_of(st.just(None if counted is COUNTS_MONEY else counted[0]), st.sampled_from(counted))
    )
    rule["credited on"] = draw(st.sampled_from((None, None, None, "invoiced_on")))
    rule["owner on"] = draw(st.sampled_from((None, None, "invoiced_on")))
    if rule["from"] == "payment":
        rule["owner on"] = draw(st.sampled_from((None, "booking.date")))
    rule["if blank"] = draw(st.sampled_from((None, "no credit", "no credit")))
    rule["if vacant"] = draw(st.sampled_from((None, "no credit", "climb")))
    rule["returns"] = draw(st.sampled_from((None, None, None, "do not count")))
    return {key: value for key, value in rule.items() if value is not None}


@st.composite
def recipients(draw: st.DrawFn) -> Any:
    """Who is credited: a field, a split, the owners of a territory, managers, a team, who covers."""
    kind = draw(st.sampled_from(("field", "field", "split", "territory", "managers", "members", "cover")))
    if kind == "field":
        return draw(st.sampled_from(TO_ONE))
    if kind == "split":
        return {"split": "splits", "otherwise": "owner"}
    if kind == "territory":
        maps = draw(st.sampled_from((None, ["Regions"], ["Named accounts", "Regions"])))
        return {"territory of": "account", "in": maps}
    if kind == "managers":
        levels = draw(st.sampled_from(("all", ["100 %"], ["100 %", "50 %"], ["50 %", "0 %", "33.3333 %"])))
        share = draw(st.sampled_from((None, "50 %"))) if levels == "all" else None
        return {"managers of": "owner", "levels": levels, "share": share}
    return {"members of": "team"} if kind == "members" else {"cover of": "owner"}
