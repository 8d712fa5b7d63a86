"""YAML to texts, maps and lists with places: scalars stay text, what YAML adds is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from attain.engine.language.source import Items, Lines, Map, Node, Path, Source, Text, hashed
from attain.engine.values.problems import Place, Problem, Refused, refuse

LONGEST_FILE = 4_000_000
MOST_VALUES = 200_000
DEEPEST = 20
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

HINTS = {
    "mapping values are not allowed": 'A text that holds ": " stands in quotes; a key starts its own line.',
    "could not find expected ':'": 'Each line of a map is "key: value", one space after the colon.',
    "expected <block end>": "Lines of one map or list start in the same column.",
    "end of stream": "Close the quote that starts here.",
    "node content": "A value or a closing bracket is missing.",
    "found character '%'": 'A text that starts with "%" stands in quotes.',
    "expected ',' or": "Inside { } and [ ] a text that holds a comma stands in quotes.",
}


@dataclass(frozen=True)
class Loaded:
    """One document of a file: its source and its root."""

    source: Source
    root: Node


def load(file: str, text: str) -> list[Loaded]:
    """The documents of a file's text, empty ones left out.

    Raises Refused with the place of what is no plain YAML: bad syntax, duplicate keys, tabs, anchors,
    aliases, tags, merge keys, and documents that are too large or too deep.
    """
    text = text.removeprefix("\ufeff")
    lines = Lines(file, text)
    if len(text) > LONGEST_FILE:
        raise refuse(
            "P101",
            f"the file has {len(text)} characters; at most {LONGEST_FILE} are read.",
            "Put long tables of rows into CSV files beside the document.",
            Place(file),
        )
    if "\t" in text:
        raise refuse(
            "P103", "a tab stands here.", "Indent and separate with spaces.", lines.place(text.index("\t"))
        )
    return _Reading(lines).documents()


class _Reading:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._events = self._parsed()
        self._problems: list[Problem] = []
        self._values: dict[Path, int] = {}
        self._keys: dict[Path, int] = {}
        self._count = 0

    def documents(self) -> list[Loaded]:
        loaded = []
        begin = 0
        for event in self._events:
            if not isinstance(event, DocumentStartEvent):
                continue
            if event.version or event.tags:
                self._refuse(event, "a YAML directive stands here.", "Leave out lines that start with %.")
            self._values, self._keys = {}, {}
            root = self._node(next(self._events), ())
            end = next(self._events)
            text = self._lines.text[begin : event.start_mark.index]
            text += self._lines.text[event.end_mark.index : end.start_mark.index]
            begin = end.end_mark.index
            if isinstance(root, Text) and not root:
                continue
            text = text.strip("\n") + "\n"
            source = Source(self._lines.file, text, hashed(text), root, self._values, self._keys, self._lines)
            loaded.append(Loaded(source, root))
        if self._problems:
            raise Refused(self._problems)
        return loaded

    def _parsed(self) -> Iterator[Event]:
        try:
            yield from YAML(typ="safe", pure=True).parse(self._lines.text)
        except MarkedYAMLError as error:
            unended = "end of stream" in (error.problem or "")
            mark = (unended and error.context_mark) or error.problem_mark or error.context_mark
            what = " ".join(part for part in (error.context, error.problem) if part)
            cure = next((hint for start, hint in HINTS.items() if start in what), "")
            place = self._lines.place(min(mark.index, len(self._lines.text))) if mark else None
            raise Refused(
                [*self._problems, Problem("P100", f"not readable as YAML: {what}.", cure, place)]
            ) from error
        except (YAMLError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError) as error:
            # ruamel.yaml answers some malformed escapes and characters with errors of Python's own.
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            place = Place(self._lines.file)
            raise Refused(
                [*self._problems, Problem("P100", f"not readable as YAML: {what}.", "", place)]
            ) from error

    def _node(self, event: Event, path: Path) -> Node:
        self._values[path] = event.start_mark.index
        self._count += 1
        if self._count > MOST_VALUES:
            cure = "Put long tables of rows into CSV files beside the document."
            raise self._too(event, f"the file holds more than {MOST_VALUES} values.", cure)
        if len(path) > DEEPEST:
            raise self._too(
                event, f"this is nested more than {DEEPEST} levels deep.", "No document needs it."
            )
        self._refuse_extras(event)
        if isinstance(event, MappingStartEvent):
            return self._map(path)
        if isinstance(event, SequenceStartEvent):
            return self._list(path)
        if isinstance(event, ScalarEvent):
            self._refuse_signs(event)
            return Text.at(event.value, self._lines, path, event.start_mark.index, event.end_mark.index)
        return Text.at("", self._lines, path, event.start_mark.index, event.end_mark.index)

    def _map(self, path: Path) -> Map:
        node = Map()
        node.path = path
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            if key in node:
                first = self._lines.place(self._keys[(*path, str(key))])
                self._refuse(
                    event, f'the key "{key}" stands twice; first in line {first.line}.', "Keep one.", "P102"
                )
            else:
                self._keys[(*path, str(key))] = event.start_mark.index
            value = self._node(next(self._events), (*path, str(key)))
            if isinstance(value, Text) and value.start == value.end:
                value.start, value.end = key.start, key.end
                self._values[value.path] = key.start
            node.setdefault(key, value)
        return node

    def _key(self, event: Event, path: Path) -> Text:
        if not isinstance(event, ScalarEvent):
            problem = Problem(
                "P103", "a key is a list or a map.", "Write a text as the key.", self._at(event)
            )
            raise Refused([*self._problems, problem])
        self._refuse_extras(event)
        self._refuse_signs(event)
        if event.value == "<<" and event.style is None:
            self._refuse(event, "a merge key (<<) stands here.", "Write the keys out.")
        return Text.at(event.value, self._lines, path, event.start_mark.index, event.end_mark.index)

    def _list(self, path: Path) -> Items:
        node = Items()
        node.path = path
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            node.append(self._node(event, (*path, len(node))))
        return node

    def _refuse_extras(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(event, f"an alias (*{event.anchor}) stands here.", "Write the value out.")
        elif anchor := getattr(event, "anchor", None):
            self._refuse(event, f"an anchor (&{anchor}) stands here.", "Leave it out.")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "a tag (!) stands here.", "Leave it out: each key knows its own type.")

    def _refuse_signs(self, event: ScalarEvent) -> None:
        if CONTROL.search(event.value):
            self._refuse(event, "a text holds a control character.", "Leave it out.")

    def _refuse(self, event: Event, message: str, cure: str, code: str = "P103") -> None:
        self._problems.append(Problem(code, message, cure, self._at(event)))

    def _too(self, event: Event, message: str, cure: str) -> Refused:
        return Refused([*self._problems, Problem("P101", message, cure, self._at(event))])

    def _at(self, event: Event) -> Place:
        return self._lines.place(event.start_mark.index)
