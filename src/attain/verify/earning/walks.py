"""What each credit gives by itself: the raw lines of rates, lookups, marginal walks and whole amounts."""

from dataclasses import dataclass, replace
from fractions import Fraction

from sqlglot import exp

from attain.verify.crediting.credits import Credit
from attain.verify.earning import rates
from attain.verify.earning.book import ZERO
from attain.verify.earning.figures import Figure
from attain.verify.earning.measures import Level, NoEarning, measure
from attain.verify.earning.quotas import quota
from attain.verify.earning.windows import window_at
from attain.verify.inputs.forms import written
from attain.verify.inputs.syntax import has_factor, parsed


@dataclass(frozen=True)
class Raw:
    """What one credit gives in one band, before steps."""

    credit: Credit
    band: int
    start: Fraction | None
    to: Fraction | None
    rate: Fraction | None
    amount: Fraction


def raw_lines(figure: Figure) -> list[Raw]:
    """What each credit of the figure gives, in the order of the walk; nothing where the figure is one sum."""
    if figure.pay["how"] == "lookup" or figure.pay.get("each") == "credit":
        return [line for credit in figure.at.credits() for line in _alone(figure, credit)]
    if not has_lines(figure):
        return []
    if figure.pay["how"] == "flat":
        return [line for credit in figure.at.credits() for line in _alone(figure, credit)]
    return _walked(figure)


def has_lines(figure: Figure) -> bool:
    """Whether the rates give a line for each credit; else the figure is one line without transaction."""
    how = figure.pay["how"]
    if how == "lookup" or figure.pay.get("each") == "credit":
        return not figure.at.window.rolling
    grows = "of" not in figure.pay or has_factor(figure.pay["of"], "measure", "attainment")
    return _adds_credits(figure) and (
        (how == "marginal" and grows) or (how in ("flat", "whole amount") and figure.measures_itself())
    )


def _adds_credits(figure: Figure) -> bool:
    """Whether the measure is a sum or a count of credits over a window that does not roll."""
    said = figure.at.said("measure")
    tree = parsed(said).unnest() if said else None
    counted = isinstance(tree, exp.Count) and not isinstance(tree.this, exp.Distinct)
    return (
        (counted or isinstance(tree, exp.Sum))
        and not figure.at.window.rolling
        and not figure.at.said("across")
    )


def _alone(figure: Figure, credit: Credit) -> list[Raw]:
    alone = figure.alone((credit,))
    try:
        if figure.pay["how"] in ("flat", "lookup"):
            rate = alone.rate_for(credit)
            base = alone.number(figure.pay.get("of", "measure"), credit)
            return [Raw(credit, 0, None, None, rate, rate * base)]
        return [Raw(credit, 0, None, None, None, alone.plain())]
    except NoEarning as nothing:
        figure.note(nothing, credit)
        return []


def _part(part: rates.Segment) -> Fraction:
    return part.band.rate * (part.to - part.start)


def _walked(figure: Figure) -> list[Raw]:
    """The credits walk one after the other through the bands as they hold at what is reached."""
    credits = figure.at.credits()
    own = [measure(figure.at.alone((credit,))).value for credit in credits]
    place = figure.at.opening()
    total = measure(figure.at)
    by = figure.pay["by"]
    level = figure.level(by)
    if figure.pay["how"] == "whole amount" or level.lowest or by not in ("measure", "attainment"):
        rate = _rate_reached(figure, level, total.value)
        if not figure.measures_itself():
            rate = rate[0], rate[1] * _worth_of_one(figure, total.value)
        return [_at_one_rate(credit, amount, rate) for credit, amount in zip(credits, own, strict=True)]
    unit = _unit(figure, total.value)
    bands = figure.bands()
    worth = _worth_of_one(figure, total.value)
    lines: list[Raw] = []
    for credit, amount in zip(credits, own, strict=True):
        back = _taken_back(figure, credit, amount, lines)
        if back is not None:
            lines.append(Raw(credit, 0, place, place + amount, None, back))
        else:
            parts = rates.walk(bands, place / unit, (place + amount) / unit)
            lines += [_banded(credit, part, unit, worth) for part in parts]
        place += amount
    return lines


