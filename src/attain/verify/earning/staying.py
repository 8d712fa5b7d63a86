"""Which earnings of one horizon are sure to be the same on the next, so that they need not be made again.

A figure takes credits up to its turn's last day, and no later one; a plan's own steps take all that is paid
in one pay period. So where the first thing that changed for a participant is a credit of some day, all that
is paid in pay periods before that day stays.
"""

from dataclasses import dataclass
from datetime import date

from attain.verify.crediting.changes import Changes
from attain.verify.crediting.credits import Credit
from attain.verify.earning.book import Book
from attain.verify.earning.earning import Earning
from attain.verify.inputs.documents import Version
from attain.verify.inputs.forms import ONE_DAY, Span


@dataclass
class Earlier:
    """The earnings of another horizon, of periods up to a day.

    `changed` is the day from which anything differs for a participant, `date.min` for ever.
    """

    earnings: list[Earning]
    until: date
    changed: dict[str, date]


class Stays:
    """What of the earlier earnings stays, and from which day on everything else is made."""

    def __init__(self, book: Book, before: Earlier | None) -> None:
        self.world = book.world
        self.before = before
        self.first_days: dict[tuple[str, date], date] = {}

    def made_from(self, version: Version, participant: str) -> date:
        """The first day of the pay periods whose figures are made; those of earlier ones stay."""
        if self.before is None:
            return date.min
        on = min(self.before.until + ONE_DAY, self.before.changed.get(participant, date.max))
        key = (version.title, on)
        if key not in self.first_days:
            self.first_days[key] = self._first_day(version, on)
        return self.first_days[key]

    def _first_day(self, version: Version, on: date) -> date:
        """Of the pay period that holds the day; for ever where a plan's versions are paid differently."""
        titled = self.world.of_title(version.title)
        ways = {(item.body["paid"], item.body.get("calendar")) for item in titled}
        if on == date.min or len(ways) > 1:
            return date.min
        periods = self.world.calendar(version).periods(self.world.pay_unit(version), Span(on, on))
        return periods[0].days.first if periods else date.min

    def earnings(self) -> list[Earning]:
        """The earlier earnings that stay; those that are loaded are always made again."""
        versions = {version.title: version for version in self.world.versions}
        return [
            earning
            for earning in (self.before.earnings if self.before else ())
            if earning.figures
            and earning.period.days.last < self.made_from(versions[earning.plan], earning.participant)
        ]


def changed_from(changes: Changes, old: list[Credit], new: list[Credit]) -> dict[str, date]:
    """For every participant for whom a figure may differ, the first day of a credit that does."""
    roster = changes.new.roster
    if changes.reach_all_figures:
        return dict.fromkeys([*roster.held_by, *changes.old.roster.held_by], date.min)
    found: dict[str, date] = {}

    def touch(position: str, person: str, on: date) -> None:
        """A figure may be that of the position: it touches all who ever held it."""
        for participant in {person, *(item.participant for item in roster.assignments.get(position, []))}:
            found[participant] = min(on, found.get(participant, date.max))

    for credit in set(old) ^ set(new):
        touch(credit.seat.assignment.position, credit.seat.assignment.participant, credit.credit_date)
    for column, key in changes.seats():
        if column == "position":
            touch(key, "", date.min)
        else:
            for item in roster.held_by.get(key, []):
                touch(item.position, key, date.min)
    return found
