"""Versions of plans that are paid together: those of one calendar and pay period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from attain.engine.calculation.passes import Pass
from attain.engine.calculation.versions import Version
from attain.engine.values.calendars import PAID, Calendar, Span


@dataclass(frozen=True)
class PayGroup:
    """Versions that are paid in the same pay periods."""

    calendar: Calendar
    unit: str
    versions: tuple[Version, ...]
    spans: tuple[Span, ...]
    number: int = 0


def pay_periods_of(now: Pass) -> list[PayGroup]:
    """Versions by calendar and pay period; each is paid by itself."""
    groups: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for version in now.versions:
        groups[version.calendar.title, PAID[version.plan.paid]].append(version)
    made: list[PayGroup] = []
    for (_, unit), versions in groups.items():
        calendar = versions[0].calendar
        spans = [span for span in calendar.of(unit, now.begin, now.end) if span.next <= now.end]
        made.append(PayGroup(calendar, unit, tuple(versions), tuple(spans), len(made)))
    return made


def versions_of(one: Pass, group: PayGroup) -> Sequence[Version]:
    """The versions of a group as another pass has them."""
    for other in pay_periods_of(one):
        if (other.calendar.title, other.unit) == (group.calendar.title, group.unit):
            return other.versions
    return ()
