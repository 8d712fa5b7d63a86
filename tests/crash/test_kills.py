"""kill -9 at moments that nobody chose."""

import random
import time
from pathlib import Path

import pytest

from tests.crash.process import DONE, KILLED, ended, start_import
from tests.crash.states import States

KILLS, MANY_KILLS = 30, 500


def kill_at_random(states: States, folder: Path, times: int, seed: int) -> dict[str, int]:
    """Kill an import again and again; how often it was too early, too late, and complete when killed."""
    chance = random.Random(seed)
    began = time.monotonic()
    assert ended(start_import(states.fresh(folder / "whole"), states.file)) == DONE
    seconds = time.monotonic() - began
    found = {"killed": 0, "ended": 0, "complete when killed": 0}
    for number in range(times):
        store = states.fresh(folder / f"{seed}-{number}")
        process = start_import(store, states.file)
        time.sleep(chance.uniform(0, seconds * 1.1))
        process.kill()
        end = ended(process)
        assert end in (DONE, KILLED)
        complete = states.assert_never_begun_or_complete(store)
        assert complete or end == KILLED
        found["ended" if end == DONE else "killed"] += 1
        found["complete when killed"] += complete and end == KILLED
        states.assert_completes_once(store)
    return found


def test_an_import_killed_at_random(larger: States, tmp_path: Path) -> None:
    found = kill_at_random(larger, tmp_path, KILLS, seed=1)
    assert found["killed"] > KILLS // 3


@pytest.mark.long
def test_an_import_killed_at_random_many_times(larger: States, tmp_path: Path) -> None:
    found = kill_at_random(larger, tmp_path, MANY_KILLS, seed=2)
    assert found["killed"] > MANY_KILLS // 3
