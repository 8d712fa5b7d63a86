"""The engine of this suite: Spark SQL, on the server of ATTAIN_SPARK, else on Sail beside the tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attain.engine.backends.spark import Spark

SAIL = """
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
input()
"""


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
    yield spark
    spark.close()
