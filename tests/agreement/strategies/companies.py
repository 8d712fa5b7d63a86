"""Whole companies: an organisation, a plan for it, and the facts that the plan speaks of."""

from hypothesis import strategies as st

from tests.agreement.strategies.company import Company, filled
from tests.agreement.strategies.documents import written
from tests.agreement.strategies.families import daily_rates, families
from tests.agreement.strategies.measuring import HOLIDAYS, quotas, targets
from tests.agreement.strategies.organisation import Organisation, organisations
from tests.agreement.strategies.paying import entries, paid_plans
from tests.agreement.strategies.plans import crediting_plans, measuring_plans
from tests.agreement.strategies.rating import rated_plans
from tests.agreement.strategies.sales import transactions
from tests.agreement.strategies.territories import references
from tests.agreement.strategies.versions import versioned_plans


@st.composite
def crediting_companies(draw: st.DrawFn) -> Company:
    """A company in which it is who gets how much credit that matters."""
    organisation = draw(organisations())
    plan = written(draw(crediting_plans()))
    sales = draw(transactions(plan, organisation))
    rows = {**organisation.rows, "transactions": sales, **draw(references(plan, organisation, sales))}
    return Company(plan, {name: filled(table) for name, table in rows.items() if table}, "2025-01", "2025-06")


@st.composite
def measuring_companies(draw: st.DrawFn) -> Company:
    """A company in which it is windows, quotas and proration that matter."""
    return _measured(draw, draw(organisations()), written(draw(measuring_plans())), "2025-03")


@st.composite
def rated_companies(draw: st.DrawFn) -> Company:
    """A company in which it is rate tables and steps that matter."""
    organisation = draw(organisations(calm=True))
    plan = written(draw(rated_plans()))
    sales = draw(transactions(plan, organisation))
    rows = {
        **organisation.rows,
        "transactions": sales,
        **draw(references(plan, organisation, sales)),
        "quotas": draw(quotas(plan, organisation)),
        "target_incentives": draw(targets(plan, organisation)),
    }
    through = draw(st.sampled_from(("2025-06", "2025-03")))
    return Company(plan, {name: filled(table) for name, table in rows.items() if table}, "2025-01", through)


@st.composite
def paid_companies(draw: st.DrawFn) -> Company:
    """A company in which it is payment rules and balances that matter."""
    organisation = draw(organisations(calm=True))
    plan = written(draw(paid_plans()))
    rows = {
        **organisation.rows,
        "transactions": draw(transactions(plan, organisation)),
        **draw(entries(plan, organisation)),
    }
    period = draw(st.sampled_from(("2025-01", "2025-01", "2025-04")))
    return Company(plan, {name: filled(table) for name, table in rows.items() if table}, period, "2025-06")


@st.composite
def families_of_plans(draw: st.DrawFn) -> Company:
    """A company in which it is currencies that matter: the recipient's, the fact's, that of pay."""
    organisation = draw(organisations())
    plan = written(*draw(families()))
    rows = {
        **organisation.rows,
        "transactions": draw(transactions(plan, organisation)),
        "exchange_rates": draw(daily_rates()),
    }
    return Company(plan, {name: filled(table) for name, table in rows.items() if table}, "2025-01", "2025-06")


@st.composite
def changed_companies(draw: st.DrawFn) -> Company:
    """A company whose plan changes in mid-year, and whose people move."""
    return _measured(draw, draw(organisations()), written(*draw(versioned_plans())), "2025-04")


def _measured(draw: st.DrawFn, organisation: Organisation, plan: str, early: str) -> Company:
    """Sales, quotas and holidays for a plan; the run ends in June, in December or early."""
    sales = draw(transactions(plan, organisation))
    rows = {
        **organisation.rows,
        "transactions": sales,
        **draw(references(plan, organisation, sales)),
        "quotas": draw(quotas(plan, organisation)),
        "holidays": HOLIDAYS,
    }
    through = draw(st.sampled_from(("2025-06", "2025-12", early)))
    return Company(plan, {name: filled(table) for name, table in rows.items() if table}, "2025-01", through)
