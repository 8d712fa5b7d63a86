"""Lines: what of an earning each credit gives in each band; floored, the units left over allotted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.earning.book import ONE, ZERO
from attain.verify.earning.earning import Earning
from attain.verify.earning.figures import Figure, FigureScope
from attain.verify.earning.lookups import looked_up
from attain.verify.earning.measures import NoEarning
from attain.verify.earning.seats import Earned
from attain.verify.earning.steps import condition, in_order
from attain.verify.earning.things import credit_steps, stepped_alone, thing_field, thing_lines, things
from attain.verify.earning.walks import Raw, has_lines, raw_lines
from attain.verify.inputs.documents import Map, as_list
from attain.verify.inputs.forms import minor_digits, written


@dataclass(frozen=True)
class Line:
    """A part of an earning: of a credit in a band, or without transaction.

    `left` is what multipliers and cuts leave of it, with 10 decimals, `amount` that in whole minor units.
    """

    position: str
    credit: Credit | None
    kind: str
    band: int | None
    start: Fraction | None
    to: Fraction | None
    rate: Fraction | None
    raw: Fraction
    left: Fraction
    amount: Fraction = ZERO

    @property
    def cut(self) -> Fraction:
        """What is missing of the raw amount before the last units are given; never negative."""
        return max(self.raw - self.left, ZERO)

    @property
    def order(self) -> tuple[date, str, str, int, int, int, Fraction]:
        """Credit date (none: last), transaction, position, rule, band; then re-rated, then added."""
        kind = ("line", "re-rating", "floor").index(self.kind)
        if self.credit is None:
            return date.max, "", self.position, 0, 0, kind, self.raw
        return (
            self.credit.credit_date, self.credit.transaction, self.position, self.credit.rule, self.band or 0,
            kind, self.raw,
        )  # fmt: skip


def lines_of(earning: Earning) -> list[Line]:
    """The lines of an earning; they add up to it exactly."""
    if not earning.figures:
        amount = earning.amount
        whole = Line("", None, "line", None, None, None, None, amount, amount, amount)
        return [whole] if earning.amount else []
    lines = [line for earned in earning.figures for line in seat_lines(earned)]
    return _allotted(lines, earning.amount, earning.currency)


def _allotted(lines: list[Line], total: Fraction, currency: str) -> list[Line]:
    """Floors at the minor unit; remaining units to the largest remainders, ties by the order of the lines."""
    unit = 10 ** minor_digits(currency)
    lines = sorted(lines, key=lambda line: line.order)
    floors = [(line.left * unit).__floor__() for line in lines]
    spare = int(total * unit) - sum(floors)
    remainders = [line.left * unit - floor for line, floor in zip(lines, floors, strict=True)]
    by_remainder = sorted(range(len(lines)), key=lambda n: -remainders[n])
    for turn in range(abs(spare)):
        floors[by_remainder[turn] if spare > 0 else by_remainder[-1 - turn]] += 1 if spare > 0 else -1
    return [replace(line, amount=Fraction(floor, unit)) for line, floor in zip(lines, floors, strict=True)]


def seat_lines(earned: Earned) -> list[Line]:
    """The lines of one seat's figure, with 10 decimals."""
    try:
        lines = _raw(earned)
    except NoEarning:
        lines = []
    change = _multiplied(earned.now, earned.raw + earned.base_before)
    change -= _multiplied(earned.before, earned.base_before) if earned.before else ZERO
    rest = change - sum((line.left for line in lines), ZERO)
    if rest:
        lines.append(_extra(earned, "re-rating" if _by_credits(Figure(earned.at)) else "line", rest))
    steps = [step for step in earned.now.steps if not step.get("each")]
    return _fitted(earned, lines, change, earned.amount, steps + as_list(earned.at.version.body.get("then")))


def _by_credits(figure: Figure) -> bool:
    """Whether the component's lines are those of its credits."""
    return has_lines(figure) or (bool(thing_field(figure)) and not figure.at.window.rolling)


def _multiplied(figure: Figure, base: Fraction) -> Fraction:
    """A figure after its multipliers alone, with 10 decimals after each."""
    for step in in_order(figure):
        base = written(base * _factor(figure, None, [step]))
    return base


