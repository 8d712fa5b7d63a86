"""A small company of files for the commands: five sellers, three months, and a reason for each zero."""

import csv
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from attain.cli import attain

PLAN = """\
plan: Account Executives
effective: 2026-01-01 to 2026-12-31
paid: monthly
currency: USD
exchange: {rates: daily, on: transaction date, at most: 30 days}
for: {role: Account Executive}
prorate: [quota]
measures:
  new_logos:
    credit:
      - {from: booking, where: new_logo = 'yes', to: owner}
    measure: count(distinct account)
    over: month
components:
  New business:
    credit:
      - {from: [booking, return], to: owner}
    measure: sum(credit)
    over: year to date
    quota: new_business
    quota counts: in full
    pay: {how: marginal, by: attainment, bands: [{from: 0 %, rate: 5 %}, {from: 100 %, rate: 8 %}]}
  Logo bonus:
    credit of: new_logos
    measure: count(*)
    over: month
    pay: {how: flat, rate: 250}
    then:
      - only if: new_logos >= 2
  Big months:
    credit of: New business
    measure: sum(credit)
    over: month
    pay: {how: stepped amount, by: measure, bands: [{from: 75000, pay: 500}]}
payment:
  draw: {kind: recoverable, amount: 1000 per month}
"""

FACTS: Mapping[str, str] = {
    "transactions": """\
id,date,type,owner,amount,currency,account,new_logo,original
D-1,2026-01-20,booking,AE-1,80000,USD,Acme,yes,
D-2,2026-02-11,booking,AE-1,70000,USD,Bolt,no,
D-3,2026-02-12,booking,AE-2,10000,EUR,Core,yes,
D-4,2026-02-13,booking,AE-9,5000,USD,Dune,no,
D-5,2026-02-14,renewal,AE-3,9000,USD,Echo,no,
R-1,2026-03-02,return,AE-1,-20000,USD,Bolt,no,D-2
""",
    "positions": """\
position,role
AE-1,Account Executive
AE-2,Account Executive
AE-3,Account Executive
AE-4,Account Executive
SE-1,Solution Engineer
""",
    "participants": """\
participant,name,hired
P1,Ana Abel,2025-03-01
P2,Ben Berg,2025-03-01
P3,Cleo Cruz,2025-03-01
P4,Dan Dorn,2025-03-01
P5,Eve Ende,2025-03-01
P6,=Finn,2026-02-12
""",
    "assignments": """\
position,participant,first,last
AE-1,P1,2026-01-01,
AE-2,P2,2026-01-01,2026-02-11
AE-2,P6,2026-02-12,
AE-3,P3,2026-01-01,
AE-4,P5,2026-03-01,
SE-1,P4,2026-01-01,
""",
    "quotas": """\
position,measure,period,amount
AE-1,new_business,2026,120000
AE-2,new_business,2026,120000
AE-3,new_business,2026,120000
""",
    "exchange_rates": """\
table,date,from,to,rate
daily,2026-02-10,EUR,USD,1.085
""",
}


def company(folder: Path, plan: str = PLAN, facts: Mapping[str, str] = FACTS) -> Path:
    """Writes `plan.yaml` and `facts/` into a folder; the folder."""
    (folder / "facts").mkdir(parents=True)
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    for name, text in facts.items():
        (folder / "facts" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def run(*words: object) -> Result:
    """A command of attain in this process."""
    return CliRunner().invoke(attain, [str(word) for word in words], prog_name="attain")


def paid(folder: Path, *more: object) -> Result:
    """`attain calculate` on a company, January to March, to the folder `paid` beside its plan."""
    return run(
        "calculate", folder / "plan.yaml", "--data", folder / "facts", "--period", "2026-01",
        "--through", "2026-03", "--out", folder / "paid", *more,
    )  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
