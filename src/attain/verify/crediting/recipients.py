"""Whom a rule credits: owner, split, territory owners, managers, team members, cover; each by its share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from attain.verify.crediting.roster import Assignment, valid_on
from attain.verify.crediting.scopes import FactScope
from attain.verify.crediting.world import World
from attain.verify.inputs.documents import Map, as_list
from attain.verify.inputs.expressions import Value
from attain.verify.inputs.facts import Row
from attain.verify.inputs.forms import decimal, number

WHOLE = Fraction(1)


@dataclass(frozen=True)
class Recipient:
    """Who holds a credited position, its share, and whether a field or split named that position."""

    assignment: Assignment
    share: Fraction
    named: bool


@dataclass(frozen=True)
class Missing:
    """A required recipient who cannot be found."""

    code: str
    position: str
    reason: str


Found = Recipient | Missing


def recipients(world: World, rule: Map, scope: FactScope, on: date) -> list[Found]:
    """All whom the rule credits for the fact in the scope; a position stands once, with all its shares."""
    together: dict[str, Recipient] = {}
    missing: list[Found] = []
    for found in _Search(world, rule, scope, on).all():
        if isinstance(found, Missing):
            missing.append(found)
            continue
        position = found.assignment.position
        share = found.share + (together[position].share if position in together else 0)
        together[position] = Recipient(found.assignment, share, found.named)
    return [*together.values(), *missing]


@dataclass
class _Search:
    world: World
    rule: Map
    scope: FactScope
    on: date

    def all(self) -> Iterator[Found]:
        to: Any = self.rule["to"]
        if isinstance(to, str):
            yield from self._field(to, WHOLE)
        elif "split" in to:
            yield from self._split(to)
        elif "territory of" in to:
            yield from self._territory(to)
        elif "managers of" in to:
            yield from self._managers(to)
        elif "members of" in to:
            yield from self._members(to["members of"])
        else:
            yield from self._cover(to["cover of"])

    def _value(self, field: str) -> Value:
        table, _, name = field.rpartition(".")
        return self.scope.name(table, name)

    def _blank(self, code: str, position: str, reason: str) -> Iterator[Found]:
        if self.rule.get("if blank") != "no credit":
            yield Missing(code, position, reason)

    def _vacant(self, code: str, position: str, reason: str) -> Iterator[Found]:
        if self.rule.get("if vacant") != "no credit":
            yield Missing(code, position, reason)

    def _position(self, field: str) -> str | Missing | None:
        """The position that a field names; None where a blank is allowed."""
        text = self._value(field)
        if text is None:
            return next(iter(self._blanks("position_unknown", "", f"{field} is blank")), None)
        named = self.world.roster.named(str(text), self.on)
        if named.position is not None:
            return named.position
        return Missing(named.code, "", f"{text} on {self.on}")

    def _blanks(self, code: str, position: str, reason: str) -> list[Missing]:
        return [item for item in self._blank(code, position, reason) if isinstance(item, Missing)]

    def _field(self, field: str, share: Fraction) -> Iterator[Found]:
        position = self._position(field)
        if isinstance(position, Missing):
            yield position
        elif position is not None:
            yield from self._held(position, share)

    def _held(self, position: str, share: Fraction) -> Iterator[Found]:
        """The holder of a position; a vacant seat climbs, is left out or is an exception."""
        holder = self.world.roster.holder(position, self.on)
        if holder is not None:
            yield Recipient(holder, share, self._names_positions())
        elif self.rule.get("if vacant") == "climb":
            above = self._chain(position)
            occupied = next(filter(None, (self.world.roster.holder(item, self.on) for item in above)), None)
            if occupied is not None:
                yield Recipient(occupied, share, self._names_positions())
            else:
                yield Missing("position_vacant", position, f"nobody holds {position} on {self.on}")
        else:
            yield from self._vacant("position_vacant", position, f"nobody holds {position} on {self.on}")

    def _names_positions(self) -> bool:
        return isinstance(self.rule["to"], str) or "split" in self.rule["to"]

    def _chain(self, position: str) -> list[str]:
        """The positions above, nearest first; none twice, and never the position itself."""
        chain: list[str] = []
        above = self.world.roster.manager(position, self.on)
        while above is not None and above != position and above not in chain:
            chain.append(above)
            above = self.world.roster.manager(above, self.on)
        return chain

    def _split(self, to: Map) -> Iterator[Found]:
        shared = self.world.rows(to["split"], transaction=self.scope.fact["id"])
        if not shared:
            yield from self._field(to["otherwise"], WHOLE)
            return
        total = sum((row["share"] or Fraction(0) for row in shared), Fraction(0))
        if total != 1:
            yield Missing("splits_do_not_add_up", "", f"the shares add up to {decimal(total * 100):f} %")
            return
        for row in shared:
            yield from self._named(row["position"], row["share"])

    def _named(self, text: str, share: Fraction) -> Iterator[Found]:
        named = self.world.roster.named(text, self.on)
        if named.position is None:
            yield Missing(named.code, "", f"{text} on {self.on}")
        else:
            yield from self._held(named.position, share)

    def _territory(self, to: Map) -> Iterator[Found]:
        account = self._value(to["territory of"])
        if account is None:
            yield from self._blank("account_without_territory", "", "no account is named")
            return
        lying = ""
        for chart in as_list(to["in"]) if "in" in to else self._maps(account):
            for territory in self._territories(chart, account):
                lying = lying or f"territory {territory}"
                owners = self._owners(chart, territory)
                for row in owners:
                    yield from self._named(
                        row["position"], WHOLE if row.get("share") is None else row["share"]
                    )
                if owners:
                    return
        if lying:
            yield from self._vacant("territory_without_owner", "", f"account {account}, {lying} on {self.on}")
        else:
            yield from self._blank("account_without_territory", "", f"account {account} on {self.on}")

    def _maps(self, account: Value) -> list[str]:
        """All maps that know the account, by name; rows without a map are of one without a name."""
        return sorted({row.get("map") or "" for row in self.world.rows("account_territory", account=account)})

    def _territories(self, chart: str, account: Value) -> list[str]:
        rows = self.world.rows("account_territory", account=account)
        mine = [row for row in rows if chart == (row.get("map") or "")]
        return [row["territory"] for row in valid_on(mine, self.on)]

    def _owners(self, chart: str, territory: str) -> list[Row]:
        rows = self.world.rows("territory_owner", territory=territory)
        mine = [row for row in rows if chart == (row.get("map") or "")]
        return [row for row in valid_on(mine, self.on) if row.get("position")]

    def _managers(self, to: Map) -> Iterator[Found]:
        position = self._position(to["managers of"])
        if isinstance(position, Missing):
            yield position
        if position is None or isinstance(position, Missing):
            return
        chain = self._chain(position)
        if self.rule.get("if vacant") == "climb":
            chain = [item for item in chain if self.world.roster.holder(item, self.on)]
        levels = to["levels"]
        if levels == "all":
            shares = [number(to.get("share", "100 %"))] * len(chain)
        else:
            shares = [number(level) for level in ([levels] if isinstance(levels, str) else levels)]
        for manager, share in zip(chain, shares, strict=False):
            yield from self._held(manager, share)

    def _members(self, field: str) -> Iterator[Found]:
        team = self._value(field)
        if team is None:
            yield from self._blank("position_unknown", "", f"{field} is blank")
            return
        members = valid_on(self.world.rows("teams", team=team), self.on)
        if not members:
            yield Missing("position_unknown", "", f"team {team} has no member on {self.on}")
        for row in members:
            yield from self._held(row["position"], WHOLE)

    def _cover(self, field: str) -> Iterator[Found]:
        position = self._position(field)
        if isinstance(position, Missing):
            yield position
        if position is None or isinstance(position, Missing):
            return
        owner = self.world.roster.holder(position, self.on)
        leave = owner and self.world.roster.leave_on(owner.participant, self.on)
        if leave and leave.get("cover"):
            yield from self._named(leave["cover"], WHOLE)
