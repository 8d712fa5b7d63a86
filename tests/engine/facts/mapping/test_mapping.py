"""The mapping document: what it takes, and what it says of what it does not take."""

from pathlib import Path

import duckdb
import pytest

from attain.engine.facts.mapping.model import load_mapping
from attain.engine.facts.store.importing import Importing
from attain.engine.facts.tables import read_facts
from attain.engine.values.problems import Refused
from tests.engine.facts.store.test_versions import START

EXPORT = """Deal No;Closed;Stage;Rep;Value;Discount;Product
1001;31.01.2025;Won; Darcel   Schlecht;1.234,50;10;GTXPro
1002;01.02.2025;Lost;Moses Frase;99;0;MG
1003;1.2.2025;Won;Moses Frase;-5,00;5;
"""
MAPPING = r"""
mapping: Deals of the CRM
table: transactions
separator: semicolon
date format: D.M.YYYY
decimal sign: ","
currency: EUR
columns:
  id: Deal No
  date: {from: Closed}
  type: {constant: booking}
  owner: {sql: "regexp_replace(trim(\"Rep\"), '\\s+', ' ', 'g')"}
  amount: Value
  discount: {from: Discount, percent: yes, type: number}
  product: {from: Product, aliases: {GTXPro: GTX Pro}, if blank: none}
where: "\"Stage\" = 'Won'"
"""


def test_a_mapping_reads_a_foreign_export(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(EXPORT)
    outcome = Importing(tmp_path / "store", "tester").load(file, load_mapping("m.yaml", MAPPING), START)
    assert str(outcome).splitlines() == [
        "deals.csv → transactions, load 1",
        "  3 rows read: 2 taken, 0 changed, 0 unchanged, 0 duplicate, 0 quarantined, 1 skipped by where",
        "  amount EUR: 1229.50 in 2 rows",
    ]
    path = read_facts(tmp_path / "store").tables["transactions"].paths[0]
    found = duckdb.execute(
        "SELECT id, CAST(date AS VARCHAR), type, owner, CAST(amount AS VARCHAR), CAST(discount AS VARCHAR), "
        f"product, currency FROM read_parquet('{path}') ORDER BY id"
    ).fetchall()
    assert found == [
        ("1001", "2025-01-31", "booking", "Darcel Schlecht", "1234.50", "0.10", "GTX Pro", "EUR"),
        ("1003", "2025-02-01", "booking", "Moses Frase", "-5.00", "0.05", "none", "EUR"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "m.yaml F300 not one document of keys and values."),
        (
            "table: [",
            "m.yaml:1:9 F300 not readable as YAML: expected the node content, but found '<stream end>'.",
        ),
        ("a: &x 1\nb: *x", "m.yaml:1:4 F302 an anchor (&) stands here."),
        ("<<: {a: 1}", "m.yaml:1:1 F302 a merge key (<<) stands here."),
        ("table: !!python/object:os.system x", "m.yaml:1:8 F302 a tag (!) stands here."),
        ("table: t\ntable: u", 'm.yaml:2:1 F302 the key "table" stands twice.'),
        ("table: t\n" + "about: " + "x" * 200_001, "m.yaml F301 longer than 200,000 characters."),
        ("columns: {}", "m.yaml:1:1 F303 table is missing."),
        ("table: t\nform: x", 'm.yaml:2:7 F303 "form" is no key here.'),
        ("table: T", "m.yaml:1:8 F303 table: a table's name is snake_case."),
        (
            "table: t\nencoding: utf-7",
            "m.yaml:2:11 F303 encoding: utf-7 is no encoding of text files; "
            "write utf-8, cp1252, utf-16-le or such.",
        ),
        (
            "table: t\ntime zone: Mars/Olympus",
            'm.yaml:2:12 F303 time zone: no time zone "Mars/Olympus"; '
            "write one such as Europe/Berlin, or UTC.",
        ),
        (
            "table: t\ncolumns: {a: {from: b, constant: c}}",
            "m.yaml:2:14 F303 columns → a: say exactly one of from, constant and sql.",
        ),
        (
            "table: t\ncolumns: {loaded: x}",
            "m.yaml:2:10 F303 columns: loaded is what the store itself says; leave it out.",
        ),
        (
            "table: quotas\nkey: [id]",
            "m.yaml:1:1 F303 the mapping: quotas has the key position, measure, period; leave key out.",
        ),
        (
            "table: t\ndate format: MM/DD",
            "m.yaml:2:14 F303 date format: a date format is made of YYYY, MM or M or MMM, DD or D, "
            "hh, mm, ss and signs between.",
        ),
    ],
)
def test_what_a_mapping_does_not_take(text: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        load_mapping("m.yaml", text)
    assert str(refused.value).splitlines()[0] == message


def test_a_bomb_of_aliases_is_refused_before_it_expands() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(Refused) as refused:
        load_mapping("m.yaml", "\n".join(lines))
    assert refused.value.problems[0].message == "an anchor (&) stands here."


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("id: ID", 'm.yaml:3:7 F106 no column "ID" in x.csv.'),
        ("id: {sql: sum(amount)}", "m.yaml:3:13 F310 column id: sum is not allowed here."),
        (
            "amount: {from: amount, type: date}",
            "m.yaml:3:11 F304 column amount of transactions is a number, not a date.",
        ),
        ("id: id", "x.csv F106 no column for date, type, amount; the columns found are id, date, amount."),
    ],
)
def test_a_mapping_that_does_not_fit_the_file(columns: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("id,date,amount\nT1,2025-01-31,1\n")
    mapped = load_mapping("m.yaml", f"table: transactions\ncolumns:\n  {columns}\n")
    with pytest.raises(Refused) as refused:
        Importing(tmp_path / "store", "tester").load(file, mapped, START)
    assert str(refused.value).splitlines()[0] == message


def test_a_cell_that_an_expression_cannot_take_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("id,date,price,units\nT1,2025-01-31,1.10,3\nT2,2025-01-31,abc,3\n")
    mapped = load_mapping(
        "m.yaml",
        "table: transactions\ncolumns:\n  id: id\n  date: date\n  type: {constant: booking}\n"
        "  amount: {sql: 'cast(price as decimal(12, 2)) * cast(units as decimal(6, 0))'}\n",
    )
    outcome = Importing(tmp_path / "store", "tester").load(file, mapped, START)
    assert [str(row) for row in outcome.quarantine] == [
        "row 2, column amount: the expression of amount gives nothing here. "
        "Mend the cells that it reads, or use try_cast and say what a blank means."
    ]
    assert str(outcome.totals[0]) == "amount: 3.30 in 1 row"
