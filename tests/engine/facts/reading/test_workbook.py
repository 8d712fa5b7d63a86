"""Workbooks: what a cell shows and means, and what must not get in."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from attain.engine.facts.reading.rows import Texts
from attain.engine.facts.reading.workbook import read_workbook
from attain.engine.facts.spelling import connect
from attain.engine.values.problems import Refused


def read(file: Path, scratch: Path, sheet: str | None = None, header_row: int = 1) -> Texts:
    return read_workbook(file, file.name, "", sheet, header_row, scratch)


def cells(texts: Texts, scratch: Path) -> list[tuple[object, ...]]:
    with connect(scratch) as connection:
        return connection.execute(f"SELECT * FROM {texts.numbered()} ORDER BY 1").fetchall()


def made(tmp_path: Path, rows: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    file = tmp_path / "x.xlsx"
    workbook.save(file)
    return file


def test_cells_are_read_as_they_are_meant(tmp_path: Path) -> None:
    day, noon = dt.date(2025, 1, 31), dt.datetime.fromisoformat("2025-01-31 12:00")
    file = made(
        tmp_path,
        [
            ["text", "number", "small", "day", "moment", "truth"],
            [" Zoë & <Co>\nNorth ", 1234.5, 1e-7, day, noon, True],
            ["007", 12345678901234567, 0.1 + 0.2, dt.date(1900, 1, 1), None, False],
        ],
    )
    texts = read(file, tmp_path)
    assert texts.header == ("text", "number", "small", "day", "moment", "truth")
    assert cells(texts, tmp_path) == [
        (1, 2, " Zoë & <Co>\nNorth ", "1234.5", "0.0000001", "2025-01-31", "2025-01-31 12:00:00", "TRUE"),
        (2, 3, "007", "12345678901234600", "0.3", "1900-01-01", None, "FALSE"),
    ]


def test_blank_rows_do_not_count_and_wide_rows_are_faulty(tmp_path: Path) -> None:
    texts = read(
        made(tmp_path, [["title"], [], ["a", "b"], [1, 2], [], [3, 4, 5], [6]]), tmp_path, header_row=3
    )
    assert cells(texts, tmp_path) == [(1, 4, "1", "2"), (3, 7, "6", None)]
    assert [(fault.row, fault.line, fault.code, fault.cells) for fault in texts.row_faults] == [
        (2, 6, "row_too_wide", ("3", "4", "5"))
    ]


def test_days_counted_from_1904(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append(["day"])
    workbook.active.append([dt.date(2025, 1, 31)])
    workbook.save(tmp_path / "x.xlsx")
    assert cells(read(tmp_path / "x.xlsx", tmp_path), tmp_path) == [(1, 2, "2025-01-31")]


def with_part(file: Path, name: str, change: tuple[str, str]) -> Path:
    """The same workbook with one part changed."""
    changed = file.with_name("changed.xlsx")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(changed, "w") as target:
        for part in source.namelist():
            content = source.read(part).decode()
            if part == name:
                assert change[0] in content
                content = content.replace(*change)
            target.writestr(part, content)
    return changed


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    file = with_part(made(tmp_path, [["a"], [1]]), "xl/worksheets/sheet1.xml", ("<worksheet", bomb))
    with pytest.raises(Refused) as refused:
        read(file, tmp_path)
    assert str(refused.value).startswith("changed.xlsx F120 a part of the workbook declares a document type.")


def test_an_error_and_a_day_that_is_none_are_faults_of_their_cells(tmp_path: Path) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    file = with_part(
        made(tmp_path, [["a", "b"], [dt.date(2025, 1, 31), 7]]), sheet, ("<v>45688</v>", "<v>99999999</v>")
    )
    file = with_part(
        file.rename(tmp_path / "y.xlsx"), sheet, ('<c r="B2" t="n"><v>7', '<c r="B2" t="e"><v>#N/A')
    )
    texts = read(file, tmp_path)
    assert [(fault.row, fault.column, fault.code, fault.detail) for fault in texts.cell_faults] == [
        (1, 0, "no_such_serial", "99999999"),
        (1, 1, "error_cell", "#N/A"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"not at all"])
def test_what_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read(file, tmp_path)
    assert str(refused.value).startswith("x.xlsx F120 not a workbook: something else with the name of one.")


def test_a_workbook_that_is_damaged_inside(tmp_path: Path) -> None:
    file = with_part(made(tmp_path, [["a"], [1]]), "xl/worksheets/sheet1.xml", ("</sheetData>", ""))
    with pytest.raises(Refused) as refused:
        read(file, tmp_path)
    assert str(refused.value).startswith(
        "changed.xlsx F120 the workbook is damaged (ExpatError: mismatched tag"
    )


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(made(tmp_path, [["a"], [1]]), tmp_path, sheet="March")
    assert str(refused.value).splitlines() == ['x.xlsx F122 no sheet "March".', "    The sheets are Sheet."]
