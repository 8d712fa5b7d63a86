"""Amounts in SQL: one decimal type for all, and rounding to a currency's minor unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number, multiply
from attain.engine.backends.rounding import Rounded

DIGITS = 18
SHARE_DECIMALS = 9


@dataclass(frozen=True)
class Money:
    """DECIMAL(18, decimals): `decimals` is that of the run's finest minor unit."""

    decimals: int

    @property
    def type(self) -> str:
        """The SQL type."""
        return f"DECIMAL({DIGITS}, {self.decimals})"

    @property
    def zero(self) -> str:
        """No money."""
        return f"CAST('0' AS {self.type})"

    @property
    def one(self) -> str:
        """The whole unit of a currency, as a minor unit is typed."""
        return f"CAST('1' AS DECIMAL({1 + self.decimals}, {self.decimals}))"

    def cast(self, expression: str) -> str:
        """The expression as money."""
        return f"CAST({expression} AS {self.type})"

    def number(self, column: str) -> Number:
        """A column of money with its bound."""
        return Number(column, self.decimals, 10 ** (DIGITS - self.decimals) - 1)

    def share_of(self, name: str, share: str, amount: str) -> Rounded:
        """Column `name`: share × amount in whole minor units, half-up; `minor_unit` stands beside them."""
        product = multiply(Number(share, SHARE_DECIMALS, 1), self.number(amount))
        return Rounded(name, product, self.unit("minor_unit"), 0, "half-up")

    def unit(self, column: str) -> Number:
        """A column that holds a minor unit, such as 0.01."""
        return Number(column, self.decimals, 1)

    def in_units(self, source: str, keep: Sequence[str], *columns: Rounded) -> str:
        """A select over `source` with `keep` and the columns made, whole numbers of minor units."""
        return rounded(source, keep, columns, largest=10**DIGITS)

    def from_units(self, column: str, unit: str = "minor_unit") -> str:
        """Whole minor units as money."""
        return self.cast(f"CAST({column} AS DECIMAL(19, 0)) * {unit}")
