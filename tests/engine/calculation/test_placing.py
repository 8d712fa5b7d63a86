"""What the calculation refuses names the line and column of the plan in which it stands."""

from pathlib import Path

import pytest

from attain.engine.calculation import calculate
from attain.engine.facts.tables import Facts
from attain.engine.language import Plan, load_documents
from attain.engine.values.problems import Refused

HEAD = """\
plan: Small
effective: 2025-01-01 to 2025-12-31
paid: monthly
currency: USD
for: {role: Account Executive}
prorate: nothing
components:
  Commission:
    credit:
      - {from: booking, to: owner}
    measure: sum(credit)
    over: month
"""
FACTS = {
    "positions": [{"position": "AE-1", "role": "Account Executive"}],
    "assignments": [{"position": "AE-1", "participant": "ANA", "first": "2025-01-01"}],
    "participants": [{"participant": "ANA"}],
    "transactions": [
        {"id": "T1", "date": "2025-01-10", "type": "booking", "owner": "AE-1", "deal": "D", "amount": "100"}
    ],
}


@pytest.mark.parametrize(
    ("rest", "place"),
    [
        ("    pay: {how: flat, rate: 5 %}\nthen:\n  - {cap: 100 per year}\n", "15:5 P900 a limit over all"),
        (
            '    pay: {how: flat, rate: 5 %}\nthen:\n  - cap: measure("Commission") * 2\n',
            '15:10 P900 "measure("Commission") * 2"',
        ),
        (
            "    pay: {how: flat, rate: 5 %}\n    then:\n      - {cap: 100}\n      - {cap: 10, each: deal}\n",
            '16:9 P900 component "Commission": a step for each',
        ),
        (
            "    pay: {how: whole amount, by: measure, bands: [{from: 0, rate: 5 %}]}\n    then:\n"
            "      - {cap: 10, each: credit}\n",
            "15:9 P900 a step for each credit",
        ),
        (
            "    pay:\n      how: marginal\n      by: measure\n      of: 2 * measure\n"
            "      returns: at the original rate\n      bands: [{from: 0, rate: 5 %}]\n",
            "17:16 P900 `returns: at the original rate`",
        ),
        (
            "    pay: {how: flat, rate: 5 %}\n    then:\n"
            "      - multiply by: 0.123456789 * 0.123456789 * 0.123456789\n",
            "15:9 P390",
        ),
    ],
)
def test_a_refusal_names_its_place(tmp_path: Path, rest: str, place: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(HEAD + rest, encoding="utf-8")
    plans = [document for document in load_documents([path]) if isinstance(document, Plan)]
    with pytest.raises(Refused) as refused:
        calculate(plans, Facts.from_rows(FACTS), "2025-01").table("earnings")
    assert str(refused.value).startswith(f"{path}:{place}"), str(refused.value)


@pytest.mark.parametrize("whose", ["the participant", "the position"])
def test_deals_of_several_seats_are_refused_not_worked_out_seat_by_seat(tmp_path: Path, whose: str) -> None:
    path = tmp_path / "small.yaml"
    pay = "    pay: {how: flat, rate: 5 %}\n    then:\n      - {cap: 10, each: deal}\n"
    rest = f"    measured for: {whose}\n{pay}"
    path.write_text(HEAD + rest, encoding="utf-8")
    plans = [document for document in load_documents([path]) if isinstance(document, Plan)]
    rows = [
        {"position": "AE-1", "participant": "ANA", "first": "2025-01-01", "last": "2025-01-15"},
        {"position": "AE-1", "participant": "BEN", "first": "2025-01-16"},
        {"position": "AE-2", "participant": "ANA", "first": "2025-01-16"},
    ]
    positions = [{"position": name, "role": "Account Executive"} for name in ("AE-1", "AE-2")]
    alone = calculate(plans, Facts.from_rows(FACTS), "2025-01").table("earnings").to_pylist()
    assert [row["amount"] for row in alone] == [5]
    facts = Facts.from_rows({**FACTS, "positions": positions, "assignments": rows})
    with pytest.raises(Refused) as refused:
        calculate(plans, facts, "2025-01").table("earnings")
    assert f"{path}:9:5 P900 what each deal earns of a measure of {whose}" in str(refused.value)
