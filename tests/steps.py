"""`make test`: every step by name, in order, with its seconds. All run; one that fails fails the whole."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """A name and a command; a step of pytest names the folders of tests/ that it runs instead."""

    name: str
    command: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def words(self) -> list[str]:
        """The command line to run from the top of the checkout."""
        if self.command:
            return [str(BIN / self.command[0]), *self.command[1:]]
        folders = [f"tests/{folder}" for folder in self.folders]
        elsewhere = [f"--ignore=tests/{folder}" for step in STEPS for folder in step.folders if "/" in folder]
        workers = os.environ.get("ATTAIN_TEST_WORKERS", "auto")
        options = ["-q", "-n", workers, "-m", "not long", "--durations=3", "--durations-min=5"]
        ignored = [option for option in elsewhere if option.partition("=")[2] not in folders]
        return [sys.executable, "-m", "pytest", *options, *ignored, *folders]


STEPS = (
    Step("format check", ("ruff", "format", "--check", "--quiet", ".")),
    Step("lint", ("ruff", "check", "--quiet", ".")),
    Step("types", ("mypy", "--no-error-summary")),
    Step("import contracts", ("lint-imports", "--no-cache")),
    Step("house", folders=("house",)),
    Step("unit tests", folders=("engine", "verify", "library", "demo", "cli")),
    Step("cases", folders=("cases",)),
    Step("agreement", folders=("agreement",)),
    Step("backends", folders=("backends",)),
    Step("real data", folders=("real",)),
    Step("errors", folders=("errors",)),
    Step("crash", folders=("crash",)),
    Step("docs up to date", folders=("engine/language/reference",)),
    Step("tutorial", folders=("tutorial",)),
)


def run(step: Step) -> tuple[int, int]:
    """Run one step, its output passing through; the numbers of tests that passed and failed.

    A step that is not pytest counts as one. A step that exits non-zero has at least one failure,
    also where its closing line names none.
    """
    with subprocess.Popen(
        step.words(), cwd=TOP, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        last = ""
        for line in child.stdout or ():
            print("  " + line, end="", flush=True)
            last = line if line.strip() else last
    if step.command:
        return (1, 0) if child.returncode == 0 else (0, 1)
    passed, failed, errors = (_count(last, word) for word in ("passed", "failed", "errors?"))
    return passed, max(failed + errors, int(child.returncode != 0))


def _count(closing: str, word: str) -> int:
    found = re.search(rf"(\d+) {word}\b", closing)
    return int(found.group(1)) if found else 0


def main() -> int:
    """Run all steps, or those named on the command line; exit status 1 if any failed."""
    wanted = sys.argv[1:] or [step.name for step in STEPS]
    began, results = time.monotonic(), []
    for number, step in enumerate(STEPS, start=1):
        if step.name not in wanted:
            continue
        print(f"[{number}/{len(STEPS)}] {step.name}", flush=True)
        step_began = time.monotonic()
        passed, failed = run(step)
        results.append((step.name, passed, failed, time.monotonic() - step_began))
    print(f"\n{'step':<18}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for name, passed, failed, seconds in results:
        print(f"{name:<18}{passed:>8}{failed:>8}{seconds:>9.1f}")
    passed, failed = (sum(result[column] for result in results) for column in (1, 2))
    print(f"{'all':<18}{passed:>8}{failed:>8}{time.monotonic() - began:>9.1f}\n")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or not results)


if __name__ == "__main__":
    sys.exit(main())
