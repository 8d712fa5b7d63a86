"""Runs the tests inside a plan document: given facts, expected results, and how they differ.

A test runs with all versions of the plan's title that are given. Where it gives no assignments, each position
that it names is held by a participant of its own name, from the first day of the first of these versions, or
from the first day of the year of an earlier fact; where it gives no positions, each
has the first role of the plan's `for`. Rows by type of transaction go into the table of transactions. An
expected table is complete for the periods that it names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from attain.engine.calculation.calculate import calculate
from attain.engine.calculation.results import Results
from attain.engine.facts.declared import TABLES as DECLARED
from attain.engine.facts.tables import Facts
from attain.engine.language.models.credit_rules import CoverTo, FieldTo, ManagersTo, SplitTo
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.plan_tests import PlanTest
from attain.engine.language.source import Path
from attain.engine.values.calendars import civil
from attain.engine.values.problems import Place, Problem, Refused

Rows = list[dict[str, str]]
TABLES = ("earnings", "credits", "measures", "payments", "balances", "adjustments", "exceptions", "lines")
FIGURES = frozenset(
    "amount earned prior_period manual held released clawed_back repaid deferred_in advanced drawn topped_up "
    "deferred lost carried written_off payment paid opening entries closing measure quota share raw "
    "cut".split()
)
MOST_LINES = 12


@dataclass(frozen=True)
class Outcome:
    """One test: where it stands, and what is wrong with it; nothing where it holds."""

    name: str
    place: Place
    problems: tuple[Problem, ...]


def run_tests(plan: Plan, versions: Sequence[Plan] = ()) -> Iterator[Outcome]:
    """Each test of a plan, calculated with all versions of its title."""
    together = [version for version in versions if version.plan == plan.plan] or [plan]
    for test in plan.tests:
        place = plan.source.place(test.path)
        try:
            problems = tuple(_run(plan, together, test))
        except Refused as refused:
            problems = tuple(
                Problem(problem.code, f'test "{test.name}": {problem}', "", place)
                for problem in refused.problems
            )
        yield Outcome(test.name, place, problems)


def _run(plan: Plan, together: Sequence[Plan], test: PlanTest) -> Iterator[Problem]:
    unknown = [name for name in test.expect if name not in TABLES]
    periods = [row["period"] for rows in test.expect.values() for row in rows if "period" in row]
    if unknown or not periods:
        message = f'"{unknown[0]}" is no table of results' if unknown else "no expected row names a period"
        cure = f"The tables are {', '.join(TABLES)}." if unknown else "Add `period` to the rows."
        yield Problem(
            "P911", f'test "{test.name}": {message}.', cure, plan.source.place((*test.path, "expect"))
        )
        return
    facts = Facts.from_rows(given_facts(plan, test, together))
    results = calculate(together, facts, *_ends(plan, periods), lines="lines" in test.expect)
    for name, rows in test.expect.items():
        named = {row["period"] for row in rows if "period" in row} or set(periods)
        found = results.table(name).to_pylist()
        actual = [row for row in found if str(row.get("period") or "") in (*named, "")]
        yield from _differences(plan, test, name, rows, actual, results)


def _ends(plan: Plan, periods: Sequence[str]) -> tuple[str, str]:
    """The period that starts first and the one that ends last; with a fiscal calendar, as written."""
    years = [int(name[:4]) for name in periods if name[:4].isdigit()]
    if plan.calendar is not None or not years:
        return periods[0], periods[-1]
    calendar = civil(min(years), max(years))
    spans = {name: span for name in periods if (span := calendar.named(name))}
    if not spans:
        return periods[0], periods[-1]
    return min(spans, key=lambda name: spans[name].first), max(spans, key=lambda name: spans[name].next)


def given_facts(plan: Plan, test: PlanTest, together: Sequence[Plan] = ()) -> dict[str, Rows]:
    """The tables of facts that a test gives, with those that it leaves to be understood."""
    tables: dict[str, Rows] = {}
    for name, rows in test.given.items():
        if name in DECLARED or not all("id" in row and "date" in row for row in rows):
            tables.setdefault(name, []).extend(dict(row) for row in rows)
        else:
            tables.setdefault("transactions", []).extend({"type": name, **row} for row in rows)
    positions = list(dict.fromkeys(_positions(plan, test)))
    if "assignments" not in tables:
        first = _first_day(together or [plan], tables)
        tables["assignments"] = [
            {"position": name, "participant": name, "first": first.isoformat(), "last": ""}
            for name in positions
        ]
    if "positions" not in tables:
        held = [row["position"] for row in tables["assignments"]]
        role = plan.for_.role[0] if plan.for_.role else "Seller"
        tables["positions"] = [
            {"position": name, "role": role} for name in dict.fromkeys([*positions, *held])
        ]
    return {name: rows for name, rows in tables.items() if rows}


def _positions(plan: Plan, test: PlanTest) -> Iterator[str]:
    naming = {"position", "manager", "cover", *_naming_fields(plan)}
    people = {"participant"} if "assignments" not in test.given else set()
    for rows in test.given.values():
        for row in rows:
            yield from (row[name] for name in row if name in naming | people and row[name])
    if people:
        for rows in test.expect.values():
            yield from (row["participant"] for row in rows if row.get("participant"))


def _naming_fields(plan: Plan) -> Iterator[str]:
    blocks = (*plan.measures.values(), *plan.components.values())
    for to in (rule.to for block in blocks for rule in block.credit):
        if isinstance(to, FieldTo):
            yield to.field.rpartition(".")[2]
        elif isinstance(to, SplitTo):
            yield to.otherwise.rpartition(".")[2]
        elif isinstance(to, (ManagersTo, CoverTo)):
            yield to.of.rpartition(".")[2]


def _first_day(together: Sequence[Plan], tables: Mapping[str, Rows]) -> date:
    first = min(plan.effective.first or date(2000, 1, 1) for plan in together)
    days = [first]
    for rows in tables.values():
        for text in (row[name] for row in rows for name in ("date", "first") if row.get(name)):
            try:
                days.append(date.fromisoformat(text))
            except ValueError:
                continue
    earliest = min(days)
    return first if earliest == first else earliest.replace(month=1, day=1)


def _differences(
    plan: Plan,
    test: PlanTest,
    name: str,
    rows: Sequence[Mapping[str, str]],
    actual: list[dict[str, object]],
    results: Results,
) -> Iterator[Problem]:
    """What is expected and not got, and what is got and not expected, in the periods that the table names."""
    columns = results.table(name).column_names
    left = list(actual)
    for index, row in enumerate(rows):
        path: Path = (*test.path, "expect", name, index)
        strange = [column for column in row if columns and column not in columns and column != "why"]
        if strange:
            message = f'test "{test.name}": {name} have no column "{strange[0]}".'
            cure = f"The columns are {', '.join(columns)}."
            yield Problem("P911", message, cure, plan.source.place(path))
            continue
        wanted = {column: text for column, text in row.items() if column != "why"}
        match = next((each for each in left if _alike(wanted, each, list(wanted))), None)
        if match is not None:
            left.remove(match)
            continue
        near = next((each for each in left if _alike(wanted, each, _keys(wanted))), None)
        if near is None and all(_is_zero(wanted[column]) for column in wanted if column in FIGURES):
            continue
        if near is not None:
            left.remove(near)
        yield _difference(plan, test, name, wanted, near, plan.source.place(path), results)
    for each in left:
        if all(_is_zero(str(each[column])) for column in each if column in FIGURES) and name != "exceptions":
            continue
        place = plan.source.place((*test.path, "expect", name))
        yield _difference(plan, test, name, None, each, place, results)


def _difference(
    plan: Plan,
    test: PlanTest,
    name: str,
    wanted: Mapping[str, str] | None,
    got: Mapping[str, object] | None,
    place: Place,
    results: Results,
) -> Problem:
    key = wanted if wanted is not None else {column: str(value) for column, value in (got or {}).items()}
    who = ", ".join(
        key[column] for column in ("participant", "component", "account", "code", "period") if key.get(column)
    )
    compared = [column for column in wanted if column not in _keys(wanted)] if wanted else []
    said = ", ".join(f"{column} {wanted[column]}" for column in compared) if wanted else "nothing"
    if got is None:
        have = "nothing"
    else:
        shown = compared or [column for column in got if column in FIGURES and not _is_zero(str(got[column]))]
        have = ", ".join(f"{column} {_shown(got[column])}" for column in shown) or "a row"
    message = f'test "{test.name}": {name} of {who}: expected {said or "a row"}, got {have}.'
    return Problem("P910", message, "\n".join(arithmetic(results, key)), place)


def arithmetic(results: Results, key: Mapping[str, str]) -> list[str]:
    """The measures and credits behind a participant's period, a line each, the first dozen."""
    lines, spans = [], []
    for row in results.table("measures").to_pylist():
        if _same(row, key, ("participant", "component", "period")):
            spans.append((row["first"], row["last"]))
            quota = "" if row["quota"] is None else f" of a quota of {_divided(row)}"
            lines.append(
                f"{row['component']}, {row['first']} to {row['last']}: {_shown(row['measure'])}{quota}"
            )
    for row in results.table("credits").to_pylist():
        day = row["credit_date"]
        within = not spans or any(first <= day <= last for first, last in spans)
        if within and _same(row, key, ("participant", "component")):
            lines.append(
                f"{row['transaction']} of {day} credits {row['position']} with {_shown(row['amount'])}"
            )
    more = [f"… and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return lines[:MOST_LINES] + more


def _divided(row: Mapping[str, object]) -> str:
    quota, divisor = row["quota"], row["quota_divisor"]
    assert isinstance(quota, Decimal) and isinstance(divisor, Decimal)
    return _shown(quota / divisor)


def _same(row: Mapping[str, object], key: Mapping[str, str], columns: Sequence[str]) -> bool:
    return all(str(row.get(column)) == key[column] for column in columns if key.get(column))


def _keys(row: Mapping[str, str]) -> list[str]:
    return [column for column in row if column not in FIGURES]


def _alike(wanted: Mapping[str, str], got: Mapping[str, object], columns: Sequence[str]) -> bool:
    return all(_equal(wanted[column], got.get(column)) for column in columns)


def _equal(text: str, value: object) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, (Decimal, int)):
        number = _number(text)
        return number is not None and number == value
    return text == str(value)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text[:-2]).scaleb(-2) if text.endswith(" %") else Decimal(text)
    except InvalidOperation:
        return None


def _is_zero(text: str) -> bool:
    return text in ("", "None") or _number(text) == 0


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        whole = value.normalize()
        return f"{whole:f}" if -whole.as_tuple().exponent > 2 else f"{value.quantize(Decimal('0.01')):f}"  # type: ignore[operator]
    return str(value)
