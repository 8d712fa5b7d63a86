"""Earning: what a measure yields by its rate table, as one typed formula.

Every form takes the measure, the place on the table (measure, attainment or another measure) and what
the rates multiply, and gives a number or a quotient; nothing is rounded here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.formulas import Scope, number_of
from attain.engine.calculation.terms import ONE, Numeric, Quotient, compared
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.forms import Figure
from attain.engine.language.models.pays import Axis, Banded, Flat, Interpolated, Matrix, Stepped
from attain.engine.language.models.tables import Band, Point
from attain.engine.values.problems import refuse

ZERO = literal(0)


@dataclass(frozen=True)
class Place:
    """What a rate table is read at.

    `scope` gives names; `at` gives the place of a `by`; `quota` is the quota (a quotient), None where
    there is none; `lowest` says that the first band holds whatever the measure, `lowest_at` under which condition
    the first row or column of what a `by` picks does (blank: never).
    """

    measure: Numeric
    scope: Scope
    at: Callable[[str], Numeric]
    quota: Numeric | None
    lowest: bool = False
    lowest_at: Callable[[str], str] = lambda _: ""


def figure(pay: object, place: Place) -> Numeric:
    """The figure of a rate table. Raises Refused for forms that are not calculated."""
    if isinstance(pay, Flat):
        rate = number_of(pay.rate, place.scope)
        return terms.times(_of(pay.of, place), rate)
    if isinstance(pay, Banded):
        return _walked(pay, place) if pay.how == "marginal" else _whole(pay, place)
    if isinstance(pay, Stepped):
        return _stepped(pay, place)
    if isinstance(pay, Interpolated):
        return _interpolated(pay, place)
    if isinstance(pay, Matrix):
        return _matrix(pay, place)
    raise refuse("P900", f"{type(pay).__name__} is not calculated yet.", "Use another form for now.")


def multiplies_the_measure(pay: object) -> bool:
    """Whether rates multiply the measure without the plan saying so."""
    rated = isinstance(pay, Flat | Banded) or (
        isinstance(pay, Interpolated) and any(point.rate is not None for point in pay.points)
    )
    return rated and pay.of is None  # type: ignore[attr-defined]


def _of(of: Expression | None, place: Place) -> Numeric:
    return place.measure if of is None else number_of(of, place.scope)


def _rate(rate: Expression, place: Place) -> Numeric:
    return number_of(rate, place.scope)


def _whole(pay: Banded, place: Place) -> Numeric:
    """All at the rate of the band reached; the first band holds below as well."""
    bands = sorted(pay.bands, key=lambda band: band.from_)
    at = place.at(pay.by)
    of = _of(pay.of, place)
    if place.lowest:
        return terms.times(of, _rate(bands[0].rate, place))
    cases = [
        (_reached(at, band.from_, pay.bands_include), _rate(band.rate, place)) for band in reversed(bands[1:])
    ]
    rate = terms.chosen(cases, _rate(bands[0].rate, place)) if cases else _rate(bands[0].rate, place)
    return terms.times(of, rate)


def _reached(at: Numeric, bound: Decimal, include: str) -> str:
    return f"COALESCE({compared(at, '>=' if include == 'lower bound' else '>', literal(bound))}, FALSE)"


def _walked(pay: Banded, place: Place) -> Numeric:
    """Each part at the rate of its band: Σ (rate − rate before) × what lies above the band's bound."""
    bands = sorted(pay.bands, key=lambda band: band.from_)
    place.at(pay.by)
    factor, rest = _factor(pay.of, place)
    if place.lowest:
        rate = _rate(bands[0].rate, place)
        return terms.times(_of(pay.of, place), rate)
    walked = _regimes(bands, pay, place)
    if factor == pay.by:
        return terms.times(rest, walked) if rest is not None else walked
    if factor == "measure" and pay.by == "attainment":
        # attainment × quota is the measure, so the quota's divisor cancels
        amount = _scaled(bands, pay, place)
        return terms.times(rest, amount) if rest is not None else amount
    if factor == "attainment" and pay.by == "measure":
        assert place.quota is not None
        part = terms.divided(walked, _where_positive(place.quota))
        return terms.times(rest, part) if rest is not None else part
    of, at = _of(pay.of, place), place.at(pay.by)
    nothing = compared(at, "=", ZERO)
    return terms.chosen(
        [(nothing, terms.times(of, _rate(bands[0].rate, place)))], terms.over(terms.times(of, walked), at)
    )


