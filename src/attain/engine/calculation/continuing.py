"""How a component goes on over a change of version: what it continues, and until when it is continued."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component

if TYPE_CHECKING:
    from attain.engine.calculation.versions import Version

Link = tuple["Version", Component, Measure]
"""A version, its component, and the block of it that is measured."""


def links(version: "Version", component: Component) -> list[Link]:
    """The component and those that it continues in earlier versions, newest first, each with its own measure."""
    return [(each, found, each.plan.whole(found)) for each, found in _chain(version, component)]


def measure_links(version: "Version", component: Component, name: str) -> list[Link]:
    """The same with a named measure of each version, as far back as all have one of that name."""
    found: list[Link] = []
    for each, other in _chain(version, component):
        block = each.plan.measures.get(name)
        if block is None:
            break
        found.append((each, other, each.plan.whole(block)))
    return found


def _chain(version: "Version", component: Component) -> Iterator[tuple["Version", Component]]:
    yield version, component
    while component.on_change == "continued" and version.before is not None:
        former = version.before.plan.components.get(component.formerly or component.title)
        if former is None:
            return
        version, component = version.before, former
        yield version, component


def continued_until(version: "Version", component: Component) -> date:
    """The day after the last version that continues the component, its own where none does."""
    while version.after is not None:
        titles = version.after.plan.components.values()
        later = [each for each in titles if (each.formerly or each.title) == component.title]
        if not later or later[0].on_change != "continued":
            break
        version, component = version.after, later[0]
    return version.days[1]
