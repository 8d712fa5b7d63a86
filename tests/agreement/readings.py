"""Both readings of one company: the tables that each gives, or what it refused."""

from typing import Any

from attain.engine.backends.backend import Backend
from attain.engine.calculation import calculate
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_text
from attain.verify import recompute
from tests.agreement.strategies.company import Company

TABLES = ("earnings", "credits", "payments", "balances", "adjustments", "exceptions", "lines", "measures")

Tables = dict[str, list[dict[str, Any]]]


def calculated(company: Company, backend: Backend | None = None, facts: Facts | None = None) -> Tables:
    """The tables of the engine."""
    plans = [document for document in load_text(company.plan) if isinstance(document, Plan)]
    results = calculate(
        plans,
        facts or Facts.from_rows(company.rows),
        company.period,
        company.through,
        known_as_of=company.known_as_of,
        backend=backend,
        lines=True,
    )
    return {name: results.table(name).to_pylist() for name in TABLES}


def recomputed(company: Company) -> Tables:
    """The tables of the second reading."""
    return recompute(
        [company.plan], company.rows, company.period, company.through, known_as_of=company.known_as_of
    )
