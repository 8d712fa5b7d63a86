"""Tables that a plan looks rates and factors up in."""

from typing import Any

from hypothesis import strategies as st


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """The tables that plans of this suite speak of: `Rates` by product and size, `Factors` by product."""
    match = draw(st.sampled_from(("only row", "first row", "most specific")))
    otherwise = st.sampled_from(("exception", "1 %"))
    rows = [{"product": "A", "units": "0", "rate": "4 %"}, {"product": "A", "units": "3", "rate": "6 %"}]
    if match != "only row":
        rows.append({"product": "any", "units": "0", "rate": "1.5 %"})
    if draw(st.booleans()):
        rows.append({"product": "B", "units": "1", "rate": "2 %"})
    factors = [{"product": "A", "factor": "1.25"}, {"product": "B", "factor": "0.5"}]
    return {
        "Rates": {
            "key": {"product": "equal", "units": draw(st.sampled_from(("from", "up to")))},
            "gives": "rate",
            "match": match,
            "otherwise": draw(otherwise),
            "rows": rows,
        },
        "Factors": {
            "key": {"product": "equal"},
            "gives": "factor",
            "match": "only row",
            "otherwise": draw(st.sampled_from(("exception", "1"))),
            "rows": factors,
        },
    }
