"""Plan documents as text, and what is refused."""

import pytest

from attain.verify.inputs.documents import read_versions
from attain.verify.inputs.forms import Unreadable
from tests.verify.company import COMMISSION, plan


def test_versions_stand_by_title_and_first_day_whatever_the_order_of_files():
    later = plan(effective="from 2025-07-01")
    first = plan(effective="2025-01-01 to 2025-06-30")
    versions = read_versions([later + "---" + plan(title="A plan"), first])
    assert [(version.title, str(version.days.first)) for version in versions] == [
        ("A plan", "2025-01-01"), ("Plan", "2025-01-01"), ("Plan", "2025-07-01"),
    ]  # fmt: skip


def test_rows_of_a_table_may_lie_in_a_file_beside_the_plan(tmp_path):
    (tmp_path / "rates.csv").write_text("product,rate\nBikes,4 %\n", encoding="utf-8")
    table = "tables:\n  Rates: {key: {product: equal}, gives: rate, match: only row, rows: rates.csv}\n"
    (tmp_path / "plan.yaml").write_text(plan(table + COMMISSION), encoding="utf-8")
    [version] = read_versions([tmp_path / "plan.yaml"])
    assert version.tables["Rates"]["rows"] == [{"product": "Bikes", "rate": "4 %"}]
    with pytest.raises(Unreadable, match=r"rates.csv stands beside no file"):
        read_versions([plan(table + COMMISSION)])


def test_a_shared_table_holds_on_the_first_day_of_the_version():
    shared = "---\ntable: Curve\neffective: {}\npoints: [{{at: 0, pay: 0}}, {{at: 1, pay: {}}}]\n"
    documents = plan() + shared.format("2024-01-01 to 2024-12-31", 1) + shared.format("from 2025-01-01", 2)
    [version] = read_versions([documents])
    assert version.tables["Curve"]["points"][1]["pay"] == "2"


@pytest.mark.parametrize(
    "words",
    [
        COMMISSION.replace(
            "{how: flat, rate: 10 %}", "{how: pool, rate: 2 %, among: team, shared by: measure}"
        ),
        COMMISSION
        + "payment:\n  instalments: [{of: Commission, parts: [{after: 0 months, share: 100 %}]}]\n",
        COMMISSION + "payment:\n  clawback: [{when: cancellation, take: 100 %}]\n",
    ],
)
def test_what_is_not_calculated_is_refused_and_never_left_out(words):
    with pytest.raises(Unreadable, match="not calculated yet"):
        read_versions([plan(words)])
