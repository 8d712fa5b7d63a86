"""Quotas and target incentives of a window, prorated; attainment and the policies of its divisor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.roster import Assignment, days_of
from attain.verify.earning.book import ONE, ZERO, At
from attain.verify.earning.measures import Level, NoEarning, check_full, measure, policy
from attain.verify.earning.proration import amount_in
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import FOREVER, ONE_DAY, AmountPer, Span, amount_per, is_number, number

COARSE_TO_FINE = ("year", "half", "quarter", "month", "period", "week")


@dataclass(frozen=True)
class Share:
    """An amount that belongs to some days."""

    days: Span
    amount: Fraction


def attainment(at: At) -> Level:
    """Measure ÷ quota, or what the policy says where that cannot be divided; raises NoEarning.

    A rolling window that is not full is judged first, then the quota, then the measure, which may be a ratio
    with a policy of its own.
    """
    check_full(at)
    goal = quota(at)
    if isinstance(goal, str):
        return _instead(policy(at, "quota", goal))
    found = measure(at)
    return found if found.instead else Level(found.value / goal, found.lowest)


def _instead(said: str) -> Level:
    return Level(ZERO, lowest=True) if said == "lowest band" else Level(ONE)


def quota(at: At) -> Fraction | str:
    """The prorated quota of the window, or `missing`, `zero`, `negative`; raises NoEarning."""
    if "quota" not in at.memory:
        at.memory["quota"] = _quota(at)
    found: Fraction | str = at.memory["quota"]
    return found


def _quota(at: At) -> Fraction | str:
    total = prorated_quota(at)
    if total is None:
        return "missing"
    _check_beyond(at)
    return "zero" if total == 0 else "negative" if total < 0 else total


def prorated_quota(at: At) -> Fraction | None:
    """The prorated quota of the window, whatever it is; None where no row counts."""
    sums = [found for group, rows in _groups(at) if (found := _sum(at, group, rows)) is not None]
    return sum(sums, ZERO) if sums else None


def _check_beyond(at: At) -> None:
    """Raises NoEarning where a quota that counts to date has begun and goes on after the evaluation."""
    end = evaluation(at)
    for _, rows in _groups(at) if counts_to_date(at) else ():
        for row in _counted(at, rows):
            if row.days.last > end:
                raise NoEarning("quota_goes_beyond", f"the quota to {row.days.last} goes beyond {end}")


def number_of(at: At, text: str, on: date) -> Fraction:
    """A number, or the value of that name; raises NoEarning where it has none."""
    found = _known_number(at, text, on)
    if found is None:
        raise NoEarning("quota_missing", f"{text} has no value")
    return found


def _known_number(at: At, text: str, on: date) -> Fraction | None:
    if is_number(text):
        return number(text)
    return at.book.world.numbers(at.version, at.holding.main, on).get(text)


def _groups(at: At) -> list[tuple[list[Assignment], list[Share]]]:
    """Of each position held its quota rows, with the assignments that hold it."""
    said = at.said("quota")
    groups = _seats(at)
    fixed = amount_per(said)
    if fixed.unit is not None:
        return [(group, _fixed(at, fixed)) for group in groups]
    return [(group, _loaded(at, said, group[0].position)) for group in groups]


def _seats(at: At) -> list[list[Assignment]]:
    """The seats that touch the window's days, by position; all seats of a position that is measured."""
    if at.holding.shared:
        return [list(at.holding.shared)]
    days = figure_days(at, quota=True).meet(_bounded(at))
    groups: dict[str, list[Assignment]] = {}
    for item in at.holding.assignments:
        groups.setdefault(item.position, []).append(item)
    touched = [
        group
        for group in groups.values()
        if days and any(span.meet(days) for item in group for span in at.proration.held(item, at.component))
    ]
    return touched or [groups[at.holding.main.position]]


def _fixed(at: At, said: AmountPer) -> list[Share]:
    window = at.window
    amount = _known_number(at, said.amount, at.upto)
    if amount is None:
        return []
    if said.unit is None:
        return [Share(window.days, amount)]
    if window.rolling:
        return _by_unit(at, amount, said.unit, window.unit, window.days)
    periods = at.calendar.periods(said.unit, _bounded(at))
    if all(window.days.first <= item.days.first and item.days.last <= window.days.last for item in periods):
        return [Share(item.days, amount) for item in periods]
    return [Share(window.days, amount_in(at.calendar, amount, said.unit, window.days, window.unit))]


def _by_unit(at: At, amount: Fraction, per: str, unit: str, days: Span) -> list[Share]:
    """An amount per UNIT for each pay period, or month of a rolling window, on these days."""
    return [
        Share(item.days, amount_in(at.calendar, amount, per, item.days, unit))
        for item in at.calendar.periods(unit, days)
    ]


def _bounded(at: At) -> Span:
    """The window, where it has an end; else up to the end of the pay period."""
    days = at.window.days
    return days if days.last < FOREVER else Span(days.first, max(days.first, evaluation(at)))


def _loaded(at: At, name: str, position: str) -> list[Share]:
    rows: dict[str, list[Share]] = {}
    window = at.window.days
    for row in at.book.world.rows("quotas", position=position, measure=name):
        period = at.calendar.named(row["period"])
        if period is None:
            continue
        share = Share(period.days, row["amount"])
        if period.days == window:
            return [share]
        if window.first <= period.days.first and period.days.last <= window.last:
            rows.setdefault(period.unit, []).append(share)
    return next((rows[unit] for unit in COARSE_TO_FINE if unit in rows), [])


