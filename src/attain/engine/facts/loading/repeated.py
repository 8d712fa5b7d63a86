"""Keys that come more than once in a file: the same row again counts once, another row contradicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.checking.judging import Judging, typed
from attain.engine.facts.loading.staging import Staged, stage_again
from attain.engine.facts.mapping.targets import Target
from attain.engine.facts.reading.rows import ROW, Texts
from attain.engine.facts.spelling import literal, quoted

ROWS_AT_ONCE = 4_000_000
SHOWN = 5


@dataclass(frozen=True)
class Repeated:
    """What came twice: rows that only repeat another (the `first` of them, each with the row that it
    repeats), and the table of rows that contradict one."""

    duplicates: int = 0
    conflicting: int = 0
    conflicts: str = ""
    first: tuple[tuple[int, int], ...] = ()


def set_repeated_apart(
    connection: duckdb.DuckDBPyConnection, staged: Staged, texts: Texts, judging: Judging, target: Path
) -> tuple[Staged, Repeated]:
    """Look for keys that come more than once among the staged rows; where there are any, stage again."""
    names = judging.plan.key or tuple(judging.plan_names())
    hashed = f"hash({', '.join(map(quoted, names))})"
    if not _find(connection, staged, hashed):
        return staged, Repeated()
    targets = judging.plan.targets
    _collect(connection, texts, judging, names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated_keys AS SELECT {_typed(names)}, count(*) AS times, "
        f"count(DISTINCT row({_typed(judging.plan_names())})) AS contents, min({ROW}) AS first_row, "
        f"{_detail(targets, names)} AS _detail FROM repeated_rows GROUP BY {_typed(names)}"
    )
    same = " AND ".join(f"r.{part} IS NOT DISTINCT FROM k.{part}" for part in map(_typed_name, names))
    key_text = "concat_ws(', ', " + ", ".join(f"r.{quoted(name)}" for name in names) + ")"
    connection.execute(
        f"CREATE OR REPLACE TABLE conflicts AS SELECT r.*, {literal(', '.join(names))} AS _columns, "
        f"{key_text} AS _key, _detail FROM repeated_rows r JOIN repeated_keys k ON {same} "
        "WHERE k.contents > 1"
    )
    kept = ", ".join(f"{_typed_name(each.name)} AS {quoted(each.name)}" for each in targets)
    first = (
        f"SELECT {kept}{f', {ROW}' if staged.numbered else ''} FROM repeated_rows "
        f"WHERE {ROW} IN (SELECT first_row FROM repeated_keys WHERE contents = 1)"
    )
    single = f"{hashed} NOT IN (SELECT h FROM repeated_hashes)"
    again = stage_again(connection, staged, single, first, target)
    conflicting = "SELECT count(*) FROM conflicts"
    duplicates = "SELECT coalesce(sum(times - 1), 0) FROM repeated_keys WHERE contents = 1"
    counts = connection.execute(f"SELECT ({duplicates}), ({conflicting})").fetchall()[0]
    pairs = connection.execute(
        f"SELECT r.{ROW}, k.first_row FROM repeated_rows r JOIN repeated_keys k ON {same} "
        f"WHERE k.contents = 1 AND r.{ROW} <> k.first_row ORDER BY 1 LIMIT {SHOWN}"
    ).fetchall()
    first_pairs = tuple((int(row), int(repeats)) for row, repeats in pairs)
    return again, Repeated(int(counts[0]), int(counts[1]), "conflicts", first_pairs)


def _find(connection: duckdb.DuckDBPyConnection, staged: Staged, hashed: str) -> bool:
    """Fill `repeated_hashes` with the hashes of keys that come more than once; some may be alike by chance,
    which the comparison of the rows then tells. Looks at a part of the keys at a time, to bound memory."""
    connection.execute("CREATE OR REPLACE TEMP TABLE repeated_hashes (h UBIGINT)")
    parts = staged.rows // ROWS_AT_ONCE + 1
    for part in range(parts):
        some = f" WHERE h % {parts} = {part}" if parts > 1 else ""
        connection.execute(
            f"INSERT INTO repeated_hashes SELECT h FROM (SELECT {hashed} AS h FROM {staged.relation}){some} "
            "GROUP BY h HAVING count(*) > 1"
        )
    return bool(connection.execute("SELECT count(*) FROM repeated_hashes").fetchall()[0][0])


def _collect(
    connection: duckdb.DuckDBPyConnection, texts: Texts, judging: Judging, names: Sequence[str]
) -> None:
    """Fill `repeated_rows` with the rows whose key comes more than once: cells, texts, and values (`_t_`)."""
    plan = judging.plan
    made = {target.name: typed(target, plan) for target in plan.targets}
    values = ", ".join(f"{value} AS {_typed_name(name)}" for name, value in made.items())
    hashed = f"hash({', '.join(made[name] for name in names)})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated_rows AS SELECT *, {values} "
        f"FROM {judging.judged(texts.numbered(), True)} "
        f"WHERE {judging.sound()} AND {hashed} IN (SELECT h FROM repeated_hashes)"
    )


def _detail(targets: Sequence[Target], names: Sequence[str]) -> str:
    """`key T1 twice (rows 1, 3) with different amount (100.00, 110.00)`."""
    differing = []
    for target in targets:
        if target.name not in names:
            value = _typed_name(target.name)
            several = f"count(DISTINCT {value}) + count(DISTINCT CASE WHEN {value} IS NULL THEN 1 END) > 1"
            values = f"string_agg(coalesce({quoted(target.name)}, 'blank'), ', ' ORDER BY {ROW})"
            differing.append(f"CASE WHEN {several} THEN '{target.name} (' || left({values}, 200) || ')' END")
    key = "concat_ws(', ', " + ", ".join(f"any_value({quoted(name)})" for name in names) + ")"
    rows = f"left(string_agg(CAST({ROW} AS VARCHAR), ', ' ORDER BY {ROW}), 200)"
    times = "CASE WHEN count(*) = 2 THEN 'twice' ELSE count(*) || ' times' END"
    different = f"concat_ws(', ', {', '.join(differing)})" if differing else "''"
    return f"'key ' || {key} || ' ' || {times} || ' (rows ' || {rows} || ') with different ' || {different}"


def _typed_name(name: str) -> str:
    return quoted(f"_t_{name}")


def _typed(names: Sequence[str]) -> str:
    return ", ".join(map(_typed_name, names))
