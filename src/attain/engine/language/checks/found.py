"""A finding of a check: a problem at the place of a key or value, with the component that it stands in."""

from collections.abc import Callable, Iterable
from typing import Protocol

from attain.engine.language.form_problems import context
from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Path, Source
from attain.engine.values.problems import Place, Problem

Check = Callable[[Plan], Iterable[Problem]]


class Sourced(Protocol):
    """A document, as far as places go."""

    @property
    def source(self) -> Source:
        """Its text and places."""


def found(
    document: Sourced, path: Path, code: str, message: str, cure: str = "", place: Place | None = None
) -> Problem:
    """The problem, at `place` or else at the value of the path."""
    return Problem(code, f"{context(path)}{message}", cure, place or document.source.place(path))


def found_at_key(document: Sourced, path: Path, code: str, message: str, cure: str = "") -> Problem:
    """The problem, at the key that the path ends in."""
    return found(document, path, code, message, cure, document.source.key_place(path))
