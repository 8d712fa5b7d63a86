"""`attain check`: whether documents may run, and whether the tests inside them hold."""

import json
from pathlib import Path

import click

from attain.engine.calculation.plan_tests import Outcome, run_tests
from attain.engine.facts.tables import read_facts
from attain.engine.language.checks.facts_given import missing_facts
from attain.engine.language.documents import load_documents, plans
from attain.engine.language.not_calculated import not_calculated
from attain.engine.language.schema import json_schema
from attain.engine.values.problems import Refused


@click.command()
@click.argument("documents", metavar="PLAN...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of facts, or a store: whether they hold what the plans name.",
)
@click.option("--no-tests", is_flag=True, help="Check only; do not run the tests inside the documents.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of documents, for editors, and stop.")
def check(documents: tuple[Path, ...], data: Path | None, no_tests: bool, schema: bool) -> None:
    """Check plan documents and run the tests inside them.

    PLAN is a file, or a folder of *.yaml files; tables and calendars that plans name are given with them.
    """
    if schema:
        click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    if not documents:
        raise click.UsageError("Name a plan document, or a folder of them.")
    loaded = load_documents(documents)
    found = plans(loaded)
    if data is not None:
        facts = read_facts(data)
        missing = [problem for plan in found for problem in missing_facts(plan, facts)]
        if missing:
            raise Refused(missing)
    failed = False
    for document in loaded:
        title = f'{document.source.file}: {document.kind} "{document.title}" {document.effective}'
        click.echo(f"{title}: sound")
        if document not in found:
            continue
        waiting = not_calculated(document)
        for problem in waiting:
            click.echo(f"  {problem}")
        if not no_tests and not waiting:
            for outcome in run_tests(document, found):
                failed |= _told(outcome)
    if failed:
        raise click.exceptions.Exit(1)


def _told(outcome: Outcome) -> bool:
    """Print the outcome of a test; whether it failed."""
    click.echo(f"  {'FAILED' if outcome.problems else 'holds '} {outcome.name}")
    for problem in outcome.problems:
        click.echo(str(problem), err=True)
    return bool(outcome.problems)
