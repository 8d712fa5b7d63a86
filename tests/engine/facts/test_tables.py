"""Facts of a plain folder and from Python rows: typed, exact, refused by place where they are malformed."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from attain.engine.facts.tables import Facts, FactTable, read_facts
from attain.engine.values.problems import Refused


def content(table: FactTable) -> list[tuple[object, ...]]:
    return duckdb.read_parquet([str(path) for path in table.paths]).fetchall()


def types(table: FactTable) -> dict[str, str]:
    described = duckdb.execute(f"DESCRIBE SELECT * FROM read_parquet('{table.paths[0]}')").fetchall()
    return {row[0]: row[1] for row in described}


def folder_of(tmp_path: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_columns_have_the_kind_that_their_cells_share(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        transactions="id,date,type,amount,units,zip,closed,note,discount\n"
        "1,2025-01-31,booking,1.50,3,01234,2025-02-01,,4 %\n2,2025-02-28,return,-2,4,99999,,,12.5 %\n",
    )
    table = read_facts(folder).tables["transactions"]
    assert table.columns == {
        "id": "text", "date": "date", "type": "text", "amount": "number", "units": "number", "zip": "text",
        "closed": "date", "note": "text", "discount": "number",
    }  # fmt: skip
    assert types(table)["amount"] == "DECIMAL(18,2)"
    assert types(table)["units"] == "DECIMAL(18,0)"
    assert types(table)["discount"] == "DECIMAL(18,3)"
    assert content(table)[0] == (
        "1", dt.date(2025, 1, 31), "booking", Decimal("1.50"), Decimal(3), "01234", dt.date(2025, 2, 1), None,
        Decimal("0.040"),
    )  # fmt: skip
    assert (table.rows, table.key) == (2, ("id",))


def test_rates_keep_twelve_decimals(tmp_path: Path) -> None:
    text = "date,from,to,rate\n2025-01-31,EUR,USD,1.123456789012\n"
    table = read_facts(folder_of(tmp_path, exchange_rates=text)).tables["exchange_rates"]
    assert content(table)[0][3] == Decimal("1.123456789012")


BOOKING = "id,date,type,amount\n"
MALFORMED = [
    (
        "transactions",
        BOOKING + "T1,2025-02-30,b,1\n",
        ':2 F201 row 1, column date: "2025-02-30" is no day of the calendar.',
    ),
    ("transactions", BOOKING + ",2025-02-01,b,1\n", ":2 F201 row 1, column id: id is missing."),
    (
        "transactions",
        BOOKING + "T,2025-02-01,b,1e5\n",
        ':2 F201 row 1, column amount: "1e5" has an exponent: digits may have been lost in the export.',
    ),
    (
        "transactions",
        BOOKING + "T,2025-02-01,b\n",
        ":2 F201 row 1: 3 fields, the header has 4: a missing field is not a blank.",
    ),
    (
        "transactions",
        "id,date,type,withdrawn\nT,2025-02-01,b,maybe\n",
        ':2 F201 row 1, column withdrawn: "maybe" is none of yes, no.',
    ),
    ("transactions", "id,date\nT,2025-02-01\n", " F106 no column for type; the columns found are id, date."),
    ("closings", "period,moment\n2025-01,soon\n", ':2 F201 row 1, column moment: "soon" is no moment.'),
    ("aliases", "alias,position,participant\nx,,\n", ":2 F201 row 1, column position: position is missing."),
]


@pytest.mark.parametrize(("name", "text", "message"), MALFORMED)
def test_what_is_malformed_is_named(name: str, text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_facts(folder_of(tmp_path, **{name: text}))
    assert str(refused.value).splitlines()[0] == f"{name}.csv{message}"


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, positions="position,role\n,AE\n", holidays="date\nx\ny\n")
    with pytest.raises(Refused) as refused:
        read_facts(folder)
    assert [problem.place and problem.place.file for problem in refused.value.problems] == [
        "holidays.csv", "holidays.csv", "positions.csv",
    ]  # fmt: skip


def test_a_bare_date_as_a_moment(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        closings="period,moment\n2025-01,2025-02-03\n2025-02,2025-03-03T09:00:00+01:00\n",
        transactions="id,date,type,loaded\nT1,2025-01-31,b,2025-02-03\n",
    )
    facts = read_facts(folder)
    assert content(facts.tables["closings"]) == [
        ("2025-01", dt.datetime.fromisoformat("2025-02-03 23:59:59.999999")),
        ("2025-02", dt.datetime.fromisoformat("2025-03-03 08:00")),
    ]
    assert content(facts.tables["transactions"])[0][3] == dt.datetime.fromisoformat("2025-02-03")


def test_of_versions_loaded_at_the_same_moment_the_later_in_the_file_counts(tmp_path: Path) -> None:
    text = (
        "id,date,type,amount,loaded\nT1,2025-01-31,b,1,2025-02-01\nT2,2025-01-31,b,5,\n"
        "T1,2025-01-31,b,2,2025-02-01\nT1,2025-01-31,b,3,2025-02-02\nT2,2025-01-31,b,6,\n"
    )
    table = read_facts(folder_of(tmp_path, transactions=text)).tables["transactions"]
    assert [(row[0], row[3]) for row in content(table)] == [("T1", 2), ("T1", 3), ("T2", 6)]
    assert table.rows == 3


def test_known_as_of(tmp_path: Path) -> None:
    text = (
        "id,date,type,amount,loaded,withdrawn\nT1,2025-01-31,b,1,,\nT1,2025-01-31,b,2,2025-02-02,\n"
        "T1,2025-01-31,b,2,2025-02-03,yes\nT2,2025-01-31,b,9,2025-02-02T12:00:00Z,\n"
    )
    facts = read_facts(folder_of(tmp_path, transactions=text))

    def known(moment: str) -> dict[object, object]:
        table = facts.known_as_of(dt.datetime.fromisoformat(moment)).tables["transactions"]
        return {row[0]: row[3] for row in content(table)}

    assert known("2025-02-01") == {"T1": 1}
    assert known("2025-02-02 11:59") == {"T1": 2}
    assert known("2025-02-02 12:00") == {"T1": 2, "T2": 9}
    assert known("2025-02-03") == {"T2": 9}


def test_parquet_that_has_its_types_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "transactions.parquet"
    duckdb.execute(
        "COPY (SELECT 'T1' id, DATE '2025-01-31' AS date, 'b' AS type, CAST(1.5 AS DECIMAL(18,2)) amount) "
        f"TO '{file}' (FORMAT parquet)"
    )
    table = read_facts(tmp_path).tables["transactions"]
    assert table.paths == (file,)
    assert (table.rows, table.columns["amount"]) == (1, "number")


def test_parquet_of_texts_and_whole_numbers_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "transactions.parquet"
    duckdb.execute(
        "COPY (SELECT 7 AS id, '2025-01-31' AS date, 'b' AS type, 5 AS amount UNION ALL "
        f"SELECT 7, '2025-01-31', 'b', 6) TO '{file}' (FORMAT parquet)"
    )
    table = read_facts(tmp_path).tables["transactions"]
    assert content(table) == [("7", dt.date(2025, 1, 31), "b", Decimal(6))]


def test_parquet_of_binary_fractions_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "transactions.parquet"
    duckdb.execute(
        "COPY (SELECT 'T1' AS id, DATE '2025-01-31' AS date, 'b' AS type, CAST(1.5 AS DOUBLE) AS amount) "
        f"TO '{file}' (FORMAT parquet)"
    )
    with pytest.raises(Refused) as refused:
        read_facts(tmp_path)
    assert str(refused.value).startswith(
        'transactions.parquet F105 column "amount" holds binary fractions (DOUBLE)'
    )


def test_facts_from_python_rows_keep_texts_and_numbers_exactly() -> None:
    noon = dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC)
    rows = [
        {"id": "'=1", "date": dt.date(2025, 1, 31), "type": "b", "amount": Decimal("0.1"), "units": 3},
        {"id": "T2", "date": "2025-01-31", "type": "b", "amount": "7", "units": None, "loaded": noon},
    ]
    table = Facts.from_rows({"transactions": rows, "splits": []}).tables["transactions"]
    assert [row[0] for row in content(table)] == ["'=1", "T2"]
    assert content(table)[0][3:] == (Decimal("0.1"), Decimal(3), None)
    assert content(table)[1][5] == dt.datetime.fromisoformat("2025-02-01 12:00")


def test_facts_from_python_rows_are_refused_by_place() -> None:
    with pytest.raises(Refused) as refused:
        Facts.from_rows(
            {"quotas": [{"position": "AE-1", "measure": "b", "period": "2025", "amount": "many"}]}
        )
    assert str(refused.value).startswith('quotas (rows):1 F201 row 1, column amount: "many" is not a number.')


def test_a_folder_that_is_none_and_a_table_twice(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_facts(tmp_path / "nowhere")
    assert "is no folder." in str(refused.value)
    folder_of(tmp_path, holidays="date\n2025-01-01\n")
    (tmp_path / "holidays.parquet").write_bytes(b"")
    with pytest.raises(Refused) as refused:
        read_facts(tmp_path)
    assert str(refused.value).startswith("F100 holidays is there as CSV and as Parquet.")
