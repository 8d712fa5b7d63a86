"""Cycles: what is worked out from itself, through fields or earnings of other components."""

from collections.abc import Iterator, Mapping

from attain.engine.language.checks.found import found_at_key
from attain.engine.language.checks.uses import uses_of
from attain.engine.language.models.plan import Plan
from attain.engine.language.source import Path
from attain.engine.values.problems import Problem


def cycles(plan: Plan) -> Iterator[Problem]:
    """Fields of each other (P330), earnings of each other (P331)."""
    fields = {
        name: [other for other in sorted(expression.names) if other in plan.fields]
        for name, expression in plan.fields.items()
    }
    for loop in _loops(fields):
        yield _problem(plan, ("fields", loop[0]), "P330", loop, "field")
    earnings: dict[str, list[str]] = {title: [] for title in plan.components}
    for use in uses_of(plan):
        if use.component:
            earnings[use.component.title] += [
                title
                for function, title in sorted(use.expression.titles)
                if function == "earning" and title in plan.components
            ]
    for loop in _loops(earnings):
        yield _problem(plan, ("components", loop[0]), "P331", loop, "earning")


def _problem(plan: Plan, path: Path, code: str, loop: list[str], what: str) -> Problem:
    chain = " → ".join(f'"{name}"' for name in [*loop, loop[0]])
    return found_at_key(
        plan, path, code, f"the {what} needs itself: {chain}.", "Take one of them out of the circle."
    )


def _loops(edges: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Each circle once, from its first name in the order of the document."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        ahead: list[Iterator[str]] = []
        if start in done:
            continue
        path.append(start)
        ahead.append(iter(edges[start]))
        while path:
            name = next(ahead[-1], None)
            if name is None:
                done.add(path.pop())
                ahead.pop()
            elif name in path:
                yield path[path.index(name) :]
            elif name not in done:
                path.append(name)
                ahead.append(iter(edges.get(name, [])))
