"""The company that the bad inputs are loaded into: its people and positions are known."""

import shutil
from pathlib import Path

import pytest

from tests.errors.company import importing, load

PEOPLE = "participant\nANA\nBEN\n"
POSITIONS = "position,role\n" + "".join(
    f"{name},AE\n" for name in ("AE-1", "AE-2", "AE-3", "M-1", "M-2", "D-1")
)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that knows ANA and BEN, and six positions. Not to be written to: see `store`."""
    folder = tmp_path_factory.mktemp("company")
    for name, text in (("participants", PEOPLE), ("positions", POSITIONS)):
        (folder / f"{name}.csv").write_text(text)
        load(importing(folder / "store"), folder / f"{name}.csv", name)
    return folder / "store"


@pytest.fixture
def store(company: Path, tmp_path: Path) -> Path:
    """A copy of the company's store for one test."""
    return Path(shutil.copytree(company, tmp_path / "store"))
