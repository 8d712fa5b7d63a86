"""The engine of this suite: Spark SQL, on the server of ATTAIN_SPARK, else on Sail beside the tests.

`-m covered` takes the covered cases only. ATTAIN_SPARK_PLAIN gives each session Spark's own way of running
a statement (compiled, and planned again while it runs), whatever the server was started with.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attain.engine.backends.spark import Spark
from tests.backends.covered import covered

SAIL = """
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
input()
"""


PLAIN = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what a slow server runs: the covered cases, and all that is no case."""
    for item in items:
        if item.path.parent != Path(__file__).parent:
            continue
        case = getattr(item, "callspec", None)
        if case is None or case.params.get("name") in covered():
            item.add_marker(pytest.mark.covered)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server is. Our own lives until the last test of this process."""
    given = os.environ.get("ATTAIN_SPARK")
    if given:
        yield given
        return
    log = (tmp_path_factory.mktemp("sail") / "sail.log").open("w")
    with subprocess.Popen(
        [sys.executable, "-c", SAIL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
    ) as server:
        yield f"sc://127.0.0.1:{server.stdout.readline().strip()}"
        server.kill()


@pytest.fixture
def backend(address: str, tmp_path: Path) -> Iterator[Spark]:
    """A session of its own for each test."""
    spark = Spark(address, tmp_path)
    for key, value in PLAIN.items() if os.environ.get("ATTAIN_SPARK_PLAIN") else ():
        spark.session.conf.set(key, value)
    yield spark
    spark.close()
