"""A plan beside the facts that it is to pay: types, fields, quotas, seats and tables that are not there."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import duckdb

from attain.engine.facts.tables import Facts
from attain.engine.language.checks.found import found
from attain.engine.language.checks.names import OWN, known_names
from attain.engine.language.checks.uses import uses_of
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.fault import nearest
from attain.engine.language.models.credit_rules import CreditRule, SplitTo
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem

REFERENCES = {
    "account": "accounts",
    "product": "products",
    "opportunity": "opportunities",
    "participant": "participants",
    "position": "positions",
    "recipient": "positions",
}
OF_A_CREDIT = OWN | {"credit", "position", "participant"}
TRANSACTIONS = "transactions"


class Given:
    """What the facts hold, as far as a plan can name it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def has(self, table: str) -> bool:
        """Whether there is a table of that name."""
        return table in self._facts.tables

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none where there is no such table."""
        return frozenset(self._facts.tables[table].columns) if self.has(table) else frozenset()

    def values(self, table: str, column: str) -> frozenset[str]:
        """The different texts of a column."""
        if column not in self.columns(table):
            return frozenset()
        paths = [str(path) for path in self._facts.tables[table].paths]
        with duckdb.connect() as connection:
            select = f'SELECT DISTINCT CAST("{column}" AS VARCHAR) FROM read_parquet(?)'
            rows = connection.execute(select, [paths]).fetchall()
        return frozenset(row[0] for row in rows if row[0] is not None)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of transactions."""
        return self.values(TRANSACTIONS, "type")


def missing_facts(plan: Plan, facts: Facts) -> Iterator[Problem]:
    """Types (P340), quotas (P341), seats (P342), fields (P343), tables (P344) that the facts do not hold."""
    given = Given(facts)
    blocks = (*plan.measures.values(), *plan.components.values())
    for rule in (rule for block in blocks for rule in block.credit):
        yield from _types(plan, rule, given)
        if isinstance(rule.to, SplitTo) and not given.has(rule.to.split):
            yield _no_table(plan, rule.to.path_of("split"), rule.to.split, facts)
    for title, table in plan.tables.items():
        if isinstance(table.rows, str) and not given.has(table.rows):
            yield _no_table(plan, ("tables", title, "rows"), table.rows, facts)
    if plan.exchange and plan.exchange.rates and not given.has("exchange_rates"):
        yield _no_table(plan, ("exchange", "rates"), "exchange_rates", facts)
    yield from _quotas(plan, blocks, given)
    yield from _seats(plan, given)
    yield from _fields(plan, given)
    yield from _keys(plan, given)


def _no_table(plan: Plan, path: Path, name: str, facts: Facts) -> Problem:
    cure = nearest(name, facts.tables, "Load it, or name another.")
    return found(plan, path, "P344", f'the facts have no table "{name}".', cure)


def _types(plan: Plan, rule: CreditRule, given: Given) -> Iterator[Problem]:
    there = [name for name in rule.from_ if name in given.types or given.has(name)]
    for name in rule.from_:
        near = nearest(name, given.types - set(rule.from_))
        if name not in there and (near or not there):
            message = f'no transaction has the type "{name}", and no table of facts this name.'
            known = ", ".join(sorted(given.types)[:12])
            yield found(plan, rule.path_of("from_"), "P340", message, near or f"The types are {known}.")


def _quotas(plan: Plan, blocks: tuple[Measure, ...], given: Given) -> Iterator[Problem]:
    known = given.values("quotas", "measure")
    for block in blocks:
        if isinstance(block.quota, str) and block.quota not in known:
            message = f'no row of quotas has the measure "{block.quota}".'
            cure = nearest(block.quota, known, "Load its quotas.")
            yield found(plan, block.path_of("quota"), "P341", message, cure)


def _seats(plan: Plan, given: Given) -> Iterator[Problem]:
    for name, table in (("role", "positions"), ("position", "assignments"), ("participant", "assignments")):
        known = given.values(table, name)
        for value in getattr(plan.for_, name):
            if value not in known:
                what = (
                    f"no position has the role {value}" if name == "role" else f"no assignment names {value}"
                )
                cure = nearest(value, known, f"Load it into the table {table}.")
                yield found(plan, ("for", name), "P342", f"{what}.", cure)


def _fields(plan: Plan, given: Given) -> Iterator[Problem]:
    tables = _sources(plan)
    named = known_names(plan) | frozenset(plan.fields)
    for use in uses_of(plan):
        if use.sees in ("fact", "aggregate", "credit"):
            own = OF_A_CREDIT if use.sees != "fact" else OF_A_CREDIT - OWN
            sources = tables.get(use.path[:2]) or frozenset(name for each in tables.values() for name in each)
            columns = _columns(sources, given)
            for name in sorted(use.expression.names - named - own):
                yield from _field(plan, use.path, use.expression, name, columns, given)


def _keys(plan: Plan, given: Given) -> Iterator[Problem]:
    """The fields that tables of rows are found by."""
    columns = _columns(frozenset(name for each in _sources(plan).values() for name in each), given)
    for title, table in plan.tables.items():
        for name in table.key:
            known, field = _known(name, columns, given)
            if field not in known and name not in plan.fields:
                path: Path = ("tables", title, "key", name)
                message = f'the facts have no field "{field}" to find a row by.'
                cure = nearest(field, known, "Load it with them, or name another.")
                yield found(plan, path, "P343", message, cure, plan.source.key_place(path))


def _sources(plan: Plan) -> Mapping[Path, frozenset[str]]:
    """For each measure and component, what its credits are made from."""
    sources = {}
    for block in (*plan.measures.values(), *plan.components.values()):
        whole = plan.whole(block)
        owner = plan.block(whole.credit_of) if whole.credit_of else whole
        sources[block.path[:2]] = frozenset(name for rule in (owner or whole).credit for name in rule.from_)
    return sources


def _columns(sources: frozenset[str], given: Given) -> frozenset[str]:
    tables = {name if given.has(name) else TRANSACTIONS for name in sources}
    return frozenset(column for table in tables for column in given.columns(table))


def _field(
    plan: Plan, path: Path, expression: Expression, name: str, columns: frozenset[str], given: Given
) -> Iterator[Problem]:
    known, field = _known(name, columns, given)
    if field not in known:
        what = f'"{expression.text}"' if len(expression.text) <= 40 else "this expression"
        message = f'the facts have no field "{field}" for {what}.'
        cure = nearest(field, known, "Load it with them, or name another.")
        yield found(plan, path, "P343", message, cure, expression.place_of(name))


def _known(name: str, columns: frozenset[str], given: Given) -> tuple[frozenset[str], str]:
    """The columns among which a name must be, and the part of it that is to be there."""
    head, dot, field = name.partition(".")
    if dot and head in REFERENCES:
        return given.columns(REFERENCES[head]), field
    if dot and head in given.types:
        return given.columns(TRANSACTIONS), field
    return columns, head
