"""One store before and after an import, made once."""

import pytest

from tests.crash.states import States, states


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> States:
    """Few rows: every step of the import is passed, none takes long."""
    return states(tmp_path_factory.mktemp("small"), 20)


@pytest.fixture(scope="session")
def larger(tmp_path_factory: pytest.TempPathFactory) -> States:
    """Rows enough that a kill can hit any part of the work."""
    return states(tmp_path_factory.mktemp("larger"), 20_000)
