"""Everything has its place: each module is used, each command documented, each room and step tested."""

import re
from pathlib import Path

import click
import grimp

from attain.cli import COMMANDS, attain
from tests.house.tree import PACKAGE, TOP, assert_none, files, name_of, packages
from tests.steps import STEPS

ROOMS = ("cli", "demo", "engine", "verify")


def test_every_module_is_imported_by_another():
    graph = grimp.build_graph("attain", cache_dir=None)
    mounted = {f"attain.cli.{place.partition(':')[0]}" for place in COMMANDS.values()}
    modules = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in files("*.py", "src/attain")
        if path.stem not in ("__init__", "__main__")
    }
    assert_none(m for m in modules - mounted if not graph.find_modules_that_directly_import(m))


def test_every_command_is_there_and_documented():
    assert list(attain.list_commands(click.Context(attain))) == list(COMMANDS)
    pages = "\n".join(
        page.read_text(encoding="utf-8") for page in [TOP / "README.md", *files("*.md", "docs")]
    )
    assert_none(name for name in COMMANDS if not re.search(rf"\battain {name}\b", pages))


def test_tests_mirror_the_package():
    tested = {path.parent.relative_to(TOP / "tests") for path in files("test_*.py", "tests")}
    rooms = {folder for folder in tested if folder.parts and folder.parts[0] in ROOMS}
    assert_none(str(folder) for folder in rooms if not (PACKAGE / folder).is_dir())
    covered = {parent for folder in tested for parent in (folder, *folder.parents)}
    shelves = {Path(*folder.relative_to(PACKAGE).parts[:2]) for folder in packages()}
    holding = {
        shelf for shelf in shelves if any(p.stem != "__init__" for p in (PACKAGE / shelf).glob("*.py"))
    }
    assert_none(str(shelf) for shelf in holding - covered)


def test_every_test_folder_is_a_step_of_make_test():
    in_steps = [folder for step in STEPS for folder in step.folders if "/" not in folder]
    on_disk = {path.relative_to(TOP / "tests").parts[0] for path in files("test_*.py", "tests")}
    assert sorted(in_steps) == sorted(on_disk)


def test_links_and_paths_in_the_docs_lead_somewhere():
    broken = []
    for page in files("*.md"):
        text = page.read_text(encoding="utf-8")
        targets = [page.parent / target for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)]
        targets += [
            TOP / path for path in re.findall(r"`((?:src|tests|docs|benchmarks|locks)/[^\s`*<>…]*)`", text)
        ]
        broken += [f"{name_of(page)} -> {target}" for target in targets if not target.exists()]
    assert_none(broken)
