"""One pass over a file's bytes: its hash, its line ends, and what would mislead a reader."""

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from attain.engine.values.problems import Place, refuse

CHUNK = 1 << 20
LONGEST_LINE = 4_000_000
MISLEADING_QUOTES = re.compile(rb'(?:^|[,;|\t\r\n])[ ]+"|"[ ]+(?:[,;|\t\r\n]|$)')
APOSTROPHES = re.compile(rb"'[=+\-@\t\r]")


@dataclass
class Survey:
    """What the bytes told.

    `invalid`: line and byte offset of the first byte that is not UTF-8, and the byte; `ends_open`: the
    last line (`last_line`) has no line end; `misleading`: a quote beside spaces, which readers understand
    differently; `trailing`: a line may end with an empty cell; `apostrophes`: text made harmless
    by an export.
    """

    sha256: str = ""
    size: int = 0
    line_feeds: int = 0
    returns: int = 0
    pairs: int = 0
    ends_open: bool = False
    last_line: bytes = b""
    misleading: bool = False
    quotes: bool = False
    trailing: bool = False
    apostrophes: bool = False
    nul: bool = False
    invalid: tuple[int, int, int] | None = None
    _run: int = field(default=0, repr=False)

    @property
    def lines(self) -> int:
        """Lines of the file, the last one also where it has no line end."""
        return (self.line_feeds or self.returns) + self.ends_open

    @property
    def line_ends_agree(self) -> bool:
        """Whether all lines end alike."""
        returns_alone, feeds_alone = self.returns - self.pairs, self.line_feeds - self.pairs
        return sum(bool(ends) for ends in (self.pairs, returns_alone, feeds_alone)) <= 1


def survey_bytes(path: Path, shown: str, separator: str = ",") -> Survey:
    """Read the file once. Raises Refused where a line is longer than four million bytes."""
    survey, digest = Survey(), hashlib.sha256()
    trailing = tuple(sign + end for sign in (separator.encode(), b'""') for end in (b"\n", b"\r"))
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            _count(survey, chunk, tail, shown)
            if survey.invalid is None:
                _decode(survey, decoder, chunk)
            survey.trailing = survey.trailing or any(end in tail[-2:] + chunk for end in trailing)
            survey.size += len(chunk)
            tail = chunk[-64:]
    if tail and tail[-1:] not in (b"\n", b"\r"):
        survey.ends_open = True
        survey.last_line = _last_line(path)
    if survey.invalid is None:
        _decode(survey, decoder, b"", final=True)
    survey.sha256 = digest.hexdigest()
    return survey


def count_separators(path: Path, separator: str) -> int:
    """How often the separator stands in the file, in quotes or not."""
    found, sign = 0, separator.encode()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found += chunk.count(sign)
    return found


def _last_line(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - LONGEST_LINE, 0))
        return file.read().replace(b"\r", b"\n").rpartition(b"\n")[2]


def _count(survey: Survey, chunk: bytes, tail: bytes, shown: str) -> None:
    survey.line_feeds += chunk.count(b"\n")
    if b"\r" in chunk:
        survey.returns += chunk.count(b"\r")
        survey.pairs += chunk.count(b"\r\n")
    if tail[-1:] == b"\r" and chunk[:1] == b"\n":
        survey.pairs += 1
    last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    survey._run = survey._run + len(chunk) if last_end < 0 else len(chunk) - last_end - 1
    if survey._run > LONGEST_LINE:
        raise refuse(
            "F110",
            f"line {survey.line_feeds + 1} is longer than {LONGEST_LINE:,} bytes.",
            "Is this a file of rows and columns? Is a quote not closed?",
            Place(shown, survey.line_feeds + 1),
        )
    if b'"' in chunk:
        survey.quotes = True
        survey.misleading = survey.misleading or bool(MISLEADING_QUOTES.search(tail + chunk))
    survey.nul = survey.nul or b"\0" in chunk
    if not survey.apostrophes and (b"'" in chunk or tail[-1:] == b"'"):
        survey.apostrophes = bool(APOSTROPHES.search(tail[-1:] + chunk))


def _decode(survey: Survey, decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> None:
    held = decoder.getstate()[0]
    if chunk.isascii() and not held and not final:
        return
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        read = held + chunk
        before = survey.line_feeds - chunk.count(b"\n") + read[: error.start].count(b"\n")
        if survey.line_feeds == 0:
            before = survey.returns - chunk.count(b"\r") + read[: error.start].count(b"\r")
        offset = survey.size - len(held) + error.start
        survey.invalid = (before + 1, offset, read[error.start])
