"""Places where a test makes the program fail on purpose; without ATTAIN_FAILPOINT they do nothing.

`ATTAIN_FAILPOINT=NAME=ACTION` acts where a failpoint of that name is passed, `ATTAIN_FAILPOINT=K=ACTION`
at the K-th that the process passes. Actions: `error` (the device fails), `full` (no space is left),
`kill` (the process dies at once, as by kill -9).
"""

import errno
import os
import signal
from itertools import count

ACTIONS = {"error": errno.EIO, "full": errno.ENOSPC}
_passed = count(1)


def failpoint(name: str) -> None:
    """Pass a named step; raises OSError or ends the process where the environment asks for it."""
    wanted = os.environ.get("ATTAIN_FAILPOINT")
    if not wanted:
        return
    place, _, action = wanted.rpartition("=")
    number = next(_passed)
    if place not in (name, str(number)):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    code = ACTIONS[action]
    raise OSError(code, f"{os.strerror(code)} (failpoint {name})")
