"""Files that go wrong: each has exactly the outcome, and exactly the words, that bad_inputs.yaml says."""

import csv
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from attain.engine.facts.reading.rows import QUARANTINE_COLUMNS
from attain.engine.facts.store.store import Store
from attain.engine.values.problems import Refused
from tests.errors.company import importing, load, rows
from tests.shared import SHARED

FILES = SHARED / "cases" / "bad_inputs"
CASES: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("bad_inputs.yaml").read_text())


def name_of(case: dict[str, Any]) -> str:
    return case["file"] + (f" with {case['mapping']}" if "mapping" in case else "")


def test_every_file_has_its_outcome() -> None:
    given = {path.name for path in FILES.iterdir() if path.suffix != ".md"}
    assert {case["file"] for case in CASES} == given
    assert len(given) == 48


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_outcome(case: dict[str, Any], store: Path) -> None:
    table = case.get("table", "transactions")
    try:
        outcome = load(importing(store), FILES / case["file"], table, case.get("mapping", ""))
    except Refused as refused:
        assert [str(problem) for problem in refused.problems] == case.get("refused")
        assert_shown_as_refused(store, case)
        return
    assert "refused" not in case
    assert [str(row) for row in outcome.quarantine] == case.get("quarantined", [])
    assert [str(note) for note in outcome.notes] == case.get("notes", [])
    taken = rows(store, table)
    assert sorted(shown(row, case["taken"]) for row in taken) == sorted(map(texts, case["taken"]))
    counts = outcome.counts
    assert counts.taken == len(case["taken"])
    assert counts.duplicate == case.get("duplicate", 0)
    assert counts.quarantined == len(case.get("quarantined", []))
    assert counts.read == counts.taken + counts.duplicate + counts.quarantined
    assert_set_aside(outcome.quarantine_file, case)


def assert_shown_as_refused(store: Path, case: dict[str, Any]) -> None:
    """Nothing is loaded, and the catalogue shows the refused load with its words."""
    opened = Store.open(store)
    last = opened.catalogue.loads()[-1]
    opened.close()
    assert (last.kind, last.file_name) == ("refused", case["file"])
    assert last.said == "\n".join(case["refused"])
    assert rows(store, case.get("table", "transactions")) == []


def assert_set_aside(file: str, case: dict[str, Any]) -> None:
    """The quarantine names file, row, line, column, value, reason and cure, before the original cells."""
    if "quarantined" not in case:
        assert file == ""
        return
    with Path(file).open(newline="") as opened:
        header, *found = csv.reader(opened)
    assert header[: len(QUARANTINE_COLUMNS)] == list(QUARANTINE_COLUMNS)
    assert len(found) == len(case["quarantined"])
    for row, said in zip(found, case["quarantined"], strict=True):
        assert row[0] == case["file"]
        assert said.startswith(f"row {row[1]}")
        assert said.endswith(f"{row[5]}. {row[6]}")
        assert row[3] == "" or f"column {row[3]}" in said


def shown(row: dict[str, Any], expected: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The columns of a row that the case names, as texts; numbers without needless zeros."""
    names = expected[0] if expected else {}
    return sorted((name, plain(row[name])) for name in names if row.get(name) is not None)


def plain(value: Any) -> str:
    if hasattr(value, "normalize"):
        assert str(value)[0] != "-" or value != 0, "a zero keeps no sign"
        return f"{value.normalize() + 0:f}"
    return str(value)


def texts(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())
