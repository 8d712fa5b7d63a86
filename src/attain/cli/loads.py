"""`attain loads`, `withdraw`, `quarantine`: what was loaded into a store, undone, or set aside."""

import datetime as dt
import shutil
from pathlib import Path

import click

from attain.cli.import_ import user
from attain.engine.facts.loading.outcome import number_of_rows
from attain.engine.facts.store.catalogue import Load
from attain.engine.facts.store.store import Store
from attain.engine.facts.store.withdrawing import withdraw as withdraw_load
from attain.engine.values.problems import refuse

FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("store", type=FOLDER)
@click.option("--totals", is_flag=True, help="With the control totals of each load.")
def loads(store: Path, totals: bool) -> None:
    """List the loads of a STORE, refused and withdrawn ones too."""
    opened = Store.open(store)
    try:
        withdrawn = opened.catalogue.withdrawn()
        for load in opened.catalogue.loads():
            click.echo(_line(load, load.load in withdrawn))
            if load.kind == "refused":
                click.echo("\n".join(f"      {line}" for line in load.said.splitlines()))
            if totals:
                for column, currency, rows, total in opened.catalogue.totals(load.load):
                    click.echo(
                        f"      {column} {currency or '(no currency)'}: {total} in {number_of_rows(rows)}"
                    )
    finally:
        opened.close()


def _line(load: Load, withdrawn: bool) -> str:
    start = f"{load.load:>4}  {load.moment[:19]} UTC  {load.entered_by}  {load.table_name}"
    if load.kind == "withdrawal":
        return f"{start}  withdraws load {load.withdraws} ({load.file_name})"
    if load.kind == "refused":
        return f"{start}  {load.file_name}  refused"
    counts = (
        f"{load.taken:,} taken, {load.changed:,} changed, {load.unchanged:,} unchanged, "
        f"{load.duplicate:,} duplicate, {load.quarantined:,} quarantined"
    )
    note = "  (withdrawn)" if withdrawn else ""
    return f"{start}  {load.file_name}  sha256 {load.file_sha256[:12]}  {counts}{note}"


@click.command()
@click.argument("store", type=FOLDER)
@click.argument("load", type=int)
@click.option("--by", "entered_by", help="Who withdraws; the user of this machine where it is not said.")
def withdraw(store: Path, load: int, entered_by: str | None) -> None:
    """Withdraw a LOAD of a STORE whole: from now on what it superseded counts again."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    number = withdraw_load(store, load, entered_by or user(), now)
    click.echo(f"load {load} is withdrawn, as load {number}; a run as known before this moment still has it.")


@click.command()
@click.argument("store", type=FOLDER)
@click.argument("load", type=int, required=False)
@click.option("--out", type=FOLDER, help="Where to write the rows of the load, to mend and import them.")
def quarantine(store: Path, load: int | None, out: Path | None) -> None:
    """List what a STORE has set aside, or write the rows of one LOAD to a file."""
    opened = Store.open(store)
    try:
        files = [file for file in opened.catalogue.all_files() if file.role == "quarantine"]
        if load is None:
            for file in files:
                named = opened.catalogue.load(file.load)
                name = named.file_name if named else ""
                click.echo(f"{file.load:>4}  {name}  {number_of_rows(file.rows)}  {store / file.path}")
            return
        wanted = [file for file in files if file.load == load]
        if not wanted:
            raise refuse("F504", f"load {load} set nothing aside.", "See `attain quarantine STORE`.")
        opened.check(wanted)
        if out is None:
            click.echo((store / wanted[0].path).read_text(encoding="utf-8"), nl=False)
        else:
            shutil.copyfile(store / wanted[0].path, out)
            rows = number_of_rows(wanted[0].rows)
            click.echo(f"{rows} in {out}: mend the cells, then import it in the same way.")
    finally:
        opened.close()
