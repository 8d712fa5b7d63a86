"""Parquet as a relation of texts; numbers must be exact in it."""

from pathlib import Path

import duckdb

from attain.engine.facts.reading.rows import LINE, ROW, Texts, unique_names
from attain.engine.facts.spelling import literal, quoted
from attain.engine.values.problems import Place, refuse

EXACT = ("VARCHAR", "DECIMAL", "DATE", "TIMESTAMP", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")
UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def read_columnar(path: Path, shown: str, sha256: str, connection: duckdb.DuckDBPyConnection) -> Texts:
    """The rows of a Parquet file as texts.

    Raises Refused where it is damaged or holds binary fractions, lists or bytes.
    """
    source = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        described = connection.execute(
            f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}"
        ).fetchall()
        connection.execute(f"SELECT count(*) FROM {source}").fetchall()
    except duckdb.Error as error:
        message = f"not a sound Parquet file: {str(error).splitlines()[0]}"
        raise refuse("F104", message, "Write it again.", Place(shown)) from None
    cells = []
    for at, (name, kind, *_) in enumerate(described, start=1):
        if kind in ("DOUBLE", "FLOAT"):
            message = f'column "{name}" holds binary fractions ({kind}), which are not exact.'
            raise refuse("F105", message, "Write it as DECIMAL, or as text.", Place(shown))
        if not kind.startswith((*EXACT, *UNSIGNED)) or "[" in kind:
            message = f'column "{name}" holds {kind}, which is no text, number, date or moment.'
            raise refuse("F105", message, "Write it as one of these.", Place(shown))
        cells.append(f"nullif(CAST({quoted(name)} AS VARCHAR), '') AS _c{at}")
    relation = f"(SELECT {', '.join(cells)} FROM {source})"
    count = f"file_row_number + 1 AS {ROW}, file_row_number + 1 AS {LINE}"
    numbered = f"(SELECT {count}, {', '.join(cells)} FROM {source})"
    return Texts(
        file=shown,
        sha256=sha256,
        header=unique_names([row[0] for row in described], shown, 1),
        relation=relation,
        numbered=lambda: numbered,
        format="parquet",
    )
