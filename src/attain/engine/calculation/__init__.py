"""From plans and facts to payments, set-wise: credits, measures, earnings, lines, payments, each a table
and a file. Reads the paragraphs of docs/semantics.md in their order. Knows no database and no page."""

from attain.engine.calculation.calculate import calculate
from attain.engine.calculation.results import Results

__all__ = ["Results", "calculate"]
