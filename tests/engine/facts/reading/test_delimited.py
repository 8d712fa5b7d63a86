"""CSV: the fast reading and the strict one give the same rows, wherever the fast one gives any."""

import contextlib
import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attain.engine.facts.reading.delimited import CsvForm, open_delimited
from attain.engine.facts.reading.rows import LINE, ROW, Texts
from attain.engine.facts.spelling import connect
from attain.engine.values.problems import Refused

PIECES = st.lists(
    st.sampled_from(
        ['"', '""', ",", "\n", "\r\n", "\r", " ", "a", "bc", "é", "'=", "\t", ";", '","', '"\n"']
    ),
    max_size=25,
).map("".join)
Row = tuple[object, ...]


def read(connection: duckdb.DuckDBPyConnection, texts: Texts) -> list[Row]:
    cells = ", ".join(f"_c{at + 1}" for at in range(len(texts.header)))
    return connection.execute(f"SELECT {ROW}, {LINE}, {cells} FROM {texts.numbered()} ORDER BY 1").fetchall()


@settings(max_examples=120)
@given(PIECES)
@example('1,"2\n3"\n4,5\n')
@example('1, "2"\n')
@example('1,"2" \n')
@example("1,2\n\n3,4\n")
@example("1,2\r3,4\n")
@example('1,2"3\n')
@example('1,"2"3\n')
@example("1,2,\n")
@example(",,")
@example('"1,",2,""\n')
def test_both_readings_agree(body: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "x.csv"
        file.write_bytes(b"a,b\n" + body.encode())
        with connect(folder) as connection:
            opened = open_delimited(file, "x.csv", CsvForm(), folder, connection)
            fast = fast_rows(opened.fast, connection) if opened.sound else None
            try:
                strict = opened.scanned()
            except Refused:
                assert fast is None
                return
            if fast is not None:
                assert strict.row_faults == ()
                assert fast == read(connection, strict)


@settings(max_examples=120)
@given(PIECES, st.sampled_from(["a,b", "a", "a,b,c"]), st.sampled_from(['"', "'", ""]))
def test_the_strict_reading_is_that_of_the_csv_module(body: str, header: str, quote: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "x.csv"
        file.write_bytes(f"{header}\n{body}".encode())
        with connect(folder) as connection:
            form = CsvForm(separator=",", quote=quote)
            opened = open_delimited(file, "x.csv", form, folder, connection)
            try:
                strict = opened.scanned()
            except Refused:
                return
            found = {row[0]: row[2:] for row in read(connection, strict)}
        faulty = {fault.row: fault for fault in strict.row_faults}
        assert found.keys() & faulty.keys() == set()
        assert found.keys() | faulty.keys() == set(range(1, len(found) + len(faulty) + 1))
        records = csv.reader(
            io.StringIO(body, newline=""),
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            strict=True,
        )
        for row, record in enumerate(until_an_error(records), start=1):
            if row in found:
                assert found[row] == tuple(cell or None for cell in record)
            else:
                assert faulty[row].cells == tuple(record) or faulty[row].code == "after_quote"


def until_an_error(records: Iterator[list[str]]) -> Iterator[list[str]]:
    with contextlib.suppress(csv.Error):
        yield from (record for record in records if record)


def fast_rows(fast: object, connection: duckdb.DuckDBPyConnection) -> list[Row] | None:
    try:
        return read(connection, fast())  # type: ignore[operator]
    except duckdb.Error:
        return None


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"a,b\n1\n2,3\n", [(1, 2, "row_too_short")]),
        (b"a,b\n1,2,3\n", [(1, 2, "row_too_wide")]),
        (b'a,b\n1,"2"x\n3,4\n', [(1, 2, "after_quote")]),
        (b'a,b\n1, "2"\n3,4\n', [(1, 2, "space_before_quote")]),
        (b'a,b\n"x\ny",1\n\n7\n', [(2, 5, "row_too_short")]),
    ],
)
def test_rows_that_cannot_be_told_apart(
    content: bytes, faults: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with connect(tmp_path) as connection:
        texts = open_delimited(file, "x.csv", CsvForm(), tmp_path, connection).scanned()
    assert [(fault.row, fault.line, fault.code) for fault in texts.row_faults] == faults


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.csv F101 the file is empty (0 bytes)."),
        (b"\n1,2\n", "x.csv:1 F101 line 1, where the header belongs, is blank."),
        (b"a,a\n", 'x.csv:1 F107 column "a" appears twice (columns 1 and 2).'),
        (
            b"a,b;c\n",
            "x.csv:1 F108 the header has more than one sign that may separate columns: "
            "comma (1) and semicolon (1).",
        ),
        (b'a,"b\n1,2\n', "x.csv:1 F107 the header line is not sound: unexpected end of data."),
        (b"a,b\n" + b"x" * 5_000_000, "x.csv:2 F110 line 2 is longer than 4,000,000 bytes."),
    ],
)
def test_files_without_one_reading(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with connect(tmp_path) as connection, pytest.raises(Refused) as refused:
        open_delimited(file, "x.csv", CsvForm(), tmp_path, connection)
    assert str(refused.value).splitlines()[0] == message


def test_a_header_further_down_and_an_encoding_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("Report of März\n\nname;sum\nMüller;1,5\n".encode("cp1252"))
    with connect(tmp_path) as connection:
        opened = open_delimited(file, "x.csv", CsvForm("cp1252", header_row=3), tmp_path, connection)
        assert opened.header == ("name", "sum")
        assert read(connection, opened.scanned()) == [(1, 4, "Müller", "1,5")]


def test_an_encoding_that_the_bytes_contradict(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"a,b\n1,\x81\n")
    with connect(tmp_path) as connection, pytest.raises(Refused) as refused:
        open_delimited(file, "x.csv", CsvForm("cp1252"), tmp_path, connection)
    assert str(refused.value).startswith("x.csv:2 F102 not cp1252: byte 81 in line 2.")
