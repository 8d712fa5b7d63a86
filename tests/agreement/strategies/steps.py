"""Steps after a rate table: conditions, factors, caps and floors."""

from typing import Any

from hypothesis import strategies as st

Step = dict[str, Any]

CONDITIONS = ("deals >= 2", "measure >= 500", "units_sold > 3", "deals < 3 and measure > 0")
OF_A_CREDIT = ("product = 'A'", "units > 1", "amount >= 500")
AMOUNTS = ("100", "60.05", "250")
PER_TIME = ("100 per month", "250 per quarter", "400.50 per year", "base per month")


@st.composite
def steps(draw: st.DrawFn, kind: str, quota: bool, target: bool, each: tuple[str, ...]) -> list[Step]:
    """Up to three steps. `each`: what the rate table allows to be stepped one by one, credits or deals."""
    few = draw(st.sampled_from((0, 0, 1, 1, 2, 3)))
    found = [draw(_whole(quota, target)) for _ in range(few)]
    if each and draw(st.integers(0, 2)) == 2:
        found = [draw(_single(each)), *found]
    return found


@st.composite
def _whole(draw: st.DrawFn, quota: bool, target: bool) -> Step:
    """A step on the whole figure."""
    conditions = (*CONDITIONS, *(("attainment >= 50 %",) * 2 if quota else ()))
    factors = (
        "1.5",
        "0.333",
        "deals / 3",
        "deals",
        "margin_rate",
        *(("least(attainment, 150 %)",) if quota else ()),
    )
    amounts = (*AMOUNTS, *PER_TIME, *(("2 * target_incentive",) if target else ()))
    verb = draw(
        st.sampled_from(
            ("only if", "multiply by", "cap", "floor", "cap rate", "floor rate", "soft cap", "keep")
        )
    )
    choices: dict[str, Any] = {
        "only if": conditions,
        "multiply by": factors,
        "cap": amounts,
        "floor": amounts,
        "cap rate": ("6 %", "9 %"),
        "floor rate": ("2 %", "7.5 %"),
        "soft cap": ([{"from": "50", "rate": "50 %"}, {"from": "120", "rate": "10 %"}],),
        "keep": ("highest so far",),
    }
    step = {verb: draw(st.sampled_from(choices[verb]))}
    if verb in ("multiply by", "cap", "floor") and draw(st.integers(0, 3)) == 3:
        step["when"] = draw(st.sampled_from(conditions))
    return step


@st.composite
def _single(draw: st.DrawFn, choices_of_each: tuple[str, ...]) -> Step:
    """A step on each credit or each deal."""
    each = draw(st.sampled_from(choices_of_each))
    verbs = ("cap", "floor", "multiply by", "only if", "cap rate", "floor rate", "multiply by table")
    verb = draw(st.sampled_from(verbs if each == "credit" else ("cap", "floor", "cap rate")))
    choices = {
        "cap": ("40", "99.99"),
        "floor": ("15", "0"),
        "multiply by": ("1.5", "units / 3", "2"),
        "only if": OF_A_CREDIT,
        "cap rate": ("6 %", "9 %"),
        "floor rate": ("2 %", "7.5 %"),
        "multiply by table": ("Factors",),
    }
    step = {verb: draw(st.sampled_from(choices[verb])), "each": each}
    if each == "credit" and verb in ("cap", "multiply by") and draw(st.booleans()):
        step["when"] = draw(st.sampled_from(OF_A_CREDIT))
    return step


def overall(prorated: bool) -> st.SearchStrategy[list[Step] | None]:
    """Steps on the sum of all components, or none; caps per month only where these are not prorated."""
    gated = [{"only if": "earning >= 20"}, {"multiply by": "1.25", "when": "earning < 90"}]
    softly = [{"soft cap": [{"from": "80", "rate": "50 %"}]}, {"floor": "earning / 3"}]
    said = (
        [{"cap": "120"}],
        [{"multiply by": "0.9"}],
        [{"floor": "50"}],
        gated,
        softly,
        [{"cap": "300 per month"}],
    )
    return st.sampled_from((None, None, None, *said[: 5 if prorated else 6]))
