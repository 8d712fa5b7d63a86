"""Plans that change in mid-year: two versions of one title, components fresh, continued or renamed."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.measuring import measured, shrinking
from tests.agreement.strategies.plans import ROLES, VALUES, Document, document, paid_by, share, simple_rules

TURNS = (
    ("2025-03-31", "2025-04-01"),
    ("2025-02-28", "2025-03-01"),
    ("2025-03-15", "2025-03-16"),
    ("2025-05-09", "2025-05-10"),
)
TARGETS = ("500 per month", "9000 per year", "2000 per quarter")


@st.composite
def versioned_plans(draw: st.DrawFn) -> tuple[Document, Document]:
    """Two versions; the second has other rates, and perhaps other rules, windows and people."""
    last, following = draw(st.sampled_from(TURNS))
    begun = draw(st.sampled_from(("2025-01-01", "2025-01-01", "2024-07-01")))
    keys = draw(shrinking())
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    for number in range(1, draw(st.integers(1, 2)) + 1):
        block = draw(measured())
        first[f"C{number}"] = draw(_component(block))
        later = draw(_component(block if draw(st.integers(0, 3)) else draw(measured())))
        name = draw(st.sampled_from((f"C{number}", f"C{number}", f"New {number}")))
        fresh = "fresh" if name == f"C{number}" else None
        later["on change"] = draw(st.sampled_from(("continued", "continued", fresh)))
        if name != f"C{number}" and later["on change"] == "continued":
            later["formerly"] = f"C{number}"
        second[name] = {key: value for key, value in later.items() if value is not None}
    people = draw(st.sampled_from(ROLES))
    others = draw(st.sampled_from((people, people, *ROLES)))
    return (
        _version(draw, first, keys, f"{begun} to {last}", people),
        _version(
            draw,
            second,
            draw(st.sampled_from((keys, draw(shrinking())))),
            f"{following} to 2025-12-31",
            others,
        ),
    )


@st.composite
def _component(draw: st.DrawFn, block: dict[str, Any]) -> dict[str, Any]:
    return {"credit": draw(simple_rules()), **block, "pay": draw(st.sampled_from(paid_by(block)))}


def _version(
    draw: st.DrawFn, components: dict[str, Any], keys: dict[str, Any], effective: str, people: dict[str, Any]
) -> Document:
    said: dict[str, Any] = {"effective": effective, "values": VALUES, "for": people, **keys}
    if "target_incentive" in str(components):
        said["target incentive"] = draw(st.sampled_from(TARGETS))
        share(components)
    return document(components, **{name.replace(" ", "_"): value for name, value in said.items()})
