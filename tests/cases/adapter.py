"""Reads a worked case and turns its tables into the facts tables of the product.

A case's table is a list of rows under a header row, every cell a text; a table here is a list of
dictionaries whose blank cells are None. What only a case's English plan states stands in
`extras/<case>.yaml`, whose tables stand in place of the case's tables of the same name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from ruamel.yaml import YAML

from tests.cases.periods import Span, spans_of
from tests.shared import SHARED

HERE = Path(__file__).resolve().parent
OWN = HERE / "own"
NOT_FACTS = {"id", "title", "source", "tags", "plan", "periods", "known_as_of", "expect"}
ROLE_WHERE_NO_PLAN_ASKS = "Seat"

Row = dict[str, str | None]
Table = list[Row]


@dataclass(frozen=True)
class Case:
    """One worked case: its periods, its facts in the product's tables, and what must come out."""

    id: str
    plan: Path
    periods: tuple[str, ...]
    spans: dict[str, Span]
    facts: dict[str, Table]
    known_as_of: datetime | None
    expect: dict[str, Table]


def case_files() -> list[Path]:
    """Every shared case, then every case of our own."""
    return sorted((SHARED / "cases").glob("*.yaml")) + sorted(OWN.glob("*.yaml"))


def read_case(path: Path) -> Case:
    """The case in that file, with its plan document and its extra facts."""
    text = _texts(path)[0]
    extras = _texts(HERE / "extras" / path.name)[0] if (HERE / "extras" / path.name).exists() else {}
    plan = (OWN if path.parent == OWN else HERE) / "plans" / path.name
    tables = {name: _table(rows) for name, rows in {**text, **extras}.items() if name not in NOT_FACTS}
    periods = tuple(text["periods"])
    spans = spans_of(periods, tables.get("calendar", []))
    return Case(
        id=text["id"],
        plan=plan,
        periods=periods,
        spans=spans,
        facts=_facts(tables, _role_of(plan), spans[periods[0]]),
        known_as_of=_last_instant({**text, **extras}.get("known_as_of")),
        expect={name: _table(rows) for name, rows in text["expect"].items()},
    )


def _texts(path: Path) -> list[dict]:
    """The documents of a YAML file; every scalar stays text."""
    return list(YAML(typ="base", pure=True).load_all(path.read_text(encoding="utf-8")))


def _table(rows: list[list[str]]) -> Table:
    header, *body = rows
    return [dict(zip(header, (cell or None for cell in row), strict=True)) for row in body]


def _role_of(plan: Path) -> str:
    """The role that the plan asks for, where it asks for exactly one."""
    roles = [document["for"].get("role") for document in _texts(plan) if "for" in document] or [None]
    return roles[0] if isinstance(roles[0], str) else ROLE_WHERE_NO_PLAN_ASKS


def _last_instant(day: str | None) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time.max, UTC) if day else None


def _facts(tables: dict[str, Table], role: str, first: Span) -> dict[str, Table]:
    """The case's tables as the product's: named, dated and completed."""
    facts = dict(tables)
    if "positions" not in facts:
        held = dict.fromkeys(row["position"] for row in facts.get("assignments", []))
        facts["positions"] = [{"position": position, "role": role} for position in held]
    if "participants" not in facts:
        people = dict.fromkeys(row["participant"] for row in facts.get("assignments", []))
        facts["participants"] = [{"participant": participant} for participant in people]
    if "objectives" in facts:
        facts["objective"] = list(_dated(facts.pop("objectives"), "O", first.last, facts["assignments"]))
    if "measures" in facts:
        facts["territory_sales"] = list(_dated(facts.pop("measures"), "S", first.last, []))
    if "book" in facts and "date" not in facts["book"][0]:
        facts |= _map_of_the_book(facts["book"], first.first)
        facts["book"] = list(_dated(facts["book"], "K", first.first, []))
    if "rates" in facts:
        facts["rates"] = [
            {column: "any" if cell == "*" else cell for column, cell in row.items()} for row in facts["rates"]
        ]
    return facts


def _dated(rows: Table, prefix: str, day: date, assignments: Table) -> Iterator[Row]:
    """Rows with an id and a day, and the position that a named participant holds."""
    holds = {row["participant"]: row["position"] for row in assignments}
    for number, row in enumerate(rows, 1):
        fact = {"id": f"{prefix}{number}", "date": day.isoformat(), **row}
        if "position" not in row:
            fact["position"] = holds[row["participant"]]
        yield fact


def _map_of_the_book(book: Table, day: date) -> dict[str, Table]:
    """A map `Book` of accounts, in which each position owns a territory that bears its name."""
    lies: Table = [
        {"map": "Book", "account": row["account"], "territory": row["position"], "first": day.isoformat()}
        for row in book
    ]
    owned = dict.fromkeys(row["position"] for row in book)
    return {
        "account_territory": lies,
        "territory_owner": [
            {"map": "Book", "territory": name, "position": name, "first": day.isoformat()} for name in owned
        ],
    }
