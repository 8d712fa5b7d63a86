"""Whatever a file holds, each of its rows is taken, a duplicate, unchanged, or set aside; never gone."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from attain.engine.values.problems import Refused
from tests.errors.company import importing, load, rows

HEADER = ["id", "date", "type", "owner", "amount", "currency", "account"]
IDS = st.sampled_from(["T1", "T2", "T3", "T4", "", " ", "T 5", "=T6", "'T7", "'=T8"])
DATES = st.sampled_from(
    ["2025-01-31", "2025-02-30", "31.01.2025", "2025-01-31T23:30:00-05:00", "45672", "", " 2025-02-01"]
)
AMOUNTS = st.sampled_from(
    ["1", "-2.50", "1,000", "(3)", "4-", "5 %", "1e3", "", "NaN", "0.1234567", "9" * 13, "+7", "x"]
)
TEXTS = st.one_of(
    st.sampled_from(
        ["", "ACME", "a,b", 'say "hi"', "two\nlines", "=1+1", "-5", "@x", "'", "'=1", "\ttab", " padded "]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12),
)
CURRENCIES = st.sampled_from(["USD", "eur", "XXX", ""])
ROW = st.tuples(IDS, DATES, st.just("booking"), st.just("AE-1"), AMOUNTS, CURRENCIES, TEXTS).map(list)
RAGGED = st.one_of(ROW.map(lambda row: row[:-1]), ROW.map(lambda row: [*row, "more"]))
FILE = st.lists(st.one_of(ROW, ROW, ROW, RAGGED), max_size=25)


def written(found: list[list[str]], separator: str, line_end: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end)
    writer.writerow(HEADER)
    writer.writerows(found)
    return text.getvalue()


def quarantined_rows(file: str) -> list[list[str]]:
    if not file:
        return []
    with Path(file).open(newline="") as opened:
        return [row[7:] for row in csv.reader(opened)][1:]


@settings(max_examples=25)
@given(FILE, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_every_row_is_somewhere(found: list[list[str]], separator: str, line_end: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, store = Path(folder) / "export.csv", Path(folder) / "store"
        file.write_text(written(found, separator, line_end), newline="")
        mapping = f"separator: {separator!r}" if separator != "\t" else "separator: tab"
        outcome = load(importing(store), file, "transactions", mapping)
        counts = outcome.counts
        assert counts.read == len(found)
        assert counts.read == counts.taken + counts.duplicate + counts.quarantined
        taken = rows(store, "transactions")
        assert len(taken) == counts.taken
        aside = quarantined_rows(outcome.quarantine_file)
        assert len(aside) == counts.quarantined
        kept = {(row["id"], row["account"]) for row in taken}
        refused = {tuple(row) for row in aside}
        for row in found:
            identity = (row[0], row[-1] if row[-1].strip() else None) if len(row) == len(HEADER) else None
            assert identity in kept or as_exported(row) in refused or unexported(identity) in kept

        again = load(importing(store), file, "transactions", mapping)
        assert again.result == "nothing new"
        assert rows(store, "transactions") == taken
        if outcome.quarantine_file:
            unmended = load(importing(store), Path(outcome.quarantine_file), "transactions", mapping)
            assert (unmended.counts.taken, unmended.counts.quarantined) == (0, counts.quarantined)


def as_exported(row: list[str]) -> tuple[str, ...]:
    """A row's cells as the quarantine writes them: formulas made harmless, blank for blank."""
    cells = (cell[1:] if read_as_text(cell) else cell for cell in row)
    return tuple("'" + cell if cell.lstrip("'")[:1] in tuple("=+-@\t\r") else cell for cell in cells)


def unexported(identity: tuple[str, str | None] | None) -> tuple[str, str | None] | None:
    """An id and an account as they are stored: without the apostrophe of an export."""
    if identity is None:
        return None
    name, account = identity
    return (
        name[1:] if read_as_text(name) else name,
        account[1:] if account and read_as_text(account) else account,
    )


def read_as_text(cell: str) -> bool:
    return cell.startswith("'") and cell.lstrip("'")[:1] in tuple("=+-@\t\r")


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused_with_words(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, store = Path(folder) / "noise.csv", Path(folder) / "store"
        file.write_bytes(b"id,date,type,amount\n" + content)
        try:
            counts = load(importing(store), file, "transactions").counts
        except Refused as refused:
            assert all(str(problem).startswith("noise.csv") for problem in refused.problems)
        else:
            assert counts.read == counts.taken + counts.duplicate + counts.quarantined
