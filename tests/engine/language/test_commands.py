"""`attain check` and `attain format` as a person meets them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from attain.cli import attain
from tests.engine.language.plans import PLAN, changed

FLAT = """\
plan: Flat
effective: from 2026-01-01
paid: monthly
currency: USD
for: {role: AE}
components:
  Commission:
    credit:
      - {from: booking, to: owner}
    measure: sum(credit)
    over: month
    pay: {how: flat, rate: 5 %}
tests:
  - name: five of a hundred
    given:
      booking:
        - {id: B1, date: 2026-01-12, owner: AE-1, amount: 100}
    expect:
      earnings:
        - {participant: AE-1, component: Commission, period: 2026-01, amount: AMOUNT}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(attain, [str(each) for each in arguments])


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    path = tmp_path / "flat.yaml"
    path.write_text(FLAT.replace("AMOUNT", "5.00"))
    return path


def test_check_says_what_is_sound_and_runs_the_tests(flat: Path):
    result = run("check", flat)
    assert result.output == f'{flat}: plan "Flat" from 2026-01-01: sound\n  holds  five of a hundred\n'
    assert result.exit_code == 0


def test_check_without_tests(flat: Path):
    result = run("check", flat, "--no-tests")
    assert result.output == f'{flat}: plan "Flat" from 2026-01-01: sound\n'


def test_check_fails_where_a_test_does_not_hold(flat: Path):
    flat.write_text(FLAT.replace("AMOUNT", "6.00"))
    result = run("check", flat)
    assert result.exit_code == 1
    assert "  FAILED five of a hundred\n" in result.stdout
    assert result.stderr == (
        f'{flat}:20:11 P910 test "five of a hundred": earnings of AE-1, Commission, 2026-01: '
        "expected amount 6.00, got amount 5.00.\n"
        "    Commission, 2026-01-01 to 2026-01-31: 100.00\n"
        "    B1 of 2026-01-12 credits AE-1 with 100.00\n"
    )


def test_check_prints_every_problem_and_runs_nothing(flat: Path, tmp_path: Path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(changed(("paid: monthly", "paid: daily"), ("limit: 6000", "limit: much")))
    result = run("check", flat, bad)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.split(" ")[0] for line in result.stderr.splitlines() if " P" in line] == [
        f"{bad}:3:7",
        f"{bad}:76:60",
    ]


def test_check_names_what_is_not_calculated_yet(tmp_path: Path):
    path = tmp_path / "race.yaml"
    path.write_text(
        FLAT.replace("AMOUNT", "6.00").replace(
            "how: flat, rate: 5 %", "how: pool, rate: 5 %, among: team, shared by: measure"
        )
    )
    result = run("check", path)
    assert result.exit_code == 0
    assert f'{path}:12:16 P900 component "Commission": "how: pool" is a word of the language' in result.stdout
    assert "FAILED" not in result.stdout


def test_check_prints_the_schema():
    result = run("check", "--schema")
    assert json.loads(result.stdout)["$defs"]["plan"]["required"][0] == "plan"


def test_check_wants_a_document():
    assert run("check").exit_code == 2


def test_format_writes_the_layout_and_leaves_what_has_it(flat: Path, tmp_path: Path):
    loose = tmp_path / "loose.yaml"
    loose.write_text(PLAN.replace("paid: monthly", "paid:    'monthly'   # each month"))
    assert run("format", tmp_path, "--check").stdout.splitlines() == [f"{loose}: has another layout"]
    assert run("format", tmp_path, "--check").exit_code == 1
    assert run("format", tmp_path).stdout.splitlines() == [f"{loose}: formatted"]
    assert "\npaid: monthly  # each month\n" in loose.read_text()
    again = run("format", tmp_path, "--check")
    assert (again.stdout, again.exit_code) == ("", 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flat.yaml", "loose.yaml"]


def test_format_leaves_what_it_cannot_read_and_does_the_rest(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("plan: [")
    (tmp_path / "b.yaml").write_text("plan:   A\n")
    result = run("format", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path / 'a.yaml'}:1:8 P100")
    assert (tmp_path / "a.yaml").read_text() == "plan: ["
    assert (tmp_path / "b.yaml").read_text() == "plan: A\n"
