"""Companies that nobody wrote: Spark SQL gives the same tables as the embedded engine, to the last figure."""

import os
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import given, note, settings

from attain.engine.backends.spark import Spark
from tests.agreement.readings import calculated
from tests.agreement.strategies.companies import crediting_companies
from tests.agreement.strategies.company import Company

EXAMPLES = 5 if os.environ.get("ATTAIN_SPARK") else 15


@settings(max_examples=EXAMPLES)
@given(crediting_companies())
def test_both_engines_give_the_same_tables(address: str, company: Company):
    note(repr(company))
    with tempfile.TemporaryDirectory() as scratch, closing(Spark(address, Path(scratch))) as spark:
        there = calculated(company, spark)
    here = calculated(company)
    for name, rows in here.items():
        assert sorted(map(repr, there[name])) == sorted(map(repr, rows)), name
