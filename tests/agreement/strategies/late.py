"""Facts that become known late: loaded after a closing, corrected, withdrawn; months closed meanwhile."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from tests.agreement.strategies.company import Company, Row, Rows

MOMENTS = ("2025-01-20", "2025-02-05", "2025-02-20", "2025-03-05", "2025-04-02", "2025-06-01", "2025-07-20")
CLOSED = ("2025-01", "2025-02", "2025-03", "2025-04")
CLOSING = ("2025-02-10", "2025-02-10", "2025-03-10", "2025-04-10", "2025-05-10")
OFTEN_LATE = {"transactions", "quotas"}
CORRECTED = ("amount", "share", "last", "score", "owner", "manager", "kind")
"""Columns of which a second version may say something else."""


@st.composite
def known_late(draw: st.DrawFn, companies: st.SearchStrategy[Company]) -> Company:
    """The companies, with the moments on which some of their facts were loaded, and closings between them."""
    company = draw(companies)
    open_from = draw(st.sampled_from((3, 4, 2, 1)))
    moments = sorted(draw(st.lists(st.sampled_from(CLOSING), min_size=open_from, max_size=open_from)))
    closings = [
        {"period": period, "moment": moment}
        for period, moment in zip(CLOSED[:open_from], moments, strict=True)
    ]
    chosen = draw(st.sets(st.sampled_from(sorted(company.rows)), max_size=2))
    rows: Rows = {**company.rows, "closings": closings}
    for name in sorted(chosen | OFTEN_LATE & company.rows.keys()):
        rows[name] = [
            version for row in company.rows[name] for version in draw(_versions(company.rows[name], row))
        ]
    horizon = draw(
        st.sampled_from((None, datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 4, 30, tzinfo=UTC)))
    )
    return Company(company.plan, rows, company.period, company.through, horizon)


@st.composite
def _versions(draw: st.DrawFn, rows: list[Row], row: Row) -> list[Row]:
    """A row as it was from the start, or loaded at some time; perhaps corrected, perhaps withdrawn."""
    moments = sorted(draw(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=2)))
    first = draw(st.sampled_from((moments[0], "")))
    if draw(st.integers(0, 3)) == 3:
        return [{**row, "loaded": first}]
    found = [{**row, "loaded": first}]
    for moment in moments[first != "" :]:
        said = {name: draw(st.sampled_from(rows)).get(name, "") for name in CORRECTED if name in row}
        found.append({**row, **said, "loaded": moment, "withdrawn": draw(st.sampled_from(("", "", "yes")))})
    return found
