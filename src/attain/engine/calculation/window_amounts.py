"""Amounts beside a measure: the windows of quotas, target incentives and limits, as columns of the points."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number, literal
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.amounts import Piece, Prorated, fixed, parts_of, pieces_of, quota_rows
from attain.engine.calculation.counted_days import Kind, counted, first_counted
from attain.engine.calculation.intervals import EARLIEST
from attain.engine.calculation.shares import Shares, Sharing, groups_of, load_groups
from attain.engine.calculation.terms import DECIMALS, ONE, Numeric, Quotient
from attain.engine.calculation.weights import Weights
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.spans import AmountPer, Window
from attain.engine.values.calendars import Span
from attain.engine.values.problems import refuse

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation, Measured


def windows_of(evaluation: "Evaluation", column: str, window: Window | None) -> list[Span]:
    """The uncut windows of the turns, each once."""
    if window is not None and window.unit == "anniversary year":
        raise refuse("P900", "amounts of an anniversary year are not calculated yet.", "Use a calendar year.")
    found = {}
    for first, turn in zip(evaluation.turn_dates[column], evaluation.turns, strict=True):
        own = turn.window
        if first != own.first and window is not None:
            own = evaluation.version.timing.window_at(window, turn.until - timedelta(days=1), turn.ends)
        found[own.first] = own
    return list(found.values())


def weights_of(evaluation: "Evaluation", block: Measure | None, kind: Kind) -> Weights:
    """The weights of proration for the amounts of a block's window; without one for the version's own days."""
    within = counted(evaluation, block, kind) if block is not None else evaluation.version.days
    return evaluation.version.weights(evaluation.days, within)


def shares_of(
    evaluation: "Evaluation",
    name: str,
    sharing: Sharing,
    windows: Sequence[Span],
    block: Measure | None,
    kind: Kind,
) -> Shares:
    """The groups of seats that have an amount of windows; `name` begins the name of their table."""
    groups = groups_of(evaluation, sharing)
    within = counted(evaluation, block, kind) if block is not None else evaluation.version.days
    table = load_groups(evaluation, f"{name}_groups", groups, windows, within)
    return Shares(table, {group.number: group.seats for group in groups})


def make_quota(evaluation: "Evaluation", measured: "Measured", quota: AmountPer | str) -> None:
    """The quota of a measure's window as a column of the points, and what may be undefined of it."""
    block, index, name = measured.block, measured.index, f"{evaluation.name}_q{measured.index}"
    windows = windows_of(evaluation, f"w{index}", block.over)
    if isinstance(quota, AmountPer):
        prorated: Prorated | None = fixed_amount(evaluation, name, "quota", quota, windows, block)
    else:
        version, weights = evaluation.version, weights_of(evaluation, block, "quota")
        shares = shares_of(evaluation, name, "each position", windows, block, "quota")
        prorated = quota_rows(version.known, weights, version.calendar, name, shares, quota, windows)
    whole = block.quota_counts == "in full" or not counts_to_date(block)
    since = begun_by(evaluation, block)
    measured.quota = amount_column(evaluation, f"q{index}", prorated, f"w{index}", whole, since)
    beyond = f"COALESCE(p.q{index}_beyond, 0) > 0" if prorated and not whole else "FALSE"
    q = f"p.q{index}" if prorated else "NULL"
    measured.status = (
        f"CASE WHEN {beyond} THEN 'quota_goes_beyond' WHEN {q} IS NULL THEN 'quota_missing' "
        f"WHEN {q} = 0 THEN 'quota_zero' WHEN {q} < 0 THEN 'quota_negative' ELSE '' END"
    )


def limit_of(
    evaluation: "Evaluation", kind: Kind, amount: AmountPer, column: str, spans: list[Span], unit: bool
) -> Numeric:
    """A cap or floor per UNIT for the unit that holds each turn; `column` names that unit's first day. It is written
    with 10 decimals, as the figures that it limits: the smaller of two rounded numbers is the smaller one rounded.

    Of a `unit` the version's own days count, else those that count for the window.
    """
    key = f"{kind} {amount} {column} {unit}"
    if key not in evaluation.amounts:
        name = f"l{len(evaluation.amounts)}"
        block = None if unit else evaluation.block
        prorated = fixed_amount(evaluation, f"{evaluation.name}_{name}", kind, amount, spans, block)
        evaluation.amounts[key] = amount_column(evaluation, name, prorated, column, True, decimals=DECIMALS)
    return evaluation.amounts[key]


