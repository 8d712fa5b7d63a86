"""`attain calculate`: from plan documents and facts to a folder of results that proves itself."""

import socket
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from datetime import time as day_time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import click
import duckdb

from attain.engine.backends import Backend, DuckDB
from attain.engine.calculation.calculate import calculate as calculated
from attain.engine.calculation.explanation.wording import amount
from attain.engine.calculation.results import Results
from attain.engine.calculation.writing import refuse_taken, write
from attain.engine.facts.tables import read_facts
from attain.engine.language.documents import load_documents, plans
from attain.engine.values.problems import Refused, refuse

SPARK_PORT = 15002
engine_option = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What runs the SQL.",
)
spark_option = click.option(
    "--spark", metavar="ADDRESS", help="Spark Connect server, as sc://127.0.0.1:15002."
)


class Moment(click.ParamType):
    """A day (its last instant) or a timestamp, in UTC."""

    name = "date or timestamp"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC; a usage error where the text is neither a day nor a timestamp."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            if len(text) == len("2026-01-31"):
                return datetime.combine(date.fromisoformat(text), day_time.max, UTC)
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no date (2026-01-31) and no timestamp (2026-01-31T17:00:00).", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("plan", metavar="PLAN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of facts, one file per table, or a store.",
)
@click.option(
    "--period", required=True, help="A month 2026-01, quarter 2026-Q1, half, year, week, or a name."
)
@click.option("--through", help="The last period, where several are calculated.")
@click.option(
    "--known-as-of", type=Moment(), help="Only facts loaded by then: a day (its end) or a timestamp, UTC."
)
@engine_option
@spark_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder to make; it must not exist."
)
@click.option("--lines", is_flag=True, help="Write the lines of every earning as well.")
@click.option("--replace", is_flag=True, help="Take the place of the run that OUT holds.")
def calculate(
    plan: tuple[Path, ...],
    data: Path,
    period: str,
    through: str | None,
    known_as_of: datetime | None,
    engine: str,
    spark: str | None,
    out: Path,
    lines: bool,
    replace: bool,
) -> None:
    """Calculate what plans pay, from facts to payments.

    PLAN is a document or a folder of *.yaml files. OUT gets credits, measures, earnings, payments, balances,
    adjustments and exceptions as Parquet and CSV, with copies of the plans and facts and a record of the run.
    """
    refuse_taken(out, replace)
    progress = Progress()
    check_engine(engine, spark)
    try:
        documents = load_documents(plan)
        progress.told(f"{len(plans(documents))} plan versions")
        facts = read_facts(data)
        rows = sum(table.rows for table in facts.tables.values())
        progress.told(f"{rows:,} facts in {len(facts.tables)} tables")
        with closing(backend_of(engine, spark)) as backend:
            results = calculated(plans(documents), facts, period, through, known_as_of, backend, lines)
            progress.told("credits to payments")
            write(results, out, documents, data, replace, progress.told)
            summary = list(summed_up(results))
    except (OSError, duckdb.IOException) as error:
        raise refused_by_disk(error) from error
    for line in summary:
        click.echo(line)
    click.echo(
        f"Written to {out}. Next: attain explain {out} --participant P --period M; attain verify {out}"
    )


class Progress:
    """Says on standard error what was done, and in how many seconds."""

    def __init__(self) -> None:
        self.since = time.monotonic()

    def told(self, step: str) -> None:
        """A step is done."""
        now = time.monotonic()
        click.echo(f"{now - self.since:8.2f} s  {step}", err=True)
        self.since = now


def check_engine(engine: str, spark: str | None) -> None:
    """Whether engine and address go together; a usage error where they do not."""
    if engine == "duckdb" and spark:
        raise click.UsageError("--spark goes with --engine spark.")
    if engine == "spark" and not spark:
        raise click.UsageError("--engine spark needs --spark ADDRESS, as sc://127.0.0.1:15002.")


def backend_of(engine: str, spark: str | None) -> Backend:
    """The engine of that name. Raises Refused where Spark has no client here, or does not answer."""
    check_engine(engine, spark)
    if not spark:
        return DuckDB()
    address = urlsplit(spark)
    try:
        from attain.engine.backends.spark import Spark

        with socket.create_connection((address.hostname or "", address.port or SPARK_PORT), timeout=10):
            pass
        return Spark(spark)
    except ImportError as error:
        cure = 'Install it: pip install "attain[spark]".'
        raise refuse("R106", "the Spark Connect client is not installed.", cure) from error
    except (OSError, ValueError) as error:
        what = (isinstance(error, OSError) and error.strerror) or str(error)
        cure = "Start the server, or mend the address."
        raise refuse("R107", f"{spark} does not answer: {what}.", cure) from error


def refused_by_disk(error: Exception) -> Refused:
    """A fault of the disk as a problem."""
    reason = (isinstance(error, OSError) and error.strerror) or str(error).splitlines()[0]
    place = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
    return refuse("R102", f"{place}{reason}.", "Make room on the disk, or mend its rights; then run again.")


def summed_up(results: Results) -> Iterable[str]:
    """Payments by currency, people, exceptions by code: what a person looks at first."""
    payments = results.table("payments").to_pylist()
    totals: dict[str, Decimal] = {}
    people: dict[str, set[str]] = {}
    for row in payments:
        currency = str(row["pay_currency"])
        totals[currency] = totals.get(currency, Decimal(0)) + (row["paid"] or Decimal(0))
        people.setdefault(currency, set()).add(str(row["participant"]))
    last = results.next - results.next.resolution
    everyone = {person for group in people.values() for person in group}
    yield f"{results.first} to {last}: {_counted(len(payments), 'payment')} to {_people(len(everyone))}"
    for currency in sorted(totals):
        yield f"  {amount(totals[currency], currency):>24}  to {_people(len(people[currency]))}"
    yield from _exceptions(results)


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _exceptions(results: Results) -> Iterable[str]:
    rows = results.table("exceptions").to_pylist()
    if not rows:
        yield "No exceptions."
        return
    counts = Counter(str(row["code"]) for row in rows)
    cures = {str(row["code"]): str(row["cure"]) for row in rows}
    yield f"{_counted(len(rows), 'exception')}, each in exceptions.csv with its place and reason:"
    for code, count in sorted(counts.items()):
        yield f"  {count:>8,}  {code}: {cures[code]}"
