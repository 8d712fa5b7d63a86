"""Prior-period adjustments line by line: what a later horizon made of a closed period, and which facts are behind it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.known import moment_literal, quoted
from attain.engine.calculation.lines import Lines
from attain.engine.calculation.posting import Change, Posting

COLUMNS = (
    "participant",
    "plan",
    "component",
    "posted_in",
    "for_period",
    "transaction",
    "amount",
    "currency",
    "cause",
)

MOST_CAUSES = 20

Key = tuple[str, str, str, str, str]


def adjustments_of(posting: Posting) -> Iterator[dict[str, object]]:
    """Every difference of a line between two horizons; the lines of a component and period add up to its difference."""
    for number, change in enumerate(posting.changes):
        limit = f"posted_in = {text_literal(change.posted_in.name)} AND plan IN ({change.plans})"
        changed = change.after.backend.fetch(f"SELECT * FROM {posting.adjustments} WHERE {limit}").to_pylist()
        if not changed:
            continue
        people = sorted({row["participant"] for row in changed})
        blocks = frozenset((row["plan"], row["component"]) for row in changed)
        within = f"f.paid < CAST('{change.closed_until}' AS DATE)"
        before = _amounts(Lines(change.before, f"old{number}", within, people, blocks))
        after = _amounts(Lines(change.after, f"new{number}", within, people, blocks))
        causes = changed_facts(change)
        for row in sorted(
            changed,
            key=lambda row: tuple(str(row[name]) for name in ("participant", "plan", "component", "period")),
        ):
            yield from _of_component(row, before, after, causes)


def _of_component(
    row: Mapping[str, object],
    before: Mapping[Key, Mapping[str, Decimal]],
    after: Mapping[Key, Mapping[str, Decimal]],
    causes: Mapping[str, list[str]],
) -> Iterator[dict[str, object]]:
    key: Key = tuple(str(row[name]) for name in ("participant", "plan", "component", "period", "currency"))  # type: ignore[assignment]
    old, new = before.get(key, {}), after.get(key, {})
    rest = row["amount"]
    assert isinstance(rest, Decimal)
    everything = ", ".join([*causes.get("transactions", [])[:MOST_CAUSES], *causes.get("", [])[:MOST_CAUSES]])
    for transaction in sorted({*old, *new} - {""}):
        amount = new.get(transaction, Decimal(0)) - old.get(transaction, Decimal(0))
        if amount:
            rest -= amount
            cause = transaction if transaction in causes.get("transactions", ()) else everything
            yield _row(row, transaction, amount, cause)
    if rest:
        yield _row(row, "", rest, everything)


def _row(row: Mapping[str, object], transaction: str, amount: Decimal, cause: str) -> dict[str, object]:
    return {
        "participant": row["participant"], "plan": row["plan"], "component": row["component"], "posted_in": row["posted_in"],
        "for_period": row["period"], "transaction": transaction, "amount": amount, "currency": row["currency"], "cause": cause,
    }  # fmt: skip


def _amounts(lines: Lines) -> dict[Key, dict[str, Decimal]]:
    """Amounts of lines by component, period and transaction."""
    select = (
        f"SELECT participant, plan, component, period, currency, transaction, CAST(SUM(amount) AS DECIMAL(18, 4)) AS amount FROM {lines.make()} "
        f"GROUP BY participant, plan, component, period, currency, transaction"
    )
    found: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    for row in lines.one.backend.fetch(select).to_pylist():
        key = (row["participant"], row["plan"], row["component"], row["period"], row["currency"])
        found[key][row["transaction"]] = row["amount"]
    return found


def changed_facts(change: Change) -> dict[str, list[str]]:
    """Keys of facts that became known between two horizons: ids of transactions, and `table: key` of all else under ""."""
    known = change.after.known
    found: dict[str, list[str]] = {"transactions": [], "": []}
    for name, table in sorted(known.facts.tables.items()):
        if "loaded" not in table.columns or name == "closings":
            continue
        known.view(name)
        since = f"loaded > {moment_literal(change.before.horizon)}" if change.before.horizon else "1 = 1"
        until = f" AND loaded <= {moment_literal(change.after.horizon)}" if change.after.horizon else ""
        keys = table.key or tuple(column for column in table.columns if column not in ("loaded", "withdrawn"))
        columns = ", ".join(f"CAST({quoted(column)} AS VARCHAR) AS {quoted(column)}" for column in keys)
        rows = known.backend.fetch(
            f"SELECT DISTINCT {columns} FROM f_{name} WHERE {since}{until}"
        ).to_pylist()
        if name == "transactions":
            found[name] = sorted(str(row["id"]) for row in rows)
        else:
            found[""] += sorted(
                f"{name}: {' '.join(str(row[key]) for key in keys if row[key] is not None)}" for row in rows
            )
    return found