def _banded(credit: Credit, part: rates.Segment, unit: Fraction, worth: Fraction) -> Raw:
    start, to = part.start * unit, part.to * unit
    return Raw(credit, part.band.number, start, to, part.band.rate, part.band.rate * (to - start) * worth)


def _at_one_rate(credit: Credit, amount: Fraction, rate: tuple[int, Fraction]) -> Raw:
    return Raw(credit, rate[0], None, None, rate[1], rate[1] * amount)


def _rate_reached(figure: Figure, level: Level, total: Fraction) -> tuple[int, Fraction]:
    if figure.pay["how"] == "whole amount":
        return rates.whole_amount(figure.rows(), level, figure.include, figure.rate)
    bands = figure.bands()
    if level.lowest or level.value == 0 or total == 0:
        return 0, bands[0].rate
    return 0, rates.marginal(bands, level, total) / total


def _unit(figure: Figure, total: Fraction) -> Fraction:
    """What one unit of the bands is in units of the measure: 1, or the quota."""
    if figure.pay["by"] == "measure":
        return Fraction(1)
    goal = quota(figure.at)
    if isinstance(goal, Fraction):
        return goal
    return total or Fraction(1)


def _worth_of_one(figure: Figure, total: Fraction) -> Fraction:
    """What a unit of the measure takes of `of`: 1 where the rates multiply the measure itself."""
    if figure.measures_itself():
        return Fraction(1)
    return figure.of() / total if total else ZERO


def _taken_back(figure: Figure, credit: Credit, amount: Fraction, lines: list[Raw]) -> Fraction | None:
    """What a return takes back at the average rate of its original, with 10 decimals.

    None where it walks back: the plan does not say so, or the original is not found or itself a return.
    """
    if not at_original_rates(figure) or amount >= 0 or not credit.original:
        return None
    original = [line for line in lines if _is_of(credit.original, line.credit)]
    earned: dict[Credit, Fraction] = {}
    for line in original or _lines_before(figure, credit):
        earned[line.credit] = earned.get(line.credit, ZERO) + line.amount
    whole = sum((measure(figure.at.alone((each,))).value for each in earned), ZERO)
    if whole == 0:
        return None
    return written(sum((written(each) for each in earned.values()), ZERO) * amount / whole)


def _is_of(transaction: str, credit: Credit) -> bool:
    return credit.transaction == transaction and not credit.original


def _lines_before(figure: Figure, taken: Credit) -> list[Raw]:
    """The lines of a return's original in the earlier window in which it was credited, as that one ended."""
    at = figure.at
    for version, component, block in at.chain():
        for item in (*at.holding.assignments, *at.holding.inherited):
            for credit in at.book.credited(version, component, block, item):
                if _is_of(taken.original, credit) and credit.credit_date < at.start:
                    window = window_at(at, at.component, at.block, credit.credit_date)
                    last = min(window.days.last, at.version.days.last)
                    ended = Figure(replace(at, window=window, upto=last, openings=last, own_until=None))
                    found = [each for each in ended.at.credits() if _is_of(taken.original, each)]
                    try:
                        return [line for line in raw_lines(ended) if line.credit in found]
                    except NoEarning:
                        return [Raw(each, 0, None, None, None, ZERO) for each in found]
    return []


def at_original_rates(figure: Figure) -> bool:
    """Whether the figure is what its credits' walk gives, and no function of the measure alone."""
    return bool(figure.pay.get("returns") == "at the original rate")


def walked_total(figure: Figure) -> Fraction:
    """The sum of the walk, with what opening credits reached before it."""
    lines = raw_lines(figure)
    opening = figure.at.opening()
    unit = _unit(figure, measure(figure.at).value)
    before = rates.walk(figure.bands(), ZERO, opening / unit)
    return sum((_part(part) * unit for part in before), ZERO) + sum((line.amount for line in lines), ZERO)
