"""What only one of two horizons knows, and which facts and figures that can touch.

What cannot be told is taken to touch everything: a shortcut may only leave out what is sure to stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from attain.verify.crediting.world import World
from attain.verify.inputs.documents import Version, as_list
from attain.verify.inputs.facts import Row, Tables

TRANSACTIONS = "transactions"
OF_PAYMENTS = {"opening_balances", "manual_adjustments", "movements", "closings"}
"""Tables that only payments read, and those always at their own horizon."""

OF_FIGURES = {"quotas", "target_incentives", "opening_credits", "earnings_given", "holidays"}
"""Tables that crediting never reads."""

OF_EVERYTHING = set(
    "participants positions assignments reporting teams leaves aliases accounts products opportunities "
    "account_territory territory_owner exchange_rates calendar".split()
)
"""Tables that any fact may be credited by."""


class References:
    """Which facts name which transactions, in any cell of any version of a row."""

    def __init__(self, versions: list[Version], tables: Tables) -> None:
        self.kinds = kinds(versions)
        known = {row["id"] for row in tables.get(TRANSACTIONS, [])}
        self.naming: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for name in sorted(self.kinds | {TRANSACTIONS}):
            for row in tables.get(name, []):
                for cell in row.values():
                    if cell.__class__ is str and cell in known:
                        self.naming[cell].append((name, row))

    def following(self, changed: Iterable[str]) -> set[int]:
        """The facts that name one of these transactions, or one that names such a one, by their identity."""
        touched: set[int] = set()
        waiting, seen = list(changed), set(changed)
        while waiting:
            for name, row in self.naming.get(waiting.pop(), []):
                touched.add(id(row))
                if name == TRANSACTIONS and row["id"] not in seen:
                    seen.add(row["id"])
                    waiting.append(row["id"])
        return touched


def kinds(versions: list[Version]) -> set[str]:
    """What the rules of the plans credit: types of transactions, or tables of facts."""
    return {
        kind
        for version in versions
        for block in [*version.measures.values(), *version.components.values()]
        for rule in as_list(block.body.get("credit"))
        for kind in as_list(rule["from"])
    }


def changed_rows(old: World, new: World) -> dict[str, list[Row]]:
    """Of each table of the same facts the rows that only one of two horizons knows."""
    found = {}
    for name, rows in new.tables.items():
        if rows is old.tables[name]:
            continue
        alone = {id(row) for row in rows} ^ {id(row) for row in old.tables[name]}
        if alone:
            found[name] = [row for row in [*rows, *old.tables[name]] if id(row) in alone]
    return found


def differing(old: World, new: World) -> Iterator[str]:
    """The names of these rows: table and id, or the first cell that is filled."""
    for name, rows in sorted(changed_rows(old, new).items()):
        identities = {
            str(row.get("id") or next((cell for cell in row.values() if cell is not None), ""))
            for row in rows
        }
        yield from (f"{name} {identity}" for identity in sorted(identities))


@dataclass
class Changes:
    """The difference of two worlds of the same plans and tables."""

    old: World
    new: World
    references: References

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """Of each table the rows that only one of the two knows."""
        return changed_rows(self.old, self.new)

    @property
    def reach_all_credits(self) -> bool:
        """Whether any credit may differ."""
        splits = {
            rule["to"]["split"]
            for version in self.new.versions
            for block in [*version.measures.values(), *version.components.values()]
            for rule in as_list(block.body.get("credit"))
            if isinstance(rule["to"], dict) and "split" in rule["to"]
        }
        apart = (self.references.kinds - OF_EVERYTHING - splits) | OF_FIGURES | OF_PAYMENTS | {TRANSACTIONS}
        return bool(self.rows.keys() - apart)

    @property
    def reach_all_figures(self) -> bool:
        """Whether any figure may differ, even where all of its credits stay."""
        lookups = {
            table["rows"]
            for version in self.new.versions
            for table in version.tables.values()
            if isinstance(table.get("rows"), str)
        }
        everybody = lookups | {"holidays"}
        return self.reach_all_credits or bool(self.rows.keys() & everybody)

    @cached_property
    def facts(self) -> set[int]:
        """The facts that may be credited otherwise because a transaction is another, by their identity."""
        return self.references.following({row["id"] for row in self.rows.get(TRANSACTIONS, [])})

    def seats(self) -> Iterator[tuple[str, str]]:
        """Columns and keys of the seats whose figures may differ though their credits stay."""
        for table in ("quotas", "target_incentives", "opening_credits"):
            for row in self.rows.get(table, []):
                for column in ("position", "participant"):
                    if row.get(column):
                        yield column, row[column]
