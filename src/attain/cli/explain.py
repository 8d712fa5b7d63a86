"""`attain explain`: one payment as a tree, down to its transactions; and why somebody is paid nothing."""

import json
from contextlib import closing
from pathlib import Path

import click
import duckdb

from attain.cli.calculate import backend_of, engine_option, refused_by_disk, spark_option
from attain.engine.calculation.explanation import MOST, as_json, printed
from attain.engine.calculation.explanation import explain as explained
from attain.engine.calculation.writing import reopen


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--participant", required=True, metavar="P", help="A participant by key.")
@click.option("--period", required=True, metavar="M", help="A pay period of the run, as 2026-02.")
@click.option("--component", metavar="C", help="Only what this component earns, or why nothing.")
@click.option("--all", "every", is_flag=True, help=f"Show lists of more than {MOST} parts in full.")
@click.option("--json", "as_data", is_flag=True, help="Print the tree as JSON, with every figure exact.")
@engine_option
@spark_option
def explain(
    out: Path,
    participant: str,
    period: str,
    component: str | None,
    every: bool,
    as_data: bool,
    engine: str,
    spark: str | None,
) -> None:
    """Explain a payment of the run in OUT: steps, earnings, measures, rates, lines, transactions.

    The participant's lines are calculated again from the facts and plans in OUT. What was not earned is
    explained as well: no seat, no credits, a gate, a quota, a band, an exception.
    """
    try:
        with closing(backend_of(engine, spark)) as backend:
            tree = explained(reopen(out, backend, period, participant), participant, period, component)
    except (OSError, duckdb.IOException) as error:
        raise refused_by_disk(error) from error
    if as_data:
        click.echo(json.dumps(as_json(tree), indent=2, ensure_ascii=False))
        return
    for line in printed(tree, None if every else MOST):
        click.echo(line)
