"""Where each value of a document stands: texts, maps and lists that remember their path and their place."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from attain.engine.values.problems import Place

Step = str | int
Path = tuple[Step, ...]


class Lines:
    """A file's text with a quick way from an index to line and column."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts = [0, *(index + 1 for index, sign in enumerate(text) if sign == "\n")]

    def place(self, index: int) -> Place:
        """The place of the character at that index, line and column from 1."""
        line = bisect_right(self._starts, index)
        return Place(self.file, line, index - self._starts[line - 1] + 1)


class Text(str):
    """A scalar as it was written, with the range of characters that it takes in its file."""

    lines: Lines
    path: Path
    start: int
    end: int

    @classmethod
    def at(cls, value: str, lines: Lines, path: Path, start: int, end: int) -> "Text":
        """A text that stands at [start, end) of the file."""
        text = cls(value)
        text.lines, text.path, text.start, text.end = lines, path, start, end
        return text

    @property
    def place(self) -> Place:
        """The place of its first character."""
        return self.lines.place(self.start)

    def place_at(self, offset: int) -> Place:
        """The place of the character at an offset of the value, through quotes, folds and indentation."""
        raw = self.lines.text
        index = self.start
        if raw[index : index + 1] in ("|", ">"):
            index = raw.find("\n", index)
        elif raw[index : index + 1] in ("'", '"'):
            index += 1
        for sign in self[:offset]:
            if sign.isspace():
                continue
            index = raw.find(sign, index, self.end)
            if index < 0:
                return self.place
            index += 1
        while index < self.end and raw[index].isspace():
            index += 1
        return self.lines.place(min(index, max(self.start, self.end - 1)))


class Map(dict[Text, "Node"]):
    """A map that knows its path; keys are texts, in the order written."""

    path: Path = ()


class Items(list["Node"]):
    """A list that knows its path."""

    path: Path = ()


Node = Text | Map | Items


@dataclass(frozen=True)
class Source:
    """One document's text, its hash, and the places of its keys and values by path."""

    file: str
    text: str = field(repr=False)
    hash: str
    root: "Node" = field(repr=False, compare=False)
    values: Mapping[Path, int] = field(repr=False, compare=False)
    keys: Mapping[Path, int] = field(repr=False, compare=False)
    lines: Lines = field(repr=False, compare=False)

    def place(self, path: Path) -> Place:
        """Place of the value at a path, or of the nearest that exists above it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.lines.place(self.values[path])

    def value(self, path: Path) -> "Node":
        """What stands at a path, as it was written."""
        node = self.root
        for step in path:
            if isinstance(node, Items) and isinstance(step, int):
                node = node[step]
            elif isinstance(node, Map):
                node = node[Text(step)]
        return node

    def key_place(self, path: Path) -> Place:
        """Place of the key that a path ends in; of the value where there is no key (an item of a list)."""
        return self.lines.place(self.keys[path]) if path in self.keys else self.place(path)


def hashed(text: str) -> str:
    """The SHA-256 of a document's text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
