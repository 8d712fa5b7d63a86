"""Versions in a store: what a load changes, what a withdrawal brings back, what was known at any moment."""

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attain.engine.facts.loading.outcome import Outcome
from attain.engine.facts.mapping.model import load_mapping, without_document
from attain.engine.facts.store.importing import Importing
from attain.engine.facts.store.store import Store
from attain.engine.facts.store.withdrawing import withdraw
from attain.engine.facts.tables import Facts, read_facts
from attain.engine.values.problems import Refused

DAY = dt.timedelta(days=1)
START = dt.datetime.fromisoformat("2026-01-01")
Content = dict[str, str]


class Ledger:
    """A store in a folder, and a clock that moves a day at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.now, self.files = folder, folder / "store", START, 0

    def load(self, content: Content, table: str = "transactions") -> Outcome:
        """Load amounts by id."""
        rows = [f"{name},2025-01-31,booking,{amount},USD" for name, amount in content.items()]
        return self.load_text("\n".join(["id,date,type,amount,currency", *rows]) + "\n", table)

    def load_text(self, text: str, table: str = "transactions", mapping: str = "") -> Outcome:
        self.files += 1
        file = self.folder / f"file-{self.files}.csv"
        file.write_text(text)
        self.now += DAY
        mapped = load_mapping("m.yaml", mapping) if mapping else without_document(table)
        return Importing(self.store, "tester").load(file, mapped, self.now)

    def withdraw(self, load: int) -> int:
        self.now += DAY
        return withdraw(self.store, load, "tester", self.now)

    def known(self, moment: dt.datetime | None = None, table: str = "transactions") -> Content:
        """Amounts by id as known at a moment (now)."""
        facts = read_facts(self.store).known_as_of(moment or self.now)
        return {
            str(row["id"]): f"{Decimal(str(row['amount'])).normalize():f}" for row in rows_of(facts, table)
        }


def rows_of(facts: Facts, table: str) -> list[dict[str, object]]:
    if table not in facts.tables:
        return []
    paths = [str(path) for path in facts.tables[table].paths]
    found: list[dict[str, object]] = duckdb.read_parquet(paths).to_arrow_table().to_pylist()
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.counts.taken, outcome.counts.changed, outcome.counts.unchanged


def test_a_load_is_compared_with_what_counts(ledger: Ledger) -> None:
    assert counts(ledger.load({"A": "1", "B": "2"})) == (2, 0, 0)
    assert counts(ledger.load({"A": "1.00", "B": "3", "C": "4"})) == (1, 1, 1)
    assert ledger.known() == {"A": "1", "B": "3", "C": "4"}
    assert len(rows_of(read_facts(ledger.store), "transactions")) == 4, "unchanged rows add no version"


def test_what_was_known_before_stays_known(ledger: Ledger) -> None:
    ledger.load({"A": "1"})
    before = ledger.now
    ledger.load({"A": "2"})
    assert ledger.known(before) == {"A": "1"}
    assert ledger.known(before - DAY) == {}
    assert ledger.known() == {"A": "2"}


def test_the_same_file_again_is_nothing_new(ledger: Ledger) -> None:
    first = ledger.load({"A": "1"})
    again = ledger.load({"A": "1"})
    assert (again.result, again.load) == ("nothing new", first.load)
    assert str(again).startswith(f"file-2.csv: nothing new, it was loaded as load {first.load} on 2026-01-02")
    assert len(rows_of(read_facts(ledger.store), "transactions")) == 1


def test_a_withdrawn_load_gives_back_what_it_had_superseded(ledger: Ledger) -> None:
    ledger.load({"A": "1", "B": "2"})
    wrong = ledger.load({"A": "9", "C": "3"})
    with_it = ledger.now
    ledger.withdraw(wrong.load)
    assert ledger.known() == {"A": "1", "B": "2"}
    assert ledger.known(with_it) == {"A": "9", "B": "2", "C": "3"}
    assert counts(ledger.load({"A": "9", "C": "3"})) == (1, 1, 0), "a withdrawn file may be loaded again"
    assert ledger.known() == {"A": "9", "B": "2", "C": "3"}


def test_a_row_that_a_later_load_confirmed_outlives_the_first(ledger: Ledger) -> None:
    first = ledger.load({"A": "1", "B": "2"})
    ledger.load({"A": "1", "C": "3"})
    ledger.withdraw(first.load)
    assert ledger.known() == {"A": "1", "C": "3"}


def test_withdrawals_in_any_order(ledger: Ledger) -> None:
    ledger.load({"A": "1"})
    second, third = ledger.load({"A": "2"}), ledger.load({"A": "3"})
    ledger.withdraw(third.load)
    assert ledger.known() == {"A": "2"}
    ledger.withdraw(second.load)
    assert ledger.known() == {"A": "1"}


@settings(max_examples=15)
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from("ABC"), st.sampled_from("123"), min_size=1),
            st.integers(0, 5),
        ),
        min_size=2,
        max_size=7,
    )
)
def test_the_newest_load_that_counts_decides(acts: list[Content | int]) -> None:
    """Against a plain model: the content of a key is what the newest load said that is not withdrawn."""
    with tempfile.TemporaryDirectory() as folder:
        assert_by_model(Ledger(Path(folder)), acts)


def assert_by_model(ledger: Ledger, acts: list[Content | int]) -> None:
    said: list[tuple[int, Content]] = []
    moments: list[tuple[dt.datetime, Content]] = []
    for act in acts:
        if isinstance(act, dict):
            outcome = ledger.load(act)
            if outcome.result == "loaded":
                said.append((outcome.load, act))
        elif act < len(said):
            ledger.withdraw(said[act][0])
            del said[act]
        if not ledger.files:
            continue
        expected: Content = {}
        for _, content in said:
            expected |= content
        moments.append((ledger.now, expected))
    for moment, expected in moments:
        assert ledger.known(moment) == expected


def test_a_row_may_say_itself_that_it_is_withdrawn(ledger: Ledger) -> None:
    ledger.load({"A": "1", "B": "2"})
    header = "id,date,type,amount,currency,withdrawn\n"
    text = "A,2025-01-31,booking,1,USD,yes\nB,2025-01-31,booking,2,USD,\n"
    assert counts(ledger.load_text(header + text)) == (0, 1, 1)
    assert ledger.known() == {"B": "2"}
    assert counts(ledger.load({"A": "1"})) == (1, 0, 0)
    assert ledger.known() == {"A": "1", "B": "2"}


def test_columns_may_come_later_and_decimals_grow(ledger: Ledger) -> None:
    ledger.load({"A": "1"})
    ledger.load_text("id,date,type,amount,currency,units\nB,2025-01-31,booking,0.123456,USD,7\n")
    table = read_facts(ledger.store).tables["transactions"]
    assert table.columns["units"] == "number"
    assert ledger.known() == {"A": "1", "B": "0.123456"}


def test_a_column_keeps_its_kind(ledger: Ledger) -> None:
    ledger.load_text("id,date,type,amount,currency,units,note\nA,2025-01-31,booking,1,USD,7,\n")
    outcome = ledger.load_text(
        "id,date,type,amount,currency,units,note\nB,2025-01-31,booking,1,USD,seven,5\n"
    )
    assert [str(row) for row in outcome.quarantine] == [
        'row 1, column units: "seven" is not a number. Write digits with a decimal point, such as -1234.56, '
        "or declare the signs in the mapping."
    ]
    ledger.load_text("id,date,type,amount,currency,units,note\nB,2025-01-31,booking,1,USD,8,5\n")
    assert read_facts(ledger.store).tables["transactions"].columns["note"] == "number"


def test_a_table_keeps_its_key(ledger: Ledger) -> None:
    ledger.load_text("position,date,score\nAE-1,2025-01-31,0.9\n", "objective")
    with pytest.raises(Refused) as refused:
        ledger.load_text("id,position,date,score\nO1,AE-1,2025-01-31,0.8\n", "objective")
    assert str(refused.value).startswith(
        "file-2.csv F503 objective was loaded with the key the whole row; this file has id."
    )


def test_every_row_counts_where_the_rows_have_no_key(ledger: Ledger) -> None:
    text = "day,value\n2025-01-31,5\n2025-01-31,5\n"
    mapping = "table: postings\nkey: row\ncolumns:\n  date: day\n  value: value\n"
    assert counts(ledger.load_text(text, mapping=mapping)) == (2, 0, 0)
    assert ledger.load_text(text, mapping=mapping).result == "nothing new"


def test_what_cannot_be_withdrawn(ledger: Ledger) -> None:
    load = ledger.load({"A": "1"}).load
    ledger.withdraw(load)
    for number, message in (
        (load, "load 1 is withdrawn already."),
        (9, "there is no load 9 that could be withdrawn."),
    ):
        with pytest.raises(Refused) as refused:
            ledger.withdraw(number)
        assert str(refused.value).startswith(f"F502 {message}")


def test_the_catalogue_tells_who_when_and_what(ledger: Ledger) -> None:
    ledger.load({"A": "1.50", "B": "2"})
    store = Store.open(ledger.store)
    load = store.catalogue.loads()[0]
    totals = store.catalogue.totals(load.load)
    store.close()
    assert (load.file_name, load.entered_by, load.moment) == (
        "file-1.csv",
        "tester",
        "2026-01-02 00:00:00.000000",
    )
    assert totals == [("amount", "USD", 2, "3.50")]
    assert len(load.file_sha256) == 64


def test_a_moment_lies_after_every_load_before_it(ledger: Ledger) -> None:
    ledger.load({"A": "1"})
    ledger.now = START - DAY
    assert ledger.load({"A": "2"}).moment > START