def counts_to_date(block: Measure) -> bool:
    """Whether a block is measured from the first day of its window to the day of each turn."""
    return block.over is not None and block.over.to_date


def begun_by(evaluation: "Evaluation", block: Measure) -> str:
    """A condition that an amount's part `a` does not end before the figure's first day; blank for all."""
    if block.over is not None and block.over.last is not None and block.short_window == "as far as it goes":
        return "a.next > p.begun"
    first = first_counted(evaluation, block)
    return f"a.next > CAST('{first}' AS DATE)" if first > EARLIEST else ""


def fixed_amount(
    evaluation: "Evaluation",
    name: str,
    kind: Kind,
    amount: AmountPer,
    windows: list[Span],
    block: Measure | None,
) -> Prorated:
    """An amount that the plan states, for every window of a block, or (without one) for units by themselves."""
    weights = weights_of(evaluation, block, kind)
    sharing: Sharing = "the seat" if kind in ("cap", "floor") else "each position"
    shares = shares_of(evaluation, name, sharing, windows, block, kind)
    pieces = [
        piece for window in windows for piece in pieces_for(evaluation, window, amount.per, block, kind)
    ]
    if isinstance(amount.amount, str):
        fields = evaluation.version.fields(evaluation.days)
        term = fields.term(amount.amount)
        if not isinstance(term, Number):
            raise refuse("P310", f'"{amount.amount}" is no number of the seat.', "Define it under `values`.")
        join = fields.join("u.seat")
        return fixed(evaluation.version.known, weights, name, kind, shares, pieces, term, join)
    return fixed(evaluation.version.known, weights, name, kind, shares, pieces, literal(amount.amount))


def pieces_for(
    evaluation: "Evaluation", window: Span, per: str, block: Measure | None, kind: Kind
) -> list[Piece]:
    """The parts of an amount per UNIT for a window of a block. A rolling window is taken unit by unit, a target incentive
    to date by the pay periods.
    """
    calendar = evaluation.version.calendar
    over = block.over if block is not None else None
    if over is not None and over.last is not None:
        return parts_of(calendar, window, per, over.unit)
    to_date = over is not None and over.to_date and block is not None and block.quota_counts == "to date"
    if to_date and kind == "target incentive":
        return parts_of(calendar, window, per, evaluation.version.timing.pay_unit)
    return pieces_of(calendar, window, per)


def amount_column(
    evaluation: "Evaluation",
    name: str,
    prorated: Prorated | None,
    column: str,
    whole: bool,
    since: str = "",
    decimals: int | None = None,
) -> Numeric:
    """The sum of an amount's parts as a column of the points; to date only those that have begun. `since` is a
    condition on a part `a` at a point `p`, or blank. With `decimals` what does not divide is written with so many.
    """
    if prorated is None:
        evaluation.columns.append(f"CAST(NULL AS DECIMAL(1, 0)) AS {name}")
        return Number(f"p.{name}", 0, 1)
    value = numbers.total(Number("a.value", prorated.value.scale, prorated.value.bound), 60)
    begun = ("" if whole else " AND a.first < p.until") + (f" AND {since}" if since else "")
    select = (
        f"SELECT p.unit AS unit, p.seq AS seq, p.eve AS eve, {value.sql} AS {name}, "
        f"SUM(CASE WHEN a.next > p.ends THEN 1 ELSE 0 END) AS {name}_beyond FROM @points AS p "
        f"INNER JOIN {prorated.table} AS a ON a.unit = p.unit AND a.span = p.{column}{begun} GROUP BY p.unit, p.seq, p.eve"
    )
    divisor = prorated.divisor
    if divisor != 1 and decimals is not None:
        top = Number(name, value.scale, value.bound)
        made = Rounded(f"{name}_made", top, literal(divisor), decimals)
        kept = ["unit", "seq", "eve", f"{name}_beyond"]
        quotient = rounded(f"({select})", kept, [made], value.bound)
        value, divisor = Number("", decimals, value.bound // divisor + 1), 1
        select = (
            f"SELECT {', '.join(kept)}, CAST({name}_made AS {value.type}) AS {name} FROM ({quotient}) AS d"
        )
    evaluation.joins.append(
        f"LEFT JOIN ({select}) AS {name} ON {name}.unit = p.unit AND {name}.seq = p.seq AND {name}.eve = p.eve"
    )
    evaluation.columns += [f"{name}.{name} AS {name}", f"{name}.{name}_beyond AS {name}_beyond"]
    top = evaluation.number(name, value.scale, value.bound)
    return top if divisor == 1 else Quotient(top, ONE, Fraction(1, divisor))
