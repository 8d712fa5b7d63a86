"""`attain verify OUT`: the second reading of a run, from the facts and plans that lie beside its tables."""

import gc
from pathlib import Path

import click

from attain.engine.values.problems import Refused, refuse
from attain.verify.checking.verdict import Verdict, judge
from attain.verify.inputs.forms import Unreadable

MOST_SHOWN = 200
WORDS = {"credits": "credit", "exceptions": "exception", "balances": "balance"}


@click.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(out: Path) -> None:
    """Recompute what `attain calculate` wrote to OUT, and say yes, or where it differs.

    OUT is checked by an independent implementation of docs/semantics.md: the hashes of its files, every
    table, and that lines, balances and payments add up. Exit status 1 where anything differs.
    """
    # what is made lives to the end: looking for what can be freed took a fifth of the time
    gc.set_threshold(200_000, 50, 50)
    try:
        verdict = judge(out)
    except Unreadable as error:
        raise _refused(out, error) from error
    for fault in verdict.faults[:MOST_SHOWN]:
        click.echo(fault)
    if len(verdict.faults) > MOST_SHOWN:
        click.echo(f"… and {len(verdict.faults) - MOST_SHOWN} more")
    if verdict.faults:
        click.echo(f"no: {_counted(len(verdict.faults), 'difference')} in {out}")
        raise click.exceptions.Exit(1)
    click.echo(f"yes: {_agreed(verdict)} agree to the cent")


def _refused(out: Path, error: Unreadable) -> Refused:
    return refuse("V100", f"{out}: {error}.", "Name a folder that `attain calculate --out` wrote.")


def _agreed(verdict: Verdict) -> str:
    counted = [_counted(rows, WORDS.get(name, name.removesuffix("s"))) for name, rows in verdict.rows.items()]
    return f"{', '.join(counted[:-1])} and {counted[-1]}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
