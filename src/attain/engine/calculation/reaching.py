"""Where the names in facts lead: from a rule's field, split, territory or hierarchy to seats, on runs of days."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.engine.calculation.exchange import after
from attain.engine.calculation.intervals import ALWAYS
from attain.engine.calculation.recipients import Reach, Recipients, reach_table
from attain.engine.language.models.credit_rules import CoverTo, SplitTo, TerritoryTo

if TYPE_CHECKING:
    from attain.engine.calculation.credits import Branch, CreditSet


def reach_of(credits: "CreditSet", branch: "Branch") -> str:
    """The table of where each name leads, made once for each kind of recipient and field."""
    wanted = _wanted(credits, branch)
    if wanted not in credits.reaches:
        table = f"{credits.name}_reach_{len(credits.reaches)}"
        credits.reaches[wanted] = table
        credits.known.backend.load(table, reach_table(reached(credits, branch), _tail_ends(credits)))
    return credits.reaches[wanted]


def reached(credits: "CreditSet", branch: "Branch") -> list[Reach]:
    """Where each name of the facts leads, and the blank name; worked out once."""
    wanted = _wanted(credits, branch)
    if wanted not in credits.walked:
        credits.walked[wanted] = _walk(credits, branch)
    return credits.walked[wanted]


def names_by_seat(credits: "CreditSet", branch: "Branch") -> dict[int, set[str]]:
    """The names that lead to each seat; worked out once."""
    wanted = _wanted(credits, branch)
    if wanted not in credits.names:
        found = credits.names[wanted] = defaultdict(set)
        for row in reached(credits, branch):
            found[row.seat].add(row.name)
    return credits.names[wanted]


def names_of(credits: "CreditSet", branch: "Branch") -> list[str]:
    """Every name by which the facts may lead to a recipient, in whatever currency or type."""
    every, _ = credits.known.signed(branch.source.table)
    source = replace(branch.source, view=every)
    select = f"SELECT DISTINCT {credits.distinct_name_of(branch)} AS name FROM {source.from_clause()}"
    if isinstance(branch.rule.to, SplitTo) and credits.known.has(branch.rule.to.split):
        select += credits.split_join(branch)
    return credits.known.distinct(select)


def _wanted(credits: "CreditSet", branch: "Branch") -> str:
    """What two branches have in common whose names lead to the same recipients."""
    rule, source = branch.rule, branch.source
    name = credits.name_of(branch)
    return (
        f"{rule.to!r} {rule.if_blank} {rule.if_vacant} {name} {source.table} {source.returns} {source.joins}"
    )


def _walk(credits: "CreditSet", branch: "Branch") -> list[Reach]:
    leave = credits.plan.leave.credit if credits.plan.leave else "owner"
    names = names_of(credits, branch)
    rows = Recipients(credits.roster, credits.days, leave).reached(branch.rule, names)
    if not isinstance(branch.rule.to, SplitTo):  # of a split the shares are judged, whoever holds them
        rows = [row for row in rows if row.seat >= 0 or row.problem]
    if branch.rule.if_blank == "exception" and not isinstance(branch.rule.to, CoverTo):
        territory = isinstance(branch.rule.to, TerritoryTo)
        blank = "account_without_territory" if territory else "position_unknown"
        rows.append(Reach("", ALWAYS, -1, "", Decimal(1), blank))
    return rows


def _tail_ends(credits: "CreditSet") -> dict[int, object]:
    """Of each assignment the last day on which a credit counts."""
    length = credits.plan.leavers.credit_until if credits.plan.leavers else None
    ends: dict[int, object] = {}
    for seat in credits.roster.assignments:
        if seat.next == ALWAYS[1]:
            ends[seat.index] = seat.next
        else:
            last = seat.next - timedelta(days=1)
            ends[seat.index] = after(last, length) if length else last
    return ends
