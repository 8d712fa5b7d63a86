"""The catalogue: loads, files, columns and totals in SQLite; rows are added and never changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attain.engine.values.failpoints import failpoint
from attain.engine.values.problems import refuse

WAIT_SECONDS = 900
VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS loads (
    load INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('import', 'withdrawal', 'refused')),
    table_name TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    mapping_sha256 TEXT NOT NULL,
    mapping_name TEXT NOT NULL,
    zone TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    moment TEXT NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    taken INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    said TEXT NOT NULL DEFAULT '',
    withdraws INTEGER REFERENCES loads (load)
);
CREATE UNIQUE INDEX IF NOT EXISTS withdrawn_once ON loads (withdraws) WHERE withdraws IS NOT NULL;
CREATE TABLE IF NOT EXISTS files (
    path TEXT NOT NULL,
    load INTEGER NOT NULL REFERENCES loads (load),
    role TEXT NOT NULL CHECK (role IN ('facts', 'confirmed', 'quarantine')),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (path, load)
);
CREATE TABLE IF NOT EXISTS columns (
    load INTEGER NOT NULL REFERENCES loads (load),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    scale INTEGER NOT NULL,
    in_key INTEGER NOT NULL,
    PRIMARY KEY (load, place)
);
CREATE TABLE IF NOT EXISTS totals (
    load INTEGER NOT NULL REFERENCES loads (load),
    column_name TEXT NOT NULL,
    currency TEXT NOT NULL,
    rows INTEGER NOT NULL,
    total TEXT NOT NULL,
    PRIMARY KEY (load, column_name, currency)
);
"""


@dataclass(frozen=True)
class Load:
    """One row of the catalogue's loads."""

    load: int
    kind: str
    table_name: str
    file_name: str
    file_sha256: str
    mapping_sha256: str
    mapping_name: str
    zone: str
    entered_by: str
    moment: str
    read: int = 0
    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    skipped: int = 0
    said: str = ""
    withdraws: int | None = None


@dataclass(frozen=True)
class StoredFile:
    """One row of the catalogue's files; `path` is relative to the store."""

    path: str
    load: int
    role: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class StoredColumn:
    """A column as a load has it."""

    name: str
    kind: str
    scale: int
    in_key: bool


@dataclass
class Catalogue:
    """An open catalogue. Reads see the last committed state; `writing()` is one transaction, one writer."""

    path: Path
    connection: sqlite3.Connection = field(repr=False)

    @classmethod
    def open(cls, path: Path, create: bool = False) -> "Catalogue":
        """Open the catalogue of a store. Raises Refused where there is none, or a newer one."""
        if not create and not path.is_file():
            raise refuse(
                "F500", f"{path.parent} is no store.", "A store is made by `attain import … --store DIR`."
            )
        try:
            connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _make(connection)
            elif version != VERSION:
                raise refuse(
                    "F501", f"{path} is of version {version}; this program reads {VERSION}.", "Update it."
                )
        except sqlite3.Error as error:
            raise refuse("F501", f"the catalogue {path} cannot be opened: {error}.", "Restore it.") from None
        connection.row_factory = sqlite3.Row
        return cls(path, connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; nobody else writes meanwhile. Whatever is raised inside undoes it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            failpoint("catalogue: before commit")
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        failpoint("catalogue: after commit")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one committed state."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def loads(self) -> list[Load]:
        """All loads in their order."""
        return [Load(**dict(row)) for row in self.connection.execute("SELECT * FROM loads ORDER BY load")]

    def load(self, number: int) -> Load | None:
        """One load."""
        found = self.connection.execute("SELECT * FROM loads WHERE load = ?", [number]).fetchone()
        return Load(**dict(found)) if found else None

    def withdrawn(self) -> set[int]:
        """The loads that have been withdrawn."""
        found = self.connection.execute("SELECT withdraws FROM loads WHERE withdraws IS NOT NULL")
        return {int(row[0]) for row in found}

    def tables(self) -> list[str]:
        """The tables that hold facts, by name."""
        found = self.connection.execute(
            "SELECT DISTINCT table_name FROM loads JOIN files USING (load) WHERE role = 'facts' ORDER BY 1"
        )
        return [str(row[0]) for row in found]

    def files(self, table: str, role: str) -> list[StoredFile]:
        """The files of a table in one role, in the order of their loads."""
        found = self.connection.execute(
            "SELECT files.* FROM files JOIN loads USING (load) WHERE table_name = ? AND role = ? "
            "ORDER BY load, path",
            [table, role],
        )
        return [StoredFile(**dict(row)) for row in found]

    def all_files(self) -> list[StoredFile]:
        """Every file that counts."""
        return [
            StoredFile(**dict(row))
            for row in self.connection.execute("SELECT * FROM files ORDER BY load, path")
        ]

    def columns(self, load: int) -> list[StoredColumn]:
        """The columns of a load, in order."""
        found = self.connection.execute(
            "SELECT name, kind, scale, in_key FROM columns WHERE load = ? ORDER BY place", [load]
        )
        return [StoredColumn(row[0], row[1], row[2], bool(row[3])) for row in found]

    def totals(self, load: int) -> list[tuple[str, str, int, str]]:
        """Control totals of a load: column, currency, rows, total."""
        found = self.connection.execute(
            "SELECT column_name, currency, rows, total FROM totals WHERE load = ? ORDER BY 1, 2", [load]
        )
        return [(row[0], row[1], row[2], row[3]) for row in found]

    def add(self, table: str, values: dict[str, Any]) -> int:
        """Add one row within `writing()`; the number that SQLite gave it."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cursor = self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values())
        )
        return int(cursor.lastrowid or 0)


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in SCHEMA.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
