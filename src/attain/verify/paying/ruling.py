"""Whose payment rules hold: the plans that a participant holds on a day, pay periods, amounts of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.roster import Assignment
from attain.verify.crediting.world import World
from attain.verify.earning.book import ONE, ZERO
from attain.verify.earning.proration import Proration, amount_in, day_weight
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Map, Version
from attain.verify.inputs.forms import FOREVER, AmountPer, Span, amount_per, is_number, number, rounded

EVER = Span(date.min, FOREVER)


@dataclass
class Ruling:
    """The version whose payment rules hold for a participant in a pay period; one who is not yet under any
    plan has no rules (`none`)."""

    world: World
    version: Version
    participant: str
    period: Period
    currency: str
    none: bool = False

    @property
    def title(self) -> str:
        """The title of the plan whose rules hold; blank where none do."""
        return "" if self.none else self.version.title

    @property
    def rules(self) -> Map:
        """The version's `payment`; none for a currency that is not the plan's."""
        held = self.world.roster.held_by.get(self.participant, [])
        if self.none or (held and self.world.currency(self.version, held[-1]) != self.currency):
            return {}
        found: Map = self.version.body.get("payment") or {}
        return found

    @property
    def leavers(self) -> Map:
        """The version's `leavers`."""
        found: Map = {} if self.none else self.version.body.get("leavers") or {}
        return found

    def seats(self) -> list[Assignment]:
        """The participant's assignments that are under the plan on a day of the pay period."""
        roster = self.world.roster
        return [
            item
            for item in roster.held_by.get(self.participant, [])
            if any(
                days.meet(self.period.days)
                for version in self.world.of_title(self.version.title)
                for days in roster.eligible(version, None, item)
            )
        ]

    def has_component(self, title: str) -> bool:
        """Whether the component is the participant's on a day of the pay period."""
        component = self.version.components.get(title)
        return component is not None and any(
            days.meet(self.period.days)
            for item in self.seats()
            for days in self.world.roster.eligible(self.version, component, item)
        )

    @property
    def last_day(self) -> date:
        """The participant's last day in any position; open where there is none."""
        held = self.world.roster.held_by.get(self.participant, [])
        return max((item.days.last for item in held), default=FOREVER)

    @property
    def is_last(self) -> bool:
        """Whether this is a leaver's last pay period."""
        return self.period.days.holds(self.last_day)

    @property
    def is_after(self) -> bool:
        """Whether the participant left before the pay period."""
        return self.last_day < self.period.days.first

    @property
    def proration(self) -> Proration:
        """The version's weights of days."""
        titled = self.world.of_title(self.version.title)
        return Proration(self.world.roster, titled, self.version, self.world.holidays)

    def whole(self, said: AmountPer) -> Fraction:
        """An amount per time as the amount of the pay period, unprorated."""
        if is_number(said.amount):
            amount = number(said.amount)
        else:
            item = (self.seats() or self.world.roster.held_by.get(self.participant, []))[-1]
            amount = self.world.numbers(self.version, item, self.period.days.last)[said.amount]
        calendar = self.world.calendar(self.version)
        return amount_in(calendar, amount, said.unit, self.period.days, self.period.unit)

    def prorated(self, kind: str, text: str) -> Fraction:
        """The same, prorated and rounded once."""
        seats = self.seats()
        kept = self.proration.kept(kind, seats, self.period.days, EVER) if seats else ONE
        return rounded(self.whole(amount_per(text)) * kept, self.currency)

    def days_held(self) -> Fraction:
        """The part of the pay period that the participant holds a seat of the plan, in the plan's basis."""
        seats, proration = self.seats(), self.proration
        weights = [
            (day_weight(proration.basis, on, proration.holidays), proration.holding(seats, on) is not None)
            for on in self.period.days
        ]
        total = sum(weight for weight, _ in weights)
        return Fraction(sum(weight for weight, held in weights if held), total) if total else ZERO

    def by_ramp(self, prorates: bool) -> Fraction:
        """The draw of the ramp's steps, averaged over the days of the pay period, or over those held."""
        proration, seats = self.proration, self.seats()
        total, weights = ZERO, 0
        for on in self.period.days:
            weight = day_weight(proration.basis, on, proration.holidays)
            holder = proration.holding(seats, on)
            weights += weight
            if holder is not None or not prorates:
                step = proration.ramp_step(holder or seats[-1], on)
                total += weight * number(step.get("draw", "0"))
        return total / weights if weights else ZERO


def ruling(
    world: World, versions: Iterable[Version], participant: str, period: Period, currency: str
) -> tuple[Ruling | None, list[str]]:
    """Of these versions the one whose rules hold, and all titles that would, where no one leads."""
    on = period.days.last
    held = _held(world, list(versions), participant, on)
    if not held:
        return None, []
    with_rules = [version for version in held if version.body.get("payment")]
    leading = [version for version in with_rules if version.body.get("leading") == "this plan"]
    chosen = (leading or with_rules or held)[0]
    several = len(with_rules) > 1 and len(leading) != 1
    titles = [version.title for version in with_rules] if several else []
    return Ruling(world, chosen, participant, period, currency), titles


def _held(world: World, versions: list[Version], participant: str, on: date) -> list[Version]:
    """The versions held on the day; where there are none, those held last before it."""
    days: dict[int, date] = {}
    for number_of_version, version in enumerate(versions):
        for item in world.roster.held_by.get(participant, []):
            for span in world.roster.eligible(version, None, item):
                if span.first <= on:
                    last = min(span.last, on)
                    days[number_of_version] = max(days.get(number_of_version, last), last)
    if not days:
        return []
    newest = max(days.values())
    found = [versions[n] for n, last in days.items() if last == newest]
    return sorted(found, key=lambda version: version.title)