def _fitted(
    earned: Earned, lines: list[Line], change: Fraction, final: Fraction, steps: list[Map]
) -> list[Line]:
    """Lines scaled to a figure between 0 and what they are; what it adds beyond is a line of its own."""
    if final == change:
        return lines
    if change and 0 <= final / change <= 1:
        return [_scaled(line, final / change) for line in lines]
    lifted = any("floor" in step or "floor rate" in step or "keep" in step for step in steps)
    return [*lines, _extra(earned, "floor" if lifted else "re-rating", final - change)]


def _scaled(line: Line, part: Fraction) -> Line:
    return replace(line, left=written(line.left * part))


def _extra(earned: Earned, kind: str, amount: Fraction) -> Line:
    return Line(earned.at.holding.main.position, None, kind, None, None, None, None, amount, amount)


def _factor(figure: Figure, credit: Credit | None, steps: list[Map]) -> Fraction:
    """What the steps `multiply by` multiply with, where they are taken."""
    factor = ONE
    for step in steps:
        try:
            if "when" in step and not condition(figure, step["when"], ZERO, credit):
                continue
            if "multiply by" in step:
                factor *= figure.number(step["multiply by"], credit)
            elif "multiply by table" in step:
                table = figure.at.version.tables[step["multiply by table"]]
                factor *= looked_up(figure.at.book.world, table, FigureScope(figure.at, credit=credit))
        except NoEarning:
            return ZERO
    return factor


def _raw(earned: Earned) -> list[Line]:
    """The raw lines of the period's own credits with the multipliers of the figure; what is paid credit by
    credit or deal by deal is scaled within these first."""
    figure = Figure(earned.at)
    if not _by_credits(figure):
        return []
    factor = _factor(earned.now, None, list(in_order(earned.now)))
    pay = figure.pay
    if thing_field(figure):
        lines = list(_in_things(earned, figure))
    elif credit_steps(figure) or pay["how"] == "lookup" or pay.get("each"):
        lines = [_alone(figure, raw) for raw in _own(earned, raw_lines(figure))]
    else:
        return [_line(raw, written(raw.amount * factor)) for raw in _own(earned, raw_lines(figure))]
    return [_times(line, factor) for line in lines]


def _own(earned: Earned, raws: list[Raw]) -> list[Raw]:
    own = set(earned.own_credits())
    return [raw for raw in raws if raw.credit in own]


def _line(raw: Raw, amount: Fraction) -> Line:
    position = raw.credit.seat.assignment.position
    return Line(position, raw.credit, "line", raw.band, raw.start, raw.to, raw.rate, amount, amount)


def _times(line: Line, factor: Fraction) -> Line:
    return replace(line, raw=written(line.raw * factor), left=written(line.left * factor))


def _alone(figure: Figure, raw: Raw) -> Line:
    """A credit's line with its own multipliers, and what its own steps leave of it."""
    amount = written(raw.amount)
    for step in credit_steps(figure):
        amount = written(amount * _factor(figure.alone((raw.credit,)), raw.credit, [step]))
    return replace(_line(raw, amount), left=stepped_alone(figure, raw.credit, raw.amount))


def _in_things(earned: Earned, figure: Figure) -> Iterator[Line]:
    """Of each deal the lines, fitted to what the deal has earned in the period."""
    now = things(figure, earned.turn.upto)
    before = things(figure, earned.turn.before)
    tabled = figure.pay.get("each") == thing_field(figure)
    by_credit = [] if tabled else [_alone(figure, raw) for raw in _own(earned, raw_lines(figure))]
    steps = [step for step in figure.steps if step.get("each") not in (None, "credit")]
    for key, (value, raw, credits) in now.items():
        value_before, raw_before, _ = before.get(key, (ZERO, ZERO, []))
        factor = _factor(figure.alone(tuple(credits)), credits[-1], steps)
        change = written((raw - raw_before) * factor)
        if tabled:
            raws = _own(earned, thing_lines(figure, earned.turn.upto, credits))
            lines = [_line(each, written(each.amount)) for each in raws]
        else:
            lines = [line for line in by_credit if line.credit in credits]
        lines = [_times(line, factor) for line in lines]
        rest = change - sum((line.left for line in lines), ZERO)
        if rest:
            kind = "re-rating" if not tabled or has_lines(figure) else "line"
            lines.append(_extra(earned, kind, rest))
        yield from _fitted(earned, lines, change, value - value_before, steps)
