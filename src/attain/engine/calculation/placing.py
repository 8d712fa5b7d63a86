"""The place in the plan's document of what cannot be calculated."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Path
from attain.engine.values.problems import Refused

OF_FACTS = ("P313", "P413")
"""Refusals of facts, which name no place of a plan."""


@contextmanager
def placed(plan: Plan, path: Path) -> Iterator[None]:
    """Gives what is refused within it the place of a part of the plan, where it names none of its own."""
    try:
        yield
    except Refused as refused:
        place = plan.source.place(path)
        raise Refused(
            [
                problem if problem.place or problem.code in OF_FACTS else replace(problem, place=place)
                for problem in refused.problems
            ]
        ) from refused
