"""Files and folders of documents: all their problems at once, tables and calendars where they are named."""

from decimal import Decimal
from pathlib import Path

import pytest

from attain.engine.language import load_documents
from attain.engine.language.models.table_rows import Between
from attain.engine.values.problems import Refused
from tests.engine.language.plans import PLAN, changed

HEAD = "plan: A\neffective: from 2026-01-01\npaid: monthly\ncurrency: USD\nfor: {role: AE}\n"
COMPONENT = """\
components:
  Bookings:
    credit:
      - {from: booking, to: owner}
    measure: sum(credit)
    over: month
"""


def problems(*paths: Path) -> list[str]:
    with pytest.raises(Refused) as refusal:
        load_documents(paths)
    return [str(problem) for problem in refusal.value.problems]


def test_all_problems_of_all_files_are_told_in_their_order(tmp_path: Path):
    first, second, third = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yml"
    first.write_text(changed(("paid: monthly", "paid: daily"), ("limit: 6000", "limit: much")))
    second.write_text("plan: [")
    third.write_text(changed(("new_logos >= 3", "new_logo >= 3"), ("plan: Account", "plan: An account")))
    found = problems(tmp_path)
    assert [line.split(" ")[:2] for line in found] == [
        [f"{first}:3:7", "P107"],
        [f"{first}:76:60", "P107"],
        [f"{second}:1:8", "P100"],
        [f"{third}:69:57", "P310"],
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "latin.yaml").write_bytes("plan: Köln".encode("latin-1"))
    missing, latin = tmp_path / "none.yaml", tmp_path / "latin.yaml"
    assert problems(missing) == [f"{missing} P120 cannot be read: No such file or directory."]
    assert problems(latin) == [f"{latin} P120 is not UTF-8 text: byte 7 does not fit.\n    Save it as UTF-8."]


def test_a_shared_curve_stands_where_its_title_stands(tmp_path: Path):
    pay = "    pay: {how: interpolated, by: measure, before: flat, beyond: flat, points: Curve}\n"
    (tmp_path / "plan.yaml").write_text(HEAD + COMPONENT + pay)
    (tmp_path / "table.yaml").write_text(
        "table: Curve\neffective: from 2026-01-01\npoints:\n  - {at: 0, pay: 0}\n  - {at: 5, pay: 9}\n"
    )
    plan, table = load_documents([tmp_path])
    points = plan.components["Bookings"].pay.points
    assert [(point.at, point.pay.value) for point in points] == [(0, 0), (5, 9)]
    assert str(plan.source.place(points[1].path)) == f"{tmp_path / 'plan.yaml'}:12:79"
    assert table.title == "Curve"


def test_a_shared_lookup_table_and_a_calendar_come_with_the_plan(tmp_path: Path):
    pay = "    pay: {how: lookup, table: Rates, each: credit}\n"
    (tmp_path / "plan.yaml").write_text(HEAD + "calendar: Fiscal\n" + COMPONENT + pay)
    (tmp_path / "others.yaml").write_text(
        "calendar: Fiscal\neffective: from 2026-01-01\nyear starts: 2026-02-01\npattern: 4-4-5\n---\n"
        "table: Rates\neffective: from 2026-01-01\nkey: {product: equal}\ngives: rate\nmatch: only row\n"
        "otherwise: exception\nrows: [{product: Bikes, rate: 4 %}]\n"
    )
    plan = next(each for each in load_documents([tmp_path]) if each.kind == "plan")
    assert plan.tables["Rates"].rows[0].gives.value == Decimal("0.04")
    assert plan.calendar_document.pattern == "4-4-5"


def lookup(tmp_path: Path, key: str, rows: str) -> Path:
    path = tmp_path / "plan.yaml"
    table = (
        f"tables:\n  Rates:\n    key: {key}\n    gives: rate\n    match: only row\n    otherwise: exception\n"
    )
    pay = "    pay: {how: lookup, table: Rates, each: credit}\n"
    path.write_text(f"{HEAD}{table}    rows: {rows}\n{COMPONENT}{pay}")
    return path


def test_rows_of_a_csv_file_beside_the_document(tmp_path: Path):
    (tmp_path / "tables").mkdir()
    csv = "first,last,region,rate\n2026-01-01,2026-01-31,EMEA,4 %\n2026-02-01,,any,2.5 %\n\n"
    (tmp_path / "tables" / "rates.csv").write_text(csv, encoding="utf-8-sig")
    path = lookup(tmp_path, "{date: within, region: equal}", "tables/rates.csv")
    [plan] = load_documents([path])
    first, second = plan.tables["Rates"].rows
    assert str(first.key["date"].last) == "2026-01-31"
    assert isinstance(second.key["date"], Between) and second.key["date"].last is None
    assert (second.key["region"], second.gives.value, second.gives.percent) == (None, Decimal("0.025"), True)
    assert plan.attached == {"tables/rates.csv": csv}


@pytest.mark.parametrize(
    ("csv", "problem"),
    [
        (
            "region,rate\nEMEA,4 %\nAPAC\n",
            'rates.csv:3 P120 table "Rates": this row has 1 cells, the header 2.',
        ),
        ("region,rate\nEMEA,four\n", 'rates.csv:2 P107 table "Rates": "four" is no number.'),
        ("region,quota\nEMEA,4\n", 'rates.csv:2 P104 table "Rates": a row lacks "rate".'),
        ("region,region\nEMEA,4\n", 'P120 table "Rates": rates.csv has no header with different names.'),
        (
            'region,rate\n"EMEA,4\n',
            'rates.csv:2 P120 table "Rates": not readable as CSV: unexpected end of data.',
        ),
        ("region,rate\n", 'P104 table "Rates": a table has no rows.'),
        (None, 'P120 table "Rates": rates.csv cannot be read: No such file or directory.'),
    ],
)
def test_a_csv_file_that_does_not_fit_is_refused(tmp_path: Path, csv: str | None, problem: str):
    if csv is not None:
        (tmp_path / "rates.csv").write_text(csv)
    [found] = problems(lookup(tmp_path, "{region: equal}", "rates.csv"))
    assert problem in found


@pytest.mark.parametrize("name", ["../rates.csv", "/etc/rates.csv", "a/../../rates.csv", "C:rates.csv"])
def test_a_csv_file_elsewhere_is_refused(tmp_path: Path, name: str):
    [found] = problems(lookup(tmp_path, "{region: equal}", name))
    assert f'P120 table "Rates": "{name}" is not beside this document.' in found


def test_rows_may_be_a_table_of_facts(tmp_path: Path):
    [plan] = load_documents([lookup(tmp_path, "{region: equal}", "rates")])
    assert plan.tables["Rates"].rows == "rates"


def test_a_plan_is_not_changed_once_it_is_loaded(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(PLAN)
    [plan] = load_documents([tmp_path])
    with pytest.raises(ValueError, match="frozen"):
        plan.paid = "weekly"
