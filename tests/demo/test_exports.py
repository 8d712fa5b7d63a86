"""The raw files: what a mapping must undo, and that it can."""

import csv
from decimal import Decimal

from attain.demo.exports import BROKEN, write_exports
from attain.engine.facts.mapping.model import load_mapping


def read(path, separator, encoding):
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=separator))


def test_the_crm_names_people_and_writes_as_americans_do(tables, tmp_path):
    write_exports(tmp_path, tables)
    rows = read(tmp_path / "crm_opportunities.csv", ",", "utf-8")
    emails = {row["email"] for row in tables["participants"]}
    assert {row["Owner Email"] for row in rows} <= emails
    wrong = [number for number, row in enumerate(rows) if row["Amount"] == "on request"]
    assert wrong == [2000] and len(BROKEN) == 3
    amounts = [Decimal(row["Amount"].replace(",", "")) for n, row in enumerate(rows) if n not in wrong]
    told = [deal["amount"] for n, deal in enumerate(tables["opportunities"]) if n not in wrong]
    assert amounts == told


def test_the_erp_writes_as_germans_do(tables, tmp_path):
    write_exports(tmp_path, tables)
    rows = read(tmp_path / "erp_invoices_europe.csv", ";", "cp1252")
    total = sum(Decimal(row["Betrag"].replace(".", "").replace(",", ".")) for row in rows)
    assert total == sum(
        row["amount"]
        for row in tables["transactions"]
        if row["type"] == "invoice" and row["region"] == "Europe"
    )


def test_each_export_has_a_mapping_that_is_one(tables, tmp_path):
    write_exports(tmp_path, tables)
    for export in sorted(tmp_path.glob("*.csv")):
        path = export.with_suffix(".yaml")
        mapped = load_mapping(path.name, path.read_text(encoding="utf-8"))
        named = {column.from_ for column in mapped.mapping.columns.values() if column.from_}
        header = export.read_text(encoding=mapped.mapping.encoding).splitlines()[0]
        assert all(name in header for name in named)
