"""Lines: what of an earning each credit gives in each band; floored, the units left over allotted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.earning.book import ONE, ZERO
from attain.verify.earning.earnings import Earning
from attain.verify.earning.figures import Figure, FigureScope
from attain.verify.earning.lookups import looked_up
from attain.verify.earning.measures import NoEarning
from attain.verify.earning.seats import Earned
from attain.verify.earning.steps import condition, in_order
from attain.verify.earning.things import credit_steps, stepped_alone, thing_field, things
from attain.verify.earning.walks import Raw, raw_lines
from attain.verify.inputs.documents import Map
from attain.verify.inputs.forms import minor_digits, written


@dataclass(frozen=True)
class Line:
    """A part of an earning: of a credit in a band, or without transaction."""

    position: str
    credit: Credit | None
    kind: str
    band: int | None
    start: Fraction | None
    to: Fraction | None
    rate: Fraction | None
    raw: Fraction
    amount: Fraction
    cut: Fraction = ZERO

    @property
    def order(self) -> tuple[date, str, str, int, int]:
        """Credit date (none: last), transaction, position, rule, band."""
        if self.credit is None:
            return date.max, "", self.position, 0, 0
        return (
            self.credit.credit_date, self.credit.transaction, self.position, self.credit.rule, self.band or 0
        )  # fmt: skip


def lines_of(earning: Earning) -> list[Line]:
    """The lines of an earning; they add up to it exactly."""
    if not earning.figures:
        whole = Line("", None, "line", None, None, None, None, earning.amount, earning.amount)
        return [whole] if earning.amount else []
    lines = [line for earned in earning.figures for line in seat_lines(earned)]
    lines.sort(key=lambda line: line.order[:-1])
    return _allotted(lines, earning.amount, earning.currency)


def _allotted(lines: list[Line], total: Fraction, currency: str) -> list[Line]:
    """Floors at the minor unit; remaining units to the largest remainders, ties by the order of the lines."""
    unit = 10 ** minor_digits(currency)
    floors = [(line.amount * unit).__floor__() for line in lines]
    left = int(total * unit) - sum(floors)
    remainders = [line.amount * unit - floor for line, floor in zip(lines, floors, strict=True)]
    by_remainder = sorted(range(len(lines)), key=lambda n: (-remainders[n], lines[n].order))
    for turn in range(abs(left)):
        floors[by_remainder[turn % len(lines)]] += 1 if left > 0 else -1
    return [replace(line, amount=Fraction(floor, unit)) for line, floor in zip(lines, floors, strict=True)]


def seat_lines(earned: Earned) -> list[Line]:
    """The lines of one seat's figure, with 10 decimals."""
    factor = _factor(earned.now, None, list(in_order(earned.now)))
    try:
        raw = _raw(earned)
    except NoEarning:
        raw = []
    lines = [replace(line, raw=line.raw * factor, amount=line.amount * factor) for line in raw]
    change = earned.raw * factor
    rest = change - sum((line.amount for line in lines), ZERO)
    if rest:
        lines.append(_extra(earned, "re-rating" if raw else "line", rest))
    return _fitted(earned, lines, change, earned.amount, earned.now.steps)


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
    amount = written(line.amount * part)
    return replace(line, amount=amount, cut=line.cut + max(line.amount - amount, ZERO))


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
    """The raw lines of the period's own credits, those of each credit or deal scaled within it first."""
    if earned.at.window.rolling or earned.at.component.body["pay"].get("each") not in (None, "credit"):
        return []
    figure = Figure(earned.at)
    by_credit: dict[Credit, list[Raw]] = {}
    for line in raw_lines(figure):
        by_credit.setdefault(line.credit, []).append(line)
    own = set(earned.own_credits())
    lines: dict[Credit, list[Line]] = {}
    for credit, raws in by_credit.items():
        if credit in own:
            lines[credit] = list(_alone(earned, figure, credit, raws))
    if thing_field(figure):
        return list(_in_things(earned, figure, lines))
    return [line for of_credit in lines.values() for line in of_credit]


def _alone(earned: Earned, figure: Figure, credit: Credit, raws: list[Raw]) -> Iterator[Line]:
    steps = credit_steps(figure)
    factor = _factor(figure.alone((credit,)), credit, steps)
    lines = [
        Line(
            credit.seat.assignment.position, credit, "line", raw.band, raw.start, raw.to, raw.rate,
            written(raw.amount * factor), written(raw.amount * factor),
        )
        for raw in raws
    ]  # fmt: skip
    if not steps:
        return iter(lines)
    total = sum((raw.amount for raw in raws), ZERO)
    final = stepped_alone(figure, credit, total)
    if len(lines) == 1:
        whole = lines[0].amount
        cut = whole - final if 0 <= final <= whole else ZERO
        return iter([replace(lines[0], amount=final, cut=cut)])
    return iter(_fitted(earned, lines, sum((line.amount for line in lines), ZERO), final, steps))


def _in_things(earned: Earned, figure: Figure, lines: dict[Credit, list[Line]]) -> Iterator[Line]:
    """Of each deal the lines, fitted to what the deal has earned in the period."""
    now = things(figure, earned.turn.upto)
    before = things(figure, earned.turn.before)
    steps = [step for step in figure.steps if step.get("each") not in (None, "credit")]
    for key, (value, raw, credits) in now.items():
        value_before, raw_before, _ = before.get(key, (ZERO, ZERO, []))
        own = [line for credit in credits for line in lines.get(credit, [])]
        factor = _factor(figure.alone(tuple(credits)), credits[-1], steps)
        change = (raw - raw_before) * factor
        of_thing = [replace(line, raw=line.raw * factor, amount=line.amount * factor) for line in own]
        rest = change - sum((line.amount for line in of_thing), ZERO)
        if rest:
            of_thing.append(_extra(earned, "re-rating" if own else "line", rest))
        yield from _fitted(earned, of_thing, change, value - value_before, steps)
