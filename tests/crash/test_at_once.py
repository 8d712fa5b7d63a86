"""Two imports at once, into one store."""

from pathlib import Path

from attain.engine.facts.store.store import Store
from tests.crash.process import DONE, REFUSED, ended, start_import
from tests.crash.states import amounts, assert_catalogue_and_files_agree, transactions


def imports_of(store: Path) -> list[tuple[int, int, int]]:
    opened = Store.open(store)
    loads = [load for load in opened.catalogue.loads() if load.kind == "import"]
    opened.close()
    assert [load.moment for load in loads] == sorted({load.moment for load in loads})
    return [(load.taken, load.changed, load.unchanged) for load in loads]


def test_the_same_file_twice_is_loaded_once(tmp_path: Path) -> None:
    file, store = tmp_path / "file.csv", tmp_path / "store"
    file.write_text(transactions(range(20_000), 100))
    processes = [start_import(store, file) for _ in range(4)]
    assert [ended(process) for process in processes] == [DONE] * 4
    assert imports_of(store) == [(20_000, 0, 0)]
    assert_catalogue_and_files_agree(store)


def test_of_files_that_contradict_each_other_one_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text(f"position,participant,first\nAE-1,P{number},2025-01-01\n")
    processes = [start_import(store, tmp_path / f"{number}.csv", table="assignments") for number in range(3)]
    assert sorted(ended(process) for process in processes) == [DONE, REFUSED, REFUSED]
    assert imports_of(store) == [(1, 0, 0)]


def test_files_that_share_keys_follow_each_other(tmp_path: Path) -> None:
    """Whichever comes second is compared with the first: no version is lost, none is doubled."""
    store = tmp_path / "store"
    files = [tmp_path / f"{number}.csv" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(transactions(range(10_000), number * 1_000_000))
    processes = [start_import(store, file) for file in files]
    assert [ended(process) for process in processes] == [DONE] * 3
    assert imports_of(store) == [(10_000, 0, 0), (0, 10_000, 0), (0, 10_000, 0)]
    found = amounts(store)
    assert len(found) == 10_000
    last = int(float(found["T0"])) // 1_000_000
    assert all(int(float(amount)) // 1_000_000 == last for amount in found.values())
    assert_catalogue_and_files_agree(store)
