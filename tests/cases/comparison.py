"""Compares what came out with what a case expects; figures by value, tables as multisets of rows."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.cases.adapter import Case, Table
from tests.cases.periods import civil_span

Cell = str | Fraction | None
Rows = Callable[[str], list[dict[str, Any]]]
"""The rows of an output table by its name."""

NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)( %)?")
FACT = re.compile(r"\d{4}-\d{2}-\d{2}|\b[A-Z][A-Z0-9]*(?:-\d+)?\b|zero|missing")
"""What is no mere wording in the reason of an exception: dates, names in capitals, zero, missing."""
PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?) ?%")


def differences(case: Case, rows: Rows) -> list[str]:
    """What differs from each table that the case expects; empty where all agrees."""
    found = [f"unexpected exception: {row}" for row in rows("exceptions") if "exceptions" not in case.expect]
    for name, expected in case.expect.items():
        kind = name.partition("_")[0]
        found += [f"{name}: {text}" for text in COMPARISONS[kind](case, name, expected, rows)]
    return found


def _earnings(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    yield from _sums(expected, [row for row in rows("earnings") if _listed(case, row["period"])])


def _payments(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    came = [{**row, "amount": row["paid"]} for row in rows("payments") if _listed(case, row["period"])]
    yield from _sums(expected, came)


def _adjustments(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    yield from _sums(expected, [row for row in rows("adjustments") if _listed(case, row["posted_in"])])


def _cuts(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    """What caps cut, over all caps of a component: a line shows the sum of what was cut from it."""
    came = [{**row, "amount": row["cut"]} for row in rows("lines") if _listed(case, row["period"])]
    yield from _sums(expected, came)


def _credits(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    components = {row["component"] for row in expected}
    came = [
        row
        for row in rows("credits")
        if row["component"] in components and _in_a_period(case, row["credit_date"])
    ]
    yield from _multisets(expected, came)


def _lines(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    """`lines_todate` holds those of the component ToDate."""
    component = name.partition("_")[2]
    came = [
        row
        for row in rows("lines")
        if _listed(case, row["period"]) and component in ("", row["component"].lower())
    ]
    yield from _multisets(expected, came)


def _balances(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    """Each row expected is there; each row that is there and moves an expected account is expected."""
    keys = ("participant", "account", "period")
    figures = ("opening", "entries", "closing")
    wanted = {_cells(row, keys): _cells(row, figures) for row in expected}
    accounts = {key[:2] for key in wanted}
    came: dict[tuple[Cell, ...], list[Cell]] = {}
    for row in rows("balances"):
        key = _cells(row, keys)
        if key[:2] in accounts and _listed(case, row["period"]) and (key in wanted or row["entries"]):
            came[key] = [*came.get(key, []), *_cells(row, figures)]
    for key in sorted(wanted.keys() | came.keys(), key=str):
        if list(wanted.get(key, ())) != came.get(key, []):
            yield f"{_shown(key)} expected {_shown(wanted.get(key))}, came {_shown(came.get(key))}"


def _exceptions(case: Case, name: str, expected: Table, rows: Rows) -> Iterator[str]:
    """The same things stand on both lists, each once, and the reason names its facts."""
    keys = tuple(column for column in expected[0] if column not in ("reason", "why"))
    came = {_cells(row, keys): row for row in rows("exceptions")}
    if len(came) < len(rows("exceptions")):
        counts = Counter(_cells(row, keys) for row in rows("exceptions"))
        yield f"twice: {_shown(counts.most_common(1)[0][0])}"
    for row in expected:
        key = _cells(row, keys)
        text = " ".join(str(cell) for cell in came.pop(key, {}).values())
        missing = [fact for fact in FACT.findall(row["reason"] or "") if fact not in text]
        missing += _percentages(row["reason"] or "") - _percentages(text)
        if not text or missing:
            yield f"{_shown(key)} expected to name {row['reason']!r}, came {text or 'nothing'!r}"
    yield from (f"unexpected: {row}" for row in came.values())


def _percentages(text: str) -> set[Fraction]:
    return {Fraction(digits) for digits in PERCENTAGE.findall(text)}


COMPARISONS = {
    "earnings": _earnings,
    "payments": _payments,
    "adjustments": _adjustments,
    "cuts": _cuts,
    "credits": _credits,
    "lines": _lines,
    "balances": _balances,
    "exceptions": _exceptions,
}


def _sums(expected: Table, came: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Amounts by the other columns that the case gives; what is absent is zero."""
    keys = tuple(column for column in expected[0] if column not in ("amount", "cap", "why"))
    wanted, got = _total(keys, expected), _total(keys, came)
    for key in sorted(wanted.keys() | got.keys(), key=str):
        if wanted[key] != got[key]:
            yield f"{_shown(key)} expected {_written(wanted[key])}, came {_written(got[key])}"


def _total(keys: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> defaultdict[tuple[Cell, ...], Fraction]:
    total: defaultdict[tuple[Cell, ...], Fraction] = defaultdict(Fraction)
    for row in rows:
        total[_cells(row, keys)] += _cell(row["amount"]) or 0
    return total


def _multisets(expected: Table, came: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows by the columns that the case gives; rows of amount 0 say nothing."""
    columns = tuple(column for column in expected[0] if column != "why")
    wanted = Counter(_cells(row, columns) for row in expected if _cell(row["amount"]))
    got = Counter(_cells(row, columns) for row in came if row["amount"])
    yield from (f"missing {_shown(row)}" for row in sorted((wanted - got).elements(), key=str))
    yield from (f"unexpected {_shown(row)}" for row in sorted((got - wanted).elements(), key=str))


def _cells(row: dict[str, Any], columns: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(_cell(row[column]) for column in columns)


def _cell(value: Any) -> Cell:
    """A figure as an exact fraction (4 % is 1/25), a blank as None, a day and all else as text."""
    if isinstance(value, Decimal | Fraction | int):
        return Fraction(value)
    if value is None or value == "":
        return None
    if match := NUMBER.fullmatch(str(value)):
        return Fraction(match[1]) / (100 if match[2] else 1)
    return str(value)


def _shown(cells: Iterable[Cell] | None) -> str:
    return "nothing" if cells is None else " ".join(_written(cell) for cell in cells)


def _written(cell: Cell) -> str:
    if isinstance(cell, Fraction):
        return f"{Decimal(cell.numerator) / Decimal(cell.denominator):f}"
    return "-" if cell is None else cell


def _listed(case: Case, period: str) -> bool:
    """Whether a period of a component or of pay is listed, or ends in one that is."""
    last = (case.spans.get(period) or civil_span(period)).last
    return _in_a_period(case, last)


def _in_a_period(case: Case, day: date) -> bool:
    return any(case.spans[listed].holds(day) for listed in case.periods)
