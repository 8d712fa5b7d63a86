"""What the keys of one measure block or component must and must not say together."""

from collections.abc import Iterator

from attain.engine.language.checks.found import found, found_at_key
from attain.engine.language.fault import listed
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.pays import Banded, Given, Lookup, Matrix
from attain.engine.language.models.plan import Component, Plan
from attain.engine.values.problems import Problem

SOURCES = ("credit", "credit_of", "uses")
BLOCK = ("measure", "over", "every", "quota", "quota_counts", "denominator", "across", "short_window")


def incomplete_blocks(plan: Plan) -> Iterator[Problem]:
    """Blocks that say too much or too little (P104, P108)."""
    for measure in plan.measures.values():
        yield from _block(plan, measure)
        if measure.uses is not None:
            yield found_at_key(
                plan,
                measure.path_of("uses"),
                "P108",
                "a measure does not use another.",
                "Write `credit of` and what is measured.",
            )
    for component in plan.components.values():
        yield from _component(plan, component)


def _component(plan: Plan, component: Component) -> Iterator[Problem]:
    if isinstance(component.pay, Given):
        yield from _nothing_but(plan, component, "given", ("over", "every"))
        if component.over is None:
            yield _missing(plan, component, "over", "Say the period of the earnings: over: month.")
    elif isinstance(component.pay, Matrix) and _named(component.pay):
        yield from _nothing_but(plan, component, "matrix over named measures", ("over", "every"))
    else:
        yield from _block(plan, component)
    yield from _pay(plan, component)


def _named(pay: Matrix) -> bool:
    return not {pay.down.by, pay.across.by} & {"measure", "attainment"}


def _nothing_but(plan: Plan, component: Component, what: str, allowed: tuple[str, ...]) -> Iterator[Problem]:
    for name in (*SOURCES, *BLOCK):
        if component.says(name) and name not in allowed:
            path = component.path_of(name)
            yield found_at_key(
                plan, path, "P108", f'"{path[-1]}" does not stand with {what}.', "Leave it out."
            )


def _block(plan: Plan, block: Measure) -> Iterator[Problem]:
    said = [name for name in SOURCES if block.says(name)]
    if len(said) != 1:
        what = (
            f"says {listed((name.replace('_', ' ') for name in said), 'and')}" if said else "names no credits"
        )
        yield found_at_key(
            plan, block.path, "P108", f"{what}.", "Say exactly one of `credit`, `credit of` and `uses`."
        )
    elif said == ["credit"] and not block.credit:
        yield found(plan, block.path_of("credit"), "P104", "there is no credit rule.", "Write at least one.")
    elif said == ["uses"]:
        for name in BLOCK:
            if block.says(name):
                path = block.path_of(name)
                message = f'"{path[-1]}" stands beside "uses", which takes the whole measure.'
                yield found_at_key(
                    plan, path, "P108", message, "Say it in the measure, or write `credit of`."
                )
    if said and said != ["uses"]:
        for name, cure in (
            ("measure", "Say what is measured: sum(credit)."),
            ("over", "Say the window: over: month."),
        ):
            if not block.says(name):
                yield _missing(plan, block, name, cure)


def _missing(plan: Plan, block: Measure, name: str, cure: str) -> Problem:
    return found_at_key(plan, block.path, "P104", f'"{name}" is missing.', cure)


def _pay(plan: Plan, component: Component) -> Iterator[Problem]:
    pay = component.pay
    for name in ("of", "each"):
        if name in pay.idle and pay.says(name):
            message = f'"{name}" means nothing with "how: {pay.how}".'
            yield found_at_key(plan, pay.path_of(name), "P108", message, "Leave it out.")
    if isinstance(pay, Lookup) and pay.each != "credit":
        yield found_at_key(
            plan,
            pay.path,
            "P104",
            'a lookup finds a row for each credit: "each" is missing.'
            if pay.each is None
            else f'a lookup finds a row for each credit, not each "{pay.each}".',
            "Write each: credit.",
        )
    if isinstance(pay, Banded) and pay.by == "earning" and pay.how != "marginal":
        yield found(plan, pay.path_of("by"), "P108", "bands by earning are marginal.", "Write how: marginal.")
    if isinstance(pay, Banded) and pay.how == "whole amount" and pay.says("returns"):
        yield found_at_key(
            plan, pay.path_of("returns"), "P108", '"returns" stands with marginal bands.', "Leave it out."
        )
    if isinstance(pay, Banded) and pay.how == "whole amount":
        for band in pay.bands:
            if band.back_to is not None:
                yield found_at_key(
                    plan,
                    band.path_of("back_to"),
                    "P108",
                    '"back to" stands with marginal bands; a whole amount goes back to 0 by itself.',
                    "Leave it out.",
                )
