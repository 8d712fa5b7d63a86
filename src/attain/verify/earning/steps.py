"""Steps: gates, multipliers, caps and floors in the order written."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.earning import rates
from attain.verify.earning.book import ONE, ZERO, At
from attain.verify.earning.figures import Figure, FigureScope
from attain.verify.earning.lookups import looked_up
from attain.verify.earning.measures import Level, NoEarning
from attain.verify.earning.proration import amount_in
from attain.verify.earning.quotas import figure_days, number_of
from attain.verify.earning.windows import window_at
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Map
from attain.verify.inputs.expressions import NotDivisible, holds
from attain.verify.inputs.forms import (
    FOREVER,
    ONE_DAY,
    Span,
    Unreadable,
    amount_per,
    is_number,
    number,
    written,
)

LENGTHS = ("week", "month", "quarter", "half", "year", "plan")


def unit_of(step: Map) -> str | None:
    """The UNIT of a cap or floor *per UNIT*."""
    text = step.get("cap", step.get("floor"))
    return amount_per(text).unit if isinstance(text, str) else None


def acts_on_the_difference(at: At, step: Map) -> bool:
    """With a window to date: a cap or floor of another unit than the window acts on what the unit earned."""
    unit = unit_of(step)
    return unit is not None and at.window.to_date and not _same(unit, at)


def acts_first(at: At, step: Map) -> bool:
    """With another window: a cap or floor of a longer unit acts first, on what the unit earned to date."""
    unit = unit_of(step)
    return unit is not None and not at.window.to_date and _rank(unit) > _rank(_earned_unit(at))


def _earned_unit(at: At) -> str:
    return at.book.world.pay_unit(at.version) if at.window.rolling else at.window.unit


def _same(unit: str, at: At) -> bool:
    return _rank(unit) == _rank(at.window.unit.removeprefix("anniversary "))


def _rank(unit: str) -> int:
    return LENGTHS.index({"period": "month", "life": "plan", "day": "week"}.get(unit, unit))


def in_order(figure: Figure) -> Iterator[Map]:
    """The steps that act on the window's figure, in the order written."""
    for step in figure.steps:
        if (
            not step.get("each")
            and not acts_on_the_difference(figure.at, step)
            and not acts_first(figure.at, step)
        ):
            yield step


def stepped(figure: Figure, base: Fraction, before: Map | None = None) -> Fraction:
    """The figure after its steps, or those before one of them, each with 10 decimals; raises NoEarning."""
    value = base
    for step in in_order(figure):
        if step is before:
            break
        if "keep" in step:
            value = max([value, *_kept(figure, step)])
        else:
            value = written(apply(figure, step, value))
    return value


def _kept(figure: Figure, step: Map) -> list[Fraction]:
    """The figures that came to the same step in earlier turns, the latest first; one that earns nothing is 0.

    To date those of the same window, else those of the windows before.
    """
    at = figure.at
    unit = at.book.world.pay_unit(at.version)
    if at.window.to_date or at.window.rolling:
        eve = at.calendar.containing(unit, at.upto).days.first - ONE_DAY
    else:
        eve = at.window.days.first - ONE_DAY
    first = at.start if at.window.to_date else at.version.days.first
    if eve < max(first, at.begun):
        return []
    window = at.window if at.window.to_date else window_at(at, at.component, at.block, eve)
    earlier = Figure(replace(at, window=window, upto=eve))
    try:
        value = stepped(earlier, at.book.base_of(earlier), step)
    except NoEarning:
        value = ZERO
    return [value, *_kept(earlier, step)]


def apply(figure: Figure, step: Map, value: Fraction, credit: Credit | None = None) -> Fraction:
    """One step on one figure; raises NoEarning."""
    if "when" in step and not condition(figure, step["when"], value, credit):
        return value
    if "only if" in step:
        return value if condition(figure, step["only if"], value, credit) else ZERO
    if "multiply by" in step:
        return value * figure.number(step["multiply by"], credit, value)
    if "multiply by table" in step:
        table = figure.at.version.tables[step["multiply by table"]]
        return value * looked_up(figure.at.book.world, table, FigureScope(figure.at, value, credit))
    if "cap" in step:
        return min(value, limit(figure, step, value, credit))
    if "floor" in step:
        return max(value, limit(figure, step, value, credit))
    if "cap rate" in step:
        return _rate_limit(figure, step["cap rate"], value, credit, highest=True)
    if "floor rate" in step:
        return _rate_limit(figure, step["floor rate"], value, credit, highest=False)
    if "soft cap" in step:
        return _softly(figure, step["soft cap"], value)
    raise Unreadable(f"{figure.at.component.name}: a step {sorted(step)} is not calculated")


def condition(figure: Figure, text: str, value: Fraction, credit: Credit | None) -> bool:
    """Whether a condition holds; one that cannot be told fails and is an exception."""
    try:
        return holds(text, FigureScope(figure.at, value, credit)) is True
    except NoEarning as nothing:
        figure.note(nothing, credit)
    except NotDivisible as wrong:
        figure.note(NoEarning(f"ratio_{wrong.sign}"), credit)
    return False


def limit(figure: Figure, step: Map, value: Fraction, credit: Credit | None) -> Fraction:
    """The amount of a cap or floor; *per UNIT* it is prorated over the unit, or the units of the window."""
    kind = "cap" if "cap" in step else "floor"
    text = step[kind]
    unit = unit_of(step)
    if unit is None:
        return number(text) if is_number(text) else figure.number(text, credit, value)
    at = figure.at
    amount = number_of(at, amount_per(text).amount, at.upto)
    window = at.window.days
    if window.last == FOREVER or _same(unit, at):
        return amount * kept(at, kind, window, figure_days(at))
    whole = amount_in(at.calendar, amount, unit, window, at.window.unit)
    return whole * kept(at, kind, window, figure_days(at))


def unit_limit(figure: Figure, step: Map, unit: Period) -> Fraction:
    """The amount of a cap or floor for one unit, prorated."""
    kind = "cap" if "cap" in step else "floor"
    amount = number_of(figure.at, amount_per(step[kind]).amount, figure.at.upto)
    return amount * kept(figure.at, kind, unit.days, figure.at.version.days)


def kept(at: At, kind: str, span: Span, counted: Span) -> Fraction:
    """What proration leaves of an amount for a span, of which some days may count."""
    if span.last == FOREVER:
        return ONE
    return at.proration.kept(kind, list(at.holding.assignments), span, counted, at.component)


def _rate_limit(figure: Figure, text: str, value: Fraction, credit: Credit | None, highest: bool) -> Fraction:
    """Cut the figure to rate × of, with the sign of `of`."""
    of = figure.number(figure.pay.get("of", "measure"), credit) if credit else figure.of()
    bound = figure.rate(text) * of
    return min(value, bound) if highest == (of >= 0) else max(value, bound)


def _softly(figure: Figure, rows: list[Map], value: Fraction) -> Fraction:
    """The parts of the figure above each bound count at its rate; what lies below counts in full."""
    whole = [{"from": "0", "rate": "1"}] if number(rows[0]["from"]) > 0 else []
    bands = rates.bands_at([*whole, *rows], Level(value), "lower bound", figure.rate)
    return rates.marginal(bands, Level(value), value)
