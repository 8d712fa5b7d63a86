"""A disk that fails, or a process that dies, while a run is written: all of it is there, or nothing."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.small import company, paid, run

NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Python itself leaves a cut file of bytecode behind under a limit on files, and stumbles over it later."""

STEPS = ("earnings written", "run written", "run synced", "run moved aside")


def command(folder: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "attain.cli", "calculate", str(folder / "plan.yaml"), "--data",
        str(folder / "facts"), "--period", "2026-01", "--out", str(folder / "paid"), *more,
    ]  # fmt: skip


def dying(folder: Path, failpoint: str, *more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which fails or dies at a step."""
    return subprocess.run(
        command(folder, *more),
        env={**os.environ, "ATTAIN_FAILPOINT": failpoint},
        capture_output=True,
        text=True,
        timeout=300,
    )


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"plan.yaml", "facts"}


@pytest.mark.parametrize("limit", [100, 3_000])
def test_a_limit_on_the_size_of_files_leaves_nothing(tmp_path: Path, limit: int) -> None:
    folder = company(tmp_path)
    done = subprocess.run(
        command(folder),
        env={**os.environ, **NO_BYTECODE},
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert "R102" in done.stderr and "Traceback" not in done.stderr
    assert left(folder) == set()


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_leaves_nothing(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = company(tmp_path)
    monkeypatch.setenv("ATTAIN_FAILPOINT", f"{step}=full")
    result = paid(folder)
    assert result.exit_code == 1
    assert "R102" in result.stderr and "No space left on device" in result.stderr
    assert left(folder) == set()
    monkeypatch.delenv("ATTAIN_FAILPOINT")
    assert paid(folder).exit_code == 0


@pytest.mark.parametrize("step", STEPS[2:])
def test_a_full_disk_does_not_cost_the_run_that_was_there(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = company(tmp_path)
    assert paid(folder).exit_code == 0
    before = (folder / "paid" / "run.json").read_bytes()
    monkeypatch.setenv("ATTAIN_FAILPOINT", f"{step}=error")
    assert paid(folder, "--replace", "--lines").exit_code == 1
    assert left(folder) == {"paid"}
    assert (folder / "paid" / "run.json").read_bytes() == before


@pytest.mark.parametrize("step", ["run written", "run moved aside"])
def test_a_killed_run_leaves_the_one_before_or_none(tmp_path: Path, step: str) -> None:
    folder = company(tmp_path)
    assert dying(folder, f"{step}=kill").returncode == -9
    assert not (folder / "paid").exists()
    assert paid(folder).exit_code == 0
    assert dying(folder, f"{step}=kill", "--replace").returncode == -9
    again = run("explain", folder / "paid", "--participant", "P1", "--period", "2026-01")
    assert again.exit_code == 0 and "4,500.00 USD" in again.output
    assert paid(folder).exit_code == 1, "the run that was moved aside is back, and is not lost unasked"


def test_a_folder_that_is_made_for_a_failing_run_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = company(tmp_path)
    monkeypatch.setenv("ATTAIN_FAILPOINT", "run written=full")
    out = folder / "deep" / "deeper" / "paid"
    result = run(
        "calculate", folder / "plan.yaml", "--data", folder / "facts", "--period", "2026-01", "--out", out
    )
    assert result.exit_code == 1
    assert left(folder) == set()
