"""What must hold of every company: both readings give the same to the cent, and lines add up."""

from hypothesis import note

from tests.agreement.comparison import differences, lines_that_do_not_add_up
from tests.agreement.readings import calculated, recomputed
from tests.agreement.strategies.company import Company


def assert_agreement(company: Company) -> None:
    """Both readings of the company agree on every table, and the lines of each add up to its earnings."""
    note(repr(company))
    engine, second = calculated(company), recomputed(company)
    assert not (found := differences(engine, second)), "\n".join(found)
    given = {row["component"] for row in company.rows.get("earnings_given", ())}
    for tables in (engine, second):
        assert not (found := lines_that_do_not_add_up(tables, given)), "\n".join(found)
