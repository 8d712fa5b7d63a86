"""Steps on the sum of all components of a plan: what they make of it is shared in proportion."""

from collections import defaultdict

from attain.engine.backends import numbers
from attain.engine.backends.backend import Backend
from attain.engine.backends.division import Rounded, rounded
from attain.engine.backends.numbers import Number, literal
from attain.engine.calculation.credits import DECIMALS, LARGEST
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.versions import Version
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import Cap, Floor, MultiplyBy, StepPart
from attain.engine.values.calendars import PAID
from attain.engine.values.problems import refuse

SUM = Number("t.total", DECIMALS, LARGEST)


def share_steps(backend: Backend, figures: list[tuple[Version, Component, Figures]]) -> None:
    """Replaces the figures of plans that have such steps by their share of what the steps make of the sum."""
    versions: dict[str, list[tuple[Component, Figures]]] = defaultdict(list)
    steps: dict[str, tuple[StepPart, ...]] = {}
    for version, component, one in figures:
        if version.plan.then:
            versions[version.name].append((component, one))
            steps[version.name] = version.plan.then
    for name, members in versions.items():
        _share(backend, name, members, steps[name])


def _share(
    backend: Backend, name: str, members: list[tuple[Component, Figures]], steps: tuple[StepPart, ...]
) -> None:
    selects = [
        f"SELECT u.participant AS participant, f.paid AS paid, f.figure AS figure FROM {one.table} AS f "
        f"INNER JOIN {_owners(one)} AS u ON u.unit = f.unit"
        for _, one in members
    ]
    total = Number("", DECIMALS, LARGEST)
    stage = f"{name}_overall"
    backend.create(
        f"{stage}0",
        f"SELECT participant, paid, CAST(SUM(figure) AS {total.type}) AS summed, CAST(SUM(figure) AS {total.type}) AS total "
        f"FROM ({' UNION ALL '.join(selects)}) AS figures GROUP BY participant, paid",
    )
    table = f"{stage}0"
    for number, step in enumerate(steps, 1):
        made = _stepped(step, members[0][1])
        made = Number(made.at(DECIMALS), DECIMALS, made.bound) if made.scale < DECIMALS else made
        next_table = f"{stage}{number}"
        if made.scale == DECIMALS:
            backend.create(
                next_table,
                f"SELECT participant, paid, summed, CAST({made.sql} AS {total.type}) AS total FROM {table} AS t",
            )
        else:
            inner = f"(SELECT participant, paid, summed, {made.cast()} AS top FROM {table} AS t)"
            column = Rounded("made", Number("top", made.scale, made.bound), None, DECIMALS)
            written = rounded(inner, ["participant", "paid", "summed"], [column], LARGEST)
            backend.create(
                next_table,
                f"SELECT participant, paid, summed, CAST(made AS {total.type}) AS total FROM ({written}) AS w",
            )
        table = next_table
    backend.create(f"{stage}_first", _first(members))
    for place, (_, one) in enumerate(members):
        _apply(backend, one, table, f"{stage}_first", place)


def _first(members: list[tuple[Component, Figures]]) -> str:
    """Of each participant and pay period the first figure: participant, paid, place of its component, unit, seq."""
    selects = [
        f"SELECT u.participant AS participant, f.paid AS paid, CAST({place} AS INT) AS place, f.unit AS unit, f.seq AS seq "
        f"FROM {one.table} AS f INNER JOIN {_owners(one)} AS u ON u.unit = f.unit"
        for place, (_, one) in enumerate(members)
    ]
    turn = "ROW_NUMBER() OVER (PARTITION BY participant, paid ORDER BY place, unit, seq) AS turn"
    every = f"SELECT m.*, {turn} FROM ({' UNION ALL '.join(selects)}) AS m"
    return f"SELECT participant, paid, place, unit, seq FROM ({every}) AS n WHERE turn = 1"


def _owners(one: Figures) -> str:
    """Each unit with its participant."""
    return f"(SELECT DISTINCT unit, participant FROM {one.evaluation.units})"


def _stepped(step: StepPart, one: Figures) -> Number:
    """What a step makes of the sum `t.total`."""
    if step.when is not None or step.each:
        raise refuse("P900", "a step over all components takes no `when` and no `each` yet.", "Leave it out.")
    if isinstance(step, MultiplyBy) and step.factor.figure is not None:
        return numbers.multiply(SUM, literal(step.factor.figure.value))
    if isinstance(step, Cap | Floor):
        pick = numbers.least if isinstance(step, Cap) else numbers.greatest
        return pick(SUM, literal(_limit(step, one)))
    raise refuse(
        "P900", "this step over all components is not calculated yet.", "Use a cap, a floor or a factor."
    )


def _limit(step: Cap | Floor, one: Figures):  # type: ignore[no-untyped-def]
    plan = one.evaluation.version.plan
    amount = step.amount
    if isinstance(amount, AmountPer):
        kind = "cap" if isinstance(step, Cap) else "floor"
        if amount.per != PAID[plan.paid] or kind in plan.prorate or isinstance(amount.amount, str):
            raise refuse(
                "P900",
                "a limit over all components holds for a pay period, not prorated.",
                "Write an amount.",
            )
        return amount.amount
    if amount.figure is None:
        raise refuse("P900", "a limit over all components is a number for now.", "Write an amount.")
    return amount.figure.value


def _apply(backend: Backend, one: Figures, totals: str, first: str, place: int) -> None:
    """figure × total ÷ sum; of a sum of 0 the first figure takes what the steps made."""
    columns = list(backend.columns(one.table))
    kept = [name for name in columns if name != "figure"]
    row = backend.fetch(f"SELECT MAX(ABS(summed)) AS most, MAX(ABS(total)) AS top FROM {totals}").to_pylist()[
        0
    ]
    bound = int(max(row["most"] or 0, row["top"] or 0)) + 1
    product = numbers.multiply(Number("f.figure", DECIMALS, bound), Number("t.total", DECIMALS, bound))
    signed = f"CASE WHEN t.summed < 0 THEN - ({product.sql}) ELSE {product.sql} END"
    size = Number("ABS(t.summed)", DECIMALS, bound)
    source = (
        f"(SELECT {', '.join(f'f.{name} AS {name}' for name in columns)}, {signed} AS top, {size.cast()} AS bottom, t.total AS total, "
        f"t.summed AS summed, CASE WHEN n.unit IS NULL THEN 0 ELSE 1 END AS taker FROM {one.table} AS f "
        f"INNER JOIN {_owners(one)} AS u ON u.unit = f.unit INNER JOIN {totals} AS t ON t.participant = u.participant AND t.paid = f.paid "
        f"LEFT JOIN {first} AS n ON n.participant = u.participant AND n.paid = f.paid AND n.place = {place} AND n.unit = f.unit AND n.seq = f.seq)"
    )
    made = Rounded(
        "made", Number("top", product.scale, product.bound), Number("bottom", DECIMALS, bound), DECIMALS
    )
    select = rounded(source, [*columns, "total", "summed", "taker"], [made], bound * 10)
    goal = Number("", DECIMALS, LARGEST).type
    nothing = "figure + CASE WHEN taker = 1 THEN total ELSE 0 END"
    figure = (
        f"CAST(CASE WHEN summed = total THEN figure WHEN summed = 0 THEN {nothing} ELSE made END AS {goal})"
    )
    table = f"{one.table}_shared"
    backend.create(table, f"SELECT {', '.join(kept)}, {figure} AS figure FROM ({select}) AS s")
    one.table = table
