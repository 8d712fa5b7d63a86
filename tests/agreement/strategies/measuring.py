"""What is measured of the credits, over which windows, against which quotas, prorated by what."""

from typing import Any

from hypothesis import strategies as st

from tests.agreement.strategies.company import Row
from tests.agreement.strategies.days import months
from tests.agreement.strategies.organisation import Organisation

Block = dict[str, Any]

WHOLE = ("month", "quarter", "half", "year", "plan")
TO_DATE = ("month to date", "quarter to date", "half to date", "year to date", "plan to date")
OTHERS = ("life to date", "anniversary year to date", "last 2 months", "last 3 months")
POLICIES = ("no earning", "lowest band", "100 %", "no earning and exception", "exception")
MEASURES = ("sum(credit)", "sum(credit)", "sum(credit)", "count(*)", "count(distinct account)", "avg(credit)")
FIXED = ("1000 per month", "3000 per quarter", "12000 per year", "1000.50 per month", "base per month")
PRORATED = ("quota", "target incentive", "cap", "floor", "draw", "minimum", "maximum")


@st.composite
def windows(draw: st.DrawFn, rare: bool = True) -> str:
    """A window as a plan writes it; common ones come up more often."""
    kinds = (WHOLE[:2], TO_DATE[:4:2], WHOLE, TO_DATE, OTHERS if rare else TO_DATE)
    return draw(st.sampled_from(draw(st.sampled_from(kinds))))


@st.composite
def measured(draw: st.DrawFn, quota: bool | None = None, measures: tuple[str, ...] = MEASURES) -> Block:
    """The measure, window, quota and policies of a block; `quota` says whether there must be one."""
    over = draw(windows(rare=not quota))
    block: Block = {"measure": draw(st.sampled_from(measures)), "over": over}
    if draw(st.integers(0, 5)) == 5:
        taken = draw(st.sampled_from(("least", "greatest", "average")))
        block["across"] = {
            "each": draw(st.sampled_from(("month", "month", "week", "quarter"))),
            "take": taken,
        }
    if over.startswith("last"):
        block["short window"] = draw(st.sampled_from(("no earning", "as far as it goes", "counts as 0")))
    wanted = quota if quota is not None else draw(st.booleans())
    if wanted and not over.startswith(("life", "anniversary", "plan")):
        block["quota"] = draw(st.sampled_from(("bookings", "bookings", *FIXED)))
        if over.endswith("to date"):
            block["quota counts"] = draw(st.sampled_from(("to date", "in full")))
        states = draw(st.lists(st.sampled_from(("missing", "zero", "negative")), unique=True))
        block["denominator"] = {state: draw(st.sampled_from(POLICIES)) for state in states} or None
    block["measured for"] = draw(st.sampled_from((None, None, None, "the position", "the participant")))
    return {key: value for key, value in block.items() if value is not None}


@st.composite
def shrinking(draw: st.DrawFn) -> dict[str, Any]:
    """What shrinks where a period is held in part, by which days, with leave and ramp."""
    listed = st.lists(st.sampled_from(PRORATED), unique=True, min_size=1)
    said: dict[str, Any] = {
        "prorate": draw(st.one_of(st.just("nothing"), st.just(["quota", "target incentive"]), listed)),
        "prorate by": draw(st.sampled_from((None, None, "working days", "30/360"))),
        "leave": {
            "credit": draw(st.sampled_from(("owner", "nobody", "cover"))),
            "prorates": draw(st.one_of(st.just("nothing"), st.just(["quota", "target incentive"]), listed)),
        },
    }
    if draw(st.integers(0, 3)) == 3:
        said["ramp"] = draw(_ramp())
        said["leave"]["ramp"] = draw(st.sampled_from(("runs", "stops")))
    until = draw(st.sampled_from((None, None, "0 days", "20 days", "2 months")))
    if until:
        said["leavers"] = {"credit until": until}
    return {key: value for key, value in said.items() if value is not None}


@st.composite
def _ramp(draw: st.DrawFn) -> dict[str, Any]:
    counted = draw(st.sampled_from(("months since hire", "days of service")))
    starts = (1, 3, 7) if counted == "months since hire" else (1, 31, 200)
    shares = st.sampled_from(("0 %", "25 %", "50 %", "100 %", "33.3 %"))
    steps = []
    for start in starts[: draw(st.integers(1, 3))]:
        step = {
            "from": str(start),
            "quota": draw(shares),
            "target incentive": draw(st.one_of(st.none(), shares)),
        }
        steps.append({key: value for key, value in step.items() if value is not None})
    return {"counted in": counted, "steps": steps}


@st.composite
def quotas(draw: st.DrawFn, plan: str, organisation: Organisation) -> list[Row]:
    """Rows of quotas by month, quarter, half or year; some positions have none."""
    if "quota: bookings" not in plan:
        return []
    amounts = st.sampled_from(("1000", "1000", "3000", "2500.50", "333.33", "0", "-100"))
    rows = []
    for position in organisation.positions:
        units = draw(st.sampled_from(("months", "quarters", "halves", "year", "both", "none")))
        periods = {
            "months": months(1, 12),
            "quarters": ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"],
            "halves": ["2025-H1", "2025-H2"],
            "year": ["2025"],
            "both": ["2025-Q1", *months(4, 6)],
            "none": [],
        }[units]
        amount = draw(amounts)
        rows += [
            {"position": position, "measure": "bookings", "period": period, "amount": amount}
            for period in periods
            if draw(st.integers(0, 9)) != 9
        ]
    return rows


@st.composite
def targets(draw: st.DrawFn, plan: str, organisation: Organisation) -> list[Row]:
    """Target incentives of participants, or of positions, where the plan takes them from the facts."""
    key = "participant" if "of the participant" in plan else "position" if "of the position" in plan else ""
    names = {"participant": organisation.people, "position": organisation.positions}.get(key, ())
    amounts = st.sampled_from(("600", "1000.50", "12000"))
    units = st.sampled_from(("month", "quarter", "year"))
    return [
        {key: name, "amount": draw(amounts), "per": draw(units)}
        for name in names
        if draw(st.integers(0, 5)) != 5
    ]


HOLIDAYS: list[Row] = [{"date": "2025-01-01"}, {"date": "2025-04-21"}, {"date": "2025-05-01"}]
