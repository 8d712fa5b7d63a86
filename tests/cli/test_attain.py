"""The group `attain`: it knows every command, starts lightly, and prints every problem of a refusal."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from attain.cli import COMMANDS

BAD = """plan: Two mistakes
effective: from 2026-01-01
paid: monthy
currency: USD
for: {role: Account Executive}
components:
  Commission:
    {credit: [{from: booking, to: owner}], measure: sum(credit), over: mnth, pay: {how: flat, rate: 4 %}}
"""


def attain(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "attain", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_help_names_every_command():
    said = attain("--help")
    assert said.returncode == 0
    listed = [line.split()[0] for line in said.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(COMMANDS)


def test_every_command_has_help_that_says_more_than_its_name():
    for command in COMMANDS:
        said = attain(command, "--help")
        assert said.returncode == 0
        assert len(said.stdout.splitlines()) > 5


def test_the_version_is_the_package_s():
    assert attain("--version").stdout.split() == ["attain,", "version", version("attain")]


def test_the_group_loads_no_engine():
    program = "import attain.cli, sys; sys.exit('duckdb' in sys.modules or 'sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_refusal_prints_every_problem_and_exits_1(tmp_path: Path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(BAD)
    said = attain("check", plan)
    assert said.returncode == 1
    assert "plan.yaml:3:" in said.stderr
    assert "plan.yaml:8:" in said.stderr
    assert "Traceback" not in said.stderr


def test_an_unknown_command_is_wrong_usage():
    said = attain("pay")
    assert said.returncode == 2
    assert "No such command 'pay'" in said.stderr
