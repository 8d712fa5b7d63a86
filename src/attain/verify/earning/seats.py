"""Each seat's figures: what a component gives it in each period, after all steps, less what it had before."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.roster import Assignment
from attain.verify.crediting.world import Problem, World
from attain.verify.earning.book import ZERO, At, Book, Holding
from attain.verify.earning.figures import Figure
from attain.verify.earning.measures import NoEarning
from attain.verify.earning.steps import (
    acts_first,
    acts_on_the_difference,
    condition,
    stepped,
    unit_limit,
    unit_of,
)
from attain.verify.earning.things import base_of
from attain.verify.earning.windows import Turn, turns
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Block, Map, Version, as_list
from attain.verify.inputs.forms import FOREVER, ONE_DAY, Span, written


@dataclass
class Earned:
    """What one holding earns once by one component: its figure, and the figure it started from."""

    turn: Turn
    now: Figure
    before: Figure | None
    base: Fraction
    base_before: Fraction
    raw: Fraction = ZERO
    amount: Fraction = ZERO
    problems: list[Problem] = field(default_factory=list)

    @property
    def at(self) -> At:
        """Where the figure stands."""
        return self.now.at

    def own_credits(self) -> list[Credit]:
        """The credits of the period itself."""
        mine = set(self.at.holding.assignments)
        return [
            credit
            for credit in self.at.credits()
            if credit.seat.assignment in mine and credit.credit_date > self.turn.before
        ]


def book_of(world: World, credits: list[Credit], before: Book | None = None) -> Book:
    """The credits, and how figures before and after steps are made from them.

    `before` is another book in which every day and every credit that both have weighs the same.
    """
    if before is None:
        return Book(world, credits, earning_of, base_of)
    return Book(world, credits, earning_of, base_of, before.prorations, before.summands)


def earning_of(at: At) -> Fraction:
    """A component's figure after its steps, for a condition on it."""
    return _after(Figure(at))[1]


def _after(figure: Figure) -> tuple[Fraction, Fraction]:
    """The figure before and after its steps; one that cannot be decided earns nothing."""
    try:
        base = base_of(figure)
        return base, stepped(figure, base)
    except NoEarning as nothing:
        figure.note(nothing)
        return ZERO, ZERO


def holdings(book: Book, version: Version, component: Block) -> list[Holding]:
    """Whose figures a component has: seats, or participants with all their seats."""
    roster = book.world.roster
    titled = book.world.of_title(version.title)
    seats = [
        item
        for held in roster.assignments.values()
        for item in held
        if any(roster.eligible(other, None, item) for other in titled)
    ]
    said = version.said(component, "measured for") or "the assignment"
    if said == "the participant":
        people: dict[str, list[Assignment]] = defaultdict(list)
        for item in seats:
            people[item.participant].append(item)
        return [
            Holding(tuple(sorted(held, key=lambda item: (item.days.first, item.position))))
            for held in people.values()
        ]
    if said == "the position":
        return [
            _of_position(item, [other for other in seats if other.position == item.position])
            for item in seats
        ]
    return [Holding((item,)) for item in seats]


def _of_position(item: Assignment, seats: list[Assignment]) -> Holding:
    shared = tuple(other for other in seats if other.position == item.position)
    before = tuple(other for other in shared if other.days.first < item.days.first)
    return Holding((item,), before, shared)


def component_figures(
    book: Book, version: Version, component: Block, holding: Holding, until: date, after: date = date.min
) -> list[Earned]:
    """The figures of one component of one version for one holding, in order, after all steps.

    Those of periods that end by `until`, but not before `after`. A cap or floor *per UNIT* needs the
    figures of the unit from its start.
    """
    per_unit = any(unit_of(step) for step in as_list(component.body.get("then")))
    found = [
        _figures(book, version, component, holding, turn)
        for turn in turns(book, version, component, holding, until)
        if per_unit or turn.period.days.last >= after
    ]
    _cut_units(found, first=True)
    for earned in found:
        _difference(earned)
    _cut_units(found, first=False)
    return [earned for earned in found if earned.turn.period.days.last >= after]


def _figures(book: Book, version: Version, component: Block, holding: Holding, turn: Turn) -> Earned:
    begun = [item for item in holding.assignments if item.days.first <= turn.upto]
    holding = replace(holding, bearer=begun[-1] if begun else holding.assignments[0])
    block = version.measured(component)
    at = At(book, version, component, block, holding, turn.window, turn.upto, turn.upto)
    now, before = Figure(at), _before(at, turn)
    earned = Earned(turn, now, before, ZERO, ZERO)
    earned.base = _base(now)
    earned.base_before = _base(before) if before else ZERO
    earned.raw = earned.base - earned.base_before
    return earned


def _before(at: At, turn: Turn) -> Figure | None:
    """The figure that was reached before: on the eve, or what is inherited; up to the last day of opening
    credits what these alone give.
    """
    if at.window.rolling:
        return None
    opened = replace(at, own_until=turn.before)
    if at.last_opening() > turn.before:
        return Figure(opened)
    eve = at.holding.main.days.first - ONE_DAY
    handed_over = at.start <= eve and any(
        item.days.meet(Span(at.start, eve)) for item in at.holding.inherited
    )
    if handed_over and turn.before < eve:
        return Figure(opened)
    own = set(at.holding.assignments)
    credited = [credit.credit_date for credit in at.credits() if credit.seat.assignment in own]
    if handed_over or turn.before >= max(at.start, min([_held_since(at), *credited])):
        return Figure(replace(at, upto=turn.before))
    return None


def _held_since(at: At) -> date:
    """The first day on which the holding's own seats hold, in the versions that the figure continues."""
    within = Span(at.chain()[-1][0].days.first, at.version.days.last)
    spans = [days for item in at.holding.assignments for days in at.proration.held(item, at.component)]
    return min((days.first for span in spans if (days := span.meet(within))), default=FOREVER)


def _base(figure: Figure) -> Fraction:
    try:
        return base_of(figure)
    except NoEarning as nothing:
        figure.note(nothing)
        figure.earns_nothing = True
        return ZERO


def _difference(earned: Earned) -> None:
    """The steps on both figures, then their difference."""
    after = _steps(earned.now, earned.base)
    before = _steps(earned.before, earned.base_before) if earned.before else ZERO
    earned.amount = after - before


def _steps(figure: Figure, base: Fraction) -> Fraction:
    if figure.earns_nothing:
        return ZERO
    try:
        return stepped(figure, base)
    except NoEarning as nothing:
        figure.note(nothing)
        return ZERO


def _cut_units(found: list[Earned], first: bool) -> None:
    """Caps and floors *per UNIT* on what each unit has earned to date."""
    if not found:
        return
    chosen = acts_first if first else acts_on_the_difference
    for step in [step for step in found[0].now.steps if chosen(found[0].at, step)]:
        sums: dict[str, tuple[Fraction, Fraction]] = {}
        for earned in found:
            unit = earned.at.calendar.containing(unit_of(step) or "", earned.turn.upto)
            uncut, cut = sums.get(unit.name, (ZERO, ZERO))
            amount = earned.base if first else earned.amount
            uncut += amount
            now = written(_unit_step(earned, step, unit, uncut))
            sums[unit.name] = (uncut, now)
            if first:
                earned.base = now - cut
            else:
                earned.amount = now - cut


def _unit_step(earned: Earned, step: Map, unit: Period, total: Fraction) -> Fraction:
    if "when" in step and not condition(earned.now, step["when"], total, None):
        return total
    bound = unit_limit(earned.now, step, unit)
    return min(total, bound) if "cap" in step else max(total, bound)
