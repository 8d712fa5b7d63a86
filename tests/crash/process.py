"""An import or a withdrawal in a process of its own, which a test may let fail, starve or kill."""

import datetime as dt
import multiprocessing
import os
import resource
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from attain.engine.facts.mapping.model import without_document
from attain.engine.facts.store.importing import Importing
from attain.engine.facts.store.withdrawing import withdraw
from attain.engine.values.problems import Refused

DONE, REFUSED, KILLED = 0, 1, -9
START = dt.datetime.fromisoformat("2026-01-01")
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.crash.process"])


def start_import(
    store: Path, file: Path, failpoint: str = "", largest: int | None = None, table: str = "transactions"
) -> ForkServerProcess:
    """Start an import; `largest`: bytes that a file may have (the disk is full beyond)."""
    process = CONTEXT.Process(target=_import, args=(store, file, failpoint, largest, table))
    process.start()
    return process


def start_withdrawal(store: Path, load: int, failpoint: str = "") -> ForkServerProcess:
    """Start a withdrawal."""
    process = CONTEXT.Process(target=_withdraw, args=(store, load, failpoint))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """Wait for the end; how it ended."""
    process.join(timeout=300)
    assert process.exitcode is not None, "the process hangs"
    return process.exitcode


def _import(store: Path, file: Path, failpoint: str, largest: int | None, table: str) -> None:
    os.environ["ATTAIN_FAILPOINT"] = failpoint
    if largest is not None:
        sys.dont_write_bytecode = (
            True  # else Python leaves a cut file of bytecode behind, and stumbles over it
        )
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    _end(lambda: Importing(store, "tester").load(file, without_document(table), START))


def _withdraw(store: Path, load: int, failpoint: str) -> None:
    os.environ["ATTAIN_FAILPOINT"] = failpoint
    _end(lambda: withdraw(store, load, "tester", START))


def _end(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except Refused as refused:
        os._exit(REFUSED if refused.problems else DONE)
    os._exit(DONE)
