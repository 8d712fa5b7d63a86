"""The second reading of docs/semantics.md: slow, plain Python, one participant at a time, exact fractions.
Holds the tests' oracle `recompute` and what `attain verify` checks; imports nothing else of attain and
shares no code with the engine."""

from attain.verify.recomputation import recompute

__all__ = ["recompute"]
