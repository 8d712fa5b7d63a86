"""Attain: sales performance management. The rooms stand in one line and each uses only those below it:
doors (cli, demo), the engine, and beside the stairs a library of plans and an independent verifier.
docs/house.md draws the whole staircase; pyproject.toml holds it as import contracts."""

from importlib.metadata import version

__version__ = version("attain")
