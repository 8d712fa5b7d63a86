"""Errors as values: what was found, where, and what to do; collected, never the first one only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Place:
    """A place in a file; line and column count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join([self.file, *(str(part) for part in (self.line, self.column) if part is not None)])


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code, what was found and expected, and the cure."""

    code: str
    message: str
    cure: str = ""
    place: Place | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.place} " if self.place else ""
        cure = "".join(f"\n    {line}" for line in self.cure.splitlines())
        return f"{where}{self.code} {self.message}{cure}"


class Refused(Exception):
    """Raised for whatever cannot go on; holds every problem found, in the order of their places."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: list[Problem] = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(code: str, message: str, cure: str = "", place: Place | None = None) -> Refused:
    """One problem as an exception to raise."""
    return Refused(Problem(code, message, cure, place))
