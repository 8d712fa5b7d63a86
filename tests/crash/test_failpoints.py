"""Fail at step k, for every k: a device error, a full disk, a kill. It is as if never begun, or complete."""

import shutil
from pathlib import Path

import pytest

from attain.engine.facts.store.store import Store
from tests.crash.process import DONE, KILLED, REFUSED, ended, start_import, start_withdrawal
from tests.crash.states import States, amounts, assert_catalogue_and_files_agree, load

ENDS = {"error": REFUSED, "full": REFUSED, "kill": KILLED}
STEPS_OF_AN_IMPORT = 1 + 3 * 4 + 2
STEPS_OF_A_WITHDRAWAL = 4 + 2


@pytest.mark.parametrize("action", ENDS)
def test_an_import_that_fails_at_any_step(action: str, small: States, tmp_path: Path) -> None:
    outcomes = []
    for step in range(1, STEPS_OF_AN_IMPORT + 1):
        store = small.fresh(tmp_path / f"{action}-{step}")
        assert ended(start_import(store, small.file, f"{step}={action}")) == ENDS[action]
        outcomes.append(small.assert_never_begun_or_complete(store))
        small.assert_completes_once(store)
    assert outcomes == [False] * (STEPS_OF_AN_IMPORT - 1) + [True], "it counts from the commit on, not before"
    store = small.fresh(tmp_path / "beyond")
    assert ended(start_import(store, small.file, f"{STEPS_OF_AN_IMPORT + 1}={action}")) == DONE


@pytest.mark.parametrize("action", ENDS)
def test_the_first_import_of_a_store_that_fails(action: str, small: States, tmp_path: Path) -> None:
    for name in ("import: prepared", "file: after rename", "catalogue: before commit"):
        store = tmp_path / f"{action}-{name.replace(': ', '-')}"
        assert ended(start_import(store, small.file, f"{name}={action}")) == ENDS[action]
        assert amounts(store) == {}
        load(store, small.file)
        assert len(amounts(store)) == 40


@pytest.mark.parametrize("action", ENDS)
def test_a_withdrawal_that_fails_at_any_step(action: str, small: States, tmp_path: Path) -> None:
    loaded = small.fresh(tmp_path / "loaded")
    load(loaded, small.file)
    number = number_of_last_load(loaded)
    for step in range(1, STEPS_OF_A_WITHDRAWAL + 1):
        store = Path(shutil.copytree(loaded, tmp_path / f"{action}-{step}"))
        assert ended(start_withdrawal(store, number, f"{step}={action}")) == ENDS[action]
        assert_catalogue_and_files_agree(store)
        complete = step == STEPS_OF_A_WITHDRAWAL
        assert amounts(store) == (small.before if complete else small.after)
        assert ended(start_withdrawal(store, number)) == (REFUSED if complete else DONE)
        assert amounts(store) == small.before


def number_of_last_load(store: Path) -> int:
    opened = Store.open(store)
    number = opened.catalogue.loads()[-1].load
    opened.close()
    return number
