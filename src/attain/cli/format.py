"""`attain format`: documents in their canonical layout."""

from pathlib import Path

import click

from attain.engine.language.documents import plan_files, read_text
from attain.engine.language.layout.writing import formatted
from attain.engine.values.problems import Problem, Refused


@click.command("format")
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a file has another layout.")
def format_(plans: tuple[Path, ...], check: bool) -> None:
    """Write documents in the canonical layout, comments kept.

    PLANS are files, or folders of *.yaml files. What a document says does not change.
    """
    problems: list[Problem] = []
    changed = 0
    for path in plan_files(plans):
        try:
            text = read_text(path)
            wanted = formatted(text, str(path))
        except Refused as refused:
            problems += refused.problems
            continue
        if text != wanted:
            changed += 1
            click.echo(f"{path}: {'has another layout' if check else 'formatted'}")
            if not check:
                beside = path.with_name(f".{path.name}.formatting")
                beside.write_text(wanted, encoding="utf-8", newline="\n")
                beside.replace(path)
    if problems:
        raise Refused(problems)
    if check and changed:
        raise click.exceptions.Exit(1)
