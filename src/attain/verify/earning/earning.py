"""An earning: what a participant earns by one component in one of its periods, rounded once."""

from dataclasses import dataclass
from fractions import Fraction

from attain.verify.earning.seats import Earned
from attain.verify.inputs.calendar import Period


@dataclass(eq=False)
class Earning:
    """The rounded sum of a participant's figures of one component and component period."""

    participant: str
    plan: str
    component: str
    period: Period
    currency: str
    amount: Fraction
    rounding: str
    figures: list[Earned]
    pay_unit: str