def marginal_scale(pay: Banded, place: Place) -> Numeric | None:
    """By what a part of the measure at its rate is multiplied: 1, or what `of` has beside measure or attainment.

    None where `of` has neither, so that there is no line for each credit.
    """
    factor, rest = _factor(pay.of, place)
    if factor == "measure":
        return rest if rest is not None else ONE
    if factor == "attainment" and place.quota is not None:
        inverse = terms.divided(ONE, _where_positive(place.quota))
        return terms.times(rest, inverse) if rest is not None else inverse
    return None


def _where_positive(quota: Numeric) -> Quotient:
    """A quota, NULL where it is not positive."""
    pair = terms.pair(quota)
    top = pair.top
    return Quotient(
        Number(f"CASE WHEN {top.sql} > 0 THEN {top.cast()} END", top.scale, top.bound),
        pair.bottom,
        pair.factor,
    )


def walked_to(pay: Banded, place: Place, to: Number) -> Numeric:
    """What a marginal table by measure or attainment gives up to a place of the walk, with the bands that are
    reached at another."""
    bands = sorted(pay.bands, key=lambda band: band.from_)
    if place.lowest:
        return terms.times(to, _rate(bands[0].rate, place))
    there = Place(to, place.scope, lambda name: to, place.quota)
    return _regimes(bands, pay, place, pay.by == "attainment", there)


def _regimes(
    bands: Sequence[Band], pay: Banded, place: Place, scaled: bool = False, there: Place | None = None
) -> Numeric:
    """The walk over the bands; once a band is reached that reaches back, with its rate from the lower point."""
    at = place.at(pay.by)

    def walk(highest: int) -> Numeric:
        held = [(low, band.rate) for low, band in bands_reached(bands, highest)]
        return _walk(held, there or place, pay.by, scaled)

    cases = [
        (_reached(at, bands[index].from_, pay.bands_include), walk(index)) for index in reaching_back(bands)
    ]
    return terms.chosen(cases, walk(-1)) if cases else walk(-1)


def reaching_back(bands: Sequence[Band]) -> list[int]:
    """The places of the bands that reach back, the highest first."""
    return [index for index in reversed(range(len(bands))) if bands[index].back_to is not None]


def bands_reached(bands: Sequence[Band], highest: int) -> list[tuple[Decimal, Band]]:
    """Each point from which on another band holds, with that band, where those up to `highest` are reached.

    Of the bands that are reached the highest that reaches back to a point holds there.
    """
    points = sorted({*(band.from_ for band in bands), *(b.back_to for b in bands if b.back_to is not None)})
    found: list[tuple[Decimal, Band]] = []
    for low in points:
        own = max((index for index, band in enumerate(bands) if band.from_ <= low), default=0)
        for index in range(own + 1, highest + 1):
            back = bands[index].back_to
            own = index if back is not None and back <= low else own
        if not found or found[-1][1] is not bands[own]:
            found.append((low, bands[own]))
    return found


def _scaled(bands: Sequence[Band], pay: Banded, place: Place) -> Numeric:
    return _regimes(bands, pay, place, scaled=True)


