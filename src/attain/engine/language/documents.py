"""Files to documents: all problems of all at once; shared tables stand where they are named."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from attain.engine.language.checking import checked
from attain.engine.language.fault import Fault, listed, nearest
from attain.engine.language.form_problems import form_problems
from attain.engine.language.loader import LONGEST_FILE, Loaded, load
from attain.engine.language.models.other_documents import (
    SOURCE,
    Accounting,
    CalendarDocument,
    Metric,
    Strategy,
    TableDocument,
)
from attain.engine.language.models.part import PATH
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import Span, span_of
from attain.engine.language.models.steps import MultiplyByTable, StepPart
from attain.engine.language.models.table_rows import Tables
from attain.engine.language.source import Map, Text
from attain.engine.values.problems import Place, Problem, Refused

Document = Plan | TableDocument | CalendarDocument | Metric | Strategy | Accounting
KINDS: dict[str, type[Document]] = {
    "plan": Plan,
    "table": TableDocument,
    "calendar": CalendarDocument,
    "metric": Metric,
    "strategy": Strategy,
    "accounting": Accounting,
}


def load_documents(paths: Iterable[Path | str]) -> list[Document]:
    """The documents of files, and of folders' *.yaml and *.yml files, in the order of the paths.

    Raises Refused with every problem of form in all of them, in the order of their places.
    """
    loaded: list[tuple[Loaded, Path]] = []
    problems: list[Problem] = []
    for path in plan_files(Path(path) for path in paths):
        try:
            loaded += [(document, path.parent) for document in load(str(path), read_text(path))]
        except Refused as refused:
            problems += refused.problems
    return _documents(loaded, problems)


def load_text(text: str, file: str = "plan.yaml", folder: Path | None = None) -> list[Document]:
    """The documents of a text; `folder` is where CSV files beside it are read.

    Raises Refused as load_documents does.
    """
    try:
        loaded = load(file, text)
    except Refused as refused:
        return _documents([], refused.problems)
    return _documents([(document, folder) for document in loaded], [])


def plans(documents: Iterable[Document]) -> list[Plan]:
    """The plans among documents."""
    return [document for document in documents if isinstance(document, Plan)]


def plan_files(paths: Iterable[Path]) -> list[Path]:
    """The files of paths: a file itself, a folder's *.yaml and *.yml files by name."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
        else:
            files.append(path)
    return files


def read_text(path: Path) -> str:
    """The text of a file. Raises Refused where it cannot be read, is too large, or is not UTF-8."""
    try:
        if path.stat().st_size > 4 * LONGEST_FILE:
            raise Refused(Problem("P101", "the file is too large for a document.", "", Place(str(path))))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise Refused(Problem("P120", f"cannot be read: {reason}.", "", Place(str(path)))) from error
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text: byte {error.start} does not fit."
        raise Refused(Problem("P120", message, "Save it as UTF-8.", Place(str(path)))) from error


def _documents(loaded: Sequence[tuple[Loaded, Path | None]], problems: list[Problem]) -> list[Document]:
    titled = [(document.root, span) for document, _ in loaded if (span := _table_span(document))]
    documents: list[Document] = []
    for document, folder in loaded:
        named = _tables_for(document, titled)
        tables = Tables(folder, named, frozenset(title for _, (title, _) in titled if title not in named))
        try:
            documents.append(_document(document, tables))
        except Refused as refused:
            problems += refused.problems
    whole = [
        _complete(document, documents) if isinstance(document, Plan) else document for document in documents
    ]
    problems += checked(whole)
    if problems:
        raise Refused(_ordered(problems))
    return whole


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    def order(problem: Problem) -> tuple[str, int, int]:
        place = problem.place
        return (place.file, place.line or 0, place.column or 0) if place else ("", 0, 0)

    return sorted(dict.fromkeys(problems), key=order)


def _document(loaded: Loaded, tables: Tables) -> Document:
    root, source = loaded.root, loaded.source
    if not isinstance(root, Map) or not root:
        raise Refused(Problem("P106", "a document is a map.", "Start it with plan: TITLE.", source.place(())))
    kind = str(next(iter(root)))
    if kind not in KINDS:
        cure = nearest(kind, KINDS, f"The first key is one of {listed(KINDS)}.")
        raise Refused(Problem("P105", f'"{kind}" is no kind of document.', cure, source.key_place((kind,))))
    try:
        document = KINDS[kind].model_validate({**root, PATH: (), SOURCE: source}, context=tables)
    except ValidationError as error:
        raise Refused(form_problems(error, KINDS[kind], root, source, tables)) from error
    return (
        document.model_copy(update={"attached": tables.attached}) if isinstance(document, Plan) else document
    )


def _table_span(loaded: Loaded) -> tuple[str, Span] | None:
    root = loaded.root
    if not isinstance(root, Map) or not root or next(iter(root)) != "table":
        return None
    title, effective = root[Text("table")], root.get(Text("effective"))
    try:
        return (str(title), span_of(effective)) if isinstance(title, Text) else None
    except Fault:
        return None


def _tables_for(loaded: Loaded, titled: Sequence[tuple[object, tuple[str, Span]]]) -> dict[str, Map]:
    """The tables that a document may name: shared ones that hold on its first day, and its own."""
    root = loaded.root
    if not isinstance(root, Map):
        return {}
    tables = {}
    with suppress(Fault):
        first = span_of(root.get(Text("effective"))).first
        day = Span(first, first)
        tables = {title: node for node, (title, span) in titled if isinstance(node, Map) and span.covers(day)}
    own = root.get(Text("tables"))
    if isinstance(own, Map):
        tables |= {str(title): node for title, node in own.items() if isinstance(node, Map)}
    return tables


def _complete(plan: Plan, documents: Sequence[Document]) -> Plan:
    """The plan with the shared lookup tables and the calendar that it names."""
    day = Span(plan.effective.first, plan.effective.first)
    named = [
        component.pay.table for component in plan.components.values() if isinstance(component.pay, Lookup)
    ]
    named += [step.table for step in all_steps(plan) if isinstance(step, MultiplyByTable)]
    shared = {
        document.title: document
        for document in documents
        if isinstance(document, TableDocument) and document.effective.covers(day)
    }
    calendars = [
        document
        for document in documents
        if isinstance(document, CalendarDocument)
        and document.title == plan.calendar
        and document.effective.covers(day)
    ]
    tables = {**{title: shared[title] for title in named if title in shared}, **plan.tables}
    calendar = calendars[0] if calendars else None
    return plan.model_copy(update={"tables": tables, "calendar_document": calendar})


def all_steps(plan: Plan) -> list[StepPart]:
    """The steps of all components, and those on their sum."""
    return [*(step for component in plan.components.values() for step in component.then), *plan.then]
