"""Who is drawn lines together: participants in order, so many that their lines fit in memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.posting import Slice
from attain.engine.calculation.reaching import names_by_seat
from attain.engine.calculation.versions import Version

CREDITS = 500_000
"""How many credits have their lines drawn together, where no run says otherwise: about half a gigabyte."""
MOST_PEOPLE = 10_000


def people_together(slices: Sequence[Slice], credits: int) -> Iterator[tuple[str, ...]]:
    """Groups of participants, in order, with about so many credits each; one group without names where all that is
    credited comes to no more."""
    sets = {
        figures.evaluation.credit_set(figures.evaluation.block).name: (version, figures)
        for part in slices
        for version, _, figures in part.one.figures
    }
    if sum(_most_credits(*each) for each in sets.values()) <= credits:
        yield ()
        return
    credited = Counter[str]()
    for part in slices:
        for _, _, figures in part.one.figures:
            seats = (seat for unit in figures.evaluation.members.values() for seat in unit)
            credited.update(dict.fromkeys((seat.participant for seat in seats), 0))
    for version, figures in sets.values():
        for seat, count in _credits_by_seat(figures):
            credited[version.roster.assignments[seat].participant] += count
    total = max(credited.total(), 1)
    groups = -(-total // credits)
    group: list[str] = []
    before, number = 0, 0
    for person in sorted(credited):
        if group and (before * groups // total > number or len(group) == MOST_PEOPLE):
            yield tuple(group)
            group, number = [], before * groups // total
        group.append(person)
        before += credited[person]
    yield tuple(group)


def _most_credits(version: Version, figures: Figures) -> int:
    return version.rows_of(figures.evaluation.credit_set(figures.evaluation.block))


def _credits_by_seat(figures: Figures) -> Iterator[tuple[int, int]]:
    """Seats with the facts whose name leads to them: no fewer than their credits, and told by one column."""
    block = figures.evaluation.block
    for credits, branch in figures.evaluation.credit_set(block).every_branch:
        every, _ = credits.known.signed(branch.source.table)
        source, name = replace(branch.source, view=every), credits.name_of(branch)
        rows = credits.known.backend.fetch(
            f"SELECT {name} AS name, CAST(COUNT(*) AS BIGINT) AS n FROM {source.from_clause()}{credits.split_join(branch)} GROUP BY {name}"
        )
        counts = dict(zip(rows["name"].to_pylist(), rows["n"].to_pylist(), strict=True))
        for seat, names in names_by_seat(credits, branch).items():
            if seat >= 0:
                yield seat, sum(counts.get(each, 0) for each in names)
