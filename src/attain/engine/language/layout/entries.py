"""A document's keys and items as entries that carry their comments and the blank lines before them."""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ ]+(#.*)")
BLANK = ""


@dataclass
class Entry:
    """A key with its value, or an item of a list: `key` is None there, and at the root."""

    key: str | None
    start: int
    end: int = 0
    kind: Literal["text", "map", "list"] = "text"
    text: str = ""
    entries: list["Entry"] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    def all(self) -> Iterator["Entry"]:
        """This entry and all within it, outer ones first, in the order of the text."""
        yield self
        for entry in self.entries:
            yield from entry.all()


@dataclass
class Layout:
    """One document: its entries, and the comments after the last of them."""

    root: Entry
    below: list[str]


class _Scalars:
    """The ranges of characters that belong to texts, where # is no comment."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self._starts.append(start)
        self._ends.append(start + len(self._text[start:end].rstrip()))

    def hold(self, index: int) -> bool:
        at = bisect_right(self._starts, index) - 1
        return at >= 0 and index < self._ends[at]

    def begun(self, start: int, stop: int) -> list[int]:
        return self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, stop)]


def layouts(text: str) -> list[Layout]:
    """The documents of a text that the loader accepts; a blank line above an entry is an empty comment."""
    found: list[Layout] = []
    begin = 0
    events = YAML(typ="safe", pure=True).parse(text)
    for event in events:
        if not isinstance(event, DocumentStartEvent):
            continue
        scalars = _Scalars(text)
        if event.explicit:
            scalars.add(event)
        root = _entry(None, next(events), events, scalars)
        end = next(events)
        assert isinstance(end, DocumentEndEvent)
        below = _place(text, (begin, end.start_mark.index), root, scalars)
        begin = end.end_mark.index
        if root.kind != "text" or root.text:
            found.append(Layout(root, below))
    return found


def _entry(key: ScalarEvent | None, event: Event, events: Iterator[Event], scalars: _Scalars) -> Entry:
    entry = Entry(str(key.value) if key else None, (key or event).start_mark.index)
    if isinstance(event, ScalarEvent):
        entry.text = str(event.value)
        entry.end = max(event.end_mark.index, key.end_mark.index + 1 if key else 0)
        scalars.add(event)
        return entry
    entry.kind = "map" if isinstance(event, MappingStartEvent) else "list"
    for inner in events:
        if isinstance(inner, (MappingEndEvent, SequenceEndEvent)):
            last = max((each.end for each in entry.entries), default=inner.end_mark.index)
            entry.end = inner.end_mark.index if getattr(event, "flow_style", False) else last
            break
        if isinstance(inner, ScalarEvent) and entry.kind == "map":
            scalars.add(inner)
            entry.entries.append(_entry(inner, next(events), events, scalars))
        else:
            entry.entries.append(_entry(None, inner, events, scalars))
    return entry


def _place(text: str, span: tuple[int, int], root: Entry, scalars: _Scalars) -> list[str]:
    """Give each comment to its entry; returns those below the last one."""
    upcoming = deque(list(root.all())[1:])
    last = root
    waiting: list[str] = []
    start = span[0]
    for line in text[span[0] : span[1]].splitlines(keepends=True):
        stop = start + len(line)
        begun: list[Entry] = []
        while upcoming and upcoming[0].start < stop:
            begun.append(upcoming.popleft())
        if begun:
            begun[0].above, waiting = waiting, []
        comment = _comment(text, start, stop, scalars)
        if comment is not None:
            index, words = comment
            if not begun and not text[start:index].strip():
                waiting.append(words)
            else:
                over = [entry for entry in begun if entry.end <= index]
                ended = max(over, key=lambda entry: entry.end, default=None)
                (ended or (begun[-1] if begun else last)).beside.append(words)
        elif not line.strip() and not scalars.hold(start):
            waiting.append(BLANK)
        last = begun[-1] if begun else last
        start = stop
    return waiting


def _comment(text: str, start: int, stop: int, scalars: _Scalars) -> tuple[int, str] | None:
    for match in re.finditer("#", text[start:stop]):
        index = start + match.start()
        if (index == start or text[index - 1].isspace()) and not scalars.hold(index):
            return index, text[index:stop].strip()
    for begin in scalars.begun(start, stop):
        header = BLOCK_HEADER.match(text, begin, stop)
        if header:
            return header.start(1), header[1].strip()
    return None
