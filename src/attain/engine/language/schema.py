"""The JSON Schema of documents, for editors: made from the models, each kind of document one branch."""

from typing import Any

from pydantic import TypeAdapter

from attain.engine.language.documents import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """One schema for all kinds of document; the first key tells the kind."""
    definitions: dict[str, Any] = {}
    for kind, model in KINDS.items():
        schema = TypeAdapter(model).json_schema(by_alias=True, ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        schema["required"] = [kind, *(key for key in schema.get("required", []) if key != kind)]
        definitions[kind] = schema
    whole = {
        "$schema": DIALECT,
        "title": "A document of Attain",
        "type": "object",
        **_choice(list(KINDS)),
        "$defs": definitions,
    }
    tidy = tidied(whole)
    assert isinstance(tidy, dict)
    return tidy


def _choice(kinds: list[str]) -> dict[str, Any]:
    """The first kind whose key is there; a plan may name a calendar, and no calendar a plan."""
    if not kinds:
        return {"anyOf": [{"required": [kind]} for kind in KINDS]}
    return {
        "if": {"required": kinds[:1]},
        "then": {"$ref": f"#/$defs/{kinds[0]}"},
        "else": _choice(kinds[1:]),
    }


def tidied(node: Any) -> Any:
    """Without what editors cannot use: null, that no document holds, and titles made from keys."""
    if isinstance(node, list):
        return [tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    branches = [branch for branch in node.get("anyOf", []) if branch != {"type": "null"}]
    if "anyOf" in node and len(branches) == 1:
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        return tidied({**branches[0], **rest})
    kept = {key: value for key, value in node.items() if not _idle(key, value)}
    if "anyOf" in node:
        kept["anyOf"] = branches
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    properties = kept.get("properties")
    tidy = {key: tidied(value) for key, value in kept.items()}
    if isinstance(properties, dict):
        tidy["properties"] = {key: tidied(value) for key, value in properties.items()}
    return tidy


def _idle(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str) and value != "A document of Attain") or (
        (key == "default" and value in (None, "", [], {})) or (key == "examples" and value == [])
    )
