"""The page of problems: up to date, and every code that the program can say stands in it."""

import re
from pathlib import Path

import attain
from attain.engine.language.reference.problem_codes import Said, said
from attain.engine.language.reference.problem_page import COMMAND, page

DOCS = Path(__file__).parents[4] / "docs" / "errors" / "README.md"
SOURCE = Path(attain.__path__[0])


def test_the_committed_page_is_up_to_date():
    assert DOCS.read_text(encoding="utf-8") == page(), COMMAND


def test_every_code_in_the_source_stands_on_the_page():
    texts = (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    written = {code for text in texts for code in re.findall(r"""["']([A-Z]\d{3})["']""", text)}
    assert written - {each.code for each in said()} == set()


def test_no_problem_is_without_a_meaning():
    rows = [line for line in page().splitlines() if re.match(r"\| [A-Z]\d{3} ", line)]
    assert len(rows) > 100
    assert [row for row in rows if not re.search(r"[a-z]{3}", row.split(" | ")[1])] == []


def test_a_text_is_shown_as_far_as_the_source_tells():
    shown = said()
    assert Said("F100", "… is no file.", "Name a file that is there.") in shown
    assert Said("P103", "an alias (*…) stands here.", "Write the value out.") in shown
    assert Said("P330", "the field needs itself: ….", "Take one of them out of the circle.") in shown
