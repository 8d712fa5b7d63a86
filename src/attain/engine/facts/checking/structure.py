"""Rows that contradict each other about structure: seats held twice, circles of managers, gaps in tiers.

Taking a part of such a file would pay wrongly, so these are problems of the whole file.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import duckdb

from attain.engine.facts.declared import TABLES, Kind
from attain.engine.facts.spelling import quoted
from attain.engine.values.problems import Place, Problem

SHOWN = 50
ORIGIN = "_origin"
"""A column of the rows looked at: "row 3" of the file, or "load 2" of the store."""

LAST_DAY = dt.date.max


@dataclass(frozen=True)
class Line:
    """A reporting line, and where it was said."""

    position: str
    manager: str
    first: dt.date
    last: dt.date
    origin: str


def has_structure(table: str, kinds: dict[str, Kind]) -> bool:
    """Whether rows of the table can contradict each other about structure."""
    return table in ("assignments", "reporting") or _has_tiers(table, kinds)


def structure_problems(
    connection: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, Kind], rows: str, file: str
) -> list[Problem]:
    """What contradicts, among `rows` (a relation with `_origin`) as they would stand after the load."""
    if table in ("assignments", "reporting") and "last" not in kinds:
        # a file without last days: every row is open
        rows = f"(SELECT *, CAST(NULL AS DATE) AS last FROM {rows})"
    if table == "assignments":
        found = _held_twice(
            connection, rows, "position", "is held twice", "End the one before the other begins."
        )
        return [Problem("F401", message, cure, Place(file)) for message, cure in found]
    if table == "reporting":
        cure = "End the one before the other begins."
        found = _held_twice(connection, rows, "position", "has two managers", cure)
        return [
            *(Problem("F402", message, cure, Place(file)) for message, cure in found),
            *(
                Problem("F403", message, cure, Place(file))
                for message, cure in _circles(_lines(connection, rows))
            ),
        ]
    if _has_tiers(table, kinds):
        return [
            Problem("F404", message, cure, Place(file))
            for message, cure in _tiers(connection, table, kinds, rows)
        ]
    return []


def _has_tiers(table: str, kinds: dict[str, Kind]) -> bool:
    """Whether the rows are tiers: numbers in `from` and in `to`, where `to` may be blank in all rows."""
    return table not in TABLES and kinds.get("from") == "number" and kinds.get("to") in ("number", "text")


def _held_twice(
    connection: duckdb.DuckDBPyConnection, rows: str, what: str, verb: str, cure: str
) -> list[tuple[str, str]]:
    last = "coalesce({0}.last, DATE '9999-12-31')"
    meet = f"a.first <= {last.format('b')} AND b.first <= {last.format('a')}"
    found = connection.execute(
        f"SELECT a.{what}, greatest(a.first, b.first), a.{ORIGIN}, b.{ORIGIN} FROM {rows} a JOIN {rows} b "
        f"ON a.{what} = b.{what} AND a._at < b._at AND {meet} ORDER BY a._at, b._at LIMIT {SHOWN}"
    ).fetchall()
    return [
        (f"{what} {name} {verb} on {day} ({_both(one, other)}; last days are inclusive).", cure)
        for name, day, one, other in found
    ]


def _both(one: str, other: str) -> str:
    """`rows 1 and 2`, `row 1 and load 3`."""
    kind, _, number = one.partition(" ")
    other_kind, _, other_number = other.partition(" ")
    return f"{kind}s {number} and {other_number}" if kind == other_kind else f"{one} and {other}"


def _lines(connection: duckdb.DuckDBPyConnection, rows: str) -> list[Line]:
    found = connection.execute(
        f"SELECT position, manager, first, last, {ORIGIN} FROM {rows} ORDER BY _at"
    ).fetchall()
    return [
        Line(position, manager, first, last or LAST_DAY, origin)
        for position, manager, first, last, origin in found
    ]


def _circles(lines: Sequence[Line]) -> Iterable[tuple[str, str]]:
    """Circles as of the day on which they close: the first day of one of their lines."""
    by_position: dict[str, list[Line]] = defaultdict(list)
    order = {id(line): at for at, line in enumerate(lines)}
    for line in lines:
        by_position[line.position].append(line)
    told: set[frozenset[int]] = set()
    for line in sorted(lines, key=lambda line: (line.first, order[id(line)])):
        path = _circle_from(line, by_position)
        members = frozenset(order[id(step)] for step in path)
        if path and members not in told:
            told.add(members)
            path.sort(key=lambda step: order[id(step)])
            names = ", ".join(step.position for step in path)
            where = ", ".join(step.origin for step in path)
            if all(step.origin.startswith("row ") for step in path):
                where = "rows " + where.replace("row ", "") if len(path) > 1 else where
            yield (
                f"from {line.first} {names} report to each other in a circle ({where}).",
                "End one of these lines before that day, or name another manager.",
            )
        if len(told) >= SHOWN:
            return


def _circle_from(line: Line, by_position: dict[str, list[Line]]) -> list[Line]:
    """The lines from a position up to itself on the line's first day; empty where the walk ends elsewhere."""
    path, seen, at = [line], {line.position}, line.manager
    while at != line.position:
        step = next((up for up in by_position.get(at, ()) if up.first <= line.first <= up.last), None)
        if step is None or at in seen:
            return []
        seen.add(at)
        path.append(step)
        at = step.manager
    return path


def _tiers(
    connection: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, Kind], rows: str
) -> Iterable[tuple[str, str]]:
    if kinds["to"] == "text" and connection.execute(f'SELECT count("to") FROM {rows}').fetchall()[0][0]:
        return
    group = [
        name for name, kind in kinds.items() if kind in ("text", "date") and name not in ("withdrawn", "to")
    ]
    selected = ", ".join(["1", *map(quoted, group)])
    found = connection.execute(
        f'SELECT "from", "to", {ORIGIN}, {selected} FROM {rows} ORDER BY {selected}, "from" NULLS FIRST, _at'
    ).fetchall()
    for (_, end, one, *key), (begin, _, other, *next_key) in pairwise(found):
        if key != next_key or end == begin:
            continue
        named = [f"{name} {value}" for name, value in zip(group, key[1:], strict=True) if value is not None]
        where = f"{', '.join(named) or table}"
        if end is None or begin is None or end > begin:
            until = "the end" if end is None else _plain(end)
            start = "the beginning" if begin is None else _plain(begin)
            yield (
                f"{where}: the tiers to {until} and from {start} overlap ({_both(one, other)}).",
                "Let each tier begin where the one before ends.",
            )
        else:
            yield (
                f"{where}: nothing covers {_plain(end)} to {_plain(begin)} ({_both(one, other)}).",
                "Let each tier begin where the one before ends.",
            )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
