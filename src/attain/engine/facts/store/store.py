"""The store as a whole: what it knows of each table, and its files, checked before they are read."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from attain.engine.facts.declared import TABLES, Kind
from attain.engine.facts.spelling import literal, quoted
from attain.engine.facts.store.catalogue import Catalogue, Load, StoredFile
from attain.engine.facts.store.files import CATALOGUE, check
from attain.engine.facts.store.versions import LOAD, VERSION, Shape, all_rows, standing

BLANK = "blank"
"""The kind of a column in whose cells nothing stands yet: a later load may give it any."""


@dataclass
class Store:
    """An open store. Reads are of the state that was committed when it was opened or refreshed."""

    folder: Path
    catalogue: Catalogue
    _shapes: dict[str, Shape | None] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path, create: bool = False) -> "Store":
        """Open a store, or make one. Raises Refused where the folder is none."""
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, Catalogue.open(folder / CATALOGUE, create))

    @staticmethod
    def is_one(folder: Path) -> bool:
        """Whether the folder is a store."""
        return (folder / CATALOGUE).is_file()

    def close(self) -> None:
        """Close the catalogue."""
        self.catalogue.close()

    def refresh(self) -> None:
        """Forget what was read, because another load may have been committed."""
        self._shapes.clear()

    def shape(self, table: str) -> Shape | None:
        """Columns, scales and key of a table over all its loads; None where it was never loaded."""
        if table not in self._shapes:
            self._shapes[table] = self._shape(table)
        return self._shapes[table]

    def _shape(self, table: str) -> Shape | None:
        kinds: dict[str, Kind] = {}
        scales: dict[str, int] = {}
        key: tuple[str, ...] = ()
        loads = dict.fromkeys(file.load for file in self.catalogue.files(table, "facts"))
        for load in loads:
            columns = self.catalogue.columns(load)
            key = tuple(column.name for column in columns if column.in_key)
            for column in columns:
                if column.kind != BLANK:
                    kinds[column.name] = cast(Kind, column.kind)
                    scales[column.name] = max(scales.get(column.name, 0), column.scale)
                else:
                    kinds.setdefault(column.name, "text")
        return Shape(kinds, scales, key_of(table, kinds, key)) if loads else None

    def kinds(self, table: str) -> Mapping[str, Kind]:
        """What the columns of a table hold; a column that is blank so far is left out."""
        settled = {
            column.name
            for load in {file.load for file in self.catalogue.files(table, "facts")}
            for column in self.catalogue.columns(load)
            if column.kind != BLANK
        }
        shape = self.shape(table)
        return {name: kind for name, kind in shape.kinds.items() if name in settled} if shape else {}

    def scales(self, table: str) -> Mapping[str, int]:
        """The decimals that its columns of numbers have."""
        shape = self.shape(table)
        return shape.scales if shape else {}

    def uniform(self, table: str, shape: Shape) -> bool:
        """Whether every file of a table has its columns in their types, so that they can be read as one."""
        loads = {file.load for file in self.catalogue.files(table, "facts")}
        return all(
            {column.name: (column.kind, column.scale) for column in self.catalogue.columns(load)}
            == {name: (kind, shape.scales.get(name, 0)) for name, kind in shape.kinds.items()}
            for load in loads
        )

    def current(self, table: str) -> str | None:
        """The rows of a table as known now, to stand after FROM; None where it was never loaded."""
        shape = self.shape(table)
        return standing(self.rows(table, shape), shape.key_columns) if shape else None

    def rows(self, table: str, shape: Shape) -> str:
        """All versions of a table, to stand after FROM. Raises Refused where a file is damaged."""
        files = self.checked(table, "facts")
        present = {file.load: {column.name for column in self.catalogue.columns(file.load)} for file in files}
        return all_rows(self.folder, files, shape, present)

    def confirmed(self, table: str, shape: Shape) -> str:
        """The keys that loads found unchanged, with `_load` and `_version`."""
        nothing = [f"CAST(NULL AS {shape.sql_type(name)}) AS {quoted(name)}" for name in shape.key_columns]
        parts = [f"SELECT {', '.join(nothing)}, 0 AS {VERSION}, 0 AS {LOAD} WHERE false"]
        for file in self.checked(table, "confirmed"):
            source = f"read_parquet({literal(str(self.folder / file.path))})"
            parts.append(f"SELECT *, {file.load} AS {LOAD} FROM {source}")
        return "(" + " UNION ALL BY NAME ".join(parts) + ")"

    def check(self, files: Iterable[StoredFile]) -> None:
        """Compare files with their hashes. Raises Refused, naming each that is missing or differs."""
        check(self.folder, files)

    def checked(self, table: str, role: str) -> list[StoredFile]:
        """The files of a table in one role, compared with their hashes."""
        files = [file for file in self.catalogue.files(table, role) if file.path not in self._sound]
        check(self.folder, files)
        self._sound.update(file.path for file in files)
        return self.catalogue.files(table, role)

    @cached_property
    def _sound(self) -> set[str]:
        return set()

    def latest_load(self, table: str) -> int:
        """The last load that changed the table; 0 where there is none."""
        changing = (load for load in self.catalogue.loads() if load.kind != "refused")
        return max((load.load for load in changing if load.table_name == table), default=0)

    def same_load(self, file_sha256: str, mapping_sha256: str, table: str, zone: str) -> Load | None:
        """The load that brought the same content in the same way, and still counts."""
        withdrawn = self.catalogue.withdrawn()
        for load in self.catalogue.loads():
            said = (load.file_sha256, load.mapping_sha256, load.table_name, load.zone)
            counts = load.kind == "import" and load.load not in withdrawn
            if counts and said == (file_sha256, mapping_sha256, table, zone):
                return load
        return None

    def next_moment(self, wanted: dt.datetime) -> dt.datetime:
        """The moment of a load made now: later than every load before it."""
        latest = max((load.moment for load in self.catalogue.loads() if load.kind != "refused"), default="")
        if latest and parsed(latest) >= wanted:
            return parsed(latest) + dt.timedelta(microseconds=1)
        return wanted


def parsed(moment: str) -> dt.datetime:
    """A moment of the catalogue, in UTC without a zone."""
    return dt.datetime.fromisoformat(moment)


def written(moment: dt.datetime) -> str:
    """A moment as the catalogue has it: its texts sort as the moments do."""
    return moment.isoformat(sep=" ", timespec="microseconds")


def key_of(table: str, columns: Iterable[str], given: tuple[str, ...]) -> tuple[str, ...]:
    """The key of a table: of a declared one the declared columns that are there, else the one given."""
    known = TABLES.get(table)
    return given if known is None or known.fallback_key else known.key_among(columns)
