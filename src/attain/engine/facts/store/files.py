"""Files of the store: made durable before they count, checked before they are read, swept if orphaned."""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from attain.engine.facts.store.catalogue import StoredFile
from attain.engine.values.failpoints import failpoint
from attain.engine.values.problems import Place, Problem, Refused

CATALOGUE, SCRATCH = "catalogue.sqlite", "scratch"
ORPHAN_SECONDS = 3600
LOCK = "lock"


@dataclass(frozen=True)
class Published:
    """A file in its place: durable, and named by its content."""

    path: str
    sha256: str
    bytes: int


def publish(store: Path, made: Path, folder: str) -> Published:
    """Move a finished scratch file into the store: fsync, rename to its hash, fsync the folder."""
    target_folder = store / folder
    if not target_folder.is_dir():
        target_folder.mkdir(parents=True, exist_ok=True)
        for parent in (target_folder.parent, store):
            _sync_folder(parent)
    failpoint("file: before fsync")
    with made.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = os.fstat(file.fileno()).st_size
    failpoint("file: after fsync")
    target = target_folder / f"{digest}{made.suffix}"
    made.rename(target)
    failpoint("file: after rename")
    _sync_folder(target_folder)
    failpoint("file: after fsync of the folder")
    return Published(target.relative_to(store).as_posix(), digest, size)


def check(store: Path, files: Iterable[StoredFile]) -> None:
    """Compare files with their hashes in the catalogue.

    Raises Refused, naming each that is missing or differs.
    """
    listed = list(files)
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4)) as pool:
        problems = [problem for problem in pool.map(lambda file: _problem(store, file), listed) if problem]
    if problems:
        raise Refused(problems)


def _problem(store: Path, file: StoredFile) -> Problem | None:
    cure = "Restore it from a backup; nothing of it is read."
    place = Place(file.path)
    try:
        with (store / file.path).open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if size != file.bytes:
                message = f"has {size:,} bytes where the catalogue has {file.bytes:,}: torn or truncated."
                return Problem("F510", message, cure, place)
            if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
                return Problem("F510", "does not have the content that was loaded: damaged.", cure, place)
    except OSError as error:
        return Problem("F510", f"cannot be read: {error.strerror}.", cure, place)
    return None


@contextmanager
def scratch_folder(store: Path) -> Iterator[Path]:
    """A folder for one import, locked while it runs, gone when it ends."""
    above = store / SCRATCH
    above.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=above))
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(store: Path, counted: Iterable[str], now_seconds: int | None = None) -> list[str]:
    """Delete what no catalogue row names and nobody is making, once it is an hour old; the paths deleted."""
    now = int(time.time()) if now_seconds is None else now_seconds
    named, swept = set(counted), []
    for folder in ("facts", "confirmed", "quarantine"):
        for path in sorted((store / folder).rglob("*")) if (store / folder).is_dir() else []:
            name = path.relative_to(store).as_posix()
            if path.is_file() and name not in named and now - int(path.stat().st_mtime) > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
                swept.append(name)
    for path in sorted((store / SCRATCH).iterdir()) if (store / SCRATCH).is_dir() else []:
        if now - int(path.stat().st_mtime) > ORPHAN_SECONDS and not _in_use(path):
            shutil.rmtree(path, ignore_errors=True)
            swept.append(path.relative_to(store).as_posix())
    return swept


def _in_use(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
