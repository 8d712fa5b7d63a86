"""A run as a folder that proves itself: its tables, a record of what it was asked for, its facts and plans;
written as a whole or not at all, and opened again."""

from attain.engine.calculation.writing.reopened import reopen
from attain.engine.calculation.writing.run import RECORD, refuse_taken, write
from attain.engine.calculation.writing.tables import write_parquet

__all__ = ["RECORD", "refuse_taken", "reopen", "write", "write_parquet"]
