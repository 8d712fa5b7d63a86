"""What must not stand in any committed file: a path of one machine, a registry's address, unfinished work."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.tree import TOP, assert_none, files, name_of, syntax

MACHINE_PATH = re.compile(r"(?<![\w.~$}*-])/(work|root|home|Users|opt|farm|mnt)/\w")
REGISTRY = re.compile(
    r"https?://[^\s/]*(pypi|pythonhosted|npmjs|devpi|artifactory|nexus|mirror)[^\s/]*", re.I
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b|\bXXX:")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".csv", ".json", ".cfg", ".sh", ""}


@cache
def texts() -> list[tuple[str, int, str]]:
    """Every line of every committed text: file, number, line."""
    return [
        (name_of(path), number, line)
        for path in files()
        if path.suffix in TEXT and path != Path(__file__).resolve()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
    ]


def test_no_path_of_a_machine_and_no_registry_address():
    found = [f"{name}:{number}" for name, number, line in texts() if MACHINE_PATH.search(line)]
    found += [f"{name}:{number}" for name, number, line in texts() if REGISTRY.search(line)]
    assert_none(found)


def test_locks_have_hashes_and_no_address():
    for lock in files("*.txt", "locks"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert text.count("==") <= text.count("--hash=sha256:"), lock.name


def test_what_is_run_is_what_is_tested():
    pins = {
        name: set(re.findall(r"^\S+==\S+", (TOP / "locks" / f"{name}.txt").read_text(), re.M))
        for name in ("run", "test")
    }
    assert pins["run"] - pins["test"] == set()


def test_nothing_is_left_for_later():
    left = [f"{name}:{number}" for name, number, line in texts() if UNFINISHED.search(line)]
    left += [
        f"{name_of(path)}:{node.lineno} NotImplementedError"
        for path in files("*.py")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    assert_none(left)
