"""Names in expressions: no measure, field or value where they stand; titles that no component has."""

from collections.abc import Iterator

from attain.engine.language.checks.found import found
from attain.engine.language.checks.uses import Use, uses_of
from attain.engine.language.fault import nearest
from attain.engine.language.models.plan import Plan
from attain.engine.values.problems import Problem

OWN = frozenset({"measure", "attainment", "quota", "target_incentive", "earning", "days_in_team"})
OF_A_SUM = frozenset({"earning", "target_incentive"})
LATER = frozenset({"attainment", "target_incentive", "earning", "credit"})
SEATS = ("position", "participant")


def unknown_names(plan: Plan) -> Iterator[Problem]:
    """Names that cannot be known where they stand (P310), and titles of no component (P311)."""
    known = known_names(plan)
    for use in uses_of(plan):
        for name in sorted(use.expression.names, key=lambda name: use.expression.offsets.get(name, 0)):
            yield from _name(plan, use, name, known)
        for function, title in sorted(use.expression.titles):
            if title not in plan.components:
                yield found(
                    plan,
                    use.path,
                    "P311",
                    f'there is no component "{title}" for {function}(…).',
                    nearest(title, plan.components, "Name a component of this plan."),
                    use.expression.place_of(title),
                )


def known_names(plan: Plan) -> frozenset[str]:
    """The names that a plan defines: measures and values."""
    return frozenset(plan.measures) | frozenset(name for table in plan.values for name in table.names)


def _name(plan: Plan, use: Use, name: str, known: frozenset[str]) -> Iterator[Problem]:
    expression = use.expression
    head, dot, _ = name.partition(".")
    place = expression.place_of(name)
    if use.sees == "seat":
        if head not in SEATS or not dot:
            cure = f"Write position.{name} or participant.{name}." if not dot else "Name a field of either."
            message = f'"{name}" is no field of position or participant.'
            yield found(plan, use.path, "P310", message, cure, place)
    elif use.sees in ("fact", "aggregate"):
        if name in LATER and not (use.sees == "aggregate" and name == "credit"):
            message = f'"{name}" is not known yet where credits are made.'
            yield found(plan, use.path, "P310", message, "Use the fields of the transaction.", place)
    elif use.sees == "measures":
        own = OWN if use.component else OF_A_SUM
        if name in known or name in own or (dot and head in SEATS):
            return
        message = f'"{name}" is no measure, field or value here.'
        cure = nearest(name, known | own, _where_fields_go(plan, name))
        yield found(plan, use.path, "P310", message, cure, place)


def _where_fields_go(plan: Plan, name: str) -> str:
    if name in plan.fields:
        return f'"{name}" belongs to a transaction: define a measure of it, or say `each: credit`.'
    return "Define it under `measures` or `values`; a field of a transaction stands only with `each: credit`."
