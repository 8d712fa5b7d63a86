"""The encoding of a text file: declared, or told by a byte order mark, or UTF-8; never guessed otherwise."""

import codecs
from pathlib import Path

from attain.engine.facts.reading.survey import CHUNK, Survey
from attain.engine.values.problems import Place, refuse

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
ALLOWED = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "iso8859-1"}
    | {f"cp{page}" for page in (437, 850, 852, 855, 866, 932, 936, 949, 950, *range(1250, 1259))}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)}
    | {"mac-roman", "koi8-r", "koi8-u", "shift_jis", "euc_jp", "euc_kr", "gbk", "gb18030", "big5"}
    | {"utf-8-sig"}
)
CURE = 'Declare it in the mapping, for example "encoding: cp1252", or save the file as UTF-8.'


def known_encoding(name: str) -> str | None:
    """Python's name of an encoding that files may declare; None where it is no such encoding."""
    try:
        found = codecs.lookup(name.strip()).name
    except LookupError:
        return None
    return found if found in ALLOWED else None


def encoding_of(path: Path, declared: str | None, shown: str) -> tuple[str, int]:
    """The encoding and the length of its mark. Raises Refused where the file contradicts what is declared,
    or looks like UTF-16 and does not say so.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    mark = next((mark for mark in sorted(MARKS, key=len, reverse=True) if start.startswith(mark)), b"")
    if mark:
        told = MARKS[mark]
        if declared and known_encoding(declared) not in (told, told[:6], "utf-8-sig"):
            raise refuse(
                "F102",
                f"the file begins with the mark of {told}, but {declared} is declared.",
                'Leave "encoding" out of the mapping.',
                Place(shown, 1),
            )
        return told, len(mark)
    if declared:
        name = known_encoding(declared) or "utf-8"
        return {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(name, name), 0
    first_line = start.split(b"\n", 1)[0]
    if b"\0" in first_line:
        raise refuse(
            "F102",
            "looks like UTF-16 without a byte order mark: NUL bytes in line 1.",
            'Declare it in the mapping, for example "encoding: utf-16-le", or save the file as UTF-8.',
            Place(shown, 1),
        )
    return "utf-8", 0


def require_utf8(survey: Survey, shown: str) -> None:
    """Raise Refused with line and byte where the bytes are not UTF-8."""
    if survey.invalid:
        line, offset, byte = survey.invalid
        raise refuse(
            "F102",
            f"not UTF-8: byte {byte:02X} in line {line} (byte {offset + 1} of the file).",
            CURE,
            Place(shown, line),
        )


def to_utf8(path: Path, encoding: str, mark: int, target: Path, shown: str) -> None:
    """Write the file again in UTF-8. Raises Refused with the line of what the encoding cannot hold."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as written:
        file.seek(mark)
        chunk = b"start"
        while chunk:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += _line_ends(error.object[: error.start].decode(encoding, "ignore"))
                byte = error.object[error.start]
                raise refuse(
                    "F102",
                    f"not {encoding}: byte {byte:02X} in line {line}.",
                    "Declare the encoding that the file was saved in.",
                    Place(shown, line),
                ) from None
            line += _line_ends(text)
            written.write(text)


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")
