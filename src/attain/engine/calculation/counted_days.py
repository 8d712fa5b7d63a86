"""Which days of a seat count as held where amounts are prorated, when its plan title has several versions."""

from datetime import date
from typing import TYPE_CHECKING, Literal

from attain.engine.calculation.continuing import continued_until
from attain.engine.calculation.intervals import EARLIEST, Run
from attain.engine.language.models.measures import Measure
from attain.engine.values.day_counts import OPEN

if TYPE_CHECKING:
    from attain.engine.calculation.measures import Evaluation

Kind = Literal["quota", "target incentive", "cap", "floor"]


def counted(evaluation: "Evaluation", block: Measure, kind: Kind) -> Run:
    """The days, half-open, that count for an amount of a block's window, where the seat is eligible on them.

    Days before a fresh version do not count; days after the version count for a window to date (but not for
    a quota that counts to date), or where a later version continues it.
    """
    quota = kind in ("quota", "target incentive")
    window = block.over
    in_full = window is not None and window.to_date and not (quota and block.quota_counts == "to date")
    until = OPEN if in_full else continued_until(evaluation.version, evaluation.component)
    return (first_counted(evaluation, block), until)


def first_counted(evaluation: "Evaluation", block: Measure) -> date:
    """The first day that counts: of the earliest version that is continued; before it, where such days are 0s."""
    whole = block.over is not None and block.over.last is not None and block.short_window == "counts as 0"
    return EARLIEST if whole else evaluation.since(block)
