"""The committed tree as the house tests read it: its files, their syntax trees, the rooms of the package."""

import ast
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "src" / "attain"


@cache
def files(pattern: str = "*", below: str = ".") -> list[Path]:
    """Files that git tracks or would track, under a folder, whose name matches the pattern; sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", below],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = {TOP / name for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.match(pattern) and path.is_file())


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path from the top of the checkout, as a person would write it."""
    return path.relative_to(TOP).as_posix()


def packages() -> list[Path]:
    """Folders of the package that hold Python files, the package itself first."""
    return sorted({path.parent for path in files("*.py", "src/attain")})


def assert_none(found: Iterable[str]) -> None:
    """Fails with what was found, one a line."""
    listed = sorted(found)
    assert not listed, "\n" + "\n".join(listed)
