"""Steps on the sum of all components of a plan: what they make of it is shared in proportion."""

from collections import defaultdict

from attain.engine.backends import numbers
from attain.engine.backends.backend import Backend
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number, literal
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation import terms
from attain.engine.calculation.earnings import Figures
from attain.engine.calculation.formulas import condition_of, number_of
from attain.engine.calculation.items import softened
from attain.engine.calculation.line_amounts import AMOUNT, written
from attain.engine.calculation.placing import placed
from attain.engine.calculation.terms import DECIMALS, LARGEST, Numeric, Term
from attain.engine.calculation.units import owners
from attain.engine.calculation.versions import Version
from attain.engine.language.models.plan import Component
from attain.engine.language.models.spans import AmountPer
from attain.engine.language.models.steps import Cap, Floor, MultiplyBy, OnlyIf, SoftCap, StepPart
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
        f"INNER JOIN {owners(one.evaluation)} AS u ON u.unit = f.unit"
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
        with placed(members[0][1].evaluation.version.plan, step.path):
            made = _stepped(step, members[0][1])
        who = ("participant", "paid", "summed")
        fixed = ", ".join(f"t.{column} AS {column}" for column in who)
        backend.create(f"{stage}{number}", written(f"{table} AS t", fixed, who, {"total": (made, AMOUNT)}))
        table = f"{stage}{number}"
    backend.create(f"{stage}_first", _first(members))
    for place, (_, one) in enumerate(members):
        _apply(backend, one, table, f"{stage}_first", place)


def _first(members: list[tuple[Component, Figures]]) -> str:
    """Of each participant and pay period the first figure: participant, paid, place of its component, unit, seq."""
    selects = [
        f"SELECT u.participant AS participant, f.paid AS paid, CAST({place} AS INT) AS place, f.unit AS unit, f.seq AS seq "
        f"FROM {one.table} AS f INNER JOIN {owners(one.evaluation)} AS u ON u.unit = f.unit"
        for place, (_, one) in enumerate(members)
    ]
    turn = "ROW_NUMBER() OVER (PARTITION BY participant, paid ORDER BY place, unit, seq) AS turn"
    every = f"SELECT m.*, {turn} FROM ({' UNION ALL '.join(selects)}) AS m"
    return f"SELECT participant, paid, place, unit, seq FROM ({every}) AS n WHERE turn = 1"


def _stepped(step: StepPart, one: Figures) -> Numeric:
    """What a step makes of the sum `t.total`."""
    made = _made(step, one)
    if step.when is None:
        return made
    return terms.chosen([(condition_of(step.when, _scope), made)], SUM)


def _made(step: StepPart, one: Figures) -> Numeric:
    if isinstance(step, OnlyIf):
        return terms.chosen([(condition_of(step.condition, _scope), SUM)], literal(0))
    if isinstance(step, MultiplyBy):
        return terms.times(SUM, number_of(step.factor, _scope))
    if isinstance(step, Cap | Floor):
        return (terms.smallest if isinstance(step, Cap) else terms.largest)([SUM, _limit(step, one)])
    if isinstance(step, SoftCap):
        return softened(step, SUM, _scope)
    raise refuse(
        "P900",
        "this step over all components is not calculated yet.",
        "Use a gate, a factor, a cap, a floor or a soft cap.",
    )


def _scope(name: str) -> Term:
    """The one name that is known of all components together."""
    if name == "earning":
        return SUM
    raise refuse(
        "P900",
        f'a step over all components knows `earning`, the sum, and not "{name}" yet.',
        "Write it with `earning` and numbers, or in the components.",
    )


def _limit(step: Cap | Floor, one: Figures) -> Numeric:
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
        return literal(amount.amount)
    return number_of(amount, _scope)


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
        f"INNER JOIN {owners(one.evaluation)} AS u ON u.unit = f.unit INNER JOIN {totals} AS t ON t.participant = u.participant AND t.paid = f.paid "
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
    one.table, one.bound = table, LARGEST
