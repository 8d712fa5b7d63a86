"""Earning: the sum of a participant's figures of one component and period, rounded once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from attain.verify.crediting.roster import Assignment
from attain.verify.crediting.world import Problem
from attain.verify.earning.book import ZERO, Book
from attain.verify.earning.earning import Earning
from attain.verify.earning.seats import Earned, component_figures, holdings
from attain.verify.earning.staying import Earlier, Stays
from attain.verify.earning.steps import apply
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Map, Version, as_list
from attain.verify.inputs.forms import Span, amount_per, rounded, written


def earn(
    book: Book, until: date, last: date, before: Earlier | None = None
) -> tuple[list[Earning], list[Problem]]:
    """All earnings of the pay periods that have begun by `until`, none after the last day; the exceptions.

    `before` is what need not be calculated again.
    """
    stays = Stays(book, before)
    figures: list[Earned] = []
    for version in book.world.versions:
        paid = book.world.calendar(version).periods(book.world.pay_unit(version), Span(until, until))
        end = min(last, paid[0].days.last) if paid else last
        of_version = [
            earned
            for component in version.components.values()
            for holding in holdings(book, version, component)
            for earned in component_figures(
                book, version, component, holding, end, stays.made_from(version, holding.main.participant)
            )
        ]
        _together(book, version, of_version)
        figures += of_version
    for earned in figures:
        earned.problems = list(_problems(earned))
    earnings = _sums(book, figures) + stays.earnings()
    problems = [item for earning in earnings for earned in earning.figures for item in earned.problems]
    return earnings + _given(book, last), problems


def _together(book: Book, version: Version, figures: list[Earned]) -> None:
    """The plan's own steps, on the sum of what a participant's components pay in one pay period.

    It is shared in proportion to the figures; what a floor makes of nothing goes to the first component.
    """
    steps = as_list(version.body.get("then"))
    calendar, unit = book.world.calendar(version), book.world.pay_unit(version)
    groups: dict[tuple[str, Period], list[Earned]] = defaultdict(list)
    for earned in figures if steps else ():
        paid_in = calendar.containing(unit, earned.turn.period.days.last)
        groups[earned.at.holding.main.participant, paid_in].append(earned)
    for group in groups.values():
        total = final = sum((earned.amount for earned in group), ZERO)
        for step in steps:
            final = written(apply(group[0].now, _of_pay_period(step), final))
        for earned in group:
            if total:
                earned.amount = written(earned.amount * final / total)
        if not total:
            group[0].amount += final


def _of_pay_period(step: Map) -> Map:
    """The step, its limit *per UNIT* as the limit of the pay period, which is that unit."""
    for kind in step.keys() & {"cap", "floor"}:
        return {**step, kind: amount_per(step[kind]).amount}
    return step


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


def _takers(book: Book, row: Map) -> list[tuple[Version, Period]]:
    """The version whose component is given: of the plan named, else of the participant's first.

    Of its versions it is the last that has a day of the period.
    """
    roster = book.world.roster
    found: dict[str, tuple[Version, Period]] = {}
    for version in book.world.versions:
        component = version.components.get(row["component"])
        period = book.world.calendar(version).named(row["period"])
        if component is None or period is None or component.body["pay"]["how"] != "given":
            continue
        if row.get("plan") not in (None, version.title) or not version.days.meet(period.days):
            continue
        held = roster.held_by.get(row["participant"], [])
        if any(roster.eligible(version, component, item) for item in held):
            found[version.title] = (version, period)
    return list(found.values())[:1]


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
