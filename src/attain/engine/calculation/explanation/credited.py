"""Credits behind an earning, and the facts that they were given for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.wording import amount, number, percent
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.known import Known
from attain.engine.calculation.versions import Version
from attain.engine.language.models.credit_rules import (
    CoverTo,
    CreditRule,
    FieldTo,
    ManagersTo,
    MembersTo,
    SplitTo,
    TerritoryTo,
)

Row = Mapping[str, object]
COLUMNS = (
    "rule", "fact", "id", "seat", "position", "owner_date", "credit_date", "share", "credit",
    "original_amount", "original_currency", "exchange_rate", "exchange_date", "name",
)  # fmt: skip


@dataclass(frozen=True)
class Credits:
    """The credits of a component's rules under one version, or those of a `measure` that it names."""

    version: Version
    set: CreditSet
    measure: str = ""

    def of_seats(self, seats: Iterable[int], first: date, until: date) -> list[dict[str, object]]:
        """Credits of some seats with their credit date in a half-open run of days, in the walk's order."""
        listed = ", ".join(map(str, seats)) or "-2"
        return self._rows(
            f"c.seat IN ({listed}) AND c.credit_date >= CAST('{first}' AS DATE) "
            f"AND c.credit_date < CAST('{until}' AS DATE)"
        )

    def of_transactions(self, ids: Iterable[str]) -> list[dict[str, object]]:
        """Everybody's credits for some transactions."""
        listed = ", ".join(text_literal(each) for each in ids) or "NULL"
        return self._rows(f"c.seat >= 0 AND c.id IN ({listed})")

    def _rows(self, where: str) -> list[dict[str, object]]:
        columns = ", ".join(f"c.{name} AS {name}" for name in COLUMNS)
        every = self.set.name if self.set.made else f"({self.set.select()})"
        rows: list[dict[str, object]] = self.version.known.backend.fetch(
            f"SELECT {columns} FROM {every} AS c WHERE c.problem = '' AND {where} "
            f"ORDER BY credit_date, id, rule, position"
        ).to_pylist()
        return rows

    def holder(self, row: Row) -> str:
        """The participant behind a credit."""
        seat = row["seat"]
        return (
            self.version.roster.assignments[seat].participant if isinstance(seat, int) and seat >= 0 else ""
        )

    def item(self, row: Row) -> Item:
        """One credit: what it counts, in whose seat, by which rule."""
        rule = self.set.rules[int(str(row["rule"])) - 1]
        currency = self.version.currency
        by = f"rule {row['rule']}: {said(rule)}"
        if row["name"] and row["name"] != row["position"]:
            by += f", here {row['name']}"
        uncounted = row["original_amount"] is None and not row["credit"]
        what = "counted" if uncounted else f"credit {self._arithmetic(row, rule)}"
        text = f"{what} to {row['position']} ({by})"
        dates = [f"credited on {row['credit_date']}"]
        if row["owner_date"] != row["credit_date"]:
            dates.append(f"held by {self.holder(row)} on {row['owner_date']}")
        facts = {name: row[name] for name in COLUMNS if name not in ("seat", "credit")}
        return Item(
            "credit", f"{text}, {', '.join(dates)}", {**facts, "amount": row["credit"], "currency": currency}
        )

    def _arithmetic(self, row: Row, rule: CreditRule) -> str:
        """The credit from the original amount, rate and share, where they give it; else the formula."""
        credit, original, share, rate = (
            row[name] for name in ("credit", "original_amount", "share", "exchange_rate")
        )
        assert isinstance(credit, Decimal) and isinstance(share, Decimal)
        units = rule.counts is not None and "amount" not in rule.counts.text
        result = number(credit, 2) if units else amount(credit, self.version.currency)
        factors, product = [], Fraction(1)
        if isinstance(original, Decimal):
            factors.append(amount(original, str(row["original_currency"] or self.version.currency)))
            product *= Fraction(original)
        if isinstance(rate, Decimal):
            dated = f" of {row['exchange_date']}" if row["exchange_date"] else ", fixed by the plan"
            factors.append(f"{number(rate)} ({row['original_currency']} to {self.version.currency}{dated})")
            product *= Fraction(rate)
        if share != 1:
            factors.append(percent(share))
            product *= Fraction(share)
        if rule.counts is not None and product != Fraction(credit):
            return f"{result} (counts {rule.counts.text})"
        if len(factors) < 2 or product != Fraction(credit):
            return result
        return f"{' × '.join(factors)} = {result}"


def said(rule: CreditRule) -> str:
    """A rule in a few words: what is credited to whom."""
    where = f" where {rule.where.text}" if rule.where is not None else ""
    return f"{' or '.join(rule.from_)} to {_recipient(rule)}{where}"


def _recipient(rule: CreditRule) -> str:
    to = rule.to
    if isinstance(to, FieldTo):
        return to.field
    if isinstance(to, SplitTo):
        return f"the split {to.split}"
    if isinstance(to, TerritoryTo):
        return f"the owners of the territory of {to.of}"
    if isinstance(to, ManagersTo):
        return f"the managers of {to.of}"
    if isinstance(to, MembersTo):
        return f"the members of {to.of}"
    assert isinstance(to, CoverTo)
    return f"the cover of {to.of}"


def fact_rows(known: Known, credits: Sequence[Row]) -> dict[str, Row]:
    """The facts behind credits, by their id."""
    tables: dict[str, set[str]] = {}
    for row in credits:
        fact = str(row["fact"])
        table = fact if fact != "transactions" and known.has(fact) else "transactions"
        tables.setdefault(table, set()).add(str(row["id"]))
    found: dict[str, Row] = {}
    for table, ids in tables.items():
        if known.has(table) and "id" in known.columns(table):
            listed = ", ".join(text_literal(each) for each in sorted(ids))
            rows = known.backend.fetch(
                f"SELECT * FROM {known.view(table)} WHERE id IN ({listed})"
            ).to_pylist()
            found |= {str(row["id"]): row for row in rows}
    return found


def described(row: Row, currency: str) -> str:
    """A fact in a few words: its key, date, type, amount, account."""
    words = [str(row.get("id") or "")]
    if isinstance(row.get("date"), date):
        words.append(f"of {row['date']}")
    text = " ".join(word for word in words if word)
    more = [str(row["type"])] if row.get("type") else []
    figure = row.get("amount")
    if isinstance(figure, Decimal):
        more.append(amount(figure, str(row.get("currency") or currency)))
    if row.get("account"):
        more.append(str(row["account"]))
    if row.get("original"):
        more.append(f"of {row['original']}")
    return ", ".join([text, *more])
