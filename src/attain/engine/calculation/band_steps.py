"""The bands of a marginal table under the steps of a walk: which lie in one band as a whole, and what others give
in each band that they meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation import terms
from attain.engine.calculation.formulas import number_of
from attain.engine.calculation.rates import Place
from attain.engine.calculation.terms import Numeric, Quotient
from attain.engine.language.models.pays import Banded
from attain.engine.language.models.tables import Band


def is_reached(at: Numeric, band: Band, pay: Banded) -> str:
    """The condition that a place of the table has reached a band."""
    sign = ">=" if pay.bands_include == "lower bound" else ">"
    return f"COALESCE({terms.compared(at, sign, literal(band.from_))}, FALSE)"


@dataclass(frozen=True)
class BandPart:
    """What steps have in one band: its number and rate, where they begin and end in it, what lies between, and the
    condition that anything does."""

    band: int
    rate: Numeric
    first: Numeric
    last: Numeric
    size: Numeric
    some: str


@dataclass
class BandSteps:
    """Steps of `value` that end at the place `end`, over the bands that hold there, each with its lower bound."""

    pay: Banded
    place: Place
    held: Sequence[tuple[Decimal, Band]]
    end: Number
    value: Number

    def __post_init__(self) -> None:
        self.quota = self.place.quota if self.pay.by == "attainment" else None
        # the walk is measured in parts of the quota's divisor, which may cancel against that of a target
        self.whole = self.quota.factor.denominator if isinstance(self.quota, Quotient) else 1
        self.to, self.step = self._parts(self.end), self._parts(self.value)
        self.begin = numbers.subtract(self.to, self.step)

    @property
    def bounded(self) -> bool:
        """Whether a step may lie outside of the first band."""
        return len(self.held) > 1 or self.held[0][0] > 0

    def rate(self, inside: str) -> Numeric:
        """The rate of the band in which a step lies, by the number of that; of the only band where that is blank."""
        rates = [number_of(band.rate, self.place.scope) for _, band in self.held]
        cases = [(f"{inside} = {number}", rate) for number, rate in enumerate(rates[:-1])]
        return terms.chosen(cases, rates[-1]) if cases else rates[-1]

    def places(self) -> list[tuple[str, str]]:
        """Columns from which the band of a step is told: its lower and its upper end, and the bounds of the bands."""
        bounds = [self._bound(lower) for lower, _ in self.held]
        alike = numbers.alike(self.begin, self.to, *bounds)
        ends = [("low", f"LEAST({alike[0]}, {alike[1]})"), ("high", f"GREATEST({alike[0]}, {alike[1]})")]
        return [*ends, *((f"edge{number}", text) for number, text in enumerate(alike[2:]))]

    def inside(self, alias: str) -> str:
        """The number of the band in which a step lies as a whole, over the columns of its places; -1 where it meets
        several, -2 where none."""
        cases = [f"WHEN {alias}.high <= {alias}.edge0 THEN -2"] if self.held[0][0] > 0 else []
        for number in range(len(self.held)):
            sides = [f"{alias}.low >= {alias}.edge{number}"] if number or self.held[0][0] > 0 else []
            sides += [f"{alias}.high <= {alias}.edge{number + 1}"] if number + 1 < len(self.held) else []
            cases.append(f"WHEN {' AND '.join(sides)} THEN {number}")
        return f"CAST(CASE {' '.join(cases)} ELSE -1 END AS INT)"

    def ends(self) -> Iterator[tuple[str, Number]]:
        """Columns with where a step begins and ends in each band."""
        for number in range(len(self.held)):
            yield f"first{number}", self._clipped(number, self.begin)
            yield f"last{number}", self._clipped(number, self.to)

    def parts(self, alias: str) -> Iterator[BandPart]:
        """What a step has in each band, over the columns of its ends."""
        ends = {name: Number(f"{alias}.{name}", end.scale, end.bound) for name, end in self.ends()}
        for number, (_, band) in enumerate(self.held):
            first, last = ends[f"first{number}"], ends[f"last{number}"]
            begin, end, size = (self._measured(each) for each in (first, last, numbers.subtract(last, first)))
            rate = number_of(band.rate, self.place.scope)
            yield BandPart(number, rate, begin, end, size, f"{first.sql} <> {last.sql}")

    def _upper(self, number: int) -> Decimal | None:
        return self.held[number + 1][0] if number + 1 < len(self.held) else None

    def _parts(self, number: Number) -> Number:
        return numbers.multiply(number, literal(self.whole)) if self.whole > 1 else number

    def _measured(self, number: Number) -> Numeric:
        return Quotient(number, terms.ONE, Fraction(1, self.whole)) if self.whole > 1 else number

    def _bound(self, value: Decimal) -> Number:
        top = self.quota.numerator if isinstance(self.quota, Quotient) else self.quota
        exact = literal(value)
        return numbers.multiply(top, exact) if top is not None else exact

    def _clipped(self, number: int, at: Number) -> Number:
        lower, upper = self.held[number][0], self._upper(number)
        low = at if number == 0 and lower <= 0 else numbers.greatest(at, self._bound(lower))
        return numbers.least(low, self._bound(upper)) if upper is not None else low
