"""The engine that the cases run on."""

import pytest


@pytest.fixture
def backend() -> None:
    """The engine that the cases run on: none named, so the one that is built in.

    Another suite runs the same cases on another engine: it imports the tests of `test_cases` and defines
    a fixture of this name.
    """
