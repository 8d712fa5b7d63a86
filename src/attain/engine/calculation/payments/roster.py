"""What the payment rules are made from: who sits where under which version, and what the stage asks back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import AmountPer
from attain.engine.values.calendars import Calendar, Span


@dataclass(frozen=True)
class Seat:
    """A run of days, `first` until before `next`, on which a participant sits under a version.

    `version` is an index into `PaymentRoster.plans`, `currency` that of the plan for this seat;
    `assignment` is the caller's own and comes back unread.
    """

    participant: str
    position: str
    version: int
    currency: str
    first: date
    next: date
    assignment: int = 0


@dataclass(frozen=True)
class PayRate:
    """The rate of a pay day; None where the table has none."""

    rate: Decimal | None
    day: date | None


class Prorated(Protocol):
    """What an amount per time comes to in a span, unrounded.

    `kind` is `draw`, `maximum`, `minimum` or `advance`, or blank for one whose days all count; `amount` may be `by ramp`. Leave and ramp weigh each
    day as the version says; days outside of the seat count 0 if `by_days_held`, else like the others.
    The seat may be cut to a part of the caller's seat: its own `first` and `next` count.
    """

    def __call__(
        self, kind: str, seat: Seat, amount: AmountPer | str, span: Span, by_days_held: bool
    ) -> Fraction: ...


@dataclass(frozen=True)
class PaymentRoster:
    """All of one calendar. `pay_periods` are numbered from 0 in the order of time.

    `left` has the day after the last assignment of who holds none any more; `on_leave` who has a leave.
    `has_component(seat, title, span)` says whether a seat has a component on a day of a span.
    `pay_rate(plan, from, into, pay period)` gives the rate of the pay day, `decimals(currency)` those of the
    minor unit.
    """

    plans: Sequence[Plan]
    seats: Sequence[Seat]
    calendar: Calendar
    pay_periods: Sequence[Span]
    prorated: Prorated
    pay_rate: Callable[[Plan, str, str, Span], PayRate]
    decimals: Callable[[str], int]
    left: Mapping[str, date] = field(default_factory=dict)
    on_leave: frozenset[str] = frozenset()
    pay_currency: Mapping[str, str] = field(default_factory=dict)
    has_component: Callable[[Seat, str, Span], bool] = lambda seat, title, span: True


def cut(seats: Sequence[Seat], deciding: Seat) -> tuple[Seat, ...]:
    """The days of the seats under the deciding seat's version, each day in one of them."""
    parts: list[Seat] = []
    reached = date.min
    for seat in sorted(seats, key=lambda seat: (seat.first, seat.next, seat.position)):
        first = max(seat.first, reached)
        if first < seat.next:
            parts.append(replace(seat, first=first, version=deciding.version))
            reached = seat.next
    return tuple(parts)