def _walk(bands: Sequence[tuple[Decimal, Expression]], place: Place, by: str, scaled: bool) -> Numeric:
    at = place.at(by)
    total: Numeric | None = None
    before: Numeric = ZERO
    for index, (bound, rate_text) in enumerate(bands):
        rate = _rate(rate_text, place)
        if scaled:
            assert place.quota is not None
            lower = terms.times(place.quota, literal(bound))
            part = place.measure if index == 0 and bound <= 0 else terms.minus(place.measure, lower)
        else:
            part = at if index == 0 and bound <= 0 else terms.minus(at, literal(bound))
        if index or bound > 0:
            part = _positive(part)
        piece = terms.times(terms.minus(rate, before) if index else rate, part)
        total = piece if total is None else terms.plus(total, piece)
        before = rate
    assert total is not None
    return total


def _positive(part: Numeric) -> Numeric:
    if isinstance(part, Quotient):
        return Quotient(_at_least_zero(part.top), part.bottom, part.factor)
    return _at_least_zero(part)


def _at_least_zero(number: Number) -> Number:
    return Number(f"GREATEST({number.cast()}, CAST('0' AS {number.type}))", number.scale, number.bound)


def _factor(of: Expression | None, place: Place) -> tuple[str, Numeric | None]:
    """Whether what is multiplied has the measure or the attainment as a factor, and the other factors."""
    if of is None:
        return "measure", None
    factors = _factors(of.tree)
    for name in ("attainment", "measure"):
        found = [
            node for node in factors if isinstance(node, exp.Column) and node.name == name and not node.table
        ]
        if found:
            factors.remove(found[0])
            rest: Numeric | None = None
            for node in factors:
                part = number_of(_as_expression(of, node), place.scope)
                rest = part if rest is None else terms.times(rest, part)
            return name, rest
    return "", None


def _factors(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.Paren):
        return _factors(tree.this)
    if isinstance(tree, exp.Mul):
        return _factors(tree.this) + _factors(tree.expression)
    return [tree]


def _as_expression(of: Expression, node: exp.Expr) -> Expression:
    return Expression(of.text, of.place, node, of.names, of.titles, None, of.origin, of.offsets)


def _paid(pay: Figure, of: Numeric) -> Numeric:
    """A percent is of `of`, a number is an amount."""
    return terms.times(of, literal(pay.value)) if pay.percent else literal(pay.value)


def _stepped(pay: Stepped, place: Place) -> Numeric:
    bands = sorted(pay.bands, key=lambda band: band.from_)
    at = place.at(pay.by)
    of = _of(pay.of, place)
    if place.lowest:
        return _paid(bands[0].pay, of)
    above = f"COALESCE({compared(at, '>=', ZERO)}, FALSE)"
    cases = [
        (f"{above} AND {_reached(at, band.from_, pay.bands_include)}", _paid(band.pay, of))
        for band in reversed(bands)
    ]
    return terms.chosen(cases, ZERO)


def _at_point(point: Point) -> Figure:
    """What a point pays: its amount or percent, or its rate, which is of `of` however it is written."""
    if point.pay is not None:
        return point.pay
    assert point.rate is not None
    return Figure(point.rate.value, True)


def _interpolated(pay: Interpolated, place: Place) -> Numeric:
    points = sorted(pay.points, key=lambda point: point.at)
    amounts = [_at_point(point) for point in points]
    at = place.at(pay.by)
    of = _of(pay.of, place)
    if place.lowest:
        return _paid(amounts[0], of)
    places = [point.at for point in points]
    cases: list[tuple[str, Numeric]] = [(f"NOT COALESCE({compared(at, '>=', ZERO)}, FALSE)", ZERO)]

    def line(index: int) -> Numeric:
        rise = amounts[index + 1].value - amounts[index].value
        slope = terms.over(literal(rise), literal(places[index + 1] - places[index]))
        part = terms.times(terms.minus(at, literal(places[index])), slope)
        both = terms.plus(literal(amounts[index].value), part)
        return terms.times(of, both) if amounts[index].percent else both

    def outside(how: str, edge: int, nearest: int) -> Numeric:
        if how == "extend":
            return line(nearest)
        return _paid(amounts[edge], of) if how == "flat" else ZERO

    below, beyond = outside(pay.before, 0, 0), outside(pay.beyond, -1, len(points) - 2)
    cases.append((compared(at, "<", literal(places[0])), below))
    for index in range(len(points) - 1):
        cases.append((compared(at, "<", literal(places[index + 1])), line(index)))
    cases.append((compared(at, "=", literal(places[-1])), _paid(amounts[-1], of)))
    return terms.chosen(cases, beyond)


