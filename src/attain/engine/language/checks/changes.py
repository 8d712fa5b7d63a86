"""A change of version: how a window that it cuts follows the version before."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from attain.engine.language.checks.effective import Dated, versions
from attain.engine.language.checks.found import found, found_at_key
from attain.engine.language.fault import nearest
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.models.spans import Window
from attain.engine.values.problems import Problem

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def unsaid_changes(documents: Sequence[Dated]) -> Iterator[Problem]:
    """Components that a change of version cuts and that do not say `on change` (P204), and former titles
    that the version before does not have (P313)."""
    for title in versions(documents):
        for before, after in pairwise(title):
            if isinstance(before, Plan) and isinstance(after, Plan):
                yield from _change(before, after)


def _change(before: Plan, after: Plan) -> Iterator[Problem]:
    first = after.effective.first
    if first is None or before.effective.next != first:
        return
    for title, component in after.components.items():
        former = component.formerly or title
        if component.formerly and former not in before.components:
            path = component.path_of("formerly")
            cure = nearest(former, before.components, "Name a component of the version before.")
            yield found(after, path, "P313", f'the version before has no component "{former}".', cure)
        elif former in before.components and component.on_change is None and _cut(after, component, first):
            message = f"its window goes on over {first}, the first day of this version: say how it follows."
            cure = 'Add "on change: fresh" (from 0) or "on change: continued" (what was reached counts).'
            yield found_at_key(after, component.path, "P204", message, cure)


def _cut(plan: Plan, component: Component, day: date) -> bool:
    window = plan.whole(component).over if not component.uses or component.uses in plan.measures else None
    if window is None or window.unit == "plan":
        return False
    return window.last is not None or not _starts(plan, window, day)


def _starts(plan: Plan, window: Window, day: date) -> bool:
    """Whether a window starts on the day, as far as the civil calendar tells."""
    if plan.calendar is not None:
        return not window.to_date
    if window.unit == "week":
        return day.weekday() == 0
    if window.unit == "period":
        return day.day == 1
    months = MONTHS.get(window.unit)
    return months is not None and day.day == 1 and (day.month - 1) % months == 0
