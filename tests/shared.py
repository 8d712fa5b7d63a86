"""Where the public data and worked cases lie that are not shipped with the code."""

import os
from pathlib import Path


def shared_folder() -> Path:
    """The folder of shared data: $ATTAIN_SHARED, else `../shared` beside the checkout.

    Raises FileNotFoundError, naming both places, where neither holds `data` and `cases`.
    """
    beside = Path(__file__).resolve().parent.parent.parent / "shared"
    folder = Path(os.environ.get("ATTAIN_SHARED") or beside)
    if not (folder / "data").is_dir() or not (folder / "cases").is_dir():
        raise FileNotFoundError(
            f"The tests read public data from {folder}, which has no folders `data` and `cases`.\n"
            "Put the shared data there, or name its folder in the environment variable ATTAIN_SHARED."
        )
    return folder


SHARED = shared_folder()
