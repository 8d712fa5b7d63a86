"""An import into a store: staged without a lock, compared and committed under one."""

import datetime as dt
import hashlib
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attain.engine.facts.loading.outcome import Counts, Outcome
from attain.engine.facts.loading.preparing import Prepared, Preparing
from attain.engine.facts.mapping.model import Mapped
from attain.engine.facts.spelling import connect
from attain.engine.facts.store.catalogue import Load
from attain.engine.facts.store.committing import Committing
from attain.engine.facts.store.files import scratch_folder, sweep
from attain.engine.facts.store.store import Store, parsed, written
from attain.engine.values.failpoints import failpoint
from attain.engine.values.problems import Place, Refused, refuse

DISK = "Make room, or look at the disk; then import again: nothing of this load is in the store."


@dataclass(frozen=True)
class Importing:
    """Imports files into a store. `entered_by`: who says so; `zone`: the company's time zone, which a
    mapping may state as well."""

    folder: Path
    entered_by: str
    zone: str | None = None

    def load(self, path: Path, mapped: Mapped, now: dt.datetime, shown: str | None = None) -> Outcome:
        """Load one file as a whole. `now`: in UTC without a zone.

        Raises Refused where nothing of the file is taken; the catalogue then shows the refusal.
        """
        shown = shown or path.name
        store = Store.open(self.folder, create=True)
        try:
            sweep(self.folder, (file.path for file in store.catalogue.all_files()))
            with scratch_folder(self.folder) as scratch, connect(scratch) as connection:
                try:
                    return self._load(store, path, mapped, now, shown, scratch, connection)
                except Refused as refused:
                    self._tell(store, path, mapped, now, shown, refused)
                    raise
        except duckdb.Error as error:
            raise refuse("F901", f"the import stopped: {str(error).splitlines()[0]}", DISK) from None
        except sqlite3.Error as error:
            raise refuse("F901", f"the catalogue cannot be written: {error}.", DISK) from None
        except OSError as error:
            raise refuse("F901", f"the import stopped: {error.strerror}.", DISK) from None
        finally:
            store.close()

    def _load(
        self,
        store: Store,
        path: Path,
        mapped: Mapped,
        now: dt.datetime,
        shown: str,
        scratch: Path,
        connection: duckdb.DuckDBPyConnection,
    ) -> Outcome:
        table, zone = mapped.mapping.table, mapped.mapping.time_zone or self.zone or ""
        if store.latest_load(table) and (same := store.same_load(_hash_of(path), mapped.sha256, table, zone)):
            return _nothing_new(same, shown)
        while True:
            latest, seen, stamp = store.latest_load(table), _identity(path), store.next_moment(now)
            preparing = Preparing(connection, scratch, store, mapped, self.zone, stamp)
            prepared = preparing.prepare(path, shown)
            if _identity(path) != seen:
                raise refuse("F113", "the file changed while it was read.", "Import it again.", Place(shown))
            failpoint("import: prepared")
            with store.catalogue.writing():
                store.refresh()
                if same := store.same_load(prepared.texts.sha256, mapped.sha256, table, zone):
                    return _nothing_new(same, shown)
                if not prepared.compared_with_others or store.latest_load(table) == latest:
                    moment = store.next_moment(stamp)
                    load = self._load_row(prepared, mapped, shown, zone, moment)
                    return Committing(store, connection, scratch, prepared, moment, stamp).commit(load)

    def _load_row(
        self, prepared: Prepared, mapped: Mapped, shown: str, zone: str, moment: dt.datetime
    ) -> Load:
        return Load(
            load=0,
            kind="import",
            table_name=mapped.mapping.table,
            file_name=shown,
            file_sha256=prepared.texts.sha256,
            mapping_sha256=mapped.sha256,
            mapping_name=mapped.mapping.mapping or mapped.document.file,
            zone=zone,
            entered_by=self.entered_by,
            moment=written(moment),
        )

    def _tell(
        self, store: Store, path: Path, mapped: Mapped, now: dt.datetime, shown: str, refused: Refused
    ) -> None:
        """Let the catalogue show a refused load."""
        said = "\n".join(str(problem) for problem in refused.problems)
        with suppress(OSError, sqlite3.Error), store.catalogue.writing():
            store.catalogue.add(
                "loads",
                {
                    "kind": "refused",
                    "table_name": mapped.mapping.table,
                    "file_name": shown,
                    "file_sha256": _hash_of(path),
                    "mapping_sha256": mapped.sha256,
                    "mapping_name": mapped.mapping.mapping or mapped.document.file,
                    "zone": self.zone or "",
                    "entered_by": self.entered_by,
                    "moment": written(now),
                    "said": said,
                },
            )


def _nothing_new(load: Load, shown: str) -> Outcome:
    names = ("read", "taken", "changed", "unchanged", "duplicate", "quarantined", "skipped")
    counts = Counts(**{name: getattr(load, name) for name in names})
    return Outcome(shown, load.table_name, "nothing new", load.load, parsed(load.moment), counts)


def _identity(path: Path) -> tuple[int, int] | None:
    """Size and time of the last change, of a file that is there."""
    found = path.stat() if path.is_file() else None
    return (found.st_size, found.st_mtime_ns) if found else None


def _hash_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
