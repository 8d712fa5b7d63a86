"""Whose payment rules hold: the plans that a participant holds on a day, pay periods, amounts of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.verify.crediting.roster import Assignment
from attain.verify.crediting.world import World
from attain.verify.earning.book import ONE, ZERO
from attain.verify.earning.proration import Proration, amount_in, day_weight, parts_in
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Map, Version, as_list
from attain.verify.inputs.forms import FOREVER, AmountPer, Span, amount_per, is_number, number, rounded


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

    def _amount(self, said: AmountPer) -> Fraction:
        if is_number(said.amount):
            return number(said.amount)
        item = (self.seats() or self.world.roster.held_by.get(self.participant, []))[-1]
        return self.world.numbers(self.version, item, self.period.days.last)[said.amount]

    def whole(self, said: AmountPer) -> Fraction:
        """An amount per time as the amount of the pay period, unprorated."""
        calendar = self.world.calendar(self.version)
        return amount_in(calendar, self._amount(said), said.unit, self.period.days, self.period.unit)

    def prorated(self, kind: str, text: str, held: bool | None = None) -> Fraction:
        """The same, its parts prorated over their own days, and rounded once.

        `held` says whether only days held count; else the plan's `prorate` does.
        """
        if held is None:
            held = kind in as_list(self.version.body.get("prorate"))
        if text == "by ramp":
            return rounded(self._counted(kind, self.period.days, held, by_ramp=True), self.currency)
        said = amount_per(text)
        calendar = self.world.calendar(self.version)
        parts = parts_in(calendar, said.unit, self.period.days, self.period.unit)
        share = sum((part * self._counted(kind, days, held) for days, part in parts), ZERO)
        return rounded(self._amount(said) * share, self.currency)

    def _counted(self, kind: str, span: Span, held: bool, by_ramp: bool = False) -> Fraction:
        """Σ of the weights of the days ÷ all days; by ramp the draw of each day's step is its weight. After
        leaving every day counts."""
        seats, proration = self.seats(), self.proration
        if not seats:
            return ONE
        total, counted = 0, ZERO
        leave = kind in as_list((self.version.body.get("leave") or {}).get("prorates"))
        for on in span:
            weight = day_weight(proration.basis, on, proration.holidays)
            total += weight
            holder = proration.holding(seats, on)
            if (held and holder is None) or (leave and self.world.roster.leave_on(self.participant, on)):
                continue
            step = proration.ramp_step(holder or seats[-1], on) if kind == "draw" else {}
            counted += weight * number(step.get("draw", "0" if by_ramp else "1"))
        return counted / total if total else ZERO


def ruling(
    world: World, versions: Iterable[Version], participant: str, period: Period, currency: str
) -> tuple[Ruling | None, list[str]]:
    """Of the versions paid in such periods the one whose rules hold, and all titles that would, where no one
    leads.
    """
    on = period.days.last
    paid = [version for version in versions if world.pay_unit(version) == period.unit]
    held = _held(world, paid, participant, on)
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
