"""The demo company, made once for all its tests."""

from collections import defaultdict
from datetime import date

import pytest

from attain.demo.company import Company, make_company


@pytest.fixture(scope="session")
def made() -> Company:
    return make_company()


@pytest.fixture(scope="session")
def tables(made):
    return made.tables


@pytest.fixture(scope="session")
def faulty(made) -> set[str]:
    """The keys of the rows in which a mistake was planted."""
    return {fault.key for fault in made.faults}


@pytest.fixture(scope="session")
def latest(tables) -> dict[str, dict]:
    """Of each transaction the newest version, without what was withdrawn."""
    newest = {row["id"]: row for row in tables["transactions"]}  # versions stand in the order of loading
    return {key: row for key, row in newest.items() if not row["withdrawn"]}


@pytest.fixture(scope="session")
def holders(tables):
    """holders(position, day): the participants who hold a position on a day."""
    seats = defaultdict(list)
    for row in tables["assignments"]:
        seats[row["position"]].append(row)

    def on(position: str, day: date) -> list[str]:
        return [
            row["participant"]
            for row in seats[position]
            if row["first"] <= day and (row["last"] is None or day <= row["last"])
        ]

    return on