def evaluation(at: At) -> date:
    """The last day of the pay period in which the figure is evaluated, within the window."""
    unit = at.book.world.pay_unit(at.version)
    return min(at.calendar.containing(unit, at.upto).days.last, at.window.days.last)


def counts_to_date(at: At) -> bool:
    """Whether the quota is that of the periods so far."""
    return at.window.to_date and at.said("quota counts") == "to date"


def figure_days(at: At, quota: bool = False) -> Span:
    """The days that may count as held: from the figure's first; to date on, else to where it is continued."""
    start = at.chain()[-1][0].days.first
    if at.window.rolling and at.said("short window") == "as far as it goes":
        start = max(start, min(at.begun, at.upto))
    elif at.window.rolling and at.said("short window") == "counts as 0":
        start = at.window.days.first
    if at.window.to_date and not (quota and counts_to_date(at)):
        return Span(start, FOREVER)
    return Span(start, max(start, at.last))


def _counted(at: At, rows: list[Share]) -> list[Share]:
    """The rows that count: not those before the figure's first day, and to date only those begun."""
    days = figure_days(at, quota=True)
    rows = [row for row in rows if row.days.last >= days.first]
    if counts_to_date(at):
        return [row for row in rows if row.days.first <= evaluation(at)]
    return rows


def _sum(at: At, group: list[Assignment], rows: list[Share]) -> Fraction | None:
    days = figure_days(at, quota=True)
    rows = _counted(at, rows)
    if not rows:
        return None
    return sum(
        (row.amount * at.proration.kept("quota", group, row.days, days, at.component) for row in rows), ZERO
    )


def target_incentive(at: At) -> Fraction:
    """The prorated target incentive of the window, times the component's weight; raises NoEarning."""
    said = at.component.body.get("target incentive") or at.version.body.get("target incentive")
    if said is None:
        raise NoEarning("target_incentive_missing", "no target incentive is said")
    weight = number(at.component.body.get("weight", "100 %"))
    if said == "of the participant":
        person = at.holding.main.participant
        return weight * _dated(at, "participant", person, list(at.holding.shared or at.holding.assignments))
    if said == "of the position":
        groups = _seats(at)
        return weight * sum((_dated(at, "position", group[-1].position, group) for group in groups), ZERO)
    plain = amount_per(said)
    amount = number_of(at, plain.amount, at.upto)
    return weight * sum((_target(at, group, amount, plain.unit, _whole) for group in _seats(at)), ZERO)


def _whole(part: Span) -> Span:
    return part


def _target(
    at: At,
    group: list[Assignment],
    amount: Fraction,
    unit: str | None,
    holding: Callable[[Span], Span | None],
) -> Fraction:
    """The parts of an amount per UNIT in the window, each prorated over its own days.

    `holding` cuts a part to the days for which the amount holds.
    """
    total = ZERO
    counted = figure_days(at, quota=True)
    for part in _parts(at, amount, unit):
        days = holding(part.days)
        if days is not None and part.days.last >= counted.first and at.proration.days_in(days):
            share = Fraction(at.proration.days_in(days), max(at.proration.days_in(part.days), 1))
            kept = at.proration.kept("target incentive", group, days, counted, at.component)
            total += part.amount * share * kept
    return total


def _parts(at: At, amount: Fraction, unit: str | None) -> list[Share]:
    """A part for each UNIT of the window, or its even share of a longer UNIT; to date those begun."""
    window = _bounded(at)
    if unit is None:
        return [Share(window, amount)]
    if counts_to_date(at):
        pay = at.book.world.pay_unit(at.version)
        begun = Span(window.first, max(window.first, evaluation(at)))
        return _by_unit(at, amount, unit, pay, begun)
    if at.window.rolling:
        return _by_unit(at, amount, unit, at.window.unit, window)
    whole = at.calendar.periods(unit, window)
    if all(window.first <= item.days.first and item.days.last <= window.last for item in whole):
        return [Share(item.days, amount) for item in whole]
    return [Share(window, amount_in(at.calendar, amount, unit, window, at.window.unit))]


def _dated(at: At, key: str, name: str, group: list[Assignment]) -> Fraction:
    """The amounts of the table target_incentives, each for the days on which it holds."""
    rows = [
        row
        for row in at.book.world.rows("target_incentives", **{key: name})
        if row.get("component") in (None, at.component.name)
    ]
    rows = [row for row in rows if row.get("component")] or rows
    rows.sort(key=lambda row: days_of(row).first)
    if not rows:
        raise NoEarning("target_incentive_missing", f"{name} has no target incentive")
    return sum(
        (
            _target(at, group, row["amount"], row["per"], days.meet)
            for row, days in _pieces(rows, _bounded(at))
        ),
        ZERO,
    )


def _pieces(rows: list[Row], window: Span) -> list[tuple[Row, Span]]:
    """The window cut into the days of each row; days of no row take the next one, else the one before."""
    pieces: list[tuple[Row, Span]] = []
    first = window.first
    for number_of_row, row in enumerate(rows):
        last = days_of(row).last if number_of_row + 1 < len(rows) else window.last
        if first <= min(last, window.last):
            pieces.append((row, Span(first, min(last, window.last))))
            first = pieces[-1][1].last + ONE_DAY
    return pieces
