"""The JSON Schema that editors use: it accepts every sound document and marks the usual slips."""

import re
from pathlib import Path
from typing import Any

import pytest

from attain.engine.language.loader import load
from attain.engine.language.schema import json_schema
from tests.engine.language.plans import PLAN, changed
from tests.shared import SHARED

SCHEMA = json_schema()
DOCUMENTS = [
    *sorted((SHARED / "cases" / "plans_sketch").glob("*.yaml")),
    SHARED / "design" / "plan_sketch.yaml",
]
TYPES = {"string": str, "object": dict, "array": list, "number": ()}


def fits(value: Any, schema: Any) -> bool:
    """Whether a value of texts, maps and lists fits, by the keywords that the schema uses."""
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    types = schema.get("type", [])
    if types and not any(
        isinstance(value, TYPES[name]) for name in ([types] if isinstance(types, str) else types)
    ):
        return False
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if isinstance(value, list) and (
        len(value) < schema.get("minItems", 0)
        or not all(fits(item, schema.get("items", {})) for item in value)
    ):
        return False
    if isinstance(value, dict) and not fits_map(value, schema):
        return False
    if "anyOf" in schema and not any(fits(value, each) for each in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(value, each) for each in schema["oneOf"]) != 1:
        return False
    return "if" not in schema or fits(value, schema["then" if fits(value, schema["if"]) else "else"])


def fits_map(value: dict[str, Any], schema: Any) -> bool:
    return all(name in value for name in schema.get("required", [])) and all(
        fits_key(name, inner, schema) for name, inner in value.items()
    )


def fits_key(name: str, inner: Any, schema: Any) -> bool:
    if name in schema.get("properties", {}):
        return fits(inner, schema["properties"][name])
    for pattern, each in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return fits(inner, each)
    others = schema.get("additionalProperties", True)
    return others if isinstance(others, bool) else fits(inner, others)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_sound_document_fits(path: Path):
    for loaded in load(path.name, path.read_text()):
        assert fits(loaded.root, SCHEMA)


@pytest.mark.parametrize(
    "edit",
    [
        ("paid: monthly", "payd: monthly"),
        ("paid: monthly", "paid: daily"),
        ("how: marginal", "how: margnial"),
        ("{from: 50 %, rate: 8 %}", "{from: 50 %, rte: 8 %}"),
        ("{from: 50 %, rate: 8 %}", "{from: fifty, rate: 8 %}"),
        ("limit: 6000", "limit: 6,000"),
        ("cap: 60000 per year", "cpa: 60000 per year"),
        ("    measure: count(distinct account)\n", "    measure: [a]\n"),
        ("  new_logos:\n", "  New logos:\n"),
        ("effective: 2026-01-01 to 2026-12-31", "effective: 2026"),
        ("{split: splits, otherwise: owner}", "{split: splits}"),
    ],
)
def test_a_slip_does_not_fit(edit):
    [sound] = load("ae.yaml", PLAN)
    assert fits(sound.root, SCHEMA)
    [loaded] = load("ae.yaml", changed(edit))
    assert not fits(loaded.root, SCHEMA)
