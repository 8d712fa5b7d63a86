"""Public exports as the files are: imported by mappings, their control totals, pay reckoned by other means.

The control totals are those of the data's README; payments are compared with sums over the CSVs in Fractions.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from attain.cli import attain
from attain.engine.calculation import Results, calculate
from attain.engine.facts.tables import read_facts
from attain.engine.language import Plan, load_documents
from tests.shared import SHARED

HERE = Path(__file__).resolve().parent
DATA = SHARED / "data"


def load(store: Path, file: Path, mapping: str) -> str:
    """What `attain import` says of a file."""
    words = [
        "import",
        str(file),
        "--mapping",
        str(HERE / "mappings" / f"{mapping}.yaml"),
        "--store",
        str(store),
    ]
    done = CliRunner().invoke(attain, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def rows(file: Path) -> Iterator[dict[str, str]]:
    """A CSV as it is."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8-sig")
    yield from csv.DictReader(text.splitlines())


def pay(store: Path, plan: str, first: str, last: str) -> Results:
    """The pay of all periods that the data hold."""
    documents = load_documents([HERE / "plans" / f"{plan}.yaml"])
    return calculate([d for d in documents if isinstance(d, Plan)], read_facts(store), first, last)


def paid(results: Results) -> dict[tuple[str, str], Decimal]:
    """Payments by participant and period."""
    table = results.table("payments").select(["participant", "period", "paid"]).to_pylist()
    return {(row["participant"], row["period"]): row["paid"] for row in table if row["paid"]}


def cents(amount: Fraction) -> Decimal:
    """Rounded half-up, away from zero for negatives."""
    units = (abs(amount) * 200 + 1) // 2
    return (Decimal(int(units)) * (1 if amount >= 0 else -1)).scaleb(-2)


def quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def total(store: Path, table: str, column: str, where: str = "TRUE") -> Decimal:
    """The sum of a column of what the store holds."""
    paths = read_facts(store).tables[table].paths
    files = ", ".join(f"'{path}'" for path in paths)
    found = duckdb.execute(f"SELECT sum({column}) FROM read_parquet([{files}]) WHERE {where}").fetchall()
    return Decimal(found[0][0])


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("crm") / "store"
    folder = DATA / "crm_sales_opportunities"
    for mapping in ("crm_agents", "crm_assignments", "crm_reporting"):
        load(store, folder / "sales_teams.csv", mapping)
    for mapping in ("crm_opportunities", "crm_won"):
        load(store, folder / "sales_pipeline.csv", mapping)
    return store


def test_the_pipeline_keeps_every_row_and_its_control_totals(crm: Path) -> None:
    assert total(crm, "opportunities", "1") == 8800
    assert total(crm, "opportunities", "1", "product = 'GTX Pro'") == 1480
    assert total(crm, "transactions", "1") == 4238
    assert total(crm, "transactions", "amount") == 10_005_534
    assert total(crm, "transactions", "amount", "owner = 'Darcel Schlecht'") == 1_153_214
    assert total(crm, "transactions", "amount", "date < DATE '2017-04-01'") == 1_134_672


def test_every_month_of_the_pipeline_is_paid_as_the_csv_says(crm: Path) -> None:
    to_date: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for row in rows(DATA / "crm_sales_opportunities" / "sales_pipeline.csv"):
        if row["deal_stage"] == "Won":
            to_date[row["sales_agent"]][row["close_date"][:7]] += Fraction(row["close_value"])
    expected = {}
    for agent, months in to_date.items():
        before = won = Fraction(0)
        for month in (f"2017-{number:02}" for number in range(1, 13)):
            won += months.get(month, Fraction(0))
            earned = won * Fraction(4, 100) + max(won - 100000, Fraction(0)) * Fraction(2, 100)
            if amount := cents(earned - before):
                expected[agent, month] = amount
            before = earned
    results = pay(crm, "crm", "2017-01", "2017-12")
    assert paid(results) == expected
    assert len(expected) > 250
    assert results.table("exceptions").num_rows == 0


