"""`attain sql`: the statements of a run, by stage, in the dialect of an engine."""

import re
from pathlib import Path

import pytest
import sqlglot

from tests.cli.small import company, run


def shown(folder: Path, *more: str) -> str:
    result = run("sql", folder / "plan.yaml", "--data", folder / "facts", "--period", "2026-02", *more)
    assert result.exit_code == 0, result.output
    return result.stdout


def stages(text: str) -> list[str]:
    return re.findall(r"^-- (\w+) -{20,}$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company(tmp_path_factory.mktemp("company"))


def test_shows_every_stage_of_a_run(folder: Path) -> None:
    text = shown(folder)
    assert {"facts", "credits", "measures", "earnings", "payments", "results"} == set(stages(text))
    assert "CREATE VIEW posted_earnings AS" in text


@pytest.mark.parametrize("stage", ["credits", "payments", "lines"])
def test_shows_one_stage_alone(folder: Path, stage: str) -> None:
    assert stages(shown(folder, "--stage", stage)) == [stage]


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_each_statement_is_sql_of_its_dialect(folder: Path, engine: str) -> None:
    trees = sqlglot.parse(shown(folder, "--engine", engine), dialect=engine)
    assert len([tree for tree in trees if tree is not None]) > 30


def test_the_dialects_differ_where_the_engines_do(folder: Path) -> None:
    assert shown(folder, "--engine", "duckdb") != shown(folder, "--engine", "spark")


def test_writes_nothing(folder: Path) -> None:
    shown(folder)
    assert {path.name for path in folder.iterdir()} == {"plan.yaml", "facts"}


def test_refuses_as_a_run_would(folder: Path) -> None:
    result = run("sql", folder / "plan.yaml", "--data", folder / "none", "--period", "2026-02")
    assert result.exit_code == 1 and "F100" in result.stderr
