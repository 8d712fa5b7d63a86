"""Facts as known on a day: of each key the newest version loaded at or before the horizon."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.terms import Blank, Day, Term, Text
from attain.engine.facts.tables import Facts, FactTable

FEW = 200_000
"""Rows up to which a table as known is kept, not looked up anew by every statement that reads it."""


def moment_literal(moment: datetime) -> str:
    """A moment as SQL, in UTC without a zone."""
    plain = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return f"CAST('{plain.isoformat(sep=' ', timespec='microseconds')}' AS TIMESTAMP)"


@dataclass
class Known:
    """Views `k_NAME` of the tables of facts as known at `horizon` (None: all that is there).

    Several horizons can stand side by side on one backend with another `prefix`.
    """

    backend: Backend
    facts: Facts
    horizon: datetime | None = None
    prefix: str = "k"
    made: dict[str, str] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, object] = field(default_factory=dict)
    bounds: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    fetched: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether such a table was loaded."""
        return name in self.facts.tables

    def columns(self, name: str) -> Mapping[str, str]:
        """Columns and their kinds: text, number, date, moment; empty where there is no such table."""
        return self.facts.tables[name].columns if self.has(name) else {}

    def rows(self, name: str) -> int:
        """Rows of all versions."""
        return self.facts.tables[name].rows if self.has(name) else 0

    def view(self, name: str) -> str:
        """The name of the view of a table, made at its first use."""
        if name not in self.made:
            self.made[name] = self._make(self.facts.tables[name])
        return self.made[name]

    def _make(self, table: FactTable) -> str:
        source, view = f"f_{table.name}", f"{self.prefix}_{table.name}"
        self.backend.attach(source, table.paths)
        columns = table.columns
        filters = ["COALESCE(f.withdrawn, '') <> 'yes'"] if "withdrawn" in columns else []
        join = ""
        if "loaded" in columns:
            loaded = "COALESCE(f.loaded, CAST('1900-01-01 00:00:00' AS TIMESTAMP))"
            until = f"{loaded} <= {moment_literal(self.horizon)}" if self.horizon else ""
            if until:
                filters.append(until)
            if table.key:
                join = self._newest(table, source, loaded, until)
                filters.append(f"(n.newest IS NULL OR {loaded} = n.newest)")
        where = f" WHERE {' AND '.join(filters)}" if filters else ""
        keep = self.backend.create if table.rows <= FEW else self.backend.view
        keep(view, f"SELECT f.* FROM {source} AS f{join}{where}")
        return view

    def signed(self, name: str) -> tuple[str, str]:
        """All versions known at the horizon, and the few that newer versions replaced (blank where none can be).

        The first less the second is the facts as known; both leave out withdrawals.
        """
        self.view(name)
        table = self.facts.tables[name]
        if "loaded" not in table.columns:
            return self.view(name), ""
        source, every, replaced = f"f_{name}", f"{self.prefix}_all_{name}", f"{self.prefix}_replaced_{name}"
        if every not in self.made.values():
            loaded = "COALESCE(f.loaded, CAST('1900-01-01 00:00:00' AS TIMESTAMP))"
            filters = ["COALESCE(f.withdrawn, '') <> 'yes'"] if "withdrawn" in table.columns else []
            filters += [f"{loaded} <= {moment_literal(self.horizon)}"] if self.horizon else []
            where = f" WHERE {' AND '.join(filters)}" if filters else ""
            self.backend.view(every, f"SELECT f.* FROM {source} AS f{where}")
            self.made[f"{name} all"] = every
            if table.key:
                keys = [
                    (f"key_{i}", _key(column, table.columns[column])) for i, column in enumerate(table.key)
                ]
                same = " AND ".join(f"n.{key} = {sql}" for key, sql in keys)
                older = " AND ".join([*filters, f"{loaded} <> n.newest"])
                newest = f"{self.prefix}_newest_{name}"
                self.backend.create(
                    replaced,
                    f"SELECT f.* FROM {source} AS f INNER JOIN {newest} AS n ON {same} WHERE {older}",
                )
        return every, replaced if table.key else ""

    def _newest(self, table: FactTable, source: str, loaded: str, until: str) -> str:
        """The newest version of each key that has one later than the first load; others need no look."""
        newest = f"{self.prefix}_newest_{table.name}"
        keys = [(f"key_{i}", _key(column, table.columns[column])) for i, column in enumerate(table.key)]
        names = ", ".join(f"{sql} AS {name}" for name, sql in keys)
        group = ", ".join(sql for _, sql in keys)
        moment = f"SELECT MIN({loaded}) AS moment FROM {source} AS f"
        first, later = f" CROSS JOIN ({moment}) AS first", f"{loaded} > first.moment"
        if table.rows > FEW:  # a plain column against a literal lets an engine skip what it need not read
            row = self.backend.fetch(moment).to_pylist()[0]
            first, later = "", f"f.loaded > {moment_literal(row['moment'])}"
        later += f" AND {until}" if until else ""
        self.backend.create(
            newest,
            f"SELECT {names}, MAX({loaded}) AS newest FROM {source} AS f{first} WHERE {later} GROUP BY {group}",
        )
        return f" LEFT JOIN {newest} AS n ON " + " AND ".join(f"n.{name} = {sql}" for name, sql in keys)

    def term(self, name: str, column: str, alias: str) -> Term:
        """A column of a table as a typed term; blank where the table has no such column."""
        kind = self.columns(name).get(column)
        place = f"{alias}.{quoted(column)}"
        if kind == "number":
            scale, bound = self.number(name, column)
            return Number(place, scale, bound)
        if kind == "date":
            return Day(place)
        return Text(f"COALESCE({place}, '')", place) if kind == "text" else Blank()

    def number(self, name: str, column: str) -> tuple[int, int]:
        """Scale of a column of numbers and the largest size in it, rounded up."""
        if (name, column) not in self.bounds:
            self.view(name)
            kind = self.backend.columns(f"f_{name}")[column]
            scale = int(kind.rstrip(")").split(",")[1]) if "," in kind else 0
            row = self.backend.fetch(f"SELECT MAX(ABS({quoted(column)})) AS most FROM f_{name}").to_pylist()[
                0
            ]
            self.bounds[name, column] = (scale, int(row["most"] or 0) + 1)
        return self.bounds[name, column]

    def distinct(self, select: str) -> list[str]:
        """The different values of a select's column `name`, in order, blank left out; asked once."""
        if select not in self.names:
            found = self.backend.fetch(select)["name"].to_pylist()
            self.names[select] = sorted({value for value in found if value})
        return self.names[select]

    def fetch(self, name: str) -> list[dict[str, object]]:
        """All rows of a small table as known, read once; empty where there is no such table."""
        if not self.has(name):
            return []
        if name not in self.fetched:
            self.fetched[name] = self.backend.fetch(f"SELECT * FROM {self.view(name)}").to_pylist()
        return self.fetched[name]

    @cached_property
    def horizon_text(self) -> str:
        """The horizon for people."""
        return self.horizon.isoformat() if self.horizon else "all that is loaded"


def quoted(column: str) -> str:
    """A column's name as SQL."""
    return '"' + column.replace('"', '""') + '"'


def _key(column: str, kind: str) -> str:
    empty = {
        "date": "CAST('0001-01-01' AS DATE)",
        "number": literal(0).sql,
        "moment": "CAST('0001-01-01' AS TIMESTAMP)",
    }
    return f"COALESCE(f.{quoted(column)}, {empty.get(kind, text_literal(''))})"
