"""XLSX as a relation of texts, read by a child process after the declared sizes are found small enough."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attain.engine.facts.reading import sheet
from attain.engine.facts.reading.rows import CellFault, RowFault, Texts, staged, unique_names
from attain.engine.values.problems import Place, Problem, refuse

LARGEST = 256_000_000
MOST_PARTS = 10_000
MEMORY = 1_000_000_000
SECONDS = 900


def read_workbook(
    path: Path, shown: str, sha256: str, sheet_name: str | None, header_row: int, scratch: Path
) -> Texts:
    """The rows of a sheet: the one named, or the only visible one.

    Raises Refused where the file is no workbook, expands to more than 256 MB, or has no such sheet.
    """
    _check_sizes(path, shown)
    target = scratch / "sheet.csv"
    request = {
        "workbook": str(path),
        "sheet": sheet_name,
        "header_row": header_row,
        "target": str(target),
        "memory": MEMORY,
    }
    finding = _ask(request, shown)
    if not finding["header"]:
        message = f"row {header_row}, where the header belongs, is blank."
        raise refuse("F101", message, "Name the header row in the mapping.", Place(shown, header_row))
    header = unique_names(finding["header"], shown, header_row)
    relation = staged(target, len(header))
    return Texts(
        file=shown,
        sha256=sha256,
        header=header,
        relation=relation,
        numbered=lambda: relation,
        row_faults=tuple(
            RowFault(row, line, code, tuple(cells)) for row, line, code, cells in finding["row_faults"]
        ),
        cell_faults=tuple(CellFault(*fault) for fault in finding["cell_faults"]),
        notes=tuple(Problem("F130", note, "", Place(shown), "warning") for note in finding["notes"]),
        format="xlsx",
        details={"sheet": sheet_name or "", "header row": str(header_row)},
    )


def _check_sizes(path: Path, shown: str) -> None:
    if not zipfile.is_zipfile(path):
        start = path.read_bytes()[:200].lstrip().lower() if path.stat().st_size < LARGEST else b""
        html = start.startswith((b"<html", b"<!doctype html", b"<table"))
        what = "an HTML page" if html else "something else"
        raise refuse(
            "F120",
            f"not a workbook: {what} with the name of one.",
            "Open it in a spreadsheet program and save it as a workbook (.xlsx), or as CSV.",
            Place(shown),
        )
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if size > LARGEST or len(parts) > MOST_PARTS:
        packed = path.stat().st_size
        raise refuse(
            "F121",
            f"the workbook expands to {size // 1_000_000} MB from {packed // 1_000} KB, over the limit of "
            f"{LARGEST // 1_000_000} MB: refused without expanding it.",
            "Save the sheet as CSV.",
            Place(shown),
        )
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("F120", "the workbook is locked by a password.", "Save it without one.", Place(shown))


def _ask(request: Mapping[str, object], shown: str) -> dict[str, Any]:
    command = [sys.executable, "-m", sheet.__name__]
    try:
        child = subprocess.run(  # noqa: S603 — our own module, by our own interpreter
            command, input=json.dumps(request), capture_output=True, text=True, timeout=SECONDS, check=False
        )
        finding = json.loads(child.stdout) if child.returncode == 0 else {}
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        finding = {}
    if not finding:
        raise refuse(
            "F121",
            "reading the workbook takes too much memory or time.",
            "Save the sheet as CSV.",
            Place(shown),
        )
    if problem := finding.get("problem"):
        raise refuse(problem["code"], problem["message"], problem["cure"], Place(shown))
    found: dict[str, Any] = finding
    return found
