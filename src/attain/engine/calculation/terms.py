"""Terms of a formula: numbers, quotients kept as two numbers, texts, days, truths; and their arithmetic.

A quotient stays a pair; comparisons cross-multiply, so that exactly 100 % is 100 %.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from attain.engine.backends import numbers
from attain.engine.backends.numbers import MOST_DIGITS, Number, literal, scaled
from attain.engine.values.problems import refuse

DECIMALS = 10
LARGEST = 10**18
"""Figures that divide are written with so many decimals; none is larger."""


@dataclass(frozen=True)
class Quotient:
    """top ÷ bottom × factor; the bottom is positive, or NULL where it is not defined.

    The factor is a positive constant that stays out of the SQL as long as it may still cancel.
    """

    top: Number
    bottom: Number
    factor: Fraction = Fraction(1)

    @property
    def numerator(self) -> Number:
        """The top with what of the factor multiplies."""
        return (
            self.top
            if self.factor.numerator == 1
            else numbers.multiply(self.top, literal(self.factor.numerator))
        )

    @property
    def denominator(self) -> Number:
        """The bottom with what of the factor divides."""
        if self.factor.denominator == 1:
            return self.bottom
        divisor = literal(self.factor.denominator)
        return divisor if self.bottom == ONE else numbers.multiply(self.bottom, divisor)


@dataclass(frozen=True)
class Text:
    """A text; blank is the empty text, never NULL. `column`: where it is one that NULL may stand in, its name."""

    sql: str
    column: str = ""


@dataclass(frozen=True)
class Day:
    """A day, NULL where it is missing."""

    sql: str


@dataclass(frozen=True)
class Truth:
    """A condition; NULL does not hold."""

    sql: str


@dataclass(frozen=True)
class Blank:
    """A field that the facts do not have."""

    sql: str = "NULL"


Numeric = Number | Quotient
Term = Number | Quotient | Text | Day | Truth | Blank

ONE = literal(1)
NOUGHT = Quotient(literal(0), ONE)


def bound_of(term: Numeric) -> int:
    """A size that a number never exceeds; that of a quotient is known only where its bottom is a constant."""
    if isinstance(term, Number):
        return term.bound
    if term.bottom != ONE:
        return int(10**MOST_DIGITS)
    return term.top.bound * term.factor.numerator // term.factor.denominator + 1


def pair(term: Numeric) -> Quotient:
    """Any number as a quotient."""
    return term if isinstance(term, Quotient) else Quotient(term, ONE)


def plus(left: Numeric, right: Numeric) -> Numeric:
    """The sum, exact."""
    if isinstance(left, Number) and isinstance(right, Number):
        return numbers.add(left, right)
    a, b = pair(left), pair(right)
    if a.bottom == ONE == b.bottom:
        common = lcm(a.factor.denominator, b.factor.denominator)
        tops = [_times(each.top, literal(scaled(each.factor, common))) for each in (a, b)]
        return Quotient(numbers.add(*tops), ONE, Fraction(1, common))
    if a.denominator == b.denominator:
        return Quotient(numbers.add(a.numerator, b.numerator), a.denominator)
    top = numbers.add(_times(a.numerator, b.denominator), _times(b.numerator, a.denominator))
    return Quotient(top, _times(a.denominator, b.denominator))


def opposite(term: Numeric) -> Numeric:
    """The number with its other sign."""
    if isinstance(term, Quotient):
        return Quotient(numbers.negate(term.top), term.bottom, term.factor)
    return numbers.negate(term)


def minus(left: Numeric, right: Numeric) -> Numeric:
    """The difference, exact."""
    return plus(left, opposite(right))


def times(left: Numeric, right: Numeric) -> Numeric:
    """The product, exact."""
    if isinstance(left, Number) and isinstance(right, Number):
        return numbers.multiply(left, right)
    a, b = pair(left), pair(right)
    return Quotient(_times(a.top, b.top), _times(a.bottom, b.bottom), a.factor * b.factor)


def divided(left: Numeric, right: Quotient) -> Quotient:
    """left ÷ right, where the right is known to be positive or NULL."""
    a = pair(left)
    return Quotient(_times(a.top, right.bottom), _times(a.bottom, right.top), a.factor / right.factor)


def _times(left: Number, right: Number) -> Number:
    if left == ONE:
        return right
    return left if right == ONE else numbers.multiply(left, right)


def over(left: Numeric, right: Numeric) -> Quotient:
    """The quotient, its denominator made positive; NULL where it is 0."""
    a, b = pair(left), pair(right)
    top, bottom = _times(a.numerator, b.denominator), _times(a.denominator, b.numerator)
    if bottom == ONE:
        return Quotient(top, bottom)
    zero = f"CAST('0' AS {bottom.type})"
    signed = Number(
        f"CASE WHEN {bottom.sql} < 0 THEN - {top.cast()} ELSE {top.cast()} END", top.scale, top.bound
    )
    size = Number(f"NULLIF(ABS({bottom.cast()}), {zero})", bottom.scale, bottom.bound)
    return Quotient(signed, size)


def compared(left: Term, sign: str, right: Term) -> str:
    """A condition between two terms of one kind. Raises Refused where they are of two kinds."""
    if isinstance(left, Blank) or isinstance(right, Blank):
        left, right = _blank_like(left, right), _blank_like(right, left)
    if isinstance(left, Number | Quotient) and isinstance(right, Number | Quotient):
        a, b = pair(left), pair(right)
        return numbers.compare(_times(a.numerator, b.denominator), sign, _times(b.numerator, a.denominator))
    if isinstance(left, Day) and isinstance(right, Text):
        right = Day(f"CAST({right.sql} AS DATE)")
    if isinstance(left, Text) and isinstance(right, Day):
        left = Day(f"CAST({left.sql} AS DATE)")
    if type(left) is not type(right):
        raise refuse(
            "P311",
            f"{_kind(left)} is compared with {_kind(right)}.",
            "Compare numbers with numbers, texts with texts in single quotes, days with days.",
        )
    return f"{left.sql} {sign} {right.sql}"  # type: ignore[union-attr]


def _blank_like(term: Term, other: Term) -> Term:
    if not isinstance(term, Blank):
        return term
    if isinstance(other, Number | Quotient):
        return Number("CAST(NULL AS DECIMAL(1, 0))", 0, 1)
    return Day("CAST(NULL AS DATE)") if isinstance(other, Day) else Text("''")


def _kind(term: Term) -> str:
    return {Text: "a text", Day: "a day", Truth: "a condition", Blank: "a blank"}.get(type(term), "a number")


def chosen(cases: list[tuple[str, Numeric]], otherwise: Numeric | None) -> Numeric:
    """The number of the first condition that holds; NULL where none does and nothing is said."""
    terms = [term for _, term in cases] + ([otherwise] if otherwise is not None else [])
    if all(isinstance(term, Number) for term in terms):
        plain = [(condition, term) for condition, term in cases if isinstance(term, Number)]
        return numbers.choose(plain, otherwise if isinstance(otherwise, Number) else None)
    divisors = {each.factor if each.bottom == ONE else None for each in map(pair, terms) if each != NOUGHT}
    if len(divisors) == 1 and (factor := divisors.pop()):
        tops = [(condition, pair(term).top) for condition, term in cases]
        return Quotient(numbers.choose(tops, pair(otherwise).top if otherwise else None), ONE, factor)
    pairs = [(condition, pair(term)) for condition, term in cases]
    last = pair(otherwise) if otherwise is not None else None
    top = numbers.choose([(c, t.numerator) for c, t in pairs], last.numerator if last else None)
    bottoms = {t.denominator for _, t in pairs} | ({last.denominator} if last else set())
    if len(bottoms) == 1:
        return Quotient(top, bottoms.pop())
    bottom = numbers.choose([(c, t.denominator) for c, t in pairs], last.denominator if last else None)
    return Quotient(top, bottom)


def smallest(terms: list[Numeric]) -> Numeric:
    """The smallest of several."""
    return _extreme(terms, "<=", numbers.least)


def largest(terms: list[Numeric]) -> Numeric:
    """The largest of several."""
    return _extreme(terms, ">=", numbers.greatest)


def _extreme(terms: list[Numeric], sign: str, plain: object) -> Numeric:
    if all(isinstance(term, Number) for term in terms):
        return plain(*terms)  # type: ignore[operator, no-any-return]
    result = terms[0]
    for term in terms[1:]:
        result = chosen([(compared(result, sign, term), result)], term)
    return result


def size(term: Numeric) -> Numeric:
    """The number without its sign."""
    if isinstance(term, Quotient):
        return Quotient(numbers.absolute(term.top), term.bottom, term.factor)
    return numbers.absolute(term)
