"""A select that grows by layers: each step of a payment reads the columns of the steps before it."""

from collections.abc import Sequence

from attain.engine.calculation.payments.money import Money


class Walk:
    """`select` is what stands so far, with `columns`; `due` names what is to be paid after the last step;
    `figures` are the columns of the payment that steps have made."""

    def __init__(self, select: str, columns: Sequence[str], money: Money) -> None:
        self.select = select
        self.columns = list(columns)
        self.money = money
        self.due = money.zero
        self.figures: dict[str, str] = {}

    def make(self, **columns: str) -> None:
        """Adds columns of money; they see what stands, not each other."""
        made = ", ".join(f"{self.money.cast(expression)} AS {name}" for name, expression in columns.items())
        self.select = f"SELECT *, {made} FROM ({self.select}) AS before_{next(iter(columns))}"
        self.columns += columns

    def pays(self, step: str, change: str) -> None:
        """Changes what is to be paid: `change` begins with its sign."""
        name = f"due_after_{step}"
        self.make(**{name: f"{self.due} {change}"})
        self.due = name

    def shows(self, **figures: str) -> None:
        """Names figures of the payment; each sums what its steps say."""
        for name, expression in figures.items():
            self.figures[name] = (
                f"{self.figures[name]} + {expression}" if name in self.figures else expression
            )

    def above_zero(self, expression: str) -> str:
        """The expression, 0 where it is below."""
        return f"GREATEST({expression}, {self.money.zero})"
