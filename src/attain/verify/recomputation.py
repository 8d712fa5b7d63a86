"""The way from documents and facts to the tables of a calculation, stage by stage."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attain.verify.inputs.documents import read_versions
from attain.verify.inputs.facts import typed
from attain.verify.inputs.forms import Span, Unreadable, moment
from attain.verify.stages.earnings import book_of, earn
from attain.verify.stages.credits import credit
from attain.verify.stages.world import World

Table = list[dict[str, Any]]


def recompute(
    documents: list[str | Path],
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    period: str,
    through: str | None = None,
    known_as_of: datetime | date | str | None = None,
) -> dict[str, Table]:
    versions = read_versions(documents)
    facts = typed(tables)
    horizon = moment(known_as_of, at_end=True)
    world = World(versions, facts, horizon)
    spans = [c.named(n).days for n in (period, through or period) for c in [*world.calendars.values()][:1]]
    span = Span(spans[0].first, spans[1].last)
    credits, problems = credit(world)
    earnings, more = earn(book_of(world, credits), span.last)
    return {"earnings": [dict(participant=e.participant, plan=e.plan, component=e.component, period=e.period.name, currency=e.currency, amount=e.amount) for e in earnings if span.holds(e.period.days.last)], "exceptions": [vars(p) for p in problems+more], "credits": credits}
