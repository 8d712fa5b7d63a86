"""Names are whole words of the field; a name that says nothing hides two subjects."""

import ast
import re

from tests.house.tree import assert_none, files, name_of, packages, syntax

BANNED = {
    "util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "handler", "processor",
    "base", "data", "calc",
}  # fmt: skip
LONGEST_INTRODUCTION = 5


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_no_file_folder_or_class_has_a_banned_name():
    named = [(name_of(path), path.stem) for path in files("*.py")]
    named += [(name_of(folder), folder.name) for folder in packages()]
    named += [
        (f"{name_of(path)}:{node.lineno}", node.name)
        for path in files("*.py")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert_none(f"{where} {name}" for where, name in named if words(name) & BANNED)


def test_every_package_says_in_five_lines_what_it_holds():
    silent = []
    for folder in packages():
        opening = folder / "__init__.py"
        text = opening.is_file() and ast.get_docstring(syntax(opening))
        if not text or len(text.splitlines()) > LONGEST_INTRODUCTION:
            silent.append(name_of(folder))
    assert_none(silent)


def test_every_module_says_what_it_is():
    assert_none(name_of(path) for path in files("*.py") if not ast.get_docstring(syntax(path)))
