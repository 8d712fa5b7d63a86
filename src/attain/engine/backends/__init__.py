"""Typed SQL and the engines that run it: exact numbers with a scale and a bound, division as
layers, a lint over the syntax tree, DuckDB embedded, Spark SQL through Spark Connect.
Knows nothing of plans. Neutral SQL is DuckDB's grammar, printed for an engine by SQLGlot."""

from attain.engine.backends.backend import Backend
from attain.engine.backends.duckdb import DuckDB

__all__ = ["Backend", "DuckDB"]
