"""Whom a credit rule names: from a name on a day to the assignments that are credited, as runs of days."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa

from attain.engine.calculation.intervals import ALWAYS, Run, meet, without
from attain.engine.calculation.roster import Assignment, Roster
from attain.engine.language.models.credit_rules import CoverTo, CreditRule, ManagersTo, MembersTo, TerritoryTo
from attain.engine.values.problems import refuse

Eligible = Mapping[int, Sequence[Run]]


class Reach(NamedTuple):
    """On the days of `run` a name leads to an assignment with a share; seat -1 to nobody, with a problem or silently."""

    name: str
    run: Run
    seat: int
    position: str
    share: Decimal
    problem: str = ""


@dataclass(frozen=True)
class Recipients:
    """What a rule's recipients depend on, beside the rule itself."""

    roster: Roster
    eligible: Eligible
    leave_credit: str

    def reached(self, rule: CreditRule, names: Iterable[str]) -> list[Reach]:
        """Every run of days of every name; the days that no row covers lead to nobody, silently."""
        walk = {
            TerritoryTo: self._territory,
            ManagersTo: self._managers,
            MembersTo: self._members,
            CoverTo: self._cover,
        }
        reach = walk.get(type(rule.to), self._position)
        return [row for name in names if name for row in _once(reach(rule, name))]

    def _seats(self, rule: CreditRule, name: str, run: Run, position: str, share: Decimal) -> list[Reach]:
        """The holders of a position on the days of a run; days that nobody holds it are vacant."""
        rows = []
        for seat in self.roster.holders.get(position, ()):
            days = meet(seat.run, run)
            if days:
                rows += self._credited(rule, name, days, seat, share)
        for gap in self.roster.gaps(position, run):
            rows += self._vacant(rule, name, gap, position, share)
        return rows

    def _credited(
        self, rule: CreditRule, name: str, run: Run, seat: Assignment, share: Decimal
    ) -> list[Reach]:
        eligible = self.eligible.get(seat.index, ())
        parts = [run]
        if self.leave_credit != "owner" and not isinstance(
            rule.to, CoverTo | ManagersTo | TerritoryTo | MembersTo
        ):
            parts = without(run, [days for days, _ in self.roster.on_leave(seat)])
        if len(eligible) == 1 and eligible[0][0] <= run[0] and run[1] <= eligible[0][1] and parts == [run]:
            return [Reach(name, run, seat.index, seat.position, share)]
        rows = [
            Reach(name, days, seat.index, seat.position, share)
            for part in parts
            for under in eligible
            if (days := meet(part, under))
        ]
        rest = without(run, [row.run for row in rows])
        return rows + [Reach(name, part, -1, seat.position, share) for part in rest]

    def _vacant(self, rule: CreditRule, name: str, run: Run, position: str, share: Decimal) -> list[Reach]:
        if rule.if_vacant == "climb":
            rows = []
            for days, manager in self.roster.managers.get(position, ()):
                if (part := meet(days, run)) and manager != position:
                    above = self._seats(rule, name, part, manager, share)
                    rows += [row._replace(position=position) if row.problem else row for row in above]
            rest = without(run, [row.run for row in rows])
            return rows + [Reach(name, part, -1, position, share, "position_vacant") for part in rest]
        problem = "position_vacant" if rule.if_vacant == "exception" else ""
        return [Reach(name, run, -1, position, share, problem)]

    def _position(self, rule: CreditRule, name: str) -> list[Reach]:
        rows = []
        for run, position, problem in self.roster.places(name):
            if problem:
                rows.append(Reach(name, run, -1, "", Decimal(1), problem))
            else:
                rows += self._seats(rule, name, run, position, Decimal(1))
        return rows

    def _managers(self, rule: CreditRule, name: str) -> list[Reach]:
        assert isinstance(rule.to, ManagersTo)
        levels = None if rule.to.levels == "all" else list(rule.to.levels)
        rows = []
        for run, position, problem in self.roster.places(name):
            if problem:
                rows.append(Reach(name, run, -1, "", Decimal(1), problem))
            else:
                rows += self._above(rule, name, run, position, levels, (position,))
        return rows

    def _above(
        self,
        rule: CreditRule,
        name: str,
        run: Run,
        position: str,
        levels: list[Decimal] | None,
        below: tuple[str, ...],
    ) -> list[Reach]:
        if levels == []:
            return []
        assert isinstance(rule.to, ManagersTo)
        share = rule.to.share if levels is None else levels[0]
        rest = None if levels is None else levels[1:]
        rows: list[Reach] = []
        for days, manager in self.roster.managers.get(position, ()):
            part = meet(days, run)
            if not part or not manager:
                continue
            if manager in below:
                raise refuse(
                    "P413",
                    f"{' reports to '.join((*below, manager))} from {part[0]}: a circle.",
                    "Mend the reporting lines.",
                )
            if rule.if_vacant != "climb":
                rows += self._seats(rule, name, part, manager, share)
                rows += self._above(rule, name, part, manager, rest, (*below, manager))
                continue
            for gap in self.roster.gaps(manager, part):
                rows += self._above(rule, name, gap, manager, levels, (*below, manager))
            for seat in self.roster.holders.get(manager, ()):
                if held := meet(seat.run, part):
                    rows += self._credited(rule, name, held, seat, share)
                    rows += self._above(rule, name, held, manager, rest, (*below, manager))
        return rows

    def _members(self, rule: CreditRule, name: str) -> list[Reach]:
        members = self.roster.teams.get(name, ())
        empty = without(ALWAYS, [run for run, _ in members])
        rows = [Reach(name, run, -1, "", Decimal(1), "position_unknown") for run in empty]
        return rows + [
            row for run, position in members for row in self._seats(rule, name, run, position, Decimal(1))
        ]

    def _cover(self, rule: CreditRule, name: str) -> list[Reach]:
        rows = []
        for run, position, problem in self.roster.places(name):
            if problem:
                rows.append(Reach(name, run, -1, "", Decimal(1), problem))
                continue
            for seat in self.roster.holders.get(position, ()):
                for days, cover in self.roster.on_leave(seat):
                    if (part := meet(days, run)) and cover:
                        rows += self._seats(rule, name, part, cover, Decimal(1))
        return rows

    def _territory(self, rule: CreditRule, name: str) -> list[Reach]:
        assert isinstance(rule.to, TerritoryTo)
        places = self.roster.accounts.get(name, [])
        maps = rule.to.in_ or tuple(sorted({label for label, _, _ in places}))
        rows: list[Reach] = []
        open_days: list[Run] = [ALWAYS]
        for label in maps:
            owned = [
                (part, position, share)
                for place, days, territory in places
                if place == label
                for owned_run, position, share in self.roster.territories.get((label, territory), ())
                if (part := meet(days, owned_run))
            ]
            for part, position, share in owned:
                for days in (d for d in (meet(part, run) for run in open_days) if d):
                    rows += self._seats(rule, name, days, position, share)
            open_days = [rest for run in open_days for rest in without(run, [part for part, _, _ in owned])]
        lies = [(days, territory) for label in maps for place, days, territory in places if place == label]
        for run in open_days:
            for number, (days, territory) in enumerate(lies):
                first = [run for run, _ in lies[:number]]
                both = meet(run, days)
                for inside in without(both, first) if both else ():
                    problem = "territory_without_owner" if rule.if_vacant != "no credit" else ""
                    rows.append(Reach(name, inside, -1, territory, Decimal(1), problem))
            for outside in without(run, [days for days, _ in lies]):
                problem = "account_without_territory" if rule.if_blank == "exception" else ""
                rows.append(Reach(name, outside, -1, "", Decimal(1), problem))
        return rows


