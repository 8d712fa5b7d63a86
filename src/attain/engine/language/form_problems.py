"""What a model refuses, as problems with the place of the key or value, the component, and a cure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from attain.engine.language.fault import Fault, Faults, listed, nearest
from attain.engine.language.key_lists import keys_at
from attain.engine.language.models.credit_rules import KINDS
from attain.engine.language.models.table_rows import Tables
from attain.engine.language.source import Items, Map, Node, Path, Source, Text
from attain.engine.values.problems import Place, Problem

NAMED = {"components": "component", "measures": "measure", "tables": "table", "fields": "field"}
MAP = ("a map is expected", "Write one `key: value` a line.")
LIST = ("a list is expected", "Write one value a line, each after a dash, or [A, B].")
EXPECTED = {
    "model_type": MAP,
    "model_attributes_type": MAP,
    "dict_type": MAP,
    "tuple_type": LIST,
    "list_type": LIST,
    "frozen_set_type": LIST,
}


def form_problems(
    error: ValidationError, model: type[BaseModel], root: Map, source: Source, tables: Tables
) -> list[Problem]:
    """Each error of a validation as problems, in the order of the model's keys."""
    problems: list[Problem] = []
    for found in error.errors(include_url=False):
        path, rest = _walk(root, found["loc"])
        if path in tables.referred:
            continue
        problems += _problems(found, path, rest, root, source, model)
    return problems


def _walk(root: Map, loc: tuple[int | str, ...]) -> tuple[Path, tuple[int | str, ...]]:
    """The longest path of the document along a location; names of branches are left out."""
    node: Node = root
    path: Path = ()
    rest: list[int | str] = []
    for part in loc:
        if isinstance(node, Map) and part in node:
            node, path = node[Text(part)], (*path, part)
            rest = []
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node):
            node, path = node[part], (*path, part)
            rest = []
        else:
            rest.append(part)
    return path, tuple(rest)


def _problems(
    found: Mapping[str, Any],
    path: Path,
    rest: tuple[int | str, ...],
    root: Map,
    source: Source,
    model: type[BaseModel],
) -> list[Problem]:
    place, where = source.place(path), context(path)
    if rest[:1] == ("[key]",):
        place, where = source.key_place(path), context(path[:-1])
    kind = found["type"]
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, Faults):
        return [_of_fault(fault, place, where) for fault in cause.faults]
    if isinstance(cause, Fault):
        return [_of_fault(cause, place, where)]
    if kind == "missing":
        key = str(rest[-1]) if rest else "?"
        cure = f'Add "{key}: …"{_meaning(model, root, path, key)}.'
        return [Problem("P104", f'{where}"{key}" is missing.', cure, source.key_place(path))]
    if kind == "extra_forbidden":
        return [_unknown_key(path, where, root, source, model)]
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return [_branch(found, path, where, source, root)]
    if kind == "literal_error":
        words = _words(found["ctx"]["expected"])
        return [_word(found["input"], words, where, place)]
    if kind in ("too_short", "too_long"):
        least = found["ctx"].get("min_length")
        return [Problem("P104", f"{where}this is too short: at least {least} must stand here.", "", place)]
    message, cure = EXPECTED.get(kind, (found["msg"], ""))
    return [Problem("P106", f"{where}{message}.", cure, place)]


def context(path: Path) -> str:
    """`component "X": `, for a path inside a named part."""
    if len(path) >= 2 and path[0] in NAMED:
        return f'{NAMED[str(path[0])]} "{path[1]}": '
    if len(path) >= 2 and path[0] == "tests" and isinstance(path[1], int):
        return f"test {path[1] + 1}: "
    return ""


def _of_fault(fault: Fault, place: Place, where: str) -> Problem:
    return Problem(fault.code, f"{where}{fault.message}", fault.cure, fault.place or place)


def _unknown_key(path: Path, where: str, root: Map, source: Source, model: type[BaseModel]) -> Problem:
    key = str(path[-1])
    known = keys_at(model, root, path[:-1])
    cure = nearest(key, known, f"The keys here are {listed(known, 'and')}." if known else "")
    return Problem("P105", f'{where}"{key}" is no key here.', cure, source.key_place(path))


def _meaning(model: type[BaseModel], root: Map, path: Path, key: str) -> str:
    meaning = keys_at(model, root, path).get(key, "")
    return f": {meaning[0].lower()}{meaning[1:].rstrip('.')}" if meaning else ""


def _branch(found: Mapping[str, Any], path: Path, where: str, source: Source, root: Map) -> Problem:
    discriminator = found["ctx"].get("discriminator", "").strip("'")
    place = source.place(path)
    if discriminator == "how":
        node: Any = root
        for part in path:
            node = node[part]
        if not isinstance(node, Map):
            return Problem(
                "P106", f"{where}a map with `how` is expected.", "Write {how: flat, rate: 5 %}.", place
            )
        if "how" not in node:
            cure = 'Add "how: flat", "how: marginal" or another form.'
            return Problem("P104", f'{where}"how" is missing.', cure, source.key_place(path))
        return _word(
            node[Text("how")], _words(found["ctx"]["expected_tags"]), where, source.place((*path, "how"))
        )
    said = found["input"] if isinstance(found["input"], dict) else {}
    known = next((near for key in said if (near := nearest(key, KINDS))), "")
    cure = known or f"Write a field, or a map with {listed(KINDS)}."
    return Problem("P104", f"{where}this is none of the forms that can stand here.", cure, place)


def _words(expected: str) -> list[str]:
    return [
        word.strip().strip("'") for word in expected.replace("' or '", "', '").split("', '") if word.strip()
    ]


def _word(said: object, words: list[str], where: str, place: Place) -> Problem:
    if isinstance(said, (list, dict)) or said == "":
        stands = "nothing" if said == "" else "a list" if isinstance(said, list) else "a map"
        message = f"{where}a word is expected, and {stands} stands here."
        return Problem("P106", message, f"It is {listed(words)}.", place)
    said = str(said)
    cure = nearest(said, words, "") or f"It is {listed(words)}."
    what = f'"{said}" is not known here' if len(said) <= 80 else "this is not known here"
    return Problem("P107", f"{where}{what}.", cure, place)
