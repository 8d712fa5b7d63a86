"""A file holds one subject and a function one thought; a long one is looked at again, or split by subject."""

import ast
import warnings
from pathlib import Path

from tests.house.tree import assert_none, files, name_of, syntax

LOOK_AGAIN, LONGEST_FILE, LONGEST_FUNCTION, LONGEST_PLAN = 300, 500, 60, 200


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_python_file_is_longer_than_500_lines():
    lengths = {name_of(path): length(path) for path in files("*.py")}
    assert_none(f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FILE)
    for name, lines in lengths.items():
        if lines > LOOK_AGAIN:
            warnings.warn(f"{name}: {lines} lines; has it still one subject?", stacklevel=1)


def test_no_function_is_longer_than_60_lines():
    too_long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in files("*.py")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert_none(too_long)


def test_no_plan_document_is_longer_than_200_lines():
    documents = [*files("*.yaml", "src"), *files("*.yaml", "benchmarks")]
    assert_none(name_of(path) for path in documents if length(path) > LONGEST_PLAN)
