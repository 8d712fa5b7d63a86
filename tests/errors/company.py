"""How a test loads a file and looks at what came of it."""

import datetime as dt
from pathlib import Path

import duckdb

from attain.engine.facts.loading.outcome import Outcome
from attain.engine.facts.mapping.model import load_mapping, without_document
from attain.engine.facts.store.importing import Importing
from attain.engine.facts.tables import read_facts

ZONE = "America/New_York"
START = dt.datetime.fromisoformat("2026-01-01")


def importing(store: Path) -> Importing:
    """Imports into a store, of a company in New York."""
    return Importing(store, "tester", ZONE)


def load(imports: Importing, file: Path, table: str, mapping: str = "") -> Outcome:
    """Load a file in its own columns, with what a mapping says beside."""
    mapped = without_document(table)
    if mapping:
        mapped = load_mapping("mapping.yaml", f"table: {table}\nother columns: keep\n{mapping}\n")
    return imports.load(file, mapped, START)


def rows(store: Path, table: str) -> list[dict[str, object]]:
    """All rows of a table in a store, without what the store adds."""
    facts = read_facts(store)
    if table not in facts.tables:
        return []
    paths = [str(path) for path in facts.tables[table].paths]
    found = duckdb.read_parquet(paths, union_by_name=True).to_arrow_table().to_pylist()
    return [
        {name: value for name, value in row.items() if name not in ("loaded", "withdrawn")} for row in found
    ]
