"""What a run gave, with all that it was made from, as one folder."""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from attain.engine.calculation.results import TABLES, Results
from attain.engine.calculation.writing.facts import write_facts
from attain.engine.calculation.writing.plans import write_plans
from attain.engine.calculation.writing.tables import write_table
from attain.engine.calculation.writing.whole import all_or_nothing, recover
from attain.engine.language.documents import Document
from attain.engine.values.failpoints import failpoint
from attain.engine.values.problems import refuse

RECORD = "run.json"

Told = Callable[[str], None]


def write(
    results: Results,
    folder: Path,
    documents: Sequence[Document] = (),
    data: Path | None = None,
    replace: bool = False,
    told: Told = lambda step: None,
) -> None:
    """Writes every table as Parquet and CSV (`lines` where the run has them), `run.json`, `facts/`, `plans/`.

    `documents` are all that were read with the plans (tables, calendars); `data` is the folder whose files
    the facts came from, copied byte for byte where they still are what was read. `told` hears each step.
    Raises Refused where `folder` holds something (but for an earlier run, with `replace`) or the disk fails;
    then nothing is left behind.
    """
    refuse_taken(folder, replace)
    try:
        with all_or_nothing(folder) as target:
            record = _record(results)
            record["plans"], record["documents"], record["attached"] = write_plans(
                documents or results.plans, target / "plans"
            )
            told("plans")
            record["data"] = write_facts(results, data, target / "facts")
            told("facts")
            tables: dict[str, object] = {}
            record["tables"] = tables
            for name in TABLES:
                if name != "lines" or results.lines:
                    tables[name] = write_table(results.parts(name), target, name)
                    told(name)
            text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
            (target / RECORD).write_text(text, encoding="utf-8")
            failpoint("run written")
    except (OSError, duckdb.IOException, pa.ArrowException) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error).splitlines()[0]
        raise refuse(
            "R102",
            f"{folder} cannot be written: {reason}.",
            "Make room, or name a folder on another disk. Nothing was left behind.",
        ) from error


def refuse_taken(folder: Path, replace: bool) -> None:
    """Raises Refused where a run may not be written: the folder holds something else, or a run to keep."""
    recover(folder)
    if folder.exists() and not folder.is_dir():
        raise refuse("R100", f"{folder} is a file.", "Name a folder that does not exist yet.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / RECORD).is_file():
        raise refuse(
            "R101", f"{folder} holds something that is not a run.", "Name a folder that does not exist yet."
        )
    if not replace:
        raise refuse(
            "R100",
            f"{folder} holds a run already.",
            "Name another folder, or say --replace to lose that run.",
        )


def _record(results: Results) -> dict[str, object]:
    """What the run was asked for. No clock: the same inputs give the same bytes."""
    spans = sorted({span for payroll in results.payrolls for span in payroll.group.spans})
    horizon = results.known_as_of
    period, through = _named(results)
    return {
        "attain": version("attain"),
        "period": period,
        "through": through,
        "first": results.first.isoformat(),
        "last": (results.next - results.next.resolution).isoformat(),
        "periods": [span.name for span in spans if results.first <= span.last < results.next],
        "known_as_of": horizon.isoformat() if horizon else None,
        "engine": results.backend.name,
    }


def _named(results: Results) -> tuple[str, str]:
    """Names of the periods that begin and end the run's days: of those that do, the shortest."""
    calendars = {id(version.calendar): version.calendar for version in results.posting.now.versions}
    found = [
        (span.next - span.first, calendar.named(span.name) == span, span)
        for calendar in calendars.values()
        for spans in calendar.spans.values()
        for span in spans
        if span.name
    ]
    named = [span for _, known, span in sorted(found, key=lambda each: each[0]) if known]
    first = next((span.name for span in named if span.first == results.first), "")
    return first, next((span.name for span in named if span.next == results.next), first)
