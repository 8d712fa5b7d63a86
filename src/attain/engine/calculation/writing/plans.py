"""The documents of a run beside its results, with the CSV files that they name."""

from collections.abc import Sequence
from pathlib import Path

from attain.engine.calculation.writing.hashes import sha256_of
from attain.engine.language.documents import Document
from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Map, Text

Written = tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]


def write_plans(documents: Sequence[Document], folder: Path) -> Written:
    """Copies of the documents' files and of the CSV files that they name, and what stands in which."""
    folder.mkdir()
    places = _places(documents)
    plans: list[dict[str, object]] = []
    others: list[dict[str, object]] = []
    attached: dict[str, dict[str, object]] = {}
    for document in documents:
        origin = Path(document.source.file)
        target = folder / places[document.source.file]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_bytes(origin, document.source.lines.text))
        for name in _attached_names(document):
            beside = target.parent / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            texts = document.attached if isinstance(document, Plan) else {}
            beside.write_bytes(_bytes(origin.parent / name, texts.get(name)))
            shown = beside.relative_to(folder).as_posix()
            attached[shown] = {"file": shown, "sha256": sha256_of(beside)}
        row: dict[str, object] = {"file": places[document.source.file], "title": document.title}
        if isinstance(document, Plan):
            first = document.effective.first
            plans.append({**row, "first": first.isoformat() if first else None, "sha256": sha256_of(target)})
        else:
            others.append({**row, "kind": document.kind, "sha256": sha256_of(target)})
    return plans, others, list(attached.values())


def _places(documents: Sequence[Document]) -> dict[str, str]:
    """Where each file goes below the folder of plans: side by side if they came from one folder, else each
    folder under its own name."""
    files = list(dict.fromkeys(document.source.file for document in documents))
    parents = list(dict.fromkeys(Path(file).absolute().parent for file in files))
    if len(parents) == 1:
        return {file: Path(file).name for file in files}
    names: dict[Path, str] = {}
    for parent in parents:
        name, number = parent.name or "plans", 1
        while name in names.values():
            number += 1
            name = f"{parent.name}-{number}"
        names[parent] = name
    return {file: f"{names[Path(file).absolute().parent]}/{Path(file).name}" for file in files}


def _attached_names(document: Document) -> list[str]:
    """The CSV files that tables of the document name as their rows."""
    root = document.source.root
    if not isinstance(root, Map):
        return []
    tables = root.get(Text("tables"))
    nodes = [root, *(tables.values() if isinstance(tables, Map) else ())]
    rows = [node.get(Text("rows")) for node in nodes if isinstance(node, Map)]
    return list(dict.fromkeys(str(each) for each in rows if isinstance(each, Text) and each.endswith(".csv")))


def _bytes(origin: Path, text: str | None) -> bytes:
    """The bytes of a file as it is, if it still says what was read; else the text that was read."""
    try:
        found = origin.read_bytes()
    except OSError:
        found = b""
    plain = found.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return found if found and text in (None, plain) else (text or "").encode()
