"""A rate table as it was read at a point: what it says, the band that was reached, the arithmetic."""

from decimal import Decimal
from fractions import Fraction

from attain.engine.calculation.explanation.item import Item
from attain.engine.calculation.explanation.points import Point
from attain.engine.calculation.explanation.wording import amount, listed, number, percent
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.forms import Figure, Percent
from attain.engine.language.models.pays import (
    Axis,
    Banded,
    Flat,
    Given,
    Interpolated,
    Lookup,
    Matrix,
    PayPart,
    Stepped,
)
from attain.engine.language.models.tables import Band, StepBand
from attain.engine.language.models.tables import Point as CurvePoint

TENTH_DECIMAL = Fraction(1, 10**10)


def table_item(pay: PayPart, point: Point, currency: str) -> Item:
    """What the rate table says, and how it gave the raw figure of the point."""
    reached = _reached(pay, point)
    arithmetic = _arithmetic(pay, point, reached)
    parts = [_in_words(pay)]
    if reached is not None:
        parts.append(f"reached: {reached_words(pay, reached)}")
    if isinstance(pay, Matrix) and pay.read == "stepped":
        parts += _cell(pay, point)
    if arithmetic:
        parts.append(f"{arithmetic} = {amount(point.raw, currency)}")
    return Item("rates", "; ".join(parts), {"raw": point.raw, "how": str(getattr(pay, "how", ""))})


def band_words(pay: PayPart, number_of_band: int) -> str:
    """A band of a table by its place, counted from 0; empty where bands reach back, so that places change."""
    if not isinstance(pay, Banded) or any(band.back_to is not None for band in pay.bands):
        return ""
    bands = sorted(pay.bands, key=lambda band: band.from_)
    return f"band from {bound(pay, bands[number_of_band].from_)}" if number_of_band < len(bands) else ""


def rate_text(pay: PayPart, rate: Decimal | Fraction) -> str:
    """A rate of a line as the plan writes it: in percent or as a number per unit."""
    bands = pay.bands if isinstance(pay, Banded) else ()
    rates = [pay.rate] if isinstance(pay, Flat) else [band.rate for band in bands]
    figures = [each.figure for each in rates if each.figure is not None]
    in_percent = any(f.percent for f in figures) if figures else abs(Fraction(rate)) < 1
    return percent(rate) if in_percent else number(rate)


def bound(pay: PayPart | Axis, value: Decimal) -> str:
    """A bound of a table: a percentage of attainment, or a number."""
    by = getattr(pay, "by", "measure")
    return percent(value) if isinstance(value, Percent) or by == "attainment" else number(value)


def below_the_first(pay: PayPart, point: Point) -> str:
    """The first band or point that pays, where the point lies below it; else an empty text."""
    at = _at(pay, point)
    if at is None:
        return ""
    paying = _first_paying(pay)
    if paying is None or at >= Fraction(paying):
        return ""
    return bound(pay, paying)


def _first_paying(pay: PayPart) -> Decimal | None:
    if isinstance(pay, Banded):
        bands = [band for band in pay.bands if band.rate.figure is None or band.rate.figure.value != 0]
        return min((band.from_ for band in bands), default=None)
    if isinstance(pay, Stepped):
        return min((band.from_ for band in pay.bands if band.pay.value != 0), default=None)
    if isinstance(pay, Interpolated):
        return min((each.at for each in pay.points), default=None)
    return None


def _at(pay: PayPart, point: Point) -> Fraction | None:
    by = getattr(pay, "by", "")
    return point.number(by) if by else None


def _reached(pay: PayPart, point: Point) -> Band | StepBand | None:
    """The highest band that the point reaches."""
    at = _at(pay, point)
    if at is None or pay.each or not isinstance(pay, Banded | Stepped):
        return None
    upper = pay.bands_include == "upper bound"
    bands: list[Band | StepBand] = sorted(pay.bands, key=lambda band: band.from_)
    inside = [band for band in bands if (at > Fraction(band.from_) if upper else at >= Fraction(band.from_))]
    if inside:
        return inside[-1]
    return bands[0] if isinstance(pay, Banded) else None


def reached_words(pay: PayPart, band: Band | StepBand) -> str:
    """The band that was reached, with what it gives."""
    given = band.rate.text if isinstance(band, Band) else _figure(band.pay)
    back = (
        f", back to {bound(pay, band.back_to)}" if isinstance(band, Band) and band.back_to is not None else ""
    )
    return f"band from {bound(pay, band.from_)} with {given}{back}"


def _cell(pay: Matrix, point: Point) -> list[str]:
    """The cell of a stepped matrix that the point reaches."""
    places = []
    for axis in (pay.down, pay.across):
        at = point.number(axis.by)
        upper = axis.bands_include == "upper bound"
        inside = (
            []
            if at is None
            else [b for b in axis.from_ if (at > Fraction(b) if upper else at >= Fraction(b))]
        )
        if not inside:
            return [f"{axis.by} lies below the table: 0"]
        places.append((list(axis.from_).index(max(inside)), f"{axis.by} from {bound(axis, max(inside))}"))
    (row, down), (column, across) = places
    return [f"reached: {down} and {across} with {_figure(pay.cells[row][column])}"]


