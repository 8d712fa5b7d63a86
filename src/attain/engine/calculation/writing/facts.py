"""The facts of a run beside its results: the files as they came, byte for byte, where there are such."""

import shutil
from pathlib import Path

import duckdb

from attain.engine.calculation.results import Results
from attain.engine.calculation.writing.hashes import sha256_of
from attain.engine.facts.spelling import listed, literal
from attain.engine.facts.tables import FactTable
from attain.engine.values.problems import refuse


def write_facts(results: Results, data: Path | None, folder: Path) -> list[dict[str, str]]:
    """The files that the facts came from; where they are not files of a folder, a file for each table."""
    folder.mkdir()
    facts = results.facts
    if (
        data is None
        or not facts.sources
        or not all((data / source.name).is_file() for source in facts.sources)
    ):
        return [_write_fact_table(table, folder) for table in facts.tables.values()]
    for source in facts.sources:
        shutil.copyfile(data / source.name, folder / source.name)
        if sha256_of(folder / source.name) != source.sha256:
            raise refuse("R103", f"{data / source.name} changed while it was calculated.", "Calculate again.")
    return [{"file": source.name, "sha256": source.sha256} for source in facts.sources]


def _write_fact_table(table: FactTable, folder: Path) -> dict[str, str]:
    """All versions of a table's rows as one Parquet file."""
    target = folder / f"{table.name}.parquet"
    select = f"SELECT * FROM read_parquet({listed(table.paths)}, union_by_name=true)"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)")
    return {"file": target.name, "sha256": sha256_of(target)}
