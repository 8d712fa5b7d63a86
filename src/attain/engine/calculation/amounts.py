"""Amounts of a window that shrink with the days held: quotas, target incentives, caps, floors.

An amount for a window is a sum of parts, each prorated over its own days. Days divide by a number
that the calendar knows beforehand, so amounts are kept as whole multiples of 1 / divisor: no
quotient arises.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

import pyarrow as pa

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.intervals import Run
from attain.engine.calculation.known import Known
from attain.engine.calculation.shares import Shares
from attain.engine.calculation.weights import Weights
from attain.engine.values.calendars import Calendar, Span
from attain.engine.values.day_counts import DayNumber

RANKS = {"week": 0, "period": 1, "month": 1, "quarter": 2, "half": 3, "year": 4}


@dataclass(frozen=True)
class Piece:
    """A part of a window's amount: its days, and which share of the amount it is.

    `within` are the days of the part of which it was cut, where an amount holds for some of them only.
    """

    window: date
    first: date
    next: date
    share: Fraction
    within: Run | None = None

    @property
    def whole(self) -> Run:
        """The days of the whole part."""
        return self.within or (self.first, self.next)


@dataclass(frozen=True)
class Prorated:
    """A table of parts `unit, span, first, next, value`; the amount is the sum of values ÷ divisor."""

    table: str
    value: Number
    divisor: int


def pieces_of(calendar: Calendar, window: Span, per: str) -> list[Piece]:
    """The parts of an amount per UNIT for a window: one for each UNIT in it, else its even share of a longer one."""
    inside = [
        span
        for span in calendar.of(per, window.first, window.next)
        if window.first <= span.first and span.next <= window.next
    ]
    if inside:
        return [Piece(window.first, span.first, span.next, Fraction(1)) for span in inside]
    longer = calendar.at(per, window.first)
    same = [
        span
        for unit in RANKS
        for span in calendar.spans.get(unit, ())
        if span.first == window.first and span.next == window.next
    ]
    siblings = 0
    for unit in RANKS:
        spans = calendar.spans.get(unit, ())
        if same and any(span.first == window.first and span.next == window.next for span in spans):
            siblings = sum(1 for span in spans if longer.first <= span.first and span.next <= longer.next)
            break
    share = (
        Fraction(1, siblings)
        if siblings
        else Fraction((window.next - window.first).days, (longer.next - longer.first).days)
    )
    return [Piece(window.first, window.first, window.next, share)]


def parts_of(calendar: Calendar, window: Span, per: str, unit: str) -> list[Piece]:
    """The parts of an amount per UNIT for a window that is taken unit by unit, as pay periods or months are."""
    found = []
    for span in calendar.of(unit, window.first, window.next):
        share = sum((piece.share for piece in pieces_of(calendar, span, per)), Fraction(0))
        found.append(Piece(window.first, span.first, span.next, share))
    return found


def cut_at(pieces: Sequence[Piece], edges: Collection[date], number: DayNumber) -> list[Piece]:
    """The parts cut at days on which their amounts change, each with its share by days."""
    found = []
    for piece in pieces:
        inner = sorted(edge for edge in edges if piece.first < edge < piece.next)
        if not inner:
            found.append(piece)
            continue
        days = max(number(piece.next) - number(piece.first), 1)
        for first, following in itertools.pairwise([piece.first, *inner, piece.next]):
            share = piece.share * Fraction(number(following) - number(first), days)
            found.append(Piece(piece.window, first, following, share, (piece.first, piece.next)))
    return found


def divisor_of(pieces: Sequence[Piece], number: DayNumber, whole: bool) -> int:
    """A number that clears every share and, where days count, every length."""
    divisor = 1
    for piece in pieces:
        days = 1 if whole else max(number(piece.next) - number(piece.first), 1)
        divisor = lcm(divisor, piece.share.denominator * days)
    return divisor


def pieces_table(
    known: Known, name: str, pieces: Sequence[Piece], number: DayNumber, divisor: int, whole: bool
) -> None:
    """The pieces as a table: span, whole_first, whole_next (the part of which each is cut), first, next, from_day,
    to_day (day numbers), factor (per weighted day).
    """
    lengths = [1 if whole else max(number(p.next) - number(p.first), 1) for p in pieces]
    factors = [int(p.share * divisor / days) for p, days in zip(pieces, lengths, strict=True)]
    known.backend.load(
        name,
        pa.table(
            {
                "span": pa.array([p.window for p in pieces], pa.date32()),
                "whole_first": pa.array([p.whole[0] for p in pieces], pa.date32()),
                "whole_next": pa.array([p.whole[1] for p in pieces], pa.date32()),
                "first": pa.array([p.first for p in pieces], pa.date32()),
                "next": pa.array([p.next for p in pieces], pa.date32()),
                "from_day": pa.array([number(p.first) for p in pieces], pa.int32()),
                "to_day": pa.array([number(p.next) for p in pieces], pa.int32()),
                "factor": pa.array(factors, pa.int64()),
            }
        ),
    )


def weighted_days(table: str, pieces: str, scale: int) -> str:
    """A select of Σ weight × days of overlap, for each group and run of days: grp, first, next, days."""
    overlap = "GREATEST(0, LEAST(w.next, p.to_day) - GREATEST(w.first, p.from_day))"
    days = f"CAST(SUM(CAST(w.weight * CAST({overlap} AS DECIMAL(7, 0)) AS DECIMAL(18, {scale}))) AS DECIMAL(12, {scale}))"
    return (
        f"SELECT w.grp AS grp, p.first AS first, p.next AS next, {days} AS days FROM {table} AS w CROSS JOIN {pieces} AS p "
        f"WHERE w.first < p.to_day AND w.next > p.from_day GROUP BY w.grp, p.first, p.next"
    )


def _value(share: Number, days: Number, amount: Number, divisor: int) -> Number:
    """Σ share × days as an aggregate; never more than the whole amount, of at most four groups together."""
    value = numbers.multiply(share, days)
    made = Number("", value.scale, amount.bound * divisor * 4)
    return Number(f"CAST(SUM({value.sql}) AS {made.type})", made.scale, made.bound)


def fixed(
    known: Known,
    weights: Weights,
    name: str,
    kind: str,
    shares: Shares,
    pieces: Sequence[Piece],
    amount: Number,
    amount_join: str = "",
    divisor: int = 0,
) -> Prorated:
    """An amount that the plan states, for every group of seats that shares it in every window.

    `amount` may be a column that `amount_join` brings by `u.seat` and the days of `p`; `divisor` is found where none is given.
    """
    whole = weights.whole(kind)
    number = weights.count()
    divisor = divisor or divisor_of(pieces, number, whole)
    pieces_table(known, f"{name}_pieces", pieces, number, divisor, whole)
    factor = Number("CAST(p.factor AS DECIMAL(18, 0))", 0, divisor)
    share = numbers.multiply(amount, factor)
    days, join = numbers.literal(1), ""
    if not whole:
        table, scale = weights.table(kind, f"{name}_weights", shares.seats), weights.scale(kind)
        days = Number("COALESCE(d.days, CAST('0' AS DECIMAL(1, 0)))", scale, 1000)
        pieces_once = f"(SELECT DISTINCT first, next, from_day, to_day FROM {name}_pieces)"
        join = (
            f"LEFT JOIN ({weighted_days(table, pieces_once, scale)}) AS d "
            f"ON d.grp = u.grp AND d.first = p.first AND d.next = p.next"
        )
    value = _value(share, days, amount, divisor)
    known.backend.create(
        name,
        f"SELECT u.unit AS unit, p.span AS span, p.whole_first AS first, p.whole_next AS next, {value.sql} AS value "
        f"FROM {shares.table} AS u INNER JOIN {name}_pieces AS p ON p.span = u.span {join}{amount_join} "
        f"GROUP BY u.unit, p.span, p.whole_first, p.whole_next",
    )
    return Prorated(name, Number("value", value.scale, value.bound), divisor)


def quota_rows(
    known: Known,
    weights: Weights,
    calendar: Calendar,
    name: str,
    shares: Shares,
    measure: str,
    windows: Sequence[Span],
) -> Prorated | None:
    """The quotas of a measure from the table of quotas, prorated; None where no quota was loaded at all.

    Of a window the row whose period it is, else the rows of the coarsest unit within it.
    """
    if not known.has("quotas"):
        return None
    whole = weights.whole("quota")
    divisor = _quota_periods(known, weights, calendar, name, windows)
    scale, bound = known.number("quotas", "amount")
    share = numbers.multiply(
        Number("q.amount", scale, bound), Number("CAST(p.factor AS DECIMAL(18, 0))", 0, divisor)
    )
    rows = _chosen_rows(known, name, measure, share)
    days, join = numbers.literal(1), ""
    if not whole:
        table, decimals = weights.table("quota", f"{name}_weights", shares.seats), weights.scale("quota")
        days = Number("COALESCE(d.days, CAST('0' AS DECIMAL(1, 0)))", decimals, 1000)
        join = (
            f"LEFT JOIN ({weighted_days(table, f'{name}_periods', decimals)}) AS d "
            f"ON d.grp = u.grp AND d.first = p.first AND d.next = p.next"
        )
    value = _value(Number("p.value", share.scale, share.bound), days, Number("", scale, bound), divisor)
    known.backend.create(
        name,
        f"SELECT u.unit AS unit, p.span AS span, p.first AS first, p.next AS next, {value.sql} AS value FROM {shares.table} AS u "
        f"INNER JOIN {rows} ON p.position = u.position AND p.span = u.span {join} GROUP BY u.unit, p.span, p.first, p.next",
    )
    return Prorated(name, Number("value", value.scale, value.bound), divisor)


def _quota_periods(
    known: Known, weights: Weights, calendar: Calendar, name: str, windows: Sequence[Span]
) -> int:
    """Makes the tables of the quotas' periods and of the windows; the divisor of their days."""
    whole, number = weights.whole("quota"), weights.count()
    spans = {span.name: (span, unit) for unit in RANKS for span in calendar.spans.get(unit, ())}
    listed = known.backend.fetch(f"SELECT DISTINCT period FROM {known.view('quotas')}").to_pylist()
    named = [(row["period"], *spans[row["period"]]) for row in listed if row["period"] in spans]
    pieces = [Piece(span.first, span.first, span.next, Fraction(1)) for _, span, _ in named]
    divisor = divisor_of(pieces, number, whole)
    lengths = [1 if whole else max(number(span.next) - number(span.first), 1) for _, span, _ in named]
    known.backend.load(
        f"{name}_periods",
        pa.table(
            {
                "period": pa.array([period for period, _, _ in named], pa.string()),
                "first": pa.array([span.first for _, span, _ in named], pa.date32()),
                "next": pa.array([span.next for _, span, _ in named], pa.date32()),
                "from_day": pa.array([number(span.first) for _, span, _ in named], pa.int32()),
                "to_day": pa.array([number(span.next) for _, span, _ in named], pa.int32()),
                "rank": pa.array([RANKS[unit] for _, _, unit in named], pa.int32()),
                "factor": pa.array([divisor // days for days in lengths], pa.int64()),
            }
        ),
    )
    known.backend.load(
        f"{name}_windows",
        pa.table(
            {
                "first": pa.array([w.first for w in windows], pa.date32()),
                "next": pa.array([w.next for w in windows], pa.date32()),
            }
        ),
    )
    return divisor


def _chosen_rows(known: Known, name: str, measure: str, share: Number) -> str:
    """Of each position and window the rows of the coarsest unit, as a select with alias `p`."""
    chosen = (
        f"SELECT q.position AS position, v.first AS span, p.first AS first, p.next AS next, p.from_day AS from_day, "
        f"p.to_day AS to_day, p.rank AS rank, {share.sql} AS value FROM {known.view('quotas')} AS q "
        f"INNER JOIN {name}_periods AS p ON p.period = q.period INNER JOIN {name}_windows AS v "
        f"ON p.first >= v.first AND p.next <= v.next WHERE q.measure = '{measure.replace(_Q, _Q * 2)}'"
    )
    known.backend.create(f"{name}_rows", chosen)
    best = f"(SELECT position, span, MAX(rank) AS rank FROM {name}_rows GROUP BY position, span)"
    return (
        f"(SELECT p.* FROM {name}_rows AS p INNER JOIN {best} AS b "
        f"ON b.position = p.position AND b.span = p.span AND b.rank = p.rank) AS p"
    )


_Q = "'"
