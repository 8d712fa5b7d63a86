"""The canonical layout: what it looks like, that it keeps every word and comment, and that it is stable."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attain.engine.language.layout.writing import formatted
from attain.engine.language.loader import load
from attain.engine.values.problems import Refused
from tests.shared import SHARED

DOCUMENTS = [
    *sorted((SHARED / "cases" / "plans_sketch").glob("*.yaml")),
    SHARED / "design" / "plan_sketch.yaml",
]


def words(text: str) -> list[object]:
    return [loaded.root for loaded in load("a.yaml", text)]


def comments(text: str) -> Counter[str]:
    """The words of comments; several beside one value may come to stand in one line."""
    return Counter(mark for line in text.splitlines() for mark in line.split() if mark.startswith("#c"))


SHORT = """\
plan: A
for: {role: [AE, SE], where: position.region = 'Europe, North'}
components:
  B:
    credit:
      - {from: booking, to: owner}
      - from: return
        counts: 'least(amount, 5)'
    pay: {how: flat, rate: 5 %}
    then:
      - cap: 3
payment:
  holdback: []
"""
LOOSE = """\
# Above all.
plan:   A
for:
    role:
    - AE
    - SE        # two roles
    where: "position.region = 'Europe, North'"


components:
  B: {over: month, pay: {how: given},   # a note
      about: "x: y"}

  # About C.
  C:
    credit:
    - {from: booking, to: owner}
    - from: booking       # why
      to: specialist
      counts: >
        least(amount, 5)
        + 3
    then:
    - cap: 3000   # most
    - {floor: 5, when: new_logos > 3}
    - {cap: 3,
       each: deal}
    about: A long text that tells the reader in so many words what is earned by whom and when,
      and that without an end.
# the end
"""
CANONICAL = """\
# Above all.
plan: A
for:
  role:
    - AE
    - SE  # two roles
  where: position.region = 'Europe, North'

components:
  B:
    over: month
    pay: {how: given}  # a note
    about: 'x: y'

  # About C.
  C:
    credit:
      - {from: booking, to: owner}
      - from: booking  # why
        to: specialist
        counts: least(amount, 5) + 3
    then:
      - cap: 3000  # most
      - {floor: 5, when: new_logos > 3}
      - {cap: 3, each: deal}
    about: >-
      A long text that tells the reader in so many words what is earned by whom and when, and that without an
      end.
# the end
"""


def test_the_layout():
    assert formatted(LOOSE) == CANONICAL


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_keeps_its_words_and_its_layout_is_stable(path: Path):
    text = path.read_text()
    once = formatted(text)
    assert formatted(once) == once
    assert words(once) == words(text)
    assert once.count("# ") == text.count("# ")
    assert max(len(line.split("  #")[0]) for line in once.splitlines() if not line.startswith("#")) <= 110


def test_several_documents_stay_apart():
    text = "---\na: 1\n# end of a\n---\n# start of b\nb: 2\n...\n"
    assert formatted(text) == "a: 1\n# end of a\n---\n# start of b\nb: 2\n"


def test_what_is_no_document_is_refused():
    with pytest.raises(Refused):
        formatted("a: [")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_comments_anywhere_are_kept(data):
    lines = SHORT.splitlines()
    for number in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines)))
        if at < len(lines) and data.draw(st.booleans()):
            lines[at] += f"  #c{number}"
        else:
            lines.insert(
                at, " " * data.draw(st.integers(0, 8)) + data.draw(st.sampled_from(["", f"#c{number}"]))
            )
    text = "\n".join(lines)
    once = formatted(text)
    assert formatted(once) == once
    assert words(once) == words(text)
    assert comments(once) == comments(text)


TEXTS = st.text("ab:-{}[],#'\"&*!|>%@` \n?<=.0é", max_size=14)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        TEXTS,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(str.strip), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_text_reads_back_as_it_was(value):
    text = json.dumps({"a": value}, ensure_ascii=False)
    try:
        once = formatted(text)
    except Refused as refusal:
        assert {problem.code for problem in refusal.problems} <= {"P100", "P101", "P103"}
        return
    assert formatted(once) == once
