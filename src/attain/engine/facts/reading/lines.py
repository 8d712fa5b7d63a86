"""Physical lines of a UTF-8 file: one at a time, or as many as hold no quote."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20


class Lines:
    """An iterator over lines as text, with their ends; `record` keeps those that a reader has taken since it
    was cleared, `count` counts all."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held: list[bytes] = []
        self._at = 0
        self._rest = b""
        self._ended = False
        self.count = 0
        self.record: list[str] = []
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._fill():
            raise StopIteration
        line = self._held[self._at].decode()
        self._at += 1
        self.count += 1
        self.record.append(line)
        return line

    def plain(self, quotes: tuple[bytes, ...]) -> list[bytes]:
        """The next lines, as many as are at hand and hold none of these; an empty list where the next one
        does, or at the end."""
        if not self._fill():
            return []
        start, end = self._at, len(self._held)
        for quote in quotes:
            end = next((at for at in range(start, end) if quote in self._held[at]), end)
        self._at = end
        self.count += end - start
        return self._held[start:end]

    def _fill(self) -> bool:
        """Have a line at hand; False at the end of the file."""
        while self._at >= len(self._held):
            if self._ended:
                return False
            chunk = self._file.read(CHUNK)
            self._ended = not chunk
            text = self._rest + chunk
            if text.endswith(b"\r") and not self._ended:
                self._rest = text
                self._held, self._at = [], 0
                continue
            lines = text.splitlines(keepends=True)
            whole = self._ended or text.endswith((b"\n", b"\r"))
            self._rest = b"" if whole or not lines else lines.pop()
            self._held, self._at = lines, 0
        return True
