"""The verdict on a folder: is it what its facts and plans give, and does it add up?"""

from dataclasses import dataclass, field
from pathlib import Path

from attain.verify.checking.comparison import COMPARED, compare
from attain.verify.checking.folder import Folder, Table, open_folder
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
    for name, rows in written.items():
        verdict.rows[name] = len(rows)
        verdict.faults += [str(difference) for difference in compare(name, rows, tables[name])]
    verdict.faults += _sums(folder, written)
    return verdict


def _sums(folder: Folder, written: dict[str, Table]) -> list[str]:
    faults: list[str] = []
    if "lines" in written:
        faults += lines_add_up(written["earnings"], written["lines"])
    faults += balances_go_on(written["balances"], folder.record.get("periods", []))
    faults += payments_conserve(written["payments"], written["balances"])
    faults += earnings_are_paid(written["earnings"], written["adjustments"], written["payments"])
    return faults
