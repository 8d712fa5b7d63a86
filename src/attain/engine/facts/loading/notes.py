"""What a person should know of a load though nothing of it is refused."""

from collections.abc import Sequence

import duckdb

from attain.engine.facts.checking.judging import Judging
from attain.engine.facts.checking.references import (
    MOST_NAMES,
    NAMES,
    references_of,
    unknown_names,
    where_named,
)
from attain.engine.facts.loading.known import Known
from attain.engine.facts.loading.repeated import Repeated
from attain.engine.facts.loading.staging import Staged
from attain.engine.facts.reading.rows import ROW, Texts
from attain.engine.facts.spelling import quoted
from attain.engine.values.problems import Place, Problem

MOST_COLUMNS = 10


def notes_on(
    connection: duckdb.DuckDBPyConnection,
    known: Known,
    texts: Texts,
    judging: Judging,
    staged: Staged,
    repeated: Repeated,
) -> list[Problem]:
    """Warnings: nothing taken, columns not read, rows that repeat others, names that nothing knows yet."""
    notes = [*_on_columns(texts, judging, staged), *_on_repeated(texts, repeated)]
    for column, tables in references_of(judging.plan.table.name, judging.plan_names()).items():
        notes += _on_names(connection, known, texts, judging, staged, column, tables)
    return notes


def _on_columns(texts: Texts, judging: Judging, staged: Staged) -> list[Problem]:
    notes = []
    if not staged.rows:
        notes.append(_note(texts, "F131", "no row is taken; what was loaded before stays as it is."))
    if unread := judging.plan.unread:
        names = ", ".join(unread[:MOST_COLUMNS])
        more = f" and {len(unread) - MOST_COLUMNS} further columns" if len(unread) > MOST_COLUMNS else ""
        notes.append(_note(texts, "F132", f"not read: {names}{more}."))
    return notes


def _on_repeated(texts: Texts, repeated: Repeated) -> list[Problem]:
    notes = [
        _note(texts, "F134", f"row {row} repeats row {other} exactly; it counts once.")
        for row, other in repeated.first
    ]
    if (more := repeated.duplicates - len(repeated.first)) > 0:
        notes.append(_note(texts, "F134", f"{more:,} further rows repeat others exactly."))
    return notes


def _on_names(
    connection: duckdb.DuckDBPyConnection,
    known: Known,
    texts: Texts,
    judging: Judging,
    staged: Staged,
    column: str,
    tables: Sequence[str],
) -> list[Problem]:
    relations = {name: known.current(name) for name in tables}
    loaded = {name: relation for name, relation in relations.items() if relation}
    if not loaded.keys() - {"aliases"}:
        return []
    listed = (f"SELECT {NAMES[name]} AS name FROM {relation}" for name, relation in loaded.items())
    names = unknown_names(connection, staged.relation, column, f"({' UNION '.join(listed)})")
    if not names:
        return []
    numbered = f"(SELECT {ROW}, {quoted(column)} FROM {judging.judged(texts.numbered(), True)})"
    notes = []
    for name, (count, rows) in where_named(connection, numbered, column, names[:MOST_NAMES]).items():
        where = ", ".join(str(row) for row in rows) + (", …" if count > len(rows) else "")
        message = f"row{'s' if count > 1 else ''} {where}: {column} {name} is not known yet."
        cure = "Load it, or mend the name; until then a run lists these rows as exceptions."
        notes.append(_note(texts, "F133", message, cure))
    if len(names) > MOST_NAMES:
        notes.append(_note(texts, "F133", f"{column} holds further names that are not known yet."))
    return notes


def _note(texts: Texts, code: str, message: str, cure: str = "") -> Problem:
    return Problem(code, message, cure, Place(texts.file), "warning")
