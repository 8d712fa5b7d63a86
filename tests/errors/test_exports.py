"""Exports open as text in a spreadsheet program, and importing one gives the same text back."""

import csv
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from attain.engine.facts.spelling import connect, listed
from attain.engine.facts.tables import read_facts
from attain.engine.facts.writing import neutral, neutral_sql, read_back, write_csv
from tests.errors.company import importing, load, rows
from tests.shared import SHARED

SIGNS = "=+-@\t\r"
TEXTS = st.text(st.sampled_from("=+-@\t\r'ab 1"), min_size=1, max_size=6)


def test_formula_cells_go_out_harmless_and_come_back(store: Path, tmp_path: Path) -> None:
    load(importing(store), SHARED / "cases" / "bad_inputs" / "formula_cells.csv", "transactions")
    before = rows(store, "transactions")
    export = tmp_path / "export.csv"
    table = read_facts(store).tables["transactions"]
    with connect(tmp_path) as connection:
        kept = "SELECT * EXCLUDE (loaded, withdrawn) FROM"
        write_csv(connection, f"({kept} read_parquet({listed(table.paths)}))", export)
    with export.open(newline="") as opened:
        found = [row["account"] for row in csv.DictReader(opened)]
    assert found == ["'=cmd|'/C calc'!A0", "'+1+1", "'@SUM(A1:A9)", "'-2+3"]
    other = tmp_path / "other"
    load(importing(other), export, "transactions")
    assert rows(other, "transactions") == before


def test_numbers_are_left_alone(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    with connect(tmp_path) as connection:
        write_csv(
            connection, "(SELECT CAST(-5 AS DECIMAL(9,2)) AS amount, '-5' AS text, NULL AS blank)", export
        )
    assert export.read_text() == "amount,text,blank\n-5.00,'-5,\n"


@given(TEXTS)
def test_any_text_comes_back(text: str) -> None:
    written = neutral(text)
    assert written[:1] not in tuple(SIGNS)
    assert read_back(written) == text


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_both_ways_to_write_agree(texts: list[str]) -> None:
    with connect(Path()) as connection:
        values = ", ".join("(?)" for _ in texts)
        relation = f"(SELECT * FROM (VALUES {values}) AS t(x))"
        found = connection.execute(f"SELECT {neutral_sql('x')} FROM {relation}", texts).fetchall()
    assert [row[0] for row in found] == [neutral(text) for text in texts]
