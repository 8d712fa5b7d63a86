"""CSV for people: what a spreadsheet program would run as a formula is written as text, and reads back so.

A text that begins with = + - @, a tab or a return (behind any apostrophes) gets one apostrophe more; reading
a CSV takes one away. Numbers and dates in typed columns are left alone.
"""

from pathlib import Path

import duckdb

from attain.engine.facts.reading.rows import FORMULA_SIGNS
from attain.engine.facts.spelling import literal, quoted


def neutral(text: str) -> str:
    """A text as a CSV cell that no spreadsheet program runs."""
    return "'" + text if text.lstrip("'")[:1] in FORMULA_SIGNS and text.strip("'") else text


def read_back(text: str) -> str:
    """A CSV cell without the apostrophe that `neutral` gave it."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in FORMULA_SIGNS and text.strip("'") else text


def neutral_sql(text: str) -> str:
    """The same as SQL."""
    signs = "".join("\\" + sign if sign in "-]^\\" else sign for sign in FORMULA_SIGNS)
    found = f"regexp_matches({text}, {literal(f'^{chr(39)}*[{signs}]')})"
    return f"CASE WHEN {found} THEN '''' || {text} ELSE {text} END"


def write_csv(connection: duckdb.DuckDBPyConnection, relation: str, target: Path) -> None:
    """Write a relation as CSV with a header line, texts made harmless, blank for null."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    columns = [
        f"{neutral_sql(quoted(name))} AS {quoted(name)}" if kind == "VARCHAR" else quoted(name)
        for name, kind, *_ in described
    ]
    select = f"SELECT {', '.join(columns)} FROM {relation}"
    connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT csv, HEADER true)")
