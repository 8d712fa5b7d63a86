"""A finding of a check: a problem at the place of a key or value, with the component that it stands in."""

from collections.abc import Callable, Iterable

from attain.engine.language.form_problems import context
from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Path
from attain.engine.values.problems import Place, Problem

Check = Callable[[Plan], Iterable[Problem]]


def found(
    plan: Plan, path: Path, code: str, message: str, cure: str = "", place: Place | None = None
) -> Problem:
    """The problem, at `place` or else at the value of the path."""
    return Problem(code, f"{context(path)}{message}", cure, place or plan.source.place(path))


def found_at_key(plan: Plan, path: Path, code: str, message: str, cure: str = "") -> Problem:
    """The problem, at the key that the path ends in."""
    return found(plan, path, code, message, cure, plan.source.key_place(path))
