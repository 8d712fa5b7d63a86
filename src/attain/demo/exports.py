"""Raw files as a CRM and an ERP hand them over: people by e-mail, dates and numbers as their country writes
them, a few rows that cannot be right. `mappings/` says how each becomes a table."""

import csv
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copyfile

from attain.demo.days import LAST_DAY
from attain.demo.rows import Row, Tables

BROKEN = {100: ("Close Date", "02/30/2026"), 2000: ("Amount", "on request"), 9000: ("Created Date", "soon")}
EUROPE = "Europe"


def write_exports(folder: Path, tables: Tables) -> None:
    """`crm_opportunities.csv`, `erp_invoices_europe.csv` and a mapping for each, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "crm_opportunities.csv", crm_rows(tables), ",", "utf-8")
    write(folder / "erp_invoices_europe.csv", erp_rows(tables), ";", "cp1252")
    with as_file(files("attain.demo") / "mappings") as mappings:
        for path in sorted(mappings.glob("*.yaml")):
            copyfile(path, folder / path.name)


def write(path: Path, rows: list[Row], separator: str, encoding: str) -> None:
    """A CSV in the encoding and with the separator of its source."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=separator, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def crm_rows(tables: Tables) -> list[Row]:
    """The opportunities as the CRM exports them; the rows of BROKEN hold what a person once typed."""
    owner = addresses(tables)
    rows = []
    for deal in tables["opportunities"]:
        day = deal["closed_on"] or min(deal["expected_close"], LAST_DAY)
        rows.append(
            {
                "Opportunity ID": deal["id"],
                "Opportunity Name": deal["name"],
                "Account ID": deal["account"],
                "Owner Email": owner(deal["owner"], day),
                "Stage": deal["stage"],
                "Created Date": american(deal["created_on"]),
                "Close Date": american(deal["closed_on"] or deal["expected_close"]),
                "Amount": f"{deal['amount']:,.2f}",
                "Amount Currency": deal["currency"],
                "Lead Source": deal["source"],
            }
        )
    for number, (column, text) in BROKEN.items():
        rows[number][column] = text
    return rows


def erp_rows(tables: Tables) -> list[Row]:
    """Europe's invoices as the ERP exports them."""
    return [
        {
            "Beleg": row["id"],
            "Datum": f"{row['date']:%d.%m.%Y}",
            "Auftrag": row["booking"],
            "Artikel": row["product"],
            "Betrag": german(row["amount"]),
            "Währung": row["currency"],
        }
        for row in tables["transactions"]
        if row["type"] == "invoice" and row["region"] == EUROPE
    ]


def american(day: date) -> str:
    """`02/28/2026`"""
    return f"{day:%m/%d/%Y}"


def german(amount: Decimal) -> str:
    """`1.234,50`"""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def addresses(tables: Tables) -> Callable[[str, date], str]:
    """address(position, day): the e-mail of who held the position on the day, or last before it."""
    emails: dict[str, str] = {row["participant"]: row["email"] for row in tables["participants"]}
    seats: dict[str, list[tuple[date, str]]] = {}
    for row in tables["assignments"]:
        seats.setdefault(row["position"], []).append((row["first"], emails[row["participant"]]))

    def on(position: str, day: date) -> str:
        held = sorted(seats[position])
        return held[max(0, bisect_right([first for first, _ in held], day) - 1)][1]

    return on
