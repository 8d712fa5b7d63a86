"""The cases that a slow server is given: few, yet each key of the plan language that any case uses.

The cases are taken one by one, always the one whose plan has most keys that are still missing, the first
by name among equals, until no key is.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from attain.engine.language import Plan
from attain.engine.language.key_lists import keys_of, models_within
from tests.cases.adapter import read_case
from tests.cases.test_cases import FILES, NOT_YET


@cache
def covered() -> tuple[str, ...]:
    """Names of the cases, in the order in which they were taken."""
    language = {key for model in models_within(Plan) for key in keys_of(model)}
    uses = {
        name: _keys(read_case(FILES[name]).plan) & language for name in sorted(FILES) if name not in NOT_YET
    }
    return taken(uses)


def taken(uses: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Names that together use all that any of them uses, each the one that adds most when it is taken."""
    missing = set().union(*uses.values())
    names: list[str] = []
    while missing:
        best = max(sorted(uses), key=lambda name: len(uses[name] & missing))
        names.append(best)
        missing -= uses[best]
    return tuple(names)


def _keys(plan: Path) -> set[str]:
    documents = YAML(typ="base", pure=True).load_all(plan.read_text(encoding="utf-8"))
    return set().union(*map(_keys_of, documents))


def _keys_of(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node).union(*map(_keys_of, node.values()))
    return set().union(*map(_keys_of, node)) if isinstance(node, list) else set()
