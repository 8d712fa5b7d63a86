"""How much of a span a seat holds: days held, leave, ramp; and what that leaves of an amount."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attain.verify.crediting.roster import Assignment, Roster, days_of
from attain.verify.inputs.calendar import Calendar, Period
from attain.verify.inputs.documents import Block, Map, Version, as_list
from attain.verify.inputs.forms import ONE_DAY, Span, Unreadable, number

ONE = Fraction(1)
EVER = Span(date.min)


def lists(said: object, kind: str) -> bool:
    """Whether a list of kinds (`prorate`, `prorates`) names the kind; `nothing` names none."""
    return kind in as_list(said)


def day_weight(basis: str, on: date, holidays: set[date]) -> int:
    """What a day counts in the basis of `prorate by`."""
    if basis == "working days":
        return int(on.weekday() < 5 and on not in holidays)
    if basis == "30/360":
        return _day_number(on + ONE_DAY) - _day_number(on)
    return 1


def _day_number(on: date) -> int:
    return 360 * on.year + 30 * (on.month - 1) + min(on.day, 30)


def amount_in(
    calendar: Calendar, amount: Fraction, unit: str | None, window: Span, window_unit: str
) -> Fraction:
    """An amount per unit as the amount of a window: so many units, or its equal part of a longer unit."""
    return amount * sum((part for _, part in parts_in(calendar, unit, window, window_unit)), Fraction(0))


def parts_in(
    calendar: Calendar, unit: str | None, window: Span, window_unit: str
) -> list[tuple[Span, Fraction]]:
    """The parts of an amount per unit for a window: the days of each, and its part of the unit's amount."""
    if unit is None:
        return [(window, ONE)]
    first = calendar.containing(unit, window.first).days
    if first.first == window.first and first.last <= window.last:
        return [(period.days, ONE) for period in calendar.periods(unit, window)]
    if first.first <= window.first and window.last <= first.last and window_unit != "plan":
        part, whole = calendar.share_of(Period("", window, window_unit), unit)
        return [(window, Fraction(part, whole))]
    return [
        (period.days, Fraction(_common(period.days, window), period.days.days()))
        for period in calendar.periods(unit, window)
    ]


def _common(one: Span, other: Span) -> int:
    both = one.meet(other)
    return both.days() if both else 0


class Proration:
    """The weights of days for one version of a plan."""

    def __init__(
        self, roster: Roster, versions: list[Version], version: Version, holidays: set[date]
    ) -> None:
        self.roster = roster
        self.versions = versions
        self.version = version
        self.basis = version.body.get("prorate by", "calendar days")
        self.holidays = holidays
        self.leave: Map = version.body.get("leave") or {}
        self.steps: list[Map] = (version.body.get("ramp") or {}).get("steps", [])
        self.held_days: dict[tuple[Assignment, Block | None], list[Span]] = {}
        self.weights: dict[tuple[str, tuple[Assignment, ...], Block | None], dict[date, Fraction | int]] = {}
        self.counted: dict[tuple[str, tuple[Assignment, ...], Block | None, Span, Span], Fraction] = {}

    def days_in(self, span: Span) -> int:
        """How many days of the plan's `prorate by` a span has."""
        if self.basis == "calendar days":
            return span.days()
        return sum(day_weight(self.basis, on, self.holidays) for on in span)

    def kept(
        self,
        kind: str,
        assignments: list[Assignment],
        span: Span,
        figure_days: Span,
        component: Block | None = None,
    ) -> Fraction:
        """Σ w(d) ÷ days of the span, for one kind of number.

        `assignments` hold the seat one after the other, of a component where its own `for` holds; no day
        outside `figure_days` counts as held.
        """
        held = lists(self.version.body.get("prorate"), kind)
        ramps = any(kind in step for step in self.steps)
        if not held and not lists(self.leave.get("prorates"), kind) and not ramps:
            return ONE
        key = (kind, tuple(assignments), component, span, figure_days)
        if key not in self.counted:
            days = figure_days if held else EVER
            self.counted[key] = self._kept(kind, tuple(assignments), span, days, component)
        return self.counted[key]

    def _kept(
        self,
        kind: str,
        assignments: tuple[Assignment, ...],
        span: Span,
        figure_days: Span,
        component: Block | None,
    ) -> Fraction:
        weights = self.weights.setdefault((kind, assignments, component), {})
        held = lists(self.version.body.get("prorate"), kind)
        total, kept = 0, Fraction(0)
        for on in span:
            counts = day_weight(self.basis, on, self.holidays)
            total += counts
            if counts and figure_days.holds(on):
                if on not in weights:
                    weights[on] = self._weight(kind, held, assignments, on, component)
                if weights[on]:
                    kept += counts * weights[on]
        if total == 0:
            raise Unreadable(f"{span.first} to {span.last} has no {self.basis}")
        return kept / total

    def _weight(
        self,
        kind: str,
        held: bool,
        assignments: tuple[Assignment, ...],
        on: date,
        component: Block | None,
    ) -> Fraction | int:
        holder = self.holding(assignments, on, component)
        if held and holder is None:
            return 0
        person = holder or assignments[-1]
        if lists(self.leave.get("prorates"), kind) and self.roster.leave_on(person.participant, on):
            return 0
        step = self.ramp_step(person, on)
        return number(step[kind]) if kind in step else 1

    def holding(
        self, assignments: Iterable[Assignment], on: date, component: Block | None = None
    ) -> Assignment | None:
        """The assignment that holds the seat on the day, as one of the plan's title and of the component."""
        held = (item for item in assignments if any(days.holds(on) for days in self.held(item, component)))
        return next(held, None)

    def held(self, item: Assignment, component: Block | None) -> list[Span]:
        """The days on which the assignment is a seat of the plan's title and of the component."""
        if (item, component) not in self.held_days:
            self.held_days[item, component] = [
                days for version in self.versions for days in self.roster.eligible(version, component, item)
            ]
        return self.held_days[item, component]

    def ramp_step(self, assignment: Assignment, on: date) -> Map:
        """The ramp's step that holds for the assignment's participant on the day, before the hire too."""
        if not self.steps:
            return {}
        reached = max(1, self._served(assignment, on))
        steps = [step for step in self.steps if int(step["from"]) <= reached]
        return steps[-1] if steps else {}

    def _served(self, assignment: Assignment, on: date) -> int:
        hired = self.roster.hired(assignment)
        if self.leave.get("ramp") == "stops":
            on -= ONE_DAY * self._leave_days(assignment.participant, Span(hired, on))
        if self.version.body["ramp"]["counted in"] == "days of service":
            return (on - hired).days + 1
        return (on.year - hired.year) * 12 + on.month - hired.month + 1

    def _leave_days(self, participant: str, within: Span) -> int:
        if within.last < within.first:
            return 0
        return sum(_common(days_of(row), within) for row in self.roster.leaves.get(participant, []))
