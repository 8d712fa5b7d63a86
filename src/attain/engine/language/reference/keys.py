"""A map's keys as rows of a table: its type and default in the words of the language."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from attain.engine.language.key_lists import keys_of
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.reference.sections import PAGES
from attain.engine.language.schema import tidied

MODELS = {section.model.__name__: (page.file, section.title) for page in PAGES for section in page.sections}
UNIONS = {"then": "list of [steps](steps.md)", "pay": "map by [how](pay.md)"}


def rows(model: type[BaseModel], page: str) -> Iterator[tuple[str, str, str, str]]:
    """Key, type, default and meaning of each key, in the order of the document."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key not in keys_of(model) or (key == "about" and model is not Plan):
            continue
        if model is not Component or name not in Measure.model_fields:
            kind = UNIONS.get(name) or _type(info, page)
            yield f"`{key}`", kind, _default(info), info.description or ""


def anchor(title: str) -> str:
    """The anchor that a heading gets in the pages."""
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")


def _type(info: FieldInfo, page: str) -> str:
    if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
        return _words({"$ref": info.annotation.__name__}, page)
    annotated: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    schema = tidied(TypeAdapter(annotated).json_schema())
    return _words(schema, page)


def _words(schema: dict[str, Any], page: str) -> str:
    if "$ref" in schema:
        file, title = MODELS[schema["$ref"].rpartition("/")[2]]
        return f"[{title}]({'' if file == page else file}#{anchor(title)})"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_words(each, page) for each in schema[key]))
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_words(schema['items'], page)}" if "items" in schema else "list"
    if schema.get("type") == "object":
        inner = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
        each = next((value for value in inner if isinstance(value, dict)), None)
        return f"name → {_words(each, page)}" if each else "map"
    described = str(schema.get("description", "text"))
    examples = ", ".join(f"`{example}`" for example in schema.get("examples", []))
    return f"{described}: {examples}" if examples else described


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    default = info.default
    if info.annotation is bool or default in (None, "", (), {}) or info.default_factory is not None:
        return ""
    if isinstance(default, BaseModel):
        return "each `exception`"
    if isinstance(default, frozenset):
        return ""
    return f"`{default * 100:f} %`" if not isinstance(default, str) else f"`{default}`"
