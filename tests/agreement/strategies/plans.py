"""Plan documents, put together from their parts."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.crediting import COUNTS_MONEY, COUNTS_UNITS, rules
from tests.agreement.strategies.measuring import measured, shrinking

Document = dict[str, Any]

ROLES = (
    {"role": ["Rep", "Manager"]},
    {"role": "Rep"},
    {"where": "position.region = 'EMEA'"},
    {"position": ["R1", "M1"]},
)


def document(components: dict[str, Any], **keys: Any) -> Document:
    """A plan with these components; `keys` are further ones, with underscores for spaces."""
    said = {name.rstrip("_").replace("_", " "): value for name, value in keys.items()}
    return {
        "plan": said.pop("plan", "Plan"),
        "effective": said.pop("effective", "from 2025-01-01"),
        "paid": said.pop("paid", "monthly"),
        "currency": said.pop("currency", "USD"),
        "for": said.pop("for", {"role": ["Rep", "Manager"]}),
        **{name: said.pop(name) for name in ("prorate", "leave", "leavers") if name in said},
        **{name: value for name, value in said.items() if name not in ("payment", "then")},
        "components": components,
        **{name: said[name] for name in ("then", "payment") if name in said},
    }


@st.composite
def crediting_plans(draw: st.DrawFn) -> Document:
    """A plan whose components differ in whom they credit, and pay one rate by the month."""
    components = {}
    for number in range(draw(st.integers(1, 2))):
        money = draw(st.booleans())
        counted = draw(st.booleans()) and not money
        components[f"C{number + 1}"] = {
            "credit": draw(rules(COUNTS_MONEY if money or counted else COUNTS_UNITS)),
            "measure": "count(*)" if counted else "sum(credit)",
            "over": "month",
            "pay": {"how": "flat", "rate": "5 %" if money else "10"},
        }
    leave = draw(st.sampled_from(("owner", "nobody", "cover")))
    until = draw(st.sampled_from((None, "0 days", "20 days", "2 months")))
    keys: Document = {"leave": {"credit": leave, "prorates": "nothing"}}
    if until:
        keys["leavers"] = {"credit until": until}
    return document(components, for_=draw(st.sampled_from(ROLES)), **keys)


VALUES = [
    {
        "by": "country",
        "rows": [
            {"country": "US", "base": "1000", "base_rate": "5 %"},
            {"country": "DE", "base": "750.25", "base_rate": "6.5 %"},
        ],
    }
]
EFFECTIVE = (
    "2025-01-01 to 2025-12-31",
    "2025-01-01 to 2025-06-30",
    "2024-07-01 to 2025-12-31",
    "2025-01-16 to 2025-12-31",
)


@st.composite
def measuring_plans(draw: st.DrawFn) -> Document:
    """A plan whose components differ in what they measure and against which quota."""
    components = {}
    for number in range(draw(st.integers(1, 2))):
        block = draw(measured())
        components[f"C{number + 1}"] = {
            "credit": draw(simple_rules()),
            **block,
            "pay": draw(st.sampled_from(paid_by(block))),
        }
    keys = {"effective": draw(st.sampled_from(EFFECTIVE)), "values": VALUES, **draw(shrinking())}
    if "target_incentive" in str(components):
        keys["target incentive"] = draw(
            st.sampled_from(("500 per month", "9000 per year", "2000 per quarter"))
        )
        share(components)
    return document(components, **{name.replace(" ", "_"): value for name, value in keys.items()})


@st.composite
def simple_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rules that credit the owner, or by splits, with returns."""
    to = draw(st.sampled_from(("owner", "owner", "owner", {"split": "splits", "otherwise": "owner"})))
    when = draw(st.sampled_from((None, None, "invoiced_on")))
    rule = {"from": ["booking", "return"], "to": to, "credited on": when, "if blank": "no credit"}
    return [{key: value for key, value in rule.items() if value is not None}]


def paid_by(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Simple ways to pay for what a block measures."""
    money = "sum" in block["measure"] or "avg" in block["measure"]
    pays: list[dict[str, Any]] = [{"how": "flat", "rate": "5 %" if money else "12.50"}]
    pays.append(
        {
            "how": "whole amount",
            "by": "measure",
            "bands": [
                {"from": "0", "rate": "5 %" if money else "10"},
                {"from": "1000" if money else "2", "rate": "8 %" if money else "12.345"},
            ],
        }
    )
    if "quota" in block:
        pays += [
            {"how": "whole amount", "by": "attainment", "bands": _by_attainment(money)},
            {"how": "flat", "rate": "100 %", "of": "target_incentive * attainment"},
            {"how": "marginal", "by": "attainment", "bands": _by_attainment(money)},
        ]
    return pays


def _by_attainment(money: bool) -> list[dict[str, str]]:
    return [
        {"from": "0 %", "rate": "5 %" if money else "10"},
        {"from": "50 %", "rate": "7 %" if money else "11"},
        {"from": "100 %", "rate": "10 %" if money else "20"},
    ]


def share(components: dict[str, Any]) -> None:
    """Give the components that pay on the target incentive weights that add up to 100 %."""
    taking = [block for block in components.values() if "target_incentive" in str(block["pay"])]
    if len(taking) > 1:
        for block, weight in zip(taking, ("60 %", "40 %"), strict=True):
            block["weight"] = weight
