"""Sound rows, typed, in Parquet files of the scratch folder."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from attain.engine.facts.checking.judging import Judging
from attain.engine.facts.declared import LOADED, WITHDRAWN
from attain.engine.facts.reading.rows import ROW
from attain.engine.facts.spelling import listed, literal


@dataclass(frozen=True)
class Staged:
    """Typed rows in files; `numbered`: each row keeps the number that it has in its file."""

    paths: tuple[Path, ...]
    rows: int
    numbered: bool

    @property
    def relation(self) -> str:
        """The rows, to stand after FROM."""
        return f"read_parquet({listed(self.paths)})"


def stage(
    connection: duckdb.DuckDBPyConnection,
    judging: Judging,
    relation: str,
    target: Path,
    numbered: bool,
    all_sound: bool,
    stamp: str,
) -> Staged:
    """Write the sound rows of a file's relation. `stamp`: the moment of loading as SQL, "" for none."""
    where = "" if all_sound else f" WHERE {judging.sound()}"
    more = f", {ROW}" if numbered else ""
    more += stamped(judging, stamp)
    select = f"SELECT {judging.typed()}{more} FROM {judging.judged(relation, numbered)}{where}"
    connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)")
    return _counted(connection, Staged((target,), 0, numbered))


def stamped(judging: Judging, stamp: str) -> str:
    """The columns that say when a row was loaded, and whether it is withdrawn."""
    if not stamp:
        return ""
    withdrawn = "" if WITHDRAWN in judging.plan_names() else f", CAST(NULL AS VARCHAR) AS {WITHDRAWN}"
    return f", {stamp} AS {LOADED}{withdrawn}"


def stage_again(
    connection: duckdb.DuckDBPyConnection, staged: Staged, keep: str, more: str, target: Path
) -> Staged:
    """Write the staged rows for which `keep` holds, and those that `more` selects."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {staged.relation}").fetchall()
    names = [row[0] for row in described]
    given = {row[0] for row in connection.execute(f"DESCRIBE {more}").fetchall()}
    stamp = f"(SELECT any_value({LOADED}) FROM {staged.relation})"
    filled = ", ".join(
        f'"{name}"' if name in given else f'{stamp} AS "{name}"' if name == LOADED else f'NULL AS "{name}"'
        for name in names
    )
    connection.execute(
        f"COPY (SELECT * FROM {staged.relation} WHERE {keep} UNION ALL SELECT {filled} FROM ({more})) "
        f"TO {literal(str(target))} (FORMAT parquet)"
    )
    return _counted(connection, replace(staged, paths=(target,)))


def _counted(connection: duckdb.DuckDBPyConnection, staged: Staged) -> Staged:
    rows = connection.execute(f"SELECT count(*) FROM {staged.relation}").fetchall()[0][0]
    return replace(staged, rows=int(rows))
