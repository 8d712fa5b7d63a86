"""Rows that contradict each other about structure refuse the file, also against what was loaded before."""

from pathlib import Path

import pytest

from attain.engine.values.problems import Refused
from tests.engine.facts.store.test_versions import Ledger

ASSIGNMENTS = "position,participant,first,last\n"
REPORTING = "position,manager,first,last\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def refusal(ledger: Ledger, text: str, table: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        ledger.load_text(text, table)
    return [problem.message for problem in refused.value.problems]


def test_a_seat_held_twice_against_an_earlier_load(ledger: Ledger) -> None:
    ledger.load_text(ASSIGNMENTS + "AE-1,ANA,2025-01-01,\n", "assignments")
    later = ASSIGNMENTS + "AE-1,BEN,2025-04-01,\n"
    assert refusal(ledger, later, "assignments") == [
        "position AE-1 is held twice on 2025-04-01 (load 1 and row 1; last days are inclusive)."
    ]
    handed_over = ASSIGNMENTS + "AE-1,ANA,2025-01-01,2025-03-31\nAE-1,BEN,2025-04-01,\n"
    outcome = ledger.load_text(handed_over, "assignments")
    assert (outcome.counts.taken, outcome.counts.changed) == (1, 1)
    again = ledger.load_text(ASSIGNMENTS + "AE-1,ANA,2025-01-01,\n", "assignments")
    assert again.result == "nothing new", "a file that was loaded is not judged again"


def test_a_row_that_is_set_aside_contradicts_nobody(ledger: Ledger) -> None:
    ledger.load_text("participant\nANA\n", "participants")
    text = ASSIGNMENTS + "AE-1,ANA,2025-01-01,\nAE-1,ZED,2025-02-01,\n"
    outcome = ledger.load_text(text, "assignments")
    assert (outcome.counts.taken, outcome.counts.quarantined) == (1, 1)


@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        ("A,B,2025-01-01,\nB,C,2025-01-01,\n", []),
        ("A,A,2025-01-01,\n", ["from 2025-01-01 A report to each other in a circle (row 1)."]),
        (
            "A,B,2025-01-01,2025-06-30\nB,A,2025-06-30,\n",
            ["from 2025-06-30 B, A report to each other in a circle (rows 1, 2)."],
        ),
        ("A,B,2025-01-01,2025-06-29\nB,A,2025-06-30,\n", []),
        (
            "A,B,2025-01-01,\nA,C,2025-03-01,\n",
            ["position A has two managers on 2025-03-01 (rows 1 and 2; last days are inclusive)."],
        ),
    ],
)
def test_reporting_lines(ledger: Ledger, lines: str, messages: list[str]) -> None:
    if messages:
        found = refusal(ledger, REPORTING + lines, "reporting")
        assert sorted(map(len, found)) == sorted(map(len, messages))
        assert {frozenset(message.replace(",", "").split()) for message in found} == {
            frozenset(message.replace(",", "").split()) for message in messages
        }
    else:
        assert ledger.load_text(REPORTING + lines, "reporting").counts.taken == 2


def test_a_circle_that_closes_with_an_earlier_load(ledger: Ledger) -> None:
    ledger.load_text(REPORTING + "A,B,2025-01-01,\nB,C,2025-01-01,\n", "reporting")
    assert refusal(ledger, REPORTING + "C,A,2025-05-01,\n", "reporting") == [
        "from 2025-05-01 A, B, C report to each other in a circle (load 1, load 1, row 1)."
    ]


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ("S,0,100,0.1\nS,100,,0.2\nT,0,,0.3\n", None),
        ("S,0,100,0.1\nS,50,,0.2\n", "name S: the tiers to 100 and from 50 overlap (rows 1 and 2)."),
        ("S,0,,0.1\nS,50,,0.2\n", "name S: the tiers to the end and from 50 overlap (rows 1 and 2)."),
        ("S,150,,0.2\nS,0,100.50,0.1\n", "name S: nothing covers 100.5 to 150 (rows 2 and 1)."),
    ],
)
def test_tiers(ledger: Ledger, tiers: str, message: str | None) -> None:
    text = "name,from,to,rate\n" + tiers
    if message:
        assert refusal(ledger, text, "rate_steps") == [message]
    else:
        assert ledger.load_text(text, "rate_steps").counts.taken == 3


def test_names_that_nothing_knows_are_warnings(ledger: Ledger) -> None:
    ledger.load_text("position,role\nAE-1,AE\n", "positions")
    ledger.load_text("alias,position,participant\nrep@x.example,AE-1,\n", "aliases")
    header = "id,date,type,owner,amount,currency\n"
    rows = "".join(
        f"T{n},2025-01-31,booking,{owner},1,USD\n"
        for n, owner in enumerate(["AE-1", "rep@x.example", "X", "", "X"])
    )
    outcome = ledger.load_text(header + rows)
    assert [note.message for note in outcome.notes] == ["rows 3, 5: owner X is not known yet."]
    assert outcome.counts.taken == 5
