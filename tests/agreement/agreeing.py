"""What must hold of every company: both readings give the same to the cent, and lines add up."""

from hypothesis import note, settings

from tests.agreement.comparison import differences, lines_that_do_not_add_up
from tests.agreement.readings import calculated, recomputed
from tests.agreement.strategies.company import Company

USUAL = 100
"""How many examples hypothesis draws where nothing is said; a profile of many draws more."""


def examples(count: int) -> settings:
    """So many examples, and as many times more as the profile draws more than usual."""
    return settings(max_examples=count * settings.default.max_examples // USUAL)


def assert_agreement(company: Company) -> None:
    """Both readings of the company agree on every table, and the lines of each add up to its earnings."""
    note(repr(company))
    engine, second = calculated(company), recomputed(company)
    assert not (found := differences(engine, second)), "\n".join(found)
    given = {row["component"] for row in company.rows.get("earnings_given", ())}
    for tables in (engine, second):
        assert not (found := lines_that_do_not_add_up(tables, given)), "\n".join(found)
