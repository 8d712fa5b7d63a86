"""How much of a day counts: holding the seat, leave, ramp; the weight of proration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from attain.engine.calculation.intervals import ALWAYS, EARLIEST, Run, meet, meet_all, without
from attain.engine.calculation.known import Known
from attain.engine.calculation.roster import Assignment, Roster
from attain.engine.calculation.seats import Days
from attain.engine.language.models.plan import Plan
from attain.engine.values.calendars import month_after
from attain.engine.values.day_counts import OPEN, DayNumber, numbering

Part = tuple[Run, Decimal]

SCALE = 6
_ONE = Decimal(1)


@dataclass(frozen=True)
class Weights:
    """The weights of one version's seats on the days on which they hold.

    `within` bounds the days that are looked at, `counted` those that count as held for kinds that are prorated.
    """

    known: Known
    roster: Roster
    plan: Plan
    days: Days
    within: Run
    counted: Run = ALWAYS

    def count(self) -> DayNumber:
        """How days are numbered for proration."""
        holidays = [row["date"] for row in self.known.fetch("holidays") if isinstance(row["date"], date)]
        return numbering(self.plan.prorate_by, holidays)

    def whole(self, kind: str) -> bool:
        """Whether every day of everybody counts in full for this kind, so that nothing is prorated."""
        return kind not in self.plan.prorate and not self._ramped(kind) and not self._leave(kind)

    def scale(self, kind: str) -> int:
        """Decimals of a weight: none where a day counts in full or not at all."""
        return SCALE if self._ramped(kind) else 0

    def _leave(self, kind: str) -> bool:
        return self.plan.leave is not None and kind in self.plan.leave.prorates

    def _ramped(self, kind: str) -> bool:
        name = {"quota": "quota", "target incentive": "target_incentive"}.get(kind)
        return (
            name is not None
            and self.plan.ramp is not None
            and any(getattr(s, name) is not None for s in self.plan.ramp.steps)
        )

    def parts(self, kind: str, *seats: Assignment) -> list[Part]:
        """Runs of days with their weight; days of weight 0 are left out.

        The seats hold one after the other; where holding does not count, the last stands for days of nobody.
        """
        if len(seats) == 1 and kind in self.plan.prorate and not self._leave(kind) and not self._ramped(kind):
            held = meet_all(self.days.get(seats[0].index, ()), [self.within])
            return [(run, _ONE) for run in meet_all(held, [self.counted])]
        found: list[Part] = []
        rest: list[Run] = [self.within]
        for seat in seats:
            held = meet_all(self.days.get(seat.index, ()), rest)
            rest = [part for run in rest for part in without(run, held)]
            found += self._weighed(kind, seat, held)
        if kind in self.plan.prorate:
            cut = [(meet(run, self.counted), weight) for run, weight in found]
            return [(run, weight) for run, weight in cut if run]
        return found + self._weighed(kind, seats[-1], rest)

    def _weighed(self, kind: str, seat: Assignment, runs: Sequence[Run]) -> list[Part]:
        """The weights of a seat's days: leave and ramp."""
        if self._leave(kind):
            leaves = [run for run, _ in self.roster.leaves.get(seat.participant, ())]
            runs = [rest for run in runs for rest in without(run, leaves)]
        if not self._ramped(kind):
            return [(run, Decimal(1)) for run in runs]
        steps = self.ramp_days(kind, seat)
        cut = [(meet(run, days), share) for run in runs for days, share in steps]
        return [(run, share) for run, share in cut if run and share]

    def ramp_days(self, kind: str, seat: Assignment) -> list[Part]:
        """The ramp of a seat's participant as runs of days with the share that holds on them."""
        name = "target_incentive" if kind == "target incentive" else kind
        found = []
        for run, step in self.ramp_steps(seat):
            value = getattr(step, name) if step is not None else None
            found.append((run, Decimal(1) if value is None else Decimal(value)))
        return found

    def ramp_steps(self, seat: Assignment) -> list[tuple[Run, object]]:
        """The steps of the ramp as runs of days; None before the first step."""
        ramp, hired = self.plan.ramp, self.roster.hired(seat)
        if ramp is None:
            return [(ALWAYS, None)]
        steps = sorted(ramp.steps, key=lambda step: step.from_)
        starts = [self._start(ramp.counted_in, step.from_, hired, seat) for step in steps]
        starts = [EARLIEST if step.from_ <= 1 else day for step, day in zip(steps, starts, strict=True)]
        ends = [*starts[1:], OPEN]
        found: list[tuple[Run, object]] = [
            ((a, b), step) for a, b, step in zip(starts, ends, steps, strict=True) if a < b
        ]
        return ([((EARLIEST, starts[0]), None)] if starts[0] > EARLIEST else []) + found

    def _start(self, counted_in: str, number: int, hired: date, seat: Assignment) -> date:
        """The first day of the month or day of service with that number."""
        stops = self.plan.leave is not None and self.plan.leave.ramp == "stops"
        leaves = sorted(run for run, _ in self.roster.leaves.get(seat.participant, ())) if stops else []
        if counted_in == "days of service":
            day, wanted = hired, max(number - 1, 0)
            for first, following in leaves:
                if day + timedelta(days=wanted) >= first >= day:
                    wanted += (following - first).days
            return day + timedelta(days=wanted)
        goal = month_after(hired.replace(day=1), max(number - 1, 0))
        for first, following in leaves:
            if first < goal and first >= hired:
                goal += following - first
        return goal

    def table(self, kind: str, name: str, groups: Mapping[int, Sequence[Assignment]]) -> str:
        """The weights of one kind as a table: grp, first, next (day numbers of the basis), weight."""
        number, scale = self.count(), self.scale(kind)
        rows = [(key, *part) for key, seats in groups.items() for part in self.parts(kind, *seats)]
        self.known.backend.load(
            name,
            pa.table(
                {
                    "grp": pa.array([key for key, _, _ in rows], pa.int32()),
                    "first": pa.array([number(run[0]) for _, run, _ in rows], pa.int32()),
                    "next": pa.array([number(run[1]) for _, run, _ in rows], pa.int32()),
                    "weight": pa.array(
                        [w.quantize(Decimal(1).scaleb(-scale)) for _, _, w in rows],
                        pa.decimal128(3 + scale, scale),
                    ),
                }
            ),
        )
        return name
