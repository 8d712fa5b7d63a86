"""`attain sql`: the SQL that a run executes, stage by stage, in the dialect of an engine."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click
import duckdb

from attain.cli.calculate import Moment, backend_of, refused_by_disk, spark_option
from attain.engine.backends.recording import Recording, Statement
from attain.engine.calculation.calculate import calculate as calculated
from attain.engine.calculation.results import TABLES
from attain.engine.facts.tables import read_facts
from attain.engine.language.documents import load_documents, plans

STAGES = {
    "facts": ("known", "calculate", "roster", "calendars"),
    "credits": ("credits", "summing", "seats", "exchange", "reaching", "recipients", "sources"),
    "measures": (
        "measures",
        "cells",
        "across",
        "points",
        "amounts",
        "window_amounts",
        "target_incentives",
        "weights",
        "shares",
        "units",
        "versions",
        "windows",
    ),
    "earnings": (
        "earnings",
        "items",
        "item_writer",
        "original_rates",
        "overall",
        "passes",
        "posting",
        "rates",
        "steps",
    ),
    "adjustments": ("changes",),
    "payments": ("paying", "entered", "payees", "pay_groups", "payments"),
    "lines": ("lines", "raw_lines", "item_lines", "line_amounts"),
    "results": ("results", "exceptions", "uncredited"),
}
"""Each stage with the modules of the calculation that run its statements."""

CALCULATION = "attain.engine.calculation."


@click.command()
@click.argument("plan", metavar="PLAN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of facts, or a store.")
@click.option(
    "--period", required=True, help="A month 2026-01, quarter 2026-Q1, half, year, week, or a name."
)
@click.option("--through", help="The last period, where several are calculated.")
@click.option("--known-as-of", type=Moment(), help="Only facts loaded by then.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Whose dialect is shown; without --spark the statements run on DuckDB.",
)
@spark_option
@click.option("--stage", type=click.Choice(list(STAGES)), help="Only this stage.")
def sql(
    plan: tuple[Path, ...],
    data: Path,
    period: str,
    through: str | None,
    known_as_of: object,
    engine: str,
    spark: str | None,
    stage: str | None,
) -> None:
    """Show the SQL that a calculation executes, stage by stage.

    The statements are those of a run on these facts, in the order in which it executes them.
    """
    try:
        documents = load_documents(plan)
        facts = read_facts(data)
        with closing(Recording(backend_of("spark" if spark else "duckdb", spark))) as backend:
            results = calculated(plans(documents), facts, period, through, known_as_of, backend)  # type: ignore[arg-type]
            for table in TABLES:
                if table != "lines" or stage == "lines":
                    results.table(table)
    except (OSError, duckdb.IOException) as error:
        raise refused_by_disk(error) from error
    for line in shown(backend.statements, "spark" if spark else engine, stage):
        click.echo(line)


def shown(statements: Iterable[Statement], dialect: str, wanted: str | None = None) -> Iterable[str]:
    """Statements with a heading where another stage begins."""
    before = ""
    for statement in statements:
        stage = stage_of(statement)
        if wanted not in (None, stage):
            continue
        if stage != before:
            yield f"\n-- {stage} {'-' * (100 - len(stage))}\n"
            before = stage
        yield statement.text(dialect) + "\n"


def stage_of(statement: Statement) -> str:
    """The stage whose module asked for a statement."""
    module = statement.asked_by.removeprefix(CALCULATION).partition(".")[0]
    return next((stage for stage, modules in STAGES.items() if module in modules), module)
