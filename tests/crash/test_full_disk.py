"""A disk that is full, as a limit of file size: a clear refusal, and the store is as before."""

import os
import subprocess
import sys
from pathlib import Path

from tests.crash.process import DONE, REFUSED, ended, start_import
from tests.crash.states import States, amounts

SIZES = (1, 5_000, 60_000, 200_000, 400_000, 10_000_000)


def test_an_import_onto_a_full_disk(larger: States, tmp_path: Path) -> None:
    ends = []
    for size in SIZES:
        store = larger.fresh(tmp_path / str(size))
        ends.append(ended(start_import(store, larger.file, largest=size)))
        complete = larger.assert_never_begun_or_complete(store)
        assert complete == (ends[-1] == DONE)
        larger.assert_completes_once(store)
    assert ends[0] == REFUSED
    assert ends[-1] == DONE
    assert ends.count(REFUSED) >= 3, (
        "the sizes reach from what cannot suffice to what a part of the work needs"
    )


def test_what_a_person_is_told(larger: States, tmp_path: Path) -> None:
    store = larger.fresh(tmp_path / "store")
    command = [sys.executable, "-m", "attain.cli", "import", str(larger.file), "--table", "transactions"]
    told = subprocess.run(
        [*command, "--store", str(store)],
        capture_output=True,
        text=True,
        env={**os.environ, "ATTAIN_FAILPOINT": "file: before fsync=full"},
    )
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == (
        "F901 the import stopped: No space left on device (failpoint file: before fsync).\n"
        "    Make room, or look at the disk; then import again: nothing of this load is in the store.\n"
    )
    assert amounts(store) == larger.before
