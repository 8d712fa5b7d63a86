"""Plan documents read as text: every scalar stays text, each version of a plan is one object."""

import csv
import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from attain.verify.inputs.forms import Span, Unreadable, span

Map = dict[str, Any]
NOT_CALCULATED = ("ranking", "first to reach", "pool")


@dataclass(frozen=True, eq=False)
class Block:
    """A measure or a component of one version: its name and what the document says under it."""

    name: str
    body: Map
    is_component: bool


@dataclass(frozen=True, eq=False)
class Version:
    """One version of a plan, with the shared tables and calendars that stood beside it."""

    title: str
    days: Span
    body: Map
    tables: dict[str, Map]
    calendar: Map | None
    measures: dict[str, Block] = field(default_factory=dict)
    components: dict[str, Block] = field(default_factory=dict)

    def block(self, name: str) -> Block:
        """The measure or component of that name."""
        found = self.measures.get(name) or self.components.get(name)
        if found is None:
            raise Unreadable(f"{self.title}: there is no measure or component {name!r}")
        return found

    def measured(self, block: Block) -> Block:
        """The block that says what is measured: the one that `uses` names, else the block itself."""
        return self.block(block.body["uses"]) if "uses" in block.body else block

    def names_of_values(self) -> set[str]:
        """The names that `values` define."""
        tables = as_list(self.body.get("values"))
        return {name for table in tables for row in table["rows"] for name in row.keys() - {table["by"]}}

    def in_use(self) -> list[Block]:
        """The components, and the measures that they, the plan's steps or another such measure name."""
        measures = self._measures_in([self.body["components"], self.body.get("then", [])])
        return [*measures, *self.components.values()]

    def heading(self, block: Block) -> str:
        """The component that lists what a block cannot credit: of a measure the first that uses it."""
        users = [] if block.is_component else self.users(block)
        return users[0].name if users else block.name

    def users(self, block: Block) -> list[Block]:
        """The components that use a measure, by its name or by way of another measure."""
        return [item for item in self.components.values() if block in self._measures_in([item.body])]

    def _measures_in(self, bodies: list[Any]) -> list[Block]:
        """The measures that these parts of the plan name, and those that they name themselves."""
        named = _words(bodies)
        measures: dict[str, Block] = {}
        while more := [name for name in self.measures if name in named and name not in measures]:
            measures |= {name: self.measures[name] for name in more}
            named |= _words([self.measures[name].body for name in more])
        return list(measures.values())

    def said(self, block: Block, key: str) -> Any:
        """What the block says under the key, else what the measure that it uses says."""
        return block.body.get(key, self.measured(block).body.get(key))

    def credited(self, block: Block) -> Block:
        """The block whose rules give the credits of this one."""
        while "credit" not in block.body:
            other = block.body.get("uses") or block.body.get("credit of")
            if other is None:
                return block
            block = self.block(other)
        return block


def _words(value: Any) -> set[str]:
    """Every word of the values in a tree of maps and lists."""
    if isinstance(value, dict):
        return {word for item in value.values() for word in _words(item)}
    if isinstance(value, list):
        return {word for item in value for word in _words(item)}
    return set(re.findall(r"\w+", str(value)))


def as_list(value: Any) -> list[Any]:
    """One or a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def read_versions(documents: list[str | Path]) -> list[Version]:
    """The plan versions in these documents (texts or files), by title and first day.

    Raises Unreadable where a document asks for what is not calculated.
    """
    read = [(body, folder) for source in documents for body, folder in _bodies(source)]
    calendars = [body for body, _ in read if next(iter(body)) == "calendar"]
    shared = [
        (body["table"], _with_rows(body, folder)) for body, folder in read if next(iter(body)) == "table"
    ]
    versions = [_version(body, folder, shared, calendars) for body, folder in read if "plan" in body]
    return sorted(versions, key=lambda version: (version.title, version.days.first))


def _bodies(source: str | Path) -> list[tuple[Map, Path | None]]:
    if isinstance(source, str) and "\n" in source:
        return [(body, None) for body in _parsed(source)]
    path = Path(source)
    return [(body, path.parent) for body in _parsed(path.read_text(encoding="utf-8"))]


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Map, ...]:
    return tuple(body for body in YAML(typ="base", pure=True).load_all(text) if body)


def _version(body: Map, folder: Path | None, shared: list[tuple[str, Map]], calendars: list[Map]) -> Version:
    days = span(body["effective"])
    tables = {
        title: table
        for title, table in shared
        if "effective" not in table or span(table["effective"]).holds(days.first)
    }
    tables |= {title: _with_rows(table, folder) for title, table in body.get("tables", {}).items()}
    measures = {name: Block(name, block, False) for name, block in body.get("measures", {}).items()}
    components = {name: Block(name, block, True) for name, block in body["components"].items()}
    _refuse_what_is_not_calculated(body)
    holding = (
        calendar
        for calendar in calendars
        if calendar["calendar"] == body.get("calendar") and span(calendar["effective"]).holds(days.first)
    )
    return Version(body["plan"], days, body, tables, next(holding, None), measures, components)


def _refuse_what_is_not_calculated(body: Map) -> None:
    found = [f"payment: {key}" for key in ("instalments", "clawback") if key in (body.get("payment") or {})]
    for name, component in body["components"].items():
        pay = component["pay"]
        if pay["how"] in NOT_CALCULATED or pay.get("by") == "earning":
            found.append(f"{name}: how {pay['how']}, by {pay.get('by', 'nothing')}")
        if any("budget" in step for step in component.get("then", [])):
            found.append(f"{name}: budget")
    if found:
        raise Unreadable(f"{body['plan']}: not calculated yet: {'; '.join(found)}")


def _with_rows(table: Map, folder: Path | None) -> Map:
    rows = table.get("rows")
    if not isinstance(rows, str) or not rows.endswith(".csv"):
        return table
    if folder is None:
        raise Unreadable(f"{rows} stands beside no file")
    text = (folder / rows).read_text(encoding="utf-8-sig")
    return {**table, "rows": list(csv.DictReader(io.StringIO(text)))}
