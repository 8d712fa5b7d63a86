"""Writes what a calculation gave into a folder that proves itself: its tables, a record of the run, the
facts and the plans. All of it or nothing. It calculates nothing."""

from attain.engine.calculation.writing.run import RECORD, refuse_taken, write

__all__ = ["RECORD", "refuse_taken", "write"]
