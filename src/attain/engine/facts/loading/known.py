"""What an import must know of what was loaded before."""

from collections.abc import Mapping
from typing import Protocol

from attain.engine.facts.declared import Kind


class Known(Protocol):
    """What has been loaded before: relations stand after FROM; None where there is nothing of it yet."""

    def kinds(self, table: str) -> Mapping[str, Kind]:
        """What the columns of a table hold."""

    def scales(self, table: str) -> Mapping[str, int]:
        """The decimals that its columns of numbers have."""

    def current(self, table: str) -> str | None:
        """Its rows as known now, with `_load`."""
