"""Entries to text: block style, a short map or list of plain values on one line, two spaces a level."""

import json
import re
import textwrap

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import MappingStartEvent, ScalarEvent

from attain.engine.language.layout.entries import BLANK, Entry, layouts
from attain.engine.language.loader import load
from attain.engine.language.source import Items, Map, Node
from attain.engine.values.problems import Place, refuse

WIDTH = 110
SAFE = re.compile(r"[A-Za-z0-9(][A-Za-z0-9_ .()<>=+*/%'\"-]*")


def formatted(text: str, file: str = "plan.yaml") -> str:
    """The canonical layout of a file's documents, comments kept; the same for what is in it already.

    Raises Refused where the text is no document that can be read.
    """
    before = [loaded.root for loaded in load(file, text)]
    documents = []
    for layout in layouts(text.removeprefix("\ufeff")):
        lines = _write(layout.root, 0, "")
        below = _collapsed([*layout.below], keep_first=True)
        documents.append("\n".join([*lines, *below]).strip("\n") + "\n")
    result = "---\n".join(documents)
    if [_stripped(loaded.root) for loaded in load(file, result)] != [_stripped(root) for root in before]:
        raise refuse(
            "P130", "the canonical layout would change what it says.", "Leave it as it is.", Place(file)
        )
    return result


def _stripped(node: Node) -> object:
    if isinstance(node, Map):
        return {str(key): _stripped(value) for key, value in node.items()}
    return [_stripped(item) for item in node] if isinstance(node, Items) else node.rstrip()


def _write(entry: Entry, indent: int, lead: str, first: bool = True) -> list[str]:
    """The lines of an entry whose first line starts with `lead`, its inner ones `indent` columns in."""
    above, beside = list(entry.above), list(entry.beside)
    head = f"{lead}{_scalar(entry.key, False)}:" if entry.key is not None else lead.rstrip()
    if entry.key is None and entry.kind != "text" and not _fits(entry, lead):
        alone = entry.kind == "map" and len(entry.entries) == 1 and entry.entries[0].kind == "text"
        if alone:
            entry.entries[0].beside = [*beside, *entry.entries[0].beside]
        else:
            above += beside
        beside = []
        body = _inner(entry, indent, lead)
    elif entry.kind == "text":
        body = _text(entry, indent, head)
    elif _fits(entry, f"{head} "):
        body = [f"{head} {_flow(entry)}" if head.strip() else _flow(entry)]
    else:
        step = indent + 2
        body = [head, *_inner(entry, step + 2 if entry.kind == "list" else step, None)]
    if beside:
        body[0] = f"{body[0]}  {' '.join(beside)}"
    margin = " " * (len(lead) - len(lead.lstrip(" ")) if lead.strip() else len(lead))
    return [*(f"{margin}{line}" if line else "" for line in _collapsed(above, keep_first=not first)), *body]


def _inner(entry: Entry, indent: int, lead: str | None) -> list[str]:
    """The entries of a map or list; the first one starts after `lead`, where there is one."""
    margin = " " * indent if entry.kind == "map" else " " * (indent - 2) + "- "
    if lead is not None and entry.kind == "list":
        margin, indent = " " * indent + "- ", indent + 2
    lines: list[str] = []
    for index, inner in enumerate(entry.entries):
        start = margin
        if index == 0 and lead is not None:
            start = lead if entry.kind == "map" else f"{lead}- "
        lines += _write(inner, indent, start, first=index == 0)
    return lines


def _collapsed(lines: list[str], keep_first: bool) -> list[str]:
    """At most one blank line in a row, and none before the first entry of a map."""
    kept: list[str] = []
    for line in lines:
        if line != BLANK or (kept[-1:] != [BLANK] and (kept or keep_first)):
            kept.append(line)
    return kept


def _fits(entry: Entry, head: str) -> bool:
    """Whether a map or list stands on one line: short, of plain values only, without a comment inside."""
    if not entry.entries:
        return True
    inner = list(entry.all())[1:]
    if any(each.beside or any(each.above) for each in inner):
        return False
    if any(each.kind == "map" or (each.kind == "list" and entry.kind == "list") for each in inner):
        return False
    if any("," in each.text or "\n" in each.text.rstrip("\n") for each in inner):
        return False
    if entry.kind == "map" and entry.key is None and (len(inner) == 1 or not head.strip()):
        return False
    return len(head) + len(_flow(entry)) <= WIDTH


def _flow(entry: Entry) -> str:
    if entry.kind == "text":
        value = _scalar(entry.text.rstrip("\n"), True)
        return f"{_scalar(entry.key, True)}: {value}" if entry.key is not None else value
    inner = ", ".join(
        f"{_scalar(each.key, True)}: {_flow(each)}"
        if each.kind == "list" and each.key is not None
        else _flow(each)
        for each in entry.entries
    )
    return f"{{{inner}}}" if entry.kind == "map" else f"[{inner}]"


def _text(entry: Entry, indent: int, head: str) -> list[str]:
    text = entry.text.rstrip("\n")
    start = f"{head} " if head.strip() else head
    margin = " " * (indent + 2 if entry.key is not None else indent)
    if "\n" in text and _is_literal(text):
        return [f"{start}|-", *(f"{margin}{line}" if line else "" for line in text.split("\n"))]
    value = _scalar(text, False)
    if len(start) + len(value) > WIDTH and " " in text and _is_folding(text):
        wrapped = textwrap.wrap(text, WIDTH - len(margin), break_long_words=False, break_on_hyphens=False)
        return [f"{start}>-", *(f"{margin}{line}" for line in wrapped)]
    return [f"{start}{value}"]


def _is_literal(text: str) -> bool:
    return not text.startswith((" ", "\n")) and text == text.rstrip() and "\r" not in text


def _is_folding(text: str) -> bool:
    return text == " ".join(text.split()) and "\n" not in text


def _scalar(text: str | None, flow: bool) -> str:
    """A text as YAML writes it: plain where that reads back as the same."""
    if text is None or not text:
        return "''"
    if "\n" in text:
        return json.dumps(text, ensure_ascii=False)
    if (SAFE.fullmatch(text) and text == text.rstrip()) or _reads_back(text, flow):
        return text
    return "'" + text.replace("'", "''") + "'"


def _reads_back(text: str, flow: bool) -> bool:
    if flow and re.search(r"[,\[\]{}]", text):
        return False
    document = f"{{k: {text}, l: m}}" if flow else f"k: {text}\n"
    try:
        events = list(YAML(typ="safe", pure=True).parse(document))
    except (YAMLError, ValueError):
        return False
    values = [event.value for event in events if isinstance(event, ScalarEvent)]
    maps = sum(isinstance(event, MappingStartEvent) for event in events)
    plain = all(
        event.style is None and event.tag is None for event in events if isinstance(event, ScalarEvent)
    )
    return maps == 1 and plain and values == (["k", text, "l", "m"] if flow else ["k", text])
