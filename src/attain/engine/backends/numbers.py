"""Exact numbers in SQL: each carries its scale and a bound, and says its type in a CAST.

SQL engines type products and sums of decimals each in their own way, some of them silently wrong;
a node that states precision and scale itself means the same on all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from attain.engine.values.problems import refuse

MOST_DIGITS = 38

_exploring: ContextVar[bool] = ContextVar("exploring", default=False)


@contextmanager
def exploring() -> Iterator[None]:
    """Formulas are built only to learn which columns they ask for: bounds are not known yet, so none refuses.

    What is built here must not be run.
    """
    token = _exploring.set(True)
    try:
        yield
    finally:
        _exploring.reset(token)


def digits(bound: int) -> int:
    """Digits before the point that a number of at most this size needs."""
    return len(str(bound)) if bound else 1


@dataclass(frozen=True)
class Number:
    """A SQL expression of type DECIMAL(precision, scale) whose size is at most `bound`; `typed` where it says so."""

    sql: str
    scale: int
    bound: int
    typed: bool = field(default=False, compare=False)

    @property
    def precision(self) -> int:
        return digits(self.bound) + self.scale

    @property
    def type(self) -> str:
        if self.precision > MOST_DIGITS and _exploring.get():
            return f"DECIMAL({MOST_DIGITS}, {min(self.scale, MOST_DIGITS)})"
        if self.precision > MOST_DIGITS:
            raise refuse(
                "P390",
                f"a number here may need {self.precision} digits; {MOST_DIGITS} are the most that stay exact",
                "Use fewer decimals in rates and factors, or multiply fewer large numbers.",
            )
        return f"DECIMAL({self.precision}, {self.scale})"

    def cast(self) -> str:
        """The expression with its type said."""
        return self.sql if self.typed else f"CAST({self.sql} AS {self.type})"

    def of_type(self) -> "Number":
        """The same number with its type said."""
        return Number(self.cast(), self.scale, self.bound, True)

    def at(self, scale: int, bound: int | None = None) -> str:
        """The expression as a decimal of another scale, never a smaller one."""
        wider = Number(self.sql, scale, self.bound if bound is None else bound)
        return self.cast() if wider.type == self.type else wider.cast()


def column(name: str, scale: int, bound: int) -> Number:
    """A column that already has the type that it says."""
    return Number(name, scale, bound)


def literal(value: Decimal | int) -> Number:
    """A constant, exact."""
    exact = Decimal(value)
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    scale = len(text.partition(".")[2])
    number = Number("", scale, int(abs(exact)) + (0 if exact == int(exact) else 1))
    return Number(f"CAST('{text}' AS {number.type})", scale, number.bound, True)


def add(*terms: Number) -> Number:
    """The sum."""
    scale = max(term.scale for term in terms)
    bound = sum(term.bound for term in terms)
    return Number(" + ".join(term.at(scale, bound) for term in terms), scale, bound).of_type()


def negate(term: Number) -> Number:
    """The opposite."""
    return Number(f"(- {term.sql})", term.scale, term.bound)


def subtract(left: Number, right: Number) -> Number:
    """The difference."""
    scale = max(left.scale, right.scale)
    bound = left.bound + right.bound
    return Number(f"{left.at(scale, bound)} - {right.at(scale, bound)}", scale, bound).of_type()


def multiply(left: Number, right: Number) -> Number:
    """The product; one side is widened where two 64-bit decimals would not hold it."""
    first = left.cast()
    if left.precision <= 18 and right.precision <= 18 and left.precision + right.precision > 18:
        first = f"CAST({left.sql} AS DECIMAL({max(19, left.precision)}, {left.scale}))"
    return Number(f"{first} * {right.cast()}", left.scale + right.scale, left.bound * right.bound).of_type()


def product(*factors: Number) -> Number:
    """The product of all."""
    result = factors[0]
    for factor in factors[1:]:
        result = multiply(result, factor)
    return result


def _aligned(terms: tuple[Number, ...]) -> tuple[list[str], int, int]:
    scale = max(term.scale for term in terms)
    bound = max(term.bound for term in terms)
    return [term.at(scale, bound) for term in terms], scale, bound


def alike(*terms: Number) -> list[str]:
    """The numbers as decimals of one type."""
    return _aligned(terms)[0]


def least(*terms: Number) -> Number:
    """The smallest."""
    texts, scale, bound = _aligned(terms)
    return Number(f"LEAST({', '.join(texts)})", scale, bound)


def greatest(*terms: Number) -> Number:
    """The largest."""
    texts, scale, bound = _aligned(terms)
    return Number(f"GREATEST({', '.join(texts)})", scale, bound)


def absolute(term: Number) -> Number:
    """The size without sign."""
    return Number(f"ABS({term.sql})", term.scale, term.bound)


def choose(cases: list[tuple[str, Number]], otherwise: Number | None) -> Number:
    """The number of the first condition that holds; without `otherwise` NULL where none does."""
    terms = tuple(number for _, number in cases) + ((otherwise,) if otherwise else ())
    texts, scale, bound = _aligned(terms)
    branches = " ".join(
        f"WHEN {condition} THEN {text}" for (condition, _), text in zip(cases, texts, strict=False)
    )
    last = f" ELSE {texts[-1]}" if otherwise else ""
    return Number(f"CASE {branches}{last} END", scale, bound)


def or_zero(term: Number) -> Number:
    """The number, 0 where it is NULL."""
    return Number(f"COALESCE({term.cast()}, CAST('0' AS {term.type}))", term.scale, term.bound)


def compare(left: Number, sign: str, right: Number) -> str:
    """A condition between two numbers of any scale."""
    texts, _, _ = _aligned((left, right))
    return f"{texts[0]} {sign} {texts[1]}"


def total(term: Number, rows: int, over: str = "") -> Number:
    """The sum of a column over at most `rows` rows, as aggregate or window function."""
    result = Number(
        f"SUM({term.cast()}){' OVER (' + over + ')' if over else ''}", term.scale, term.bound * max(rows, 1)
    )
    return result.of_type()


def scaled(value: Fraction | Decimal, denominator: int) -> int:
    """value × denominator as a whole number; the denominator must clear the fraction."""
    whole = Fraction(value) * denominator
    assert whole.denominator == 1, (value, denominator)
    return whole.numerator
