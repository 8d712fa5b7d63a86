"""Maps, territories and their owners, splits and teams: what rules of credit look up."""

from hypothesis import strategies as st

from tests.agreement.strategies.amounts import shares
from tests.agreement.strategies.company import Row, Rows
from tests.agreement.strategies.days import ONE_DAY, days
from tests.agreement.strategies.organisation import Organisation
from tests.agreement.strategies.sales import ACCOUNTS

MAPS = ("Named accounts", "Regions")
TERRITORIES = ("North", "South")


@st.composite
def references(draw: st.DrawFn, plan: str, organisation: Organisation, sales: list[Row]) -> Rows:
    """The tables that the plan's rules look up."""
    rows: Rows = {}
    if "territory of" in plan:
        rows["account_territory"] = draw(_lies())
        rows["territory_owner"] = draw(_owns(organisation))
    if "split: splits" in plan:
        rows["splits"] = draw(_splits(organisation, sales))
    if "members of" in plan:
        rows["teams"] = draw(_teams(organisation))
    if "account.region" in plan:
        rows["accounts"] = [
            {"account": name, "region": draw(st.sampled_from(("EMEA", "APAC", "")))} for name in ACCOUNTS
        ]
    return rows


@st.composite
def _lies(draw: st.DrawFn) -> list[Row]:
    """Each account in at most one territory of a map on a day."""
    rows = []
    for chart in MAPS:
        for account in draw(st.lists(st.sampled_from(ACCOUNTS), unique=True)):
            turn = draw(st.one_of(st.none(), days()))
            territory = draw(st.sampled_from(TERRITORIES))
            row = {
                "map": chart,
                "account": account,
                "territory": territory,
                "first": "2024-01-01",
                "last": "",
            }
            if turn is None:
                rows.append(row)
            else:
                other = draw(st.sampled_from(TERRITORIES))
                rows += [
                    {**row, "last": str(turn)},
                    {**row, "territory": other, "first": str(turn + ONE_DAY)},
                ]
    return rows


@st.composite
def _owns(draw: st.DrawFn, organisation: Organisation) -> list[Row]:
    rows = []
    for chart in MAPS:
        for territory in draw(st.lists(st.sampled_from(TERRITORIES), unique=True)):
            parts = draw(shares())
            owners = draw(
                st.lists(
                    st.sampled_from(organisation.positions), min_size=1, max_size=len(parts), unique=True
                )
            )
            last = draw(st.one_of(st.just(""), days().map(str)))
            rows += [
                {
                    "map": chart,
                    "territory": territory,
                    "position": owner,
                    "share": part,
                    "first": "2024-01-01",
                    "last": last,
                }
                for owner, part in zip(owners, parts, strict=False)
            ]
    return rows


@st.composite
def _splits(draw: st.DrawFn, organisation: Organisation, sales: list[Row]) -> list[Row]:
    rows = []
    for sale in sales:
        if draw(st.booleans()):
            parts = draw(shares())
            names = (*organisation.positions, *organisation.people[:1])
            owners = draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(parts)))
            rows += [
                {"transaction": sale["id"], "position": owner, "share": part}
                for owner, part in zip(owners, parts, strict=False)
            ]
    return rows


@st.composite
def _teams(draw: st.DrawFn, organisation: Organisation) -> list[Row]:
    return [
        {"team": team, "position": position, "first": draw(st.sampled_from(("", "2025-02-15"))), "last": ""}
        for team in ("North", "South")
        for position in draw(st.lists(st.sampled_from(organisation.positions), unique=True))
    ]
