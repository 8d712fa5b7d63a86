"""What differs between the tables of two readings; figures by value, absent rows as zeros."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Cell = str | Fraction | None
Key = tuple[Cell, ...]

FIGURES = (
    "earned prior_period manual held released clawed_back repaid deferred_in advanced drawn topped_up "
    "deferred lost carried written_off payment paid"
)
SUMMED = {
    "earnings": ("participant plan component period currency", "amount"),
    "payments": ("participant plan period currency pay_currency", FIGURES),
    "balances": ("participant currency account period", "opening entries closing"),
    "adjustments": ("participant plan component posted_in for_period transaction currency", "amount"),
}
"""Tables whose rows add up: by which columns, and which figures."""

LISTED = {
    "credits": "plan version component rule transaction position participant assignment_first owner_date "
    "credit_date share amount currency original_amount original_currency exchange_rate exchange_date",
    "exceptions": "code plan component position transaction period",
    "lines": "participant plan component period transaction credit_date rule band kind raw amount cut",
}
"""Tables that hold the same rows, each as often: what is compared of them."""


def differences(engine: Tables, second: Tables) -> list[str]:
    """Every difference between the two readings, as a line of text; empty where they agree."""
    found = []
    for name, (keys, figures) in SUMMED.items():
        found += [
            f"{name}: {text}" for text in _sums(engine[name], second[name], keys.split(), figures.split())
        ]
    for name, columns in LISTED.items():
        found += [f"{name}: {text}" for text in _rows(engine[name], second[name], columns.split())]
    return found


def lines_that_do_not_add_up(tables: Tables, given: Collection[str] = ()) -> list[str]:
    """Earnings that their lines do not give; those of the components that are `given` have none."""
    keys = ["participant", "plan", "component", "period"]
    explained = _totals(tables["lines"], keys, ["amount"])
    earned = _totals(tables["earnings"], keys, ["amount"])
    return [
        f"{_shown(key)}: earned {_shown(earned[key])}, lines {_shown(explained[key])}"
        for key in sorted(earned.keys() | explained.keys(), key=str)
        if earned[key] != explained[key] and key[2] not in given
    ]


def cell(value: Any) -> Cell:
    """A number as an exact fraction, a blank as None, all else as text."""
    if value is None or value == "":
        return None
    return Fraction(value) if isinstance(value, Decimal | int | Fraction) else str(value)


def _sums(engine: list[Row], second: list[Row], keys: list[str], figures: list[str]) -> Iterator[str]:
    ours, theirs = _totals(engine, keys, figures), _totals(second, keys, figures)
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        for figure, left, right in zip(figures, ours[key], theirs[key], strict=True):
            if left != right:
                yield f"{_shown(key)}: {figure} engine {_shown([left])}, second reading {_shown([right])}"


def _totals(rows: Iterable[Row], keys: list[str], figures: list[str]) -> defaultdict[Key, list[Fraction]]:
    """The figures, summed; rows of zeros alone stand for nothing."""
    totals: defaultdict[Key, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * len(figures))
    for row in rows:
        added = [Fraction(row[figure] or 0) for figure in figures]
        if any(added):
            key = tuple(cell(row[name]) for name in keys)
            totals[key] = [left + right for left, right in zip(totals[key], added, strict=True)]
    return totals


def _rows(engine: list[Row], second: list[Row], columns: list[str]) -> Iterator[str]:
    ours, theirs = (_counted(rows, columns) for rows in (engine, second))
    yield from (f"engine alone {_shown(key)}" for key in sorted((ours - theirs).elements(), key=str))
    yield from (f"second reading alone {_shown(key)}" for key in sorted((theirs - ours).elements(), key=str))


def _counted(rows: Iterable[Row], columns: list[str]) -> Counter[Key]:
    """Rows by their cells. Lines of nothing say nothing; a credit without amount adds nothing."""
    counted: Counter[Key] = Counter()
    for row in rows:
        if "cut" not in row or any(row[name] for name in ("raw", "amount", "cut")):
            amount = {"amount": row.get("amount") or 0}
            counted[tuple(cell({**row, **amount}[name]) for name in columns)] += 1
    return counted


def _shown(cells: Iterable[Cell]) -> str:
    return " ".join(_written(each) for each in cells)


def _written(each: Cell) -> str:
    if isinstance(each, Fraction):
        return f"{Decimal(each.numerator) / Decimal(each.denominator):f}"
    return "-" if each is None else each
