"""Files of a store: damage is named and never read as facts, orphans go, what is in use stays."""

import os
import time
from pathlib import Path

import pytest

from attain.engine.facts.store.files import ORPHAN_SECONDS, scratch_folder, sweep
from attain.engine.facts.store.store import Store
from attain.engine.facts.tables import read_facts
from attain.engine.values.problems import Refused
from tests.engine.facts.store.test_versions import Ledger


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    ledger = Ledger(tmp_path)
    ledger.load({"A": "1", "B": "2"})
    return ledger.store


def only_file(store: Path) -> Path:
    (found,) = (store / "facts" / "transactions").iterdir()
    return found


def refusal(store: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_facts(store)
    return str(refused.value).splitlines()[0]


def test_a_flipped_bit_is_found(loaded: Path) -> None:
    file = only_file(loaded)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    name = file.relative_to(loaded)
    assert refusal(loaded) == f"{name} F510 does not have the content that was loaded: damaged."


def test_a_torn_file_is_found(loaded: Path) -> None:
    file = only_file(loaded)
    size = file.stat().st_size
    os.truncate(file, size - 1)
    name = file.relative_to(loaded)
    assert (
        refusal(loaded)
        == f"{name} F510 has {size - 1:,} bytes where the catalogue has {size:,}: torn or truncated."
    )


def test_a_missing_file_is_found(loaded: Path) -> None:
    file = only_file(loaded)
    file.unlink()
    assert refusal(loaded) == f"{file.relative_to(loaded)} F510 cannot be read: No such file or directory."


def test_an_import_does_not_build_on_damage(loaded: Path) -> None:
    only_file(loaded).write_bytes(b"")
    ledger = Ledger(loaded.parent)
    with pytest.raises(Refused) as refused:
        ledger.load({"A": "2"})
    assert refused.value.problems[0].code == "F510"


def test_a_file_that_no_row_names_is_not_read(loaded: Path) -> None:
    stray = loaded / "facts" / "transactions" / "stray.parquet"
    stray.write_bytes(only_file(loaded).read_bytes())
    assert read_facts(loaded).tables["transactions"].rows == 2


def test_orphans_go_after_an_hour(loaded: Path) -> None:
    kept = only_file(loaded)
    old, fresh = kept.with_name("old.parquet"), kept.with_name("fresh.parquet")
    left = loaded / "scratch" / "left"
    left.mkdir()
    for path in (old, fresh, left / "x"):
        path.write_bytes(b"x")
    past = int(time.time()) - ORPHAN_SECONDS - 10
    for path in (kept, old, left):
        os.utime(path, (past, past))
    store = Store.open(loaded)
    with scratch_folder(loaded) as working:
        os.utime(working, (past, past))
        swept = sweep(loaded, [file.path for file in store.catalogue.all_files()])
        assert working.is_dir()
    store.close()
    assert swept == ["facts/transactions/old.parquet", "scratch/left"]
    assert (kept.exists(), old.exists(), fresh.exists()) == (True, False, True)


def test_a_folder_that_is_no_store_and_a_newer_one(tmp_path: Path, loaded: Path) -> None:
    with pytest.raises(Refused) as refused:
        Store.open(tmp_path / "nowhere")
    assert "is no store." in str(refused.value)
    store = Store.open(loaded)
    store.catalogue.connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(Refused) as refused:
        read_facts(loaded)
    assert "is of version 99; this program reads 1." in str(refused.value)


def test_a_catalogue_that_is_damaged(loaded: Path) -> None:
    (loaded / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    for beside in loaded.glob("catalogue.sqlite-*"):
        beside.unlink()
    assert "F501 the catalogue" in refusal(loaded)
