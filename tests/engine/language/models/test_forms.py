"""Form: keys, words, numbers, days and names that are not what stands at their place."""

import pytest

from tests.engine.language.plans import changed, refused
from tests.engine.language.refusals import refusals


@pytest.mark.parametrize("case", refusals("models/form.yaml"))
def test_a_changed_plan_is_refused(case):
    edits = [(edit["old"], edit["new"]) for edit in case["edits"]]
    assert "\n".join(refused(changed(*edits))) + "\n" == case["problems"]