def _once(rows: Sequence[Reach]) -> list[Reach]:
    """The same rows; a seat that several reach on the same days stands on them once, with all its shares."""
    if len({row.seat for row in rows}) == len(rows):
        return list(rows)
    seats: dict[int, list[Reach]] = defaultdict(list)
    for row in rows:
        seats[row.seat].append(row)
    found = seats.pop(-1, [])
    for several in seats.values():
        cuts = sorted({day for row in several for day in row.run})
        if len(several) == 1 or not any(meet(a.run, b.run) for a, b in itertools.pairwise(_by_day(several))):
            found += several
            continue
        for days in itertools.pairwise(cuts):
            here = [row for row in several if meet(row.run, days)]
            if here:
                share = sum((row.share for row in here), Decimal(0))
                found.append(here[0]._replace(run=days, share=share))
    return found


def _by_day(rows: Sequence[Reach]) -> list[Reach]:
    return sorted(rows, key=lambda row: row.run)


def shares_of(roster: Roster, rule: CreditRule) -> list[Decimal]:
    """The shares that a rule gives beside the whole; none where it gives the whole alone, or by splits."""
    if isinstance(rule.to, TerritoryTo):
        return sorted({Decimal(1), *roster.owned_shares})
    if isinstance(rule.to, ManagersTo):
        return [Decimal(1), *([rule.to.share] if rule.to.levels == "all" else rule.to.levels)]
    return []


def shares_size(shares: Sequence[Decimal]) -> tuple[int, int]:
    """The decimals that shares need, and a bound of what one seat may get of several."""
    scale = max((-int(share.normalize().as_tuple().exponent) for share in shares), default=0)
    return max(scale, 0), 10 * max((int(abs(share)) for share in shares), default=1)


def shares_column(rows: Sequence[Reach]) -> pa.Array:
    """The shares of runs of days, exact."""
    scale, bound = shares_size(sorted({row.share for row in rows}))
    unit = Decimal(1).scaleb(-scale)
    kind = pa.decimal128(len(str(bound)) + scale, scale)
    return pa.array([row.share.quantize(unit) for row in rows], kind)


def reach_table(rows: Sequence[Reach], tails: dict[int, object]) -> pa.Table:
    """Runs of days as a table: name, first, next, seat, position, share, problem, tail."""
    return pa.table(
        {
            "name": pa.array([row.name for row in rows], pa.string()),
            "first": pa.array([row.run[0] for row in rows], pa.date32()),
            "next": pa.array([row.run[1] for row in rows], pa.date32()),
            "seat": pa.array([row.seat for row in rows], pa.int32()),
            "position": pa.array([row.position for row in rows], pa.string()),
            "share": shares_column(rows),
            "problem": pa.array([row.problem for row in rows], pa.string()),
            "tail": pa.array([tails.get(row.seat) for row in rows], pa.date32()),
        }
    )
