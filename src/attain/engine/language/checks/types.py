"""Types: money times money, days added, conditions that are none, percents where amounts stand."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from attain.engine.language.checks.found import found
from attain.engine.language.checks.uses import Use, uses_of
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.expressions.kinds import NUMERIC, Kind, Kinds
from attain.engine.language.fault import Fault
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Plan
from attain.engine.values.problems import Problem

Named = Callable[[str], Kind]
UNTYPED = Kind.UNKNOWN
FIELDS = {"amount": Kind.MONEY, "date": Kind.DAY}
WANTED = {
    "condition": (Kind.CONDITION,),
    "quantity": (*NUMERIC, UNTYPED),
    "day": (Kind.DAY, UNTYPED),
    "rate": (*NUMERIC, UNTYPED),
    "factor": (Kind.NUMBER, Kind.PLAIN, UNTYPED),
    "limit": (Kind.MONEY, Kind.PLAIN, UNTYPED),
    "of": (*NUMERIC, UNTYPED),
}
EXPECTED = {
    "condition": ("a condition is expected here", "Compare, as in product = 'Software'."),
    "quantity": ("a number or an amount is expected here", "Name a field or calculate with fields."),
    "day": ("a day is expected here", "Name a date field, as booking.date."),
    "rate": ("a rate is expected here", "Write a percent or a number."),
    "factor": ("a number without currency is expected here", "Divide by an amount first, or use a share."),
    "limit": (
        "an amount is expected here",
        "Multiply the share with an amount, or limit the rate: cap rate.",
    ),
    "of": ("an amount or number is expected here", "Name a measure or calculate with measures."),
}


class Types:
    """The kinds of a plan's names, each worked out once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._fields: dict[str, Kind] = {}
        self._values = {
            name: Kind.NUMBER if any(row.values[name].percent for row in table.rows) else Kind.PLAIN
            for table in plan.values
            for name in table.names
        }

    def of(self, use: Use) -> Kind:
        """The kind of an expression; raises Fault where its parts do not fit."""
        if use.sees in ("fact", "aggregate", "seat"):
            return self._kinds(use.expression, self._of_facts(None)).whole()
        return self._kinds(use.expression, self._of_figures(use)).whole()

    def of_measure(self, block: Measure) -> Kind:
        """The kind of a block's measure, unknown where it does not fit."""
        whole = self._plan.measures.get(block.uses, block) if block.uses else block
        if whole.measure is None:
            return UNTYPED
        try:
            return self._kinds(whole.measure, self._of_facts(whole)).whole()
        except Fault:
            return UNTYPED

    def _kinds(self, expression: Expression, named: Named) -> Kinds:
        return Kinds(expression, named, self._called)

    def _of_facts(self, block: Measure | None) -> Named:
        def named(name: str) -> Kind:
            if name == "credit":
                return self._credit(block) if block else UNTYPED
            if name in self._plan.fields:
                return self._field(name)
            if name in self._values:
                return self._values[name]
            return FIELDS.get(name.rpartition(".")[2], UNTYPED)

        return named

    def _of_figures(self, use: Use) -> Named:
        facts = self._of_facts(use.component)

        def named(name: str) -> Kind:
            if name in ("target_incentive", "earning"):
                return Kind.MONEY
            if name in ("attainment", "days_in_team"):
                return Kind.NUMBER
            if name in ("measure", "quota", "credit"):
                return self.of_measure(use.component) if use.component and name != "credit" else UNTYPED
            if name in self._plan.measures:
                return self.of_measure(self._plan.measures[name])
            return facts(name)

        return named

    def _called(self, function: str, title: str) -> Kind:
        if function == "attainment":
            return Kind.NUMBER
        if function == "earning":
            return Kind.MONEY
        component = self._plan.components.get(title)
        return self.of_measure(component) if component else UNTYPED

    def _field(self, name: str) -> Kind:
        if name not in self._fields:
            self._fields[name] = UNTYPED
            with suppress(Fault):
                self._fields[name] = self._kinds(self._plan.fields[name], self._of_facts(None)).whole()
        return self._fields[name]

    def _credit(self, block: Measure) -> Kind:
        source = self._plan.block(block.credit_of) if block.credit_of else block
        kinds = set()
        for rule in source.credit if source else ():
            try:
                counted = rule.counts
                kinds.add(self._kinds(counted, self._of_facts(None)).whole() if counted else Kind.MONEY)
            except Fault:
                return UNTYPED
        return kinds.pop() if len(kinds) == 1 else UNTYPED


def type_errors(plan: Plan) -> Iterator[Problem]:
    """Expressions whose parts, or whose whole, are of the wrong kind (P320, P321)."""
    types = Types(plan)
    for use in uses_of(plan):
        try:
            kind = types.of(use)
        except Fault as fault:
            yield found(plan, use.path, fault.code, fault.message, fault.cure, fault.place)
            continue
        if kind not in WANTED[use.wanted]:
            what, cure = EXPECTED[use.wanted]
            stands = "a field" if kind is UNTYPED else kind.value
            message = f"{what}, and {stands} stands here."
            yield found(plan, use.path, "P321", message, cure, use.expression.place)
