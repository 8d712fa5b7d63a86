"""`attain import`: a file into a store, or a look at it that proposes a mapping."""

import datetime as dt
import getpass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from attain.engine.facts.mapping.model import checked_zone, load_mapping, without_document
from attain.engine.facts.mapping.proposal import propose
from attain.engine.facts.spelling import connect
from attain.engine.facts.store.importing import Importing


def _zone(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return value and checked_zone(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> dt.datetime | None:
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write a moment such as 2026-01-31T17:00:00") from None
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def user() -> str:
    """The user of this machine, for the catalogue."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", help="The table that the file's rows belong to; a mapping names it too.")
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="The mapping document.")
@click.option("--store", type=click.Path(path_type=Path), help="The folder of the store; made if need be.")
@click.option("--preview", is_flag=True, help="Print a mapping for the file, to be edited; store nothing.")
@click.option("--sheet", help="With --preview: the sheet of a workbook.")
@click.option("--time-zone", callback=_zone, help="The company's time zone, such as Europe/Berlin.")
@click.option("--moment", callback=_moment, help="Loaded when (UTC); for facts brought over from elsewhere.")
@click.option("--by", "entered_by", help="Who loads; the user of this machine where it is not said.")
def import_(
    file: Path,
    table: str | None,
    mapping_file: Path | None,
    store: Path | None,
    preview: bool,
    sheet: str | None,
    time_zone: str | None,
    moment: dt.datetime | None,
    entered_by: str | None,
) -> None:
    """Load FILE (CSV, XLSX, Parquet) into a store, or look at it with --preview.

    Faulty rows are set aside with their reasons; a file whose structure has no one reading is refused.
    """
    if preview:
        if table is None:
            raise click.UsageError("Say the table with --table.")
        with TemporaryDirectory(prefix="attain-preview-") as scratch, connect(Path(scratch)) as connection:
            proposal = propose(file, table, Path(scratch), connection, sheet)
        click.echo(proposal.text, nl=False)
        for doubt in proposal.doubts:
            click.echo(f"look at this: {doubt}", err=True)
        return
    if store is None:
        raise click.UsageError("Name the store with --store, or look first with --preview.")
    if mapping_file is not None:
        try:
            text = mapping_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(
                f"{mapping_file} cannot be read: {error}", param_hint="--mapping"
            ) from None
        mapped = load_mapping(str(mapping_file), text)
        if table not in (None, mapped.mapping.table):
            raise click.UsageError(f"The mapping is for {mapped.mapping.table}, not for {table}.")
    elif table is not None:
        mapped = without_document(table)
    else:
        raise click.UsageError("Name the table with --table, or a mapping with --mapping.")
    now = moment or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    importing = Importing(store, entered_by or user(), time_zone)
    click.echo(str(importing.load(file, mapped, now)))
