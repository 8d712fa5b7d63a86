"""No float decides a payment: none stands in the engine or the second reading, in Python or in SQL.
The one exception guesses a quotient that is corrected afterwards; its line says `the one float:`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import assert_none, files, name_of, syntax

MARK = "the one float:"
SQL_FLOAT = re.compile(r"\b(DOUBLE|FLOAT\d?|REAL)\b|(::|\bas )(double|float|real)\b")
NO_MONEY = {"timeout", "cutoff"}  # arguments that count seconds or likeness
FLOAT_NAMES = {"float", "float32", "float64", "DOUBLE", "FLOAT", "REAL"}


def floats(tree: ast.Module) -> Iterator[ast.expr]:
    """Nodes that are, name or spell a binary floating-point number. Docstrings may speak of one, and a
    comparison may look for one in order to refuse it."""
    harmless = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) or (isinstance(node, ast.keyword) and node.arg in NO_MONEY):
            harmless |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and id(node) not in harmless and is_float(node):
            yield node


def is_float(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        return isinstance(node.value, float) or bool(SQL_FLOAT.search(text))
    name = {ast.Name: "id", ast.Attribute: "attr"}.get(type(node))
    return name is not None and getattr(node, name) in FLOAT_NAMES


def unmarked(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{name_of(path)}:{node.lineno}"
        for node in floats(syntax(path))
        if not any(MARK in line for line in lines[comment_above(lines, node.lineno) : node.end_lineno])
    ]


def comment_above(lines: list[str], number: int) -> int:
    """The index of the first line of the comment that ends above a line, else of the line itself."""
    first = number - 1
    while first > 0 and lines[first - 1].strip().startswith("#"):
        first -= 1
    return first


def test_no_float_in_the_engine_or_the_second_reading():
    sources = [*files("*.py", "src/attain/engine"), *files("*.py", "src/attain/verify")]
    exact = [path for path in sources if "/engine/analysis/" not in path.as_posix()]
    assert_none(place for path in exact for place in unmarked(path))
