"""The reference: up to date, complete, and every example in it is true."""

from pathlib import Path

import pytest

from attain.engine.calculation.plan_tests import run_tests
from attain.engine.language.documents import KINDS, load_text, plans
from attain.engine.language.expressions.allowed import FUNCTIONS as ALLOWED
from attain.engine.language.expressions.allowed import OF_MEASURES
from attain.engine.language.key_lists import keys_of, model_at, models_within
from attain.engine.language.layout.writing import formatted
from attain.engine.language.not_calculated import not_calculated
from attain.engine.language.reference.pages import EXAMPLES, example, pages
from attain.engine.language.reference.sections import PAGES
from attain.engine.language.reference.texts import FUNCTIONS
from attain.engine.language.source import Items, Map, Node

DOCS = Path(__file__).parents[4] / "docs" / "language"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
MODELLED = ("plan", "table", "calendar")


def test_the_committed_pages_are_up_to_date():
    committed = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert committed == pages(), "python -m attain.engine.language.reference docs/language"


def test_every_map_of_the_language_has_a_section():
    shown = {section.model for page in PAGES for section in page.sections}
    known = {model for kind in MODELLED for model in models_within(KINDS[kind])}
    assert {model.__name__ for model in known - shown} == {"FieldTo"}


def test_every_key_stands_in_an_example():
    shown: set[tuple[str, str]] = set()
    for name in NAMES:
        for document in load_text(example(name), name):
            for path, keys in maps(document.source.root):
                for model in model_at(KINDS[document.kind], document.source.root, path):
                    shown |= {(definer(model, key), key) for key in keys if key in keys_of(model)}
    expected = {
        (definer(section.model, key), key)
        for page in PAGES
        for section in page.sections
        for key in keys_of(section.model)
    }
    assert expected - shown == set()


def definer(model, key: str) -> str:
    """The model that brought the key into this one."""
    return next(
        each.__name__
        for each in reversed(model.__mro__)
        if key in getattr(each, "model_fields", {})
        or any(info.alias == key for info in getattr(each, "model_fields", {}).values())
    )


def maps(node: Node, path: tuple[str | int, ...] = ()):
    if isinstance(node, Map):
        yield path, [str(key) for key in node]
    inner = node.items() if isinstance(node, Map) else enumerate(node) if isinstance(node, Items) else ()
    for step, value in inner:
        yield from maps(value, (*path, step if isinstance(step, int) else str(step)))


def test_every_function_is_explained_and_stands_in_an_example():
    texts = "\n".join(example(name) for name in NAMES)
    assert set(FUNCTIONS) == ALLOWED | OF_MEASURES
    assert [name for name in FUNCTIONS if f"{name}(" not in texts] == []


def test_every_example_is_shown():
    shown = {name for page in PAGES for section in page.sections for name in section.examples}
    assert set(NAMES) == shown | {"expressions"}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_the_canonical_layout(name: str):
    assert formatted(example(name)) == example(name)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_true(name: str):
    versions = plans(load_text(example(name), f"{name}.yaml"))
    waiting = [problem.code for plan in versions for problem in not_calculated(plan)]
    outcomes = [outcome for plan in versions if not waiting for outcome in run_tests(plan, versions)]
    assert [str(problem) for outcome in outcomes for problem in outcome.problems] == []
    assert outcomes or waiting or not versions
