"""`attain demo`: the demo company made, paid, explained and verified, with the seconds of each step."""

import csv
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copyfile

import click

from attain.cli import attain
from attain.demo.company import NAME, SEED, Company, write_company
from attain.demo.exports import write_exports
from attain.demo.story import payments_worth_explaining, roles

FIRST, LAST = "2026-01", "2026-10"
FIGURES = ("earned", "prior_period", "held", "released", "drawn", "repaid", "paid")


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to make it in."
)
@click.option("--seed", default=SEED, show_default=True, help="Another seed makes another company.")
def demo(out: Path, seed: int) -> None:
    """Make a company of 300 people with two years of deals, pay ten months, explain one payment, verify all.

    OUT gets `facts` (a CSV per table), `exports` (raw files as a CRM gives them), `plans` and `paid`.
    """
    started = time.monotonic()
    with step(f"Making {NAME} in {out}"):
        made = write_company(out / "facts", seed)
        write_exports(out / "exports", made.tables)
        documents = copy_plans(out / "plans")
    show_company(made)
    paid = out / "paid"
    with step(f"Paying {FIRST} to {LAST} by {len(documents)} documents"):
        run(
            "calculate",
            *documents,
            "--data",
            out / "facts",
            "--period",
            FIRST,
            "--through",
            LAST,
            "--out",
            paid,
        )
    payments = rows(paid / "payments.csv")
    show_totals(payments, made)
    show_exceptions(rows(paid / "exceptions.csv"), made)
    row = payments_worth_explaining(payments)[0]
    click.echo(
        f"\nOne payment down to its transactions: {named(made)[row['participant']]}, {row['period']}\n"
    )
    run("explain", paid, "--participant", row["participant"], "--period", row["period"])
    with step("Verifying every payment by a second reading of the plans and facts"):
        run("verify", paid)
    click.echo(f"\nThe demo took {time.monotonic() - started:.0f} s. Look around in {out}:")
    click.echo(f"  attain explain {paid} --participant {row['participant']} --period {row['period']}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Says what is being done, and afterwards how long it took."""
    click.echo(f"\n{what} …")
    start = time.monotonic()
    yield
    click.echo(f"  {time.monotonic() - start:.1f} s")


def run(command: str, *words: object) -> None:
    """Run another command of attain; its failure is ours."""
    status = attain.main([command, *map(str, words)], prog_name="attain", standalone_mode=False)
    if status:
        raise click.exceptions.Exit(status)


def copy_plans(folder: Path) -> list[Path]:
    """The demo's plan documents, copied to a folder where they can be changed."""
    folder.mkdir(parents=True, exist_ok=True)
    with as_file(files("attain.demo") / "plans") as plans:
        return [Path(copyfile(path, folder / path.name)) for path in sorted(plans.glob("*.yaml"))]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV that the calculation wrote."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def named(made: Company) -> dict[str, str]:
    """The name behind each participant's key."""
    return {row["participant"]: row["name"] for row in made.tables["participants"]}


def show_company(made: Company) -> None:
    """How much was made."""
    counts = {name: len(found) for name, found in made.tables.items()}
    shown = ("accounts", "opportunities", "transactions", "activities")
    click.echo(
        f"  {counts['participants']:,} people in {counts['positions']:,} seats, "
        + ", ".join(f"{counts[name]:,} {name}" for name in shown)
    )


def show_totals(payments: list[dict[str, str]], made: Company) -> None:
    """The payroll by currency and role: people, payments, and where the money went."""
    role = roles(made.tables["assignments"], made.tables["positions"])
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in payments:
        for key in (
            (row["pay_currency"], role(row["participant"], row["period"])),
            (row["pay_currency"], "all"),
        ):
            people[key].add(row["participant"])
            for figure in FIGURES:
                sums[key][figure] += Decimal(row[figure])
    head = f"{'':4} {'role':30}{'people':>7}" + "".join(
        f"{figure.replace('_', ' '):>16}" for figure in FIGURES
    )
    click.echo(f"\nThe payroll, {FIRST} to {LAST}. All in the plan's currency, but what is paid\n\n{head}")
    for key in sorted(sums, key=lambda key: (key[0], key[1] == "all", key[1])):
        money = "".join(f"{sums[key][figure]:>16,.2f}" for figure in FIGURES)
        click.echo(f"{key[0]:4} {key[1]:30}{len(people[key]):>7}{money}")


def show_exceptions(exceptions: list[dict[str, str]], made: Company) -> None:
    """What the run could not decide, beside what was planted."""
    found = {row["code"] for row in exceptions}
    click.echo(
        f"\n{len(exceptions)} exceptions. Mistakes that were planted in the facts, and what the run says:"
    )
    for fault in made.faults:
        said = "on the list" if fault.code in found else "NOT FOUND"
        click.echo(f"  {fault.key:9} {fault.why:48} {fault.code}: {said}")
