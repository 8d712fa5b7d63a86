"""Transactions that name a participant and gave no credit: an exception, somebody else's, or no rule."""

from collections.abc import Iterable, Mapping
from datetime import date

from attain.engine.calculation.explanation.credited import Credits, described, said
from attain.engine.calculation.explanation.evidence import Evidence
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.known import Known, quoted
from attain.engine.calculation.passes import Pass
from attain.engine.language.models.credit_rules import CreditRule
from attain.engine.language.models.plan import Component

Row = Mapping[str, object]
MOST = 200


def lost_items(
    evidence: Evidence, one: Pass, credits: Credits, component: Component, first: date, until: date
) -> list[Item]:
    """Facts of the window that name the participant, and where their credit went."""
    names = _names(evidence, one)
    rows = [
        row
        for table in _tables(one.known, credits.set.rules)
        for row in _naming(one.known, table, credits, names, first, until)
    ]
    others: dict[str, list[Row]] = {}
    if rows:
        credits = evidence.of_everybody(one, credits, component)
    for credit in credits.of_transactions([str(row["id"]) for row in rows]):
        others.setdefault(str(credit["id"]), []).append(credit)
    problems: dict[str, Row] = {
        row["transaction"]: row
        for row in evidence.results.table("exceptions").to_pylist()
        if row["component"] == component.title
    }
    return [
        _item(evidence, credits, row, others.get(str(row["id"]), []), problems.get(str(row["id"])))
        for row in rows
    ]


def _item(evidence: Evidence, credits: Credits, row: Row, others: Iterable[Row], problem: Row | None) -> Item:
    name = described(row, credits.version.currency)
    facts = {"transaction": str(row["id"])}
    if problem is not None:
        text = f"{name}: exception {problem['code']}: {problem['reason']}. {problem['cure']}"
        return Item("exception", text, {**facts, "code": str(problem["code"])})
    held = [(credits.holder(other), other) for other in others]
    elsewhere = [
        f"{evidence.name_of(who)} in {other['position']} by rule {other['rule']}"
        for who, other in held
        if who != evidence.participant
    ]
    if elsewhere:
        text = f"{name}: credited to {', '.join(dict.fromkeys(elsewhere))}"
        return Item("credited to somebody else", text, {**facts, "participant": held[0][0]})
    own = [other for who, other in held if who == evidence.participant]
    if own:
        return Item(
            "other date", f"{name}: credited on {own[0]['credit_date']}, outside of this window", facts
        )
    types = {each for rule in credits.set.rules for each in rule.from_}
    if row.get("type") and row["type"] not in types and "transactions" not in types:
        return Item("no rule", f"{name}: no rule takes the type {row['type']}", facts)
    rules = "; ".join(f"rule {number}: {said(rule)}" for number, rule in enumerate(credits.set.rules, 1))
    return Item("no rule", f"{name}: no rule gives this participant credit ({rules})", facts)


def _names(evidence: Evidence, one: Pass) -> set[str]:
    """How facts may name the participant: by positions held, by key, by alias."""
    names = {evidence.participant, *(seat.position for seat in evidence.seats(one))}
    return names | {alias for alias, (_, target) in one.roster.aliases.items() if target in names}


def _tables(known: Known, rules: Iterable[CreditRule]) -> list[str]:
    named = [
        name if name != "transactions" and known.has(name) else "transactions"
        for rule in rules
        for name in rule.from_
    ]
    return [
        name
        for name in dict.fromkeys(named)
        if known.has(name) and {"id", "date"} <= known.columns(name).keys()
    ]


def _naming(
    known: Known, table: str, credits: Credits, names: set[str], first: date, until: date
) -> list[Row]:
    """Rows of the window in which a field that rules read names the participant."""
    fields = {"owner", *(field for rule in credits.set.rules for field in _fields(rule))}
    columns = sorted(name for name in fields if known.columns(table).get(name) == "text")
    listed = ", ".join(text_literal(name) for name in sorted(names))
    named = [f"t.{quoted(name)} IN ({listed})" for name in columns]
    splits = {getattr(rule.to, "split", "") for rule in credits.set.rules} - {""}
    for split in sorted(name for name in splits if known.has(name)):
        named.append(
            f"t.id IN (SELECT s.transaction FROM {known.view(split)} AS s WHERE s.position IN ({listed}))"
        )
    if not named:
        return []
    rows: list[Row] = known.backend.fetch(
        f"SELECT t.* FROM {known.view(table)} AS t WHERE t.date >= CAST('{first}' AS DATE) "
        f"AND t.date < CAST('{until}' AS DATE) AND ({' OR '.join(named)}) ORDER BY t.date, t.id LIMIT {MOST}"
    ).to_pylist()
    return rows


def _fields(rule: CreditRule) -> list[str]:
    to = rule.to
    found = [getattr(to, name, "") for name in ("field", "otherwise", "of")]
    return [name for name in found if name and "." not in name]
