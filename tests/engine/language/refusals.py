"""Files of refusals beside the tests: what is changed or written, and the exact words of the answer."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent


def refusals(*names: str) -> list[Any]:
    """The cases of these files, as parameters of a test."""
    found = []
    for name in names:
        cases = YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))
        found += [
            pytest.param(case, id=f"{Path(name).stem}: {case.get('case') or case['expression']}")
            for case in cases
        ]
    return found