def _matrix(pay: Matrix, place: Place) -> Numeric:
    down, across = _side(pay.down, place), _side(pay.across, place)
    of = _of(pay.of, place)
    if pay.read == "bilinear":
        return _bilinear(pay, of, down, across)
    rows = list(enumerate(pay.down.from_))
    columns = list(enumerate(pay.across.from_))
    cases = [
        (
            f"{_reached(down, low, pay.down.bands_include)} AND {_reached(across, left, pay.across.bands_include)}",
            _paid(pay.cells[i][j], of),
        )
        for i, low in reversed(rows)
        for j, left in reversed(columns)
    ]
    return terms.chosen(cases, ZERO)


def _side(axis: Axis, place: Place) -> Numeric:
    """What picks a row or column; a value in the first one where that holds whatever is measured."""
    at = place.at(axis.by)
    lowest = place.lowest_at(axis.by)
    if not lowest:
        return at
    first = axis.from_[0]
    if axis.bands_include == "upper bound":
        first = (first + axis.from_[1]) / 2 if len(axis.from_) > 1 else first + 1
    return terms.chosen([(lowest, literal(first))], at)


def _bilinear(pay: Matrix, of: Numeric, down: Numeric, across: Numeric) -> Numeric:
    """Linear along both sides; nothing before the first point, flat beyond the last."""
    rows, columns = pay.down.from_, pay.across.from_
    cases: list[tuple[str, Numeric]] = [
        (
            f"NOT COALESCE({compared(down, '>=', literal(rows[0]))} AND {compared(across, '>=', literal(columns[0]))}, FALSE)",
            ZERO,
        )
    ]
    down = terms.smallest([down, literal(rows[-1])])
    across = terms.smallest([across, literal(columns[-1])])
    for i in range(len(rows) - 1):
        for j in range(len(columns) - 1):
            last_row, last_column = i == len(rows) - 2, j == len(columns) - 2
            inside = []
            if not last_row:
                inside.append(compared(down, "<", literal(rows[i + 1])))
            if not last_column:
                inside.append(compared(across, "<", literal(columns[j + 1])))
            cell = _cell(pay, i, j, down, across)
            value = terms.times(of, cell) if pay.cells[i][j].percent else cell
            cases.append((" AND ".join(inside) or "TRUE", value))
    return terms.chosen(cases[:-1], cases[-1][1])


def _cell(pay: Matrix, i: int, j: int, down: Numeric, across: Numeric) -> Numeric:
    y0, y1 = pay.down.from_[i], pay.down.from_[i + 1]
    x0, x1 = pay.across.from_[j], pay.across.from_[j + 1]
    corners = [
        (pay.cells[i][j].value, terms.minus(literal(y1), down), terms.minus(literal(x1), across)),
        (pay.cells[i][j + 1].value, terms.minus(literal(y1), down), terms.minus(across, literal(x0))),
        (pay.cells[i + 1][j].value, terms.minus(down, literal(y0)), terms.minus(literal(x1), across)),
        (pay.cells[i + 1][j + 1].value, terms.minus(down, literal(y0)), terms.minus(across, literal(x0))),
    ]
    total: Numeric = ZERO
    for value, rows, columns in corners:
        total = terms.plus(total, terms.times(terms.times(literal(value), rows), columns))
    return terms.over(total, literal((y1 - y0) * (x1 - x0)))


def same(number: Numeric) -> bool:
    """Whether it is one without any reckoning."""
    return number == ONE
