"""What must hold of any run's tables by themselves: lines, balances and the law of conservation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from attain.verify.inputs.facts import Text
from attain.verify.inputs.forms import decimal

Row = Mapping[str, Any]
Key = tuple[str, ...]
ZERO = Fraction(0)
OWED = ("draw", "advance", "negative_carry", "clawback")


def lines_add_up(earnings: Iterable[Row], lines: Iterable[Row]) -> Iterator[str]:
    """Σ lines = earning, of each participant, plan, component and period that has lines."""
    columns = ("participant", "plan", "component", "period")
    sums: dict[Key, Fraction] = defaultdict(lambda: ZERO)
    for row in lines:
        sums[_key(row, columns)] += Fraction(row["amount"])
    earned: dict[Key, Fraction] = defaultdict(lambda: ZERO)
    for row in earnings:
        earned[_key(row, columns)] += Fraction(row["amount"])
    for key, total in sorted(sums.items()):
        if total != earned[key]:
            yield f"lines: {', '.join(key)}: they add up to {_shown(total)} of {_shown(earned[key])}"


def balances_go_on(balances: Iterable[Row], periods: list[str]) -> Iterator[str]:
    """opening + entries = closing = next opening, of each account; an absent row is a balance of 0."""
    accounts: dict[Key, dict[str, Row]] = defaultdict(dict)
    for row in balances:
        accounts[_key(row, ("participant", "currency", "account"))][row["period"]] = row
    for key, rows in sorted(accounts.items()):
        before: Fraction | None = None
        for period in [name for name in periods if name in rows or before]:
            row = rows.get(period, {"opening": ZERO, "entries": ZERO, "closing": ZERO})
            opening, entries, closing = (Fraction(row[name]) for name in ("opening", "entries", "closing"))
            where = f"balances: {', '.join(key)}, {period}"
            if opening + entries != closing:
                yield f"{where}: {_shown(opening)} + {_shown(entries)} is not {_shown(closing)}"
            if before is not None and before != opening:
                yield f"{where}: opens with {_shown(opening)}, the period before closed with {_shown(before)}"
            before = closing


def payments_conserve(payments: Iterable[Row], balances: Iterable[Row]) -> Iterator[str]:
    """earned + adjusted − clawed back + topped up + written off = paid + lost + forfeited + change owed."""
    entries: dict[Key, dict[str, Fraction]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in balances:
        entries[_key(row, ("participant", "currency", "period"))][row["account"]] = Fraction(row["entries"])
    for row in payments:
        key = _key(row, ("participant", "currency", "period"))
        change = entries[key]
        figures = {name: Fraction(row[name] or 0) for name in _FIGURES}
        came = figures["earned"] + figures["prior_period"] + figures["manual"] - figures["clawed_back"]
        came += figures["topped_up"] + figures["written_off"]
        forfeited = figures["held"] - figures["released"] - change["holdback"]
        went = figures["payment"] + figures["lost"] + forfeited + change["holdback"] + change["deferred"]
        went -= sum((change[account] for account in OWED), ZERO)
        if came != went:
            yield f"payments: {', '.join(key)}: {_shown(came)} came in, {_shown(went)} went out"


_FIGURES = "earned prior_period manual held released clawed_back topped_up written_off payment lost".split()


def earnings_are_paid(
    earnings: Iterable[Row], adjustments: Iterable[Row], payments: Iterable[Row]
) -> Iterator[str]:
    """Σ earnings = Σ earned of payments, over all periods of the run, of each participant and currency."""
    earned: dict[Key, Fraction] = defaultdict(lambda: ZERO)
    for row in earnings:
        earned[_key(row, ("participant", "currency"))] += Fraction(row["amount"])
    for row in payments:
        earned[_key(row, ("participant", "currency"))] -= Fraction(row["earned"] or 0)
    for key, rest in sorted(earned.items()):
        if rest:
            yield f"payments: {', '.join(key)}: {_shown(rest)} of the earnings stand in no payment"


def _key(row: Row, columns: tuple[str, ...]) -> Key:
    return tuple(str(Text(row[column] or "")) for column in columns)


def _shown(value: Fraction) -> str:
    return f"{decimal(value):f}"
