"""Plans in which it is rate tables and steps that matter."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.lookups import tables
from tests.agreement.strategies.measuring import POLICIES, windows
from tests.agreement.strategies.plans import ROLES, VALUES, Document, document, share, simple_rules
from tests.agreement.strategies.rates import COUNT, MONEY, pays
from tests.agreement.strategies.steps import overall, steps

NAMED = ("deals", "units_sold", "margin_rate")
TARGETS = ("500 per month", "9000 per year", "of the participant")


@st.composite
def rated_plans(draw: st.DrawFn) -> Document:
    """A plan whose components differ in rate table and steps."""
    target = draw(st.booleans())
    components = {
        f"C{number}": draw(_component(target)) for number in range(1, draw(st.sampled_from((2, 3))))
    }
    keys: Document = {"values": VALUES, "effective": "2025-01-01 to 2025-12-31"}
    keys["prorate"] = draw(
        st.sampled_from(("nothing", ["quota", "target incentive"], ["cap", "floor", "quota"]))
    )
    keys["measures"] = draw(_measures(str(components)))
    keys["then"] = draw(overall("cap" in keys["prorate"]))
    if "'Rates'" in str(components) or "'Factors'" in str(components):
        found = draw(tables())
        keys["tables"] = {name: table for name, table in found.items() if f"'{name}'" in str(components)}
    if "target_incentive" in str(components):
        keys["target_incentive"] = draw(st.sampled_from(TARGETS))
        share(components)
    if draw(st.booleans()):
        keys["leavers"] = {"credit until": "60 days"}
    return document(components, **{name: value for name, value in keys.items() if value})


@st.composite
def _component(draw: st.DrawFn, target: bool) -> dict[str, Any]:
    kind = draw(st.sampled_from((MONEY, MONEY, COUNT)))
    over = draw(windows(rare=False))
    quota = draw(st.booleans()) and not over.startswith("plan")
    block: dict[str, Any] = {
        "for": draw(st.sampled_from((None, None, None, *ROLES))),
        "credit": draw(simple_rules()),
        "measure": "sum(credit)" if kind == MONEY else "count(*)",
        "over": over,
    }
    if quota:
        block["quota"] = draw(
            st.sampled_from(("bookings", "2 per month" if kind == COUNT else "1000 per month"))
        )
        if over.endswith("to date"):
            block["quota counts"] = draw(st.sampled_from(("to date", "in full")))
        states = draw(st.lists(st.sampled_from(("missing", "zero")), unique=True))
        if states:
            block["denominator"] = {state: draw(st.sampled_from(POLICIES)) for state in states}
    pay = draw(pays(kind, quota, target, NAMED))
    named = pay["how"] == "matrix" and not {pay["down"]["by"], pay["across"]["by"]} & {
        "measure",
        "attainment",
    }
    if named:
        block = {"for": block["for"], "over": over}
    block = {key: value for key, value in block.items() if value is not None}
    each: tuple[str, ...] = ()
    if "of" not in pay and not named:
        single = pay["how"] in ("flat", "lookup") and pay.get("each") != "deal"
        each = ("credit", "credit", "deal") if single or pay.get("each") == "credit" else ()
        each = ("deal",) if pay.get("each") == "deal" else each
    then = draw(steps(kind, quota and not named, target, each))
    return {**block, "pay": pay, **({"then": then} if then else {})}


@st.composite
def _measures(draw: st.DrawFn, said: str) -> dict[str, Any]:
    """The named measures that are spoken of; all count the credits of the first."""
    if not any(name in said for name in NAMED):
        return {}
    over = draw(st.sampled_from(("month", "month", "quarter", "year to date", "quarter to date")))
    policies = st.sampled_from(POLICIES)
    rows = {
        "deals": {
            "credit": [{"from": "booking", "to": "owner", "if blank": "no credit"}],
            "measure": "count(*)",
        },
        "units_sold": {"credit of": "deals", "measure": "sum(units)"},
        "margin_rate": {
            "credit of": "deals",
            "measure": "sum(margin) / sum(amount)",
            "denominator": {"zero": draw(policies), "negative": draw(policies)},
        },
    }
    found = {}
    for name, block in rows.items():
        if name == "deals" or name in said:
            policy = {"denominator": block.pop("denominator")} if "denominator" in block else {}
            found[name] = {**block, "over": over, **policy}
    return found
