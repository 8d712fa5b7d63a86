"""A folder that `attain calculate` wrote: its record, its plans, facts and tables, and their hashes."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from attain.verify.inputs.facts import Text
from attain.verify.inputs.forms import Span, Unreadable

Table = list[dict[str, Any]]
RECORD = "run.json"
LISTED = (("plans", "plans"), ("documents", "plans"), ("attached", "plans"), ("data", "facts"))


@dataclass
class Folder:
    """What a run left: what it says of itself, and where its files are."""

    place: Path
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """The run's days."""
        return Span(date.fromisoformat(self.record["first"]), date.fromisoformat(self.record["last"]))

    def documents(self) -> list[Path]:
        """The plan documents, and those that stood beside them."""
        named = [entry["file"] for key in ("plans", "documents") for entry in self.record.get(key, [])]
        return [self.place / "plans" / name for name in dict.fromkeys(named)]

    def facts(self) -> dict[str, Table]:
        """The tables of facts by name."""
        found: dict[str, Table] = {}
        for entry in self.record["data"]:
            path = self.place / "facts" / entry["file"]
            found.setdefault(path.name.partition(".")[0], []).extend(read_table(path))
        return found

    def has(self, name: str) -> bool:
        """Whether the run wrote this table."""
        return (self.place / f"{name}.parquet").is_file()

    def table(self, name: str) -> Table:
        """A table as written."""
        return read_table(self.place / f"{name}.parquet")

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file that the record names, with the hash that it should have."""
        for key, folder in LISTED:
            for entry in self.record.get(key, []):
                yield self.place / folder / entry["file"], entry["sha256"]
        for entry in self.record.get("tables", {}).values():
            for name, digest in entry.items():
                if name != "rows":
                    yield self.place / name, digest

    def changed(self) -> list[str]:
        """What is missing, or is not the file that the run wrote."""
        found = []
        for path, digest in self.files():
            name = path.relative_to(self.place)
            if not path.is_file():
                found.append(f"{name}: missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                found.append(f"{name}: changed since the run")
        return list(dict.fromkeys(found))


def open_folder(place: Path) -> Folder:
    """The folder with its record; raises Unreadable where it holds no run."""
    path = place / RECORD
    if not path.is_file():
        raise Unreadable(f"{place} holds no {RECORD}: name the folder that `attain calculate --out` wrote")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path} is no record of a run: {error}") from error
    if not isinstance(record, dict) or not {"first", "last", "plans", "data"} <= record.keys():
        raise Unreadable(f"{path} is no record of a run: it lacks first, last, plans or data")
    return Folder(place, record)


def read_table(path: Path) -> Table:
    """The rows of a Parquet or CSV file; texts of Parquet stay texts."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    table = pq.read_table(path)
    texts = {
        column.name
        for column in table.schema
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    }
    return [
        {name: Text(cell) if name in texts and cell is not None else cell for name, cell in row.items()}
        for row in table.to_pylist()
    ]
