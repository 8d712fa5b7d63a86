"""Earning: each seat's figure in each period, after steps; the sum of a participant's figures, rounded once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Block, Map, Version, as_list
from attain.verify.inputs.forms import Span, rounded, written
from attain.verify.stages.credits import Credit
from attain.verify.stages.figures import Figure
from attain.verify.stages.measures import ZERO, At, Book, Holding, NoEarning
from attain.verify.stages.roster import Assignment
from attain.verify.stages.steps import (
    acts_first,
    acts_on_the_difference,
    apply,
    condition,
    stepped,
    unit_limit,
    unit_of,
)
from attain.verify.stages.things import base_of
from attain.verify.stages.windows import Turn, turns
from attain.verify.stages.world import Problem


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


@dataclass
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


def book_of(world: object, credits: list[Credit]) -> Book:
    """The credits, and how figures before and after steps are made from them."""
    return Book(world, credits, earning_of, base_of)  # type: ignore[arg-type]


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
            Holding(
                (item,),
                tuple(
                    other
                    for other in seats
                    if other.position == item.position and other.days.first < item.days.first
                ),
            )
            for item in seats
        ]
    return [Holding((item,)) for item in seats]


def earn(book: Book, until: date) -> tuple[list[Earning], list[Problem]]:
    """All earnings of component periods that end by a day, and the exceptions."""
    figures: list[Earned] = []
    for version in book.world.versions:
        of_version = [
            earned
            for component in version.components.values()
            for holding in holdings(book, version, component)
            for earned in component_figures(book, version, component, holding, until)
        ]
        _together(version, of_version)
        figures += of_version
    return _sums(book, figures) + _given(book, until), [
        problem for earned in figures for problem in _problems(earned)
    ]


def component_figures(
    book: Book, version: Version, component: Block, holding: Holding, until: date
) -> list[Earned]:
    """The figures of one component of one version for one holding, in order, after all steps."""
    found = [
        _figures(book, version, component, holding, turn)
        for turn in turns(book, version, component, holding, until)
    ]
    _cut_units(found, first=True)
    for earned in found:
        _difference(earned)
    _cut_units(found, first=False)
    return found


def _figures(book: Book, version: Version, component: Block, holding: Holding, turn: Turn) -> Earned:
    begun = tuple(item for item in holding.assignments if item.days.first <= turn.upto)
    holding = replace(holding, assignments=begun)
    block = version.measured(component)
    at = At(book, version, component, block, holding, turn.window, turn.upto, turn.upto)
    now, before = Figure(at), _before(at, turn)
    earned = Earned(turn, now, before, ZERO, ZERO)
    earned.base = _base(now)
    earned.base_before = _base(before) if before else ZERO
    earned.raw = earned.base - earned.base_before
    return earned


def _before(at: At, turn: Turn) -> Figure | None:
    """The figure that was reached before: on the eve, or what is inherited or opened with."""
    if at.window.rolling:
        return None
    first = max(at.start, min(item.days.first for item in at.holding.assignments))
    if turn.before >= first:
        return Figure(replace(at, upto=turn.before))
    opened = replace(at, own_until=turn.before)
    if opened.credits() or opened.opening():
        return Figure(opened)
    return None


def _base(figure: Figure) -> Fraction:
    try:
        return base_of(figure)
    except NoEarning as nothing:
        figure.note(nothing)
        return ZERO


def _difference(earned: Earned) -> None:
    """The steps on both figures, then their difference."""
    after = _steps(earned.now, earned.base)
    before = _steps(earned.before, earned.base_before) if earned.before else ZERO
    earned.amount = after - before


def _steps(figure: Figure, base: Fraction) -> Fraction:
    if any(note.credit is None for note in figure.notes):
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


def _together(version: Version, figures: list[Earned]) -> None:
    """The plan's own steps, on the sum of all components of a seat and period, shared in proportion."""
    steps = as_list(version.body.get("then"))
    groups: dict[tuple[Assignment, str], list[Earned]] = defaultdict(list)
    for earned in figures if steps else ():
        groups[earned.at.holding.main, earned.turn.period.name].append(earned)
    for group in groups.values():
        total = final = sum((earned.amount for earned in group), ZERO)
        for step in steps:
            final = written(apply(group[0].now, step, final))
        for earned in group:
            if total:
                earned.amount = written(earned.amount * final / total)
        if not total:
            group[0].amount += final


def _sums(book: Book, figures: list[Earned]) -> list[Earning]:
    groups: dict[tuple[str, str, str, Period, str], list[Earned]] = defaultdict(list)
    for earned in figures:
        at = earned.at
        currency = book.world.currency(at.version, at.holding.main)
        groups[
            at.holding.main.participant, at.version.title, at.component.name, earned.turn.period, currency
        ].append(earned)
    found = []
    for (participant, plan, component, period, currency), group in groups.items():
        at = group[-1].at
        rounding = at.component.body.get("rounding") or at.version.body.get("rounding", "half-up")
        total = sum((earned.amount for earned in group), ZERO)
        amount = rounded(total, currency, rounding)
        unit = book.world.pay_unit(at.version)
        found.append(Earning(participant, plan, component, period, currency, amount, rounding, group, unit))
    return found


def _given(book: Book, until: date) -> list[Earning]:
    """Earnings that are loaded."""
    found = []
    for row in book.world.tables.get("earnings_given", []):
        for version, period in _takers(book, row):
            if period.days.last <= until:
                currency = row.get("currency") or book.world.currency(version, _taker(book, row))
                amount = rounded(row["amount"], currency)
                unit = book.world.pay_unit(version)
                found.append(
                    Earning(
                        row["participant"], version.title, row["component"], period, currency, amount,
                        "half-up", [], unit,
                    )
                )  # fmt: skip
    return found


def _taker(book: Book, row: Map) -> Assignment:
    held = book.world.roster.held_by.get(row["participant"])
    return held[-1] if held else Assignment("", row["participant"], Span(date.min))


def _takers(book: Book, row: Map) -> Iterator[tuple[Version, Period]]:
    """The version whose component is given: of the plan named, else of the participant's plans."""
    roster = book.world.roster
    for version in book.world.versions:
        component = version.components.get(row["component"])
        period = book.world.calendar(version).named(row["period"])
        if component is None or period is None or component.body["pay"]["how"] != "given":
            continue
        if row.get("plan") not in (None, version.title) or not version.days.holds(period.days.last):
            continue
        held = roster.held_by.get(row["participant"], [])
        if any(roster.eligible(version, component, item) for item in held):
            yield version, period
            return


def _problems(earned: Earned) -> Iterator[Problem]:
    at = earned.at
    mine = set(earned.own_credits())
    for note in dict.fromkeys(earned.now.notes):
        if note.credit is not None and note.credit not in mine:
            continue
        yield Problem(
            note.code,
            "earnings",
            at.version.title,
            at.component.name,
            at.holding.main.position,
            at.holding.main.participant,
            earned.turn.period.name,
            note.credit.transaction if note.credit else "",
            note.credit.credit_date if note.credit else None,
            "",
            note.reason,
            earned.turn.period.days.last,
        )
