"""A store before and after one import, and what must hold in between whatever happens."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.mapping.model import without_document
from attain.engine.facts.store.importing import Importing
from attain.engine.facts.store.store import Store
from attain.engine.facts.tables import read_facts
from tests.crash.process import START

HEADER = "id,date,type,owner,amount,currency\n"
Content = dict[str, str]


def transactions(numbers: range, amount: int, faulty: int = 0) -> str:
    """A file of bookings, the last of them faulty."""
    rows = [
        f"T{number},2025-01-{number % 28 + 1:02d},booking,AE-1,{amount + number}.50,USD\n"
        for number in numbers
    ]
    rows += [f"F{number},2025-02-30,booking,AE-1,1,USD\n" for number in range(faulty)]
    return HEADER + "".join(rows)


def load(store: Path, file: Path) -> None:
    Importing(store, "tester").load(file, without_document("transactions"), START)


def amounts(store: Path) -> Content:
    """Amounts by id as known now; reading checks every file by its hash."""
    if not Store.is_one(store):
        return {}
    facts = read_facts(store).known_as_of(START.replace(year=2100))
    if "transactions" not in facts.tables:
        return {}
    paths = [str(path) for path in facts.tables["transactions"].paths]
    found = duckdb.read_parquet(paths).to_arrow_table().to_pylist()
    return {row["id"]: str(row["amount"]) for row in found}


@dataclass(frozen=True)
class States:
    """A store as it is before an import of `file`, and what it holds before and after."""

    store: Path
    file: Path
    before: Content
    after: Content
    loads: int

    def fresh(self, folder: Path) -> Path:
        """A copy of the store to try on."""
        return Path(shutil.copytree(self.store, folder))

    def assert_never_begun_or_complete(self, store: Path) -> bool:
        """Whether the import is complete; fails where it is neither that nor never begun."""
        assert_catalogue_and_files_agree(store)
        found = amounts(store)
        assert found in (self.before, self.after)
        opened = Store.open(store)
        loads = [load for load in opened.catalogue.loads() if load.kind == "import"]
        opened.close()
        complete = len(loads) > self.loads
        assert found == (self.after if complete else self.before)
        return complete

    def assert_completes_once(self, store: Path) -> None:
        """The repeated import completes, and the load is there once."""
        load(store, self.file)
        assert self.assert_never_begun_or_complete(store)
        opened = Store.open(store)
        loads = [load for load in opened.catalogue.loads() if load.kind == "import"]
        opened.close()
        assert len(loads) == self.loads + 1


def states(folder: Path, rows: int) -> States:
    """A store with one load, and a file that brings new, changed, unchanged and faulty rows."""
    store, first, second = folder / "store", folder / "first.csv", folder / "second.csv"
    first.write_text(transactions(range(rows), 100))
    text = transactions(range(rows // 2), 100) + transactions(
        range(rows // 2, rows * 2), 200, 3
    ).removeprefix(HEADER)
    second.write_text(text)
    load(store, first)
    after = Path(shutil.copytree(store, folder / "after"))
    load(after, second)
    before_amounts, after_amounts = amounts(store), amounts(after)
    assert before_amounts != after_amounts
    return States(store, second, before_amounts, after_amounts, 1)


def assert_catalogue_and_files_agree(store: Path) -> None:
    """Every file that the catalogue names exists with its hash; all it does not name is unread by design."""
    if not Store.is_one(store):
        return
    opened = Store.open(store)
    files = opened.catalogue.all_files()
    opened.close()
    for file in files:
        content = (store / file.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