def test_the_dirty_twin_loses_no_row(tmp_path: Path) -> None:
    said = load(
        tmp_path / "store", DATA / "crm_sales_opportunities_dirty" / "sales_pipeline.csv", "dirty_orders"
    )
    assert total(tmp_path / "store", "transactions", "1") == 8800, said
    for year, count in ((2022, 358), (2023, 7942), (2024, 365), (2025, 135)):
        assert total(tmp_path / "store", "transactions", "1", f"year(date) = {year}") == count


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store, folder = tmp_path_factory.mktemp("northwind") / "store", DATA / "northwind"
    load(store, folder / "Employees.csv", "northwind_positions")
    load(store, folder / "Employees.csv", "northwind_assignments")
    load(store, folder / "Orders.csv", "northwind_orders")
    load(store, folder / "OrderDetails.csv", "northwind_lines")
    return store


def test_northwind_keeps_its_control_totals(northwind: Path) -> None:
    assert total(northwind, "transactions", "amount") == Decimal("64942.69")
    assert total(northwind, "order_line", "unit_price * quantity") == Decimal("1354458.59")
    assert total(northwind, "order_line", "quantity") == 51317


def test_every_quarter_of_northwind_is_paid_as_the_csvs_say(northwind: Path) -> None:
    orders = {row["OrderID"]: row for row in rows(DATA / "northwind" / "Orders.csv")}
    sold: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in rows(DATA / "northwind" / "OrderDetails.csv"):
        order = orders[row["OrderID"]]
        net = Fraction(row["UnitPrice"]) * Fraction(row["Quantity"]) * (1 - Fraction(row["Discount"]))
        sold[order["EmployeeID"], quarter(order["OrderDate"])] += net
    expected = {key: cents(net * Fraction(25, 1000)) for key, net in sold.items()}
    assert paid(pay(northwind, "northwind", "1996-Q1", "1998-Q4")) == expected


@pytest.fixture(scope="module")
def adventureworks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adventureworks")
    store, plain = folder / "store", folder / "SalesOrderHeader.csv"
    plain.write_bytes(gzip.decompress((DATA / "adventureworks" / "SalesOrderHeader.csv.gz").read_bytes()))
    load(store, DATA / "adventureworks" / "SalesPerson.csv", "adventureworks_positions")
    load(store, DATA / "adventureworks" / "SalesPerson.csv", "adventureworks_assignments")
    load(store, plain, "adventureworks_orders")
    return store


def test_adventureworks_keeps_its_control_totals(adventureworks: Path) -> None:
    assert total(adventureworks, "transactions", "1") == 31465
    assert total(adventureworks, "transactions", "amount") == Decimal("109846381.4039")
    assert total(adventureworks, "transactions", "tax") == Decimal("10186974.4602")
    assert total(adventureworks, "transactions", "freight") == Decimal("3183430.2518")
    assert total(adventureworks, "transactions", "total_due") == Decimal("123216786.1159")
    assert total(adventureworks, "transactions", "1", "type = 'order'") == 3806
    assert total(adventureworks, "transactions", "amount", "type = 'order'") == Decimal("80487704.1832")
    assert total(adventureworks, "transactions", "amount", "owner = '276'") == Decimal("10367007.4265")
    assert total(adventureworks, "transactions", "amount", "year(date) = 2013") == Decimal("43622479.0537")


def test_every_quarter_of_adventureworks_is_paid_as_the_csv_says(adventureworks: Path) -> None:
    sold: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in rows(DATA / "adventureworks" / "SalesOrderHeader.csv.gz"):
        if row["SalesPersonID"]:
            sold[row["SalesPersonID"], quarter(row["OrderDate"])] += Fraction(row["SubTotal"])

    def rate(sales: Fraction) -> Fraction:
        percent = 2 if sales >= 1_000_000 else Fraction(3, 2) if sales >= 500_000 else 1
        return Fraction(percent) / 100

    expected = {key: cents(sales * rate(sales)) for key, sales in sold.items()}
    assert paid(pay(adventureworks, "adventureworks", "2011-Q1", "2014-Q4")) == expected
