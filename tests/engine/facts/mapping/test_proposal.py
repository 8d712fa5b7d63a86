"""The proposal for a file is a mapping that loads, once what it asks for is said."""

from pathlib import Path

import pytest

from attain.engine.facts.mapping.model import load_mapping
from attain.engine.facts.mapping.proposal import Proposal, propose
from attain.engine.facts.spelling import connect
from attain.engine.facts.store.importing import Importing
from tests.engine.facts.store.test_versions import START
from tests.shared import SHARED


def proposed(file: Path, table: str, scratch: Path) -> Proposal:
    with connect(scratch) as connection:
        return propose(file, table, scratch, connection)


def test_signs_formats_and_columns_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_bytes(
        "Order Number;Order Date;Type;Rep;Total;Currency;Customer\n"
        "1;31.01.2025;booking;Zoë;1.234,50;EUR;Müller\n2;01.02.2025;booking;Ann;99,5;EUR;\n".encode("cp1252")
    )
    found = proposed(file, "transactions", tmp_path)
    assert found.text.splitlines() == [
        "mapping: deals.csv to transactions",
        "table: transactions",
        "encoding: cp1252  # the file does not say: look at letters beyond ASCII below",
        "separator: semicolon",
        'decimal sign: ","',
        'thousands sign: "."',
        "columns:",
        "  id: Order Number",
        "  date: {from: Order Date, date format: DD.MM.YYYY}",
        "  type: Type",
        "  owner: Rep",
        "  amount: Total",
        "  currency: Currency",
        "  account: Customer",
        "",
        "# The first rows of the file:",
        "# Order Number,Order Date,Type,Rep,Total,Currency,Customer",
        '# 1,31.01.2025,booking,Zoë,"1.234,50",EUR,Müller',
        '# 2,01.02.2025,booking,Ann,"99,5",EUR,',
    ]
    assert found.doubts == ("the encoding cp1252 is a guess",)
    outcome = Importing(tmp_path / "store", "tester").load(file, load_mapping("m.yaml", found.text), START)
    assert str(outcome.totals[0]) == "amount EUR: 1334.00 in 2 rows"


def test_a_date_with_two_readings_is_a_doubt(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("id,date,type,amount\n1,05/06/2025,booking,1\n")
    found = proposed(file, "transactions", tmp_path)
    assert "  date: {from: date, date format: MM/DD/YYYY}  # or DD/MM/YYYY?" in found.text.splitlines()
    assert "date may be MM/DD/YYYY or DD/MM/YYYY" in found.doubts


def test_a_faulty_row_does_not_hide_the_others(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("id,date,type,amount\n1\n2,31.12.2025,booking,1\n")
    found = proposed(file, "transactions", tmp_path)
    assert "  date: {from: date, date format: DD.MM.YYYY}" in found.text.splitlines()


@pytest.mark.parametrize(
    ("file", "table", "doubts"),
    [
        ("crm_sales_opportunities/sales_pipeline.csv", "transactions", ()),
        (
            "northwind/Orders.csv",
            "transactions",
            ("no column looks like type", "no column looks like amount"),
        ),
        ("adventureworks/SalesOrderHeader.csv.gz", "transactions", ()),
    ],
)
def test_real_exports(file: str, table: str, doubts: tuple[str, ...], tmp_path: Path) -> None:
    found = proposed(SHARED / "data" / file, table, tmp_path)
    assert found.doubts == doubts
    assert load_mapping("m.yaml", found.text).mapping.table == table