def _in_words(pay: PayPart) -> str:
    of = f" of {pay.of.text}" if pay.of is not None else ""
    each = f" for each {pay.each}" if pay.each else ""
    if isinstance(pay, Flat):
        return f"flat {pay.rate.text}{of or ' of the measure'}{each}"
    if isinstance(pay, Banded | Stepped):
        bands = [
            f"{band.rate.text if isinstance(band, Band) else _figure(band.pay)} from {bound(pay, band.from_)}"
            for band in pay.bands
        ]
        return f"{pay.how} by {pay.by}{of}{each}: {listed(bands)}"
    if isinstance(pay, Interpolated):
        points = [f"{_given(each)} at {bound(pay, each.at)}" for each in pay.points]
        return (
            f"interpolated by {pay.by}{of}{each}: {listed(points)}, before {pay.before}, beyond {pay.beyond}"
        )
    if isinstance(pay, Matrix):
        return f"matrix of {pay.down.by} down and {pay.across.by} across, read {pay.read}{of}"
    if isinstance(pay, Lookup):
        return f"rate of the row of table {pay.table} that fits each credit{of}"
    return "loaded, not calculated" if isinstance(pay, Given) else str(getattr(pay, "how", ""))


def _figure(figure: Figure) -> str:
    return percent(figure.value) if figure.percent else number(figure.value)


def _given(point: CurvePoint) -> str:
    figure = point.pay or point.rate
    assert figure is not None
    return f"{'rate ' if point.rate else ''}{_figure(figure)}"


def _arithmetic(pay: PayPart, point: Point, reached: Band | StepBand | None) -> str:
    """The arithmetic of the figure in one line, where it is one; empty where the lines show it better."""
    found: tuple[str, Fraction] | None = None
    if isinstance(pay, Flat) and not pay.each:
        found = _times(pay, point, pay.rate)
    elif isinstance(pay, Banded) and pay.how == "whole amount" and isinstance(reached, Band):
        found = _times(pay, point, reached.rate)
    elif isinstance(pay, Stepped) and isinstance(reached, StepBand):
        found = _share(pay, point, Fraction(reached.pay.value), reached.pay.percent, _figure(reached.pay))
    elif isinstance(pay, Interpolated):
        found = _between(pay, point)
    if found is None or abs(found[1] - Fraction(point.raw)) > TENTH_DECIMAL:
        return ""
    return found[0]


def _of(pay: PayPart, point: Point) -> Fraction | None:
    return point.number("of") if pay.of is not None else point.number("measure")


def _times(pay: PayPart, point: Point, rate: Expression) -> tuple[str, Fraction] | None:
    of, value = _of(pay, point), point.number(f"rate {rate.text}")
    if of is None or value is None:
        return None
    shown = rate.text if rate.figure else f"{rate.text} {rate_text(pay, value)}"
    return f"{number(of, 2)} × {shown}", of * value


def _share(
    pay: PayPart, point: Point, value: Fraction, in_percent: bool, shown: str
) -> tuple[str, Fraction] | None:
    if not in_percent:
        return None
    of = _of(pay, point)
    return (f"{number(of, 2)} × {shown}", of * value) if of is not None else None


def _between(pay: Interpolated, point: Point) -> tuple[str, Fraction] | None:
    """Between two points of the curve, or at its ends where they hold on flatly."""
    at = _at(pay, point)
    if at is None:
        return None
    points = sorted(pay.points, key=lambda each: each.at)
    low = [each for each in points if Fraction(each.at) <= at]
    high = [each for each in points if Fraction(each.at) > at]
    if low and high:
        left, right = low[-1], high[0]
    elif low and (pay.beyond == "extend" or Fraction(points[-1].at) == at):
        left, right = points[-2], points[-1]
    elif high and pay.before == "extend":
        left, right = points[0], points[1]
    else:
        nearest = points[-1] if low else points[0]
        figure = nearest.pay or nearest.rate
        flat = (pay.beyond if low else pay.before) == "flat"
        return (
            _curve(pay, point, nearest, Fraction(figure.value), _figure(figure)) if flat and figure else None
        )
    first, last = left.pay or left.rate, right.pay or right.rate
    assert first is not None and last is not None
    part = (at - Fraction(left.at)) / (Fraction(right.at) - Fraction(left.at))
    value = Fraction(first.value) + part * (Fraction(last.value) - Fraction(first.value))
    here = percent(at) if pay.by == "attainment" else number(at)
    step = f"({here} − {bound(pay, left.at)}) ÷ ({bound(pay, right.at)} − {bound(pay, left.at)})"
    shown = f"({_figure(first)} + {step} × ({_figure(last)} − {_figure(first)}))"
    return _curve(pay, point, left, value, shown)


def _curve(
    pay: Interpolated, point: Point, of_point: CurvePoint, value: Fraction, shown: str
) -> tuple[str, Fraction] | None:
    rated = of_point.rate is not None
    figure = of_point.rate or of_point.pay
    assert figure is not None
    return _share(pay, point, value, rated or figure.percent, shown)
