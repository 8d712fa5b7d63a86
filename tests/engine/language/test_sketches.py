"""Every sketch of a worked case, and the specimen of the language, load and pass the checks."""

from pathlib import Path

import pytest

from attain.engine.language.documents import load_documents, load_text
from tests.shared import SHARED

SKETCHES = sorted((SHARED / "cases" / "plans_sketch").glob("*.yaml"))
EDITS = {
    # A count outside a measure: the condition names a measure instead.
    "order-of-multiplier-cap-floor": [
        ("count(*) >= 1", "deals >= 1"),
        ("components:\n", "  deals: {credit of: bookings, measure: count(*), over: month}\ncomponents:\n"),
    ],
}


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.stem)
def test_a_sketch_loads(path: Path) -> None:
    text = path.read_text()
    for old, new in EDITS.get(path.stem, []):
        assert old in text
        text = text.replace(old, new)
    documents = load_text(text, path.name)
    assert documents
    assert all(document.source.file == path.name for document in documents)


def test_there_is_a_sketch_for_each_worked_case() -> None:
    assert len(SKETCHES) == 63


def test_the_specimen_of_four_kinds_loads() -> None:
    documents = load_documents([SHARED / "design" / "plan_sketch.yaml"])
    assert [document.kind for document in documents] == ["plan", "table", "metric", "strategy"]
