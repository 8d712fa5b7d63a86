"""One reckoning of all plans as known at one horizon, up to what is earned.

Closed periods need several: what was known at each closing, and what is known now.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import Number
from attain.engine.calculation.calendars import calendar_of
from attain.engine.calculation.earnings import Figures, figures_of, round_once
from attain.engine.calculation.formulas import text_literal, text_literals
from attain.engine.calculation.intervals import Run, united
from attain.engine.calculation.known import Known
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.overall import share_steps
from attain.engine.calculation.placing import placed
from attain.engine.calculation.roster import Roster, roster_of
from attain.engine.calculation.seats import effective, eligible_days
from attain.engine.calculation.terms import DECIMALS, LARGEST
from attain.engine.calculation.units import owners
from attain.engine.calculation.versions import Version
from attain.engine.calculation.windows import Timing
from attain.engine.language.models.pays import Given
from attain.engine.language.models.plan import Component, Plan
from attain.engine.values import money
from attain.engine.values.calendars import Calendar

SMALL = 10**8 - 1
"""Figures up to this size are reckoned in 64 bits."""
EARNING = ("participant", "plan", "component", "period", "paid", "currency")


@dataclass
class Pass:
    """All plans at one horizon. `begin` and `end` bound the days that are reckoned, half-open.

    With a `participant` only what concerns that one is reckoned: the seats of whoever holds the same positions,
    since a position's next holder may inherit. What it makes of others is not whole.
    """

    known: Known
    plans: Sequence[Plan]
    begin: date
    end: date
    prefix: str
    participant: str | None = None
    roster: Roster = field(init=False)
    versions: list[Version] = field(default_factory=list)
    figures: list[tuple[Version, Component, Figures]] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    unpaid: list[tuple[Plan, int, list[Run]]] = field(default_factory=list)
    earnings: str = ""

    def __post_init__(self) -> None:
        self.roster = roster_of(self.known)
        self.versions = self._versions()

    @property
    def backend(self) -> Backend:
        """The engine."""
        return self.known.backend

    @cached_property
    def whole(self) -> "Pass":
        """The same for everybody, not reckoned."""
        if self.participant is None:
            return self
        return Pass(self.known, self.plans, self.begin, self.end, f"{self.prefix}w")

    @property
    def horizon(self) -> datetime | None:
        """What was known when; None: all that is loaded."""
        return self.known.horizon

    def calendar(self, plan: Plan) -> Calendar:
        """The calendar of a plan."""
        key = plan.calendar or ""
        if key not in self.calendars:
            self.calendars[key] = calendar_of(self.known, plan, self.begin, self.end)
        return self.calendars[key]

    def _versions(self) -> list[Version]:
        titles: dict[str, list[Plan]] = defaultdict(list)
        for plan in self.plans:
            titles[plan.plan].append(plan)
        made: list[Version] = []
        for members in titles.values():
            members.sort(key=lambda plan: plan.effective.first or date.min)
            seated: dict[int, list[Run]] = defaultdict(list)
            for plan in members:
                for seat, runs in eligible_days(self.known, self.roster, plan.for_, effective(plan)).items():
                    seated[seat] = united([*seated[seat], *runs])
            latest: dict[str, Version] = {}
            for plan in members:
                for currency, days in self._by_currency(plan, seated).items():
                    days = self._concerned(days)
                    timing = Timing(plan, self.calendar(plan), effective(plan), self.begin, self.end)
                    name = f"{self.prefix}v{len(made)}"
                    version = Version(
                        self.known, self.roster, plan, currency, self.calendar(plan), timing, days, name,
                        latest.get(currency),
                    )  # fmt: skip
                    if version.before is not None:
                        version.before.after = version
                    latest[currency] = version
                    made.append(version)
        return made

    def _by_currency(self, plan: Plan, seated: Mapping[int, list[Run]]) -> dict[str, dict[int, list[Run]]]:
        """Seats by the currency of the plan, where it differs by a field; a plan without seats is in the first one,
        since what is vacant is on its list all the same."""
        if not plan.currency.startswith("by "):
            return {plan.currency: dict(seated)}
        name = plan.currency[3:]
        by = {row.at: row.currency for table in plan.values if table.by == name for row in table.rows}
        groups: dict[str, dict[int, list[Run]]] = defaultdict(dict)
        for seat, runs in seated.items():
            value = str(self.roster.field(self.roster.assignments[seat], name, runs[0][0]))
            currency = by.get(value)
            if currency:
                groups[currency][seat] = runs
            else:
                self.unpaid.append((plan, seat, runs))
        return dict(groups) or {currency: {} for currency in [*by.values()][:1] if currency}

    def _concerned(self, days: dict[int, list[Run]]) -> dict[int, list[Run]]:
        """The seats that are reckoned: all, or those of one participant and of others on the same positions."""
        if self.participant is None:
            return days
        positions = {seat.position for seat in self.roster.held.get(self.participant, ())}
        assignments = self.roster.assignments
        return {seat: runs for seat, runs in days.items() if assignments[seat].position in positions}

    def earn(self) -> str:
        """Calculates every component; the table of earnings: participant, plan, component, period, paid, currency, amount."""
        for number, version in enumerate(self.versions):
            for order, component in enumerate(version.plan.components.values()):
                if isinstance(component.pay, Given) or not version.component_days(component):
                    continue
                with placed(version.plan, component.path):
                    evaluation = Evaluation(version, component, f"{version.name}c{order}")
                    if evaluation.turns:
                        self.figures.append((self.versions[number], component, figures_of(evaluation)))
        share_steps(self.backend, self.figures)
        self.earnings = f"{self.prefix}earnings"
        parts = [
            self._rounded(places, half_even, bound, group)
            for (places, half_even, bound), group in self._groups().items()
        ]
        parts.append(self._given())
        self.backend.create(self.earnings, " UNION ALL ".join(part for part in parts if part))
        return self.earnings

    def _groups(self) -> dict[tuple[int, bool, int], list[tuple[Version, Component, Figures]]]:
        """Figures by how they are rounded: decimals of the currency, whether half-even, and the size of their sums."""
        groups: dict[tuple[int, bool, int], list[tuple[Version, Component, Figures]]] = defaultdict(list)
        sizes: dict[tuple[str, str], int] = defaultdict(int)
        for version, component, figures in self.figures:
            sizes[version.plan.plan, component.title] += figures.bound * _most_figures(figures.evaluation)
        rounding = {
            (version.plan.plan, component.title): component.rounding or version.plan.rounding
            for version, component, _ in self.figures
        }
        for version, component, figures in self.figures:
            half_even = rounding[version.plan.plan, component.title] == "half-even"
            size = sizes[version.plan.plan, component.title]
            bound = SMALL if size <= SMALL else LARGEST
            groups[money.decimals(version.currency), half_even, bound].append((version, component, figures))
        return groups

    def _rounded(
        self, places: int, half_even: bool, bound: int, group: list[tuple[Version, Component, Figures]]
    ) -> str:
        """Figures of all seats and versions summed by component and component period, and rounded once."""
        total = Number("figure", DECIMALS, bound)
        selects = [
            f"SELECT u.participant AS participant, {text_literal(version.plan.plan)} AS plan, {text_literal(component.title)} AS component, "
            f"f.period AS period, f.paid AS paid, {text_literal(version.currency)} AS currency, CAST(f.figure AS {total.type}) AS figure "
            f"FROM {figures.table} AS f INNER JOIN {owners(figures.evaluation)} AS u ON u.unit = f.unit"
            for version, component, figures in group
        ]
        keys = ", ".join(EARNING)
        summed = f"(SELECT {keys}, CAST(SUM(figure) AS {total.type}) AS figure FROM ({' UNION ALL '.join(selects)}) AS figures GROUP BY {keys})"
        made = round_once(summed, EARNING, total, places, half_even)
        return f"SELECT {keys}, CAST(amount AS DECIMAL(22, 4)) AS amount FROM ({made}) AS rounded"

    def _given_later(self, version: Version, component: Component) -> str:
        """The condition that no later version of the plan takes the same loaded earning; blank where none can."""
        found, later = "", version.after
        while later is not None:
            other = later.plan.components.get(component.title)
            if isinstance(other, Component) and isinstance(other.pay, Given):
                turns = {turn.period for turn in later.timing.turns(later.plan.whole(other))}
                seats = (self.roster.assignments[seat] for seat in later.component_days(other))
                people = {seat.participant for seat in seats}
                if turns and people:
                    periods, named = text_literals(sorted(turns)), text_literals(sorted(people))
                    found += f" AND NOT (g.period IN ({periods}) AND g.participant IN ({named}))"
            later = later.after
        return found

    def _given(self) -> str:
        """Earnings that are loaded; of a plan that has such a component and that the participant is under."""
        empty = (
            "SELECT '' AS participant, '' AS plan, '' AS component, '' AS period, CAST(NULL AS DATE) AS paid, '' AS currency, "
            "CAST('0' AS DECIMAL(22, 4)) AS amount WHERE 1 = 0"
        )
        if not self.known.has("earnings_given"):
            return empty
        view, columns = self.known.view("earnings_given"), self.known.columns("earnings_given")
        selects = [empty]
        for version in self.versions:
            for component in version.plan.components.values():
                if not isinstance(component.pay, Given):
                    continue
                people = sorted(
                    {self.roster.assignments[s].participant for s in version.component_days(component)}
                )
                spans = version.timing.turns(version.plan.whole(component))
                if not people or not spans:
                    continue
                paid = " ".join(f"WHEN '{turn.period}' THEN CAST('{turn.paid}' AS DATE)" for turn in spans)
                plan = (
                    " AND COALESCE(g.plan, '') IN ('', " + text_literal(version.plan.plan) + ")"
                    if "plan" in columns
                    else ""
                )
                named = ", ".join(text_literal(person) for person in people)
                periods = ", ".join(f"'{turn.period}'" for turn in spans)
                selects.append(
                    f"SELECT g.participant AS participant, {text_literal(version.plan.plan)} AS plan, g.component AS component, "
                    f"g.period AS period, CASE g.period {paid} END AS paid, {text_literal(version.currency)} AS currency, "
                    f"CAST(g.amount AS DECIMAL(22, 4)) AS amount FROM {view} AS g WHERE g.component = {text_literal(component.title)} "
                    f"AND g.period IN ({periods}) AND g.participant IN ({named}){plan}{self._given_later(version, component)}"
                )
        return " UNION ALL ".join(selects)


def _most_figures(evaluation: Evaluation) -> int:
    """How many figures one participant can have in one component period."""
    seats = Counter(seat.participant for held in evaluation.members.values() for seat in held)
    turns = Counter(turn.period for turn in evaluation.turns)
    years = 3 if evaluation.window.unit == "anniversary year" else 1  # own years cut a turn
    return max(seats.values(), default=1) * max(turns.values(), default=1) * years
