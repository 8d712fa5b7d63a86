"""The parts of a workbook beside its rows: which sheets there are, formats of cells, shared strings."""

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from attain.engine.facts.reading.cell_texts import is_date_format, string_text

Attributes = dict[str, str]


class Unreadable(Exception):
    """Why the workbook is refused, and the cure."""

    def __init__(self, code: str, message: str, cure: str) -> None:
        super().__init__(message)
        self.finding = {"code": code, "message": message, "cure": cure}


def parse(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk a part of the workbook; names come without their prefix. A document type is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    with archive.open(name) as part:
        while chunk := part.read(1 << 16):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _no_document_type(*_: object) -> None:
    raise Unreadable("F120", "a part of the workbook declares a document type.", "Save it as a new workbook.")


@dataclass
class Workbook:
    """What the workbook says of its sheets, formats and strings."""

    archive: zipfile.ZipFile
    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    from_1904: bool = False
    date_styles: list[bool] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)

    def load(self) -> None:
        """Read the list of sheets and the formats of cells."""
        targets: dict[str, str] = {}
        listed: list[tuple[str, str, str]] = []
        formats: dict[int, str] = {}
        in_cells = [False]

        def relation(tag: str, found: Attributes) -> None:
            if tag == "Relationship" and found.get("Type", "").endswith("/worksheet"):
                target = posixpath.normpath(posixpath.join("/xl", found["Target"]))
                targets[found["Id"]] = target.lstrip("/")

        def sheet(tag: str, found: Attributes) -> None:
            if tag == "sheet":
                key = next((value for name, value in found.items() if name.endswith(":id")), "")
                listed.append((found["name"], found.get("state", "visible"), key))
            elif tag == "workbookPr":
                self.from_1904 = found.get("date1904") in ("1", "true")

        def style(tag: str, found: Attributes) -> None:
            if tag == "numFmt":
                formats[int(found["numFmtId"])] = found.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyleXfs", "dxfs"):
                in_cells[0] = tag == "cellXfs"
            elif tag == "xf" and in_cells[0]:
                number = int(found.get("numFmtId", "0"))
                self.date_styles.append(is_date_format(number, formats.get(number, "")))

        parse(self.archive, "xl/_rels/workbook.xml.rels", relation)
        parse(self.archive, "xl/workbook.xml", sheet)
        if "xl/styles.xml" in self.archive.namelist():
            parse(self.archive, "xl/styles.xml", style)
        self.sheets = [(name, state, targets[key]) for name, state, key in listed if key in targets]

    def load_strings(self) -> None:
        """Read the table of strings that cells share."""
        parts: list[str] = []
        inside = {"t": False, "rPh": False}

        def start(tag: str, _: Attributes) -> None:
            if tag in inside:
                inside[tag] = True

        def text(found: str) -> None:
            if inside["t"] and not inside["rPh"]:
                parts.append(found)

        def end(tag: str) -> None:
            if tag == "si":
                self.strings.append(string_text("".join(parts)))
                parts.clear()
            elif tag in inside:
                inside[tag] = False

        if "xl/sharedStrings.xml" in self.archive.namelist():
            parse(self.archive, "xl/sharedStrings.xml", start, end, text)

    def choose(self, wanted: str | None) -> str:
        """The part that holds the sheet asked for, or the only visible one."""
        visible = [name for name, state, _ in self.sheets if state == "visible"]
        names = ", ".join(visible)
        if wanted is None and len(visible) != 1:
            number = {0: "no", 2: "two"}.get(len(visible), str(len(visible)))
            raise Unreadable(
                "F122",
                f"the workbook has {number} visible sheets{f' ({names})' if names else ''}.",
                f'Name one in the mapping, for example "sheet: {visible[-1] if visible else "Sheet1"}".',
            )
        name = wanted if wanted is not None else visible[0]
        for found, _, part in self.sheets:
            if found == name:
                return part
        raise Unreadable("F122", f'no sheet "{name}".', f"The sheets are {names}.")
