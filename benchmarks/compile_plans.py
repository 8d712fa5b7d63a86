"""How long plans take before a fact is read: 200 plans at once, and one plan of 300 rules.

    python benchmarks/compile_plans.py

Prints seconds to load and check the documents, and to calculate a month of a few facts with them, which is
nearly all compiling.
"""

import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from attain.engine.calculation import calculate
from attain.engine.facts.tables import Facts
from attain.engine.language import load_documents

PLANS, COMPONENTS, RULES = 200, 30, 10
HEAD = """plan: Plan {number}
effective: 2026-01-01 to 2026-12-31
paid: monthly
currency: USD
for: {{role: Role {number}}}
prorate: [quota]
components:
"""
COMPONENT = """  Component {number}:
    credit:
{rules}
    measure: sum(credit)
    over: year to date
    quota: quota_{number}
    quota counts: in full
    pay: {{how: marginal, by: attainment, bands: [{{from: 0 %, rate: 4 %}}, {{from: 100 %, rate: 8 %}}]}}
"""
RULE = "      - {{from: booking, where: product = 'P-{number}', to: owner, counts: {percent} % * amount}}"


def many_plans(folder: Path) -> None:
    """200 documents of one component each."""
    for number in range(PLANS):
        component = COMPONENT.format(number=1, rules=RULE.format(number=number, percent=100))
        (folder / f"plan-{number:03d}.yaml").write_text(HEAD.format(number=number) + component)


def many_rules(folder: Path) -> None:
    """One document of 30 components with 10 rules each."""
    components = []
    for component in range(1, COMPONENTS + 1):
        numbers = range(component * RULES, component * RULES + RULES)
        rules = "\n".join(RULE.format(number=number, percent=50 + number % 50) for number in numbers)
        components.append(COMPONENT.format(number=component, rules=rules))
    (folder / "plan.yaml").write_text(HEAD.format(number=0) + "".join(components))


def few_facts() -> Facts:
    """A seat, a quota for each component and a deal of each product."""
    first = date(2026, 1, 1)
    return Facts.from_rows(
        {
            "positions": [{"position": "AE-1", "role": "Role 0"}],
            "assignments": [{"position": "AE-1", "participant": "Ana", "first": first, "last": None}],
            "quotas": [
                {"position": "AE-1", "measure": f"quota_{n}", "period": "2026", "amount": Decimal(100000)}
                for n in range(1, COMPONENTS + 1)
            ],
            "transactions": [
                {
                    "id": f"T{n}",
                    "date": date(2026, 1, 15),
                    "type": "booking",
                    "owner": "AE-1",
                    "amount": Decimal(1000),
                    "product": f"P-{n}",
                }
                for n in range(400)
            ],
        }
    )


def main() -> int:
    """Print the table."""
    print(f"{'':<24}{'load, check':>14}{'calculate':>12}")
    facts = few_facts()
    for title, write in (
        (f"{PLANS} plans", many_plans),
        (f"a plan of {COMPONENTS * RULES} rules", many_rules),
    ):
        with tempfile.TemporaryDirectory() as name:
            write(Path(name))
            began = time.perf_counter()
            documents = load_documents(sorted(Path(name).glob("*.yaml")))
            loaded = time.perf_counter()
            calculate(documents, facts, "2026-01")
            print(f"{title:<24}{loaded - began:>12.2f} s{time.perf_counter() - loaded:>10.2f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
