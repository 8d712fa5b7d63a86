"""Which keys a place of a document may have, with their meaning: read from the models."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from attain.engine.language.models.pays import PayPart
from attain.engine.language.models.steps import VERBS
from attain.engine.language.source import Items, Map, Node, Path, Text


def keys_of(model: type[BaseModel]) -> dict[str, str]:
    """Key to meaning, of one model."""
    idle = model.idle if issubclass(model, PayPart) else ()
    return {
        info.alias or name: info.description or ""
        for name, info in model.model_fields.items()
        if name not in idle and not (info.alias or "").startswith("\0")
    }


def keys_at(model: type[BaseModel], root: Map, path: Path) -> dict[str, str]:
    """Key to meaning, of the models that fit the map at a path."""
    found = model_at(model, root, path)
    return {key: meaning for each in found for key, meaning in keys_of(each).items()}


def model_at(model: type[BaseModel], root: Map, path: Path) -> list[type[BaseModel]]:
    """The models that the map at a path may have; one, where its keys decide."""
    kinds: list[Any] = [model]
    node: Node = root
    for part in path:
        node = node[part] if isinstance(node, Items) and isinstance(part, int) else node[Text(part)]  # type: ignore
        kinds = [inner for kind in kinds for inner in _inner(kind, part)]
    models = [each for kind in kinds for each in _models(kind)]
    return _fitting(models, node) if isinstance(node, Map) else models


def models_within(model: type[BaseModel]) -> set[type[BaseModel]]:
    """The model and all that stand within it."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [model]
    while waiting:
        kind = waiting.pop()
        for container in _containers(kind):
            waiting += get_args(container)
        for each in _models(kind):
            if each not in found:
                found.add(each)
                waiting += [info.annotation for info in each.model_fields.values()]
    return found


def _inner(kind: Any, part: int | str) -> Iterator[Any]:
    for model in _models(kind):
        for name, info in model.model_fields.items():
            if (info.alias or name) == part:
                yield info.annotation
    for container in _containers(kind):
        arguments = get_args(container)
        if get_origin(container) is tuple and isinstance(part, int):
            yield arguments[0]
        elif get_origin(container) is dict and isinstance(part, str):
            yield arguments[1]


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) not in (tuple, dict, frozenset):
        for argument in get_args(kind):
            yield from _models(argument)


def _containers(kind: Any) -> Iterator[Any]:
    if get_origin(kind) in (tuple, dict):
        yield kind
    elif get_origin(kind) is not frozenset:
        for argument in get_args(kind):
            yield from _containers(argument)


def _fitting(models: list[type[BaseModel]], node: Map) -> list[type[BaseModel]]:
    how = node.get(Text("how"))
    if isinstance(how, Text):
        fitting = [model for model in models if "how" in model.model_fields and _says(model, how)]
        return fitting or models
    fitting = [model for model in models if any(key in node for key in _marks(model))]
    return fitting or models


def _says(model: type[BaseModel], how: str) -> bool:
    return how in get_args(model.model_fields["how"].annotation)


def _marks(model: type[BaseModel]) -> list[str]:
    """The keys that only this one of several forms has: its verb, or its first key."""
    verbs = [verb for verb, step in VERBS.items() if step is model]
    return verbs or [key for key in keys_of(model) if key != "about"][:1]
