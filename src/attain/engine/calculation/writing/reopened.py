"""A run that was written, calculated again from the facts and plans beside its tables."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attain.engine.backends.backend import Backend
from attain.engine.calculation.calculate import calculate
from attain.engine.calculation.results import Results
from attain.engine.calculation.writing.hashes import sha256_of
from attain.engine.calculation.writing.run import RECORD
from attain.engine.calculation.writing.whole import recover
from attain.engine.facts.tables import read_facts
from attain.engine.language.documents import load_documents, plans
from attain.engine.values.problems import Place, refuse

SAID = ("period", "through", "periods", "known_as_of", "plans", "documents", "attached", "data")


def reopen(
    folder: Path, backend: Backend | None = None, period: str | None = None, participant: str | None = None
) -> Results:
    """The results of the run in a folder, or of one of its pay periods, from its own facts and plans.

    What is paid for a period never depends on a later one, so that one is calculated without the others; with a
    `participant` only what concerns that one, and rows of others are not whole.
    Raises Refused where the folder holds no run, or a plan or fact beside it is not the one that was paid by.
    """
    record = read_record(folder)
    if period is not None and period not in record["periods"]:
        known = list(dict.fromkeys([*record["periods"][:1], *record["periods"][-1:]]))
        raise refuse("R111", f'"{period}" is no pay period of this run.', f"It paid {' to '.join(known)}.")
    for kind, below in (("plans", "plans"), ("documents", "plans"), ("attached", "plans"), ("data", "facts")):
        for entry in record[kind]:
            path = folder / below / str(entry["file"])
            if not path.is_file() or sha256_of(path) != entry["sha256"]:
                raise refuse(
                    "R105",
                    "is not the file that the run was made from.",
                    "Bring it back, or calculate again.",
                    Place(str(path)),
                )
    named = [folder / "plans" / str(entry["file"]) for entry in [*record["plans"], *record["documents"]]]
    horizon = record["known_as_of"]
    return calculate(
        plans(load_documents(list(dict.fromkeys(named)))),
        read_facts(folder / "facts"),
        period or record["period"],
        period or record["through"],
        known_as_of=datetime.fromisoformat(horizon) if horizon else None,
        backend=backend,
        participant=participant,
    )


def read_record(folder: Path) -> dict[str, Any]:
    """What a run says of itself. Raises Refused where the folder holds none."""
    recover(folder)
    path = folder / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(record["first"])
        complete = set(SAID) <= record.keys()
    except (OSError, ValueError, TypeError, KeyError):
        complete = False
    if not complete:
        raise refuse(
            "R104",
            f"{folder} holds no run.",
            "Name a folder that `attain calculate --out` wrote.",
            Place(str(path)),
        )
    return dict(record)
