"""The verdict on a folder: is it what its facts and plans give, and does it add up?"""

from dataclasses import dataclass, field
from pathlib import Path

from attain.verify.checking.comparison import COMPARED, compare
from attain.verify.checking.folder import Table, open_folder
from attain.verify.checking.proofs import (
    balances_go_on,
    earnings_are_paid,
    lines_add_up,
    payments_conserve,
)
from attain.verify.inputs.forms import moment
from attain.verify.recomputation import recompute_days


@dataclass
class Verdict:
    """What was compared, by table, and everything that does not hold."""

    rows: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def judge(place: Path) -> Verdict:
    """Check hashes, recompute from the facts and plans beside the tables, compare, add up.

    Raises Unreadable where the folder holds no run, or its plans and facts cannot be read.
    """
    folder = open_folder(place)
    verdict = Verdict(faults=folder.changed())
    if any(fault.endswith("missing") for fault in verdict.faults):
        return verdict
    horizon = moment(folder.record.get("known_as_of"), at_end=True)
    tables = recompute_days(list(folder.documents()), folder.facts(), folder.span, horizon)
    written = {name: folder.table(name) for name in COMPARED if folder.has(name)}
    verdict.rows = {name: len(rows) for name, rows in written.items()}
    verdict.faults += faults_of(written, tables, folder.record.get("periods", []))
    return verdict


def faults_of(written: dict[str, Table], recomputed: dict[str, Table], periods: list[str]) -> list[str]:
    """Where written tables differ from those recomputed, and what of them does not add up.

    `periods` names the run's pay periods in order.
    """
    faults = [
        str(difference)
        for name, rows in written.items()
        for difference in compare(name, rows, recomputed[name])
    ]
    if "lines" in written:
        faults += lines_add_up(written["earnings"], written["lines"])
    faults += balances_go_on(written["balances"], periods)
    faults += payments_conserve(written["payments"], written["balances"])
    faults += earnings_are_paid(written["earnings"], written["adjustments"], written["payments"])
    return faults
