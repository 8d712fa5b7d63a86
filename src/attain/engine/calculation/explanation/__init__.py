"""Why a participant is paid what is paid, or nothing: results turned into a tree of sentences down to the
transactions. It asks the calculation's own stages for every figure and calculates no pay of its own."""

from attain.engine.calculation.explanation.explain import explain
from attain.engine.calculation.explanation.item import MOST, Item, as_json, printed

__all__ = ["MOST", "Item", "as_json", "explain", "printed"]
