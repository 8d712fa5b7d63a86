"""A folder that appears as a whole or not at all, whatever fails while it is made."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from attain.engine.values.failpoints import failpoint

HOUR = 3600


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its place in the end and vanishes where something fails."""
    folder = folder.absolute()
    missing = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    recover(folder)
    _sweep(folder)
    target = folder.with_name(f".{folder.name}.{uuid4().hex[:12]}.writing")
    before = folder.with_name(f".{folder.name}.replaced")
    try:
        target.mkdir()
        yield target
        _sync(target)
        failpoint("run synced")
        if folder.exists() and any(folder.iterdir()):
            folder.rename(before)
        failpoint("run moved aside")
        target.rename(folder)
        _sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        _put_back(folder, before)
        for parent in missing:
            if not any(parent.iterdir()):
                parent.rmdir()
        raise
    shutil.rmtree(before, ignore_errors=True)


def recover(folder: Path) -> None:
    """Brings back the run that a killed one moved aside to take its place."""
    folder = folder.absolute()
    _put_back(folder, folder.with_name(f".{folder.name}.replaced"))


def _sweep(folder: Path) -> None:
    """The unfinished files that a killed run left beside the folder."""
    for left in folder.parent.glob(f".{folder.name}.*.writing"):
        if time.time() - left.stat().st_mtime > HOUR:
            shutil.rmtree(left, ignore_errors=True)


def _put_back(folder: Path, before: Path) -> None:
    """A run that was moved aside comes back where nothing took its place; else it is old."""
    if before.exists():
        if folder.exists():
            shutil.rmtree(before, ignore_errors=True)
        else:
            before.rename(folder)


def _sync(folder: Path) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            with (Path(place) / name).open("rb") as file:
                os.fsync(file.fileno())
        _sync_folder(Path(place))


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
