"""The figure before its steps; what is evaluated for each credit or each thing (a deal) alone, then added."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.earning.book import ZERO, At, Window
from attain.verify.earning.figures import Figure
from attain.verify.earning.measures import NoEarning, credit_scope
from attain.verify.earning.steps import apply
from attain.verify.earning.walks import Raw, at_original_rates, raw_lines, walked_total
from attain.verify.earning.windows import windows_in
from attain.verify.inputs.documents import Map
from attain.verify.inputs.forms import ONE_DAY, Span, written


def base_of(figure: Figure) -> Fraction:
    """What the rates give, with 10 decimals; raises NoEarning."""
    if thing_field(figure):
        before = figure.at.start - ONE_DAY
        return written(things_total(figure, figure.at.upto) - things_total(figure, before))
    if figure.pay.get("each") == "credit" or figure.pay["how"] == "lookup" or credit_steps(figure):
        return written(sum((value for _, value in credit_values(figure)), ZERO) + _rest(figure))
    if at_original_rates(figure):
        return written(walked_total(figure))
    return written(figure.plain())


def credit_steps(figure: Figure) -> list[Map]:
    """The steps for each credit."""
    return [step for step in figure.steps if step.get("each") == "credit"]


def thing_field(figure: Figure) -> str | None:
    """The field whose values are evaluated one by one, to date."""
    said = [figure.pay.get("each"), *(step.get("each") for step in figure.steps)]
    return next((field for field in said if field not in (None, "credit")), None)


def credit_values(figure: Figure) -> list[tuple[Credit, Fraction]]:
    """Each credit's own result with its steps, 10 decimals."""
    found: dict[Credit, Fraction] = {}
    for line in raw_lines(figure):
        found[line.credit] = found.get(line.credit, ZERO) + line.amount
    return [(credit, stepped_alone(figure, credit, value)) for credit, value in found.items()]


def stepped_alone(figure: Figure, credit: Credit, value: Fraction) -> Fraction:
    """A credit's own result after the steps for each credit, 10 decimals."""
    alone = figure.alone((credit,))
    try:
        for step in credit_steps(figure):
            value = apply(alone, step, value, credit)
    except NoEarning as nothing:
        figure.note(nothing, credit)
        return ZERO
    return written(value)


def _rest(figure: Figure) -> Fraction:
    """Of a table over the whole measure, what its credits' raw lines do not explain."""
    if figure.pay.get("each") or figure.pay["how"] not in ("marginal", "whole amount"):
        return ZERO
    total = walked_total(figure) if at_original_rates(figure) else figure.plain()
    return total - sum((line.amount for line in raw_lines(figure)), ZERO)


def things_total(figure: Figure, upto: date) -> Fraction:
    """What all things have earned to date, over the life of the version."""
    return sum((value for value, _, _ in things(figure, upto).values()), ZERO)


def things(figure: Figure, upto: date) -> dict[str, tuple[Fraction, Fraction, list[Credit]]]:
    """Of each thing what it has earned to date, the same before steps, and its credits."""
    field = thing_field(figure) or ""
    life = _life(figure.at, upto)
    if life is None:
        return {}
    steps = [step for step in figure.steps if step.get("each") not in (None, "credit")]
    found: dict[str, tuple[Fraction, Fraction, list[Credit]]] = {}
    worth = _worth(figure, upto)
    for key, credits in _grouped(life, field).items():
        alone = Figure(life.alone(tuple(credits)), figure.notes)
        try:
            if figure.pay.get("each") == field:
                raw = alone.plain()
            else:
                raw = sum((worth.get(credit, ZERO) for credit in credits), ZERO)
            value = raw
            for step in steps:
                value = apply(alone, step, value, credits[-1])
        except NoEarning as nothing:
            figure.note(nothing, credits[-1])
            raw = value = ZERO
        found[key] = (written(value), raw, credits)
    return found


def thing_lines(figure: Figure, upto: date, credits: list[Credit]) -> list[Raw]:
    """The raw lines of one thing's credits, to date, by the table that each thing has for itself."""
    life = _life(figure.at, upto)
    return raw_lines(Figure(life.alone(tuple(credits)), figure.notes)) if life else []


def _life(at: At, upto: date) -> At | None:
    first = at.version.days.first
    if upto < first:
        return None
    return replace(at, window=Window(Span(first, upto), "life", False), upto=upto, own_until=None)


def _grouped(life: At, field: str) -> dict[str, list[Credit]]:
    groups: dict[str, list[Credit]] = {}
    table, _, name = field.rpartition(".")
    for credit in life.credits():
        value = credit_scope(life, credit).name(table, name)
        key = f"transaction {credit.transaction}" if value is None else f"value {value}"
        groups.setdefault(key, []).append(credit)
    return groups


def _worth(figure: Figure, upto: date) -> dict[Credit, Fraction]:
    """Each credit's raw result in the window that it belongs to, with the steps for each credit."""
    if figure.pay.get("each") not in (None, "credit"):
        return {}
    return {credit: value for window in _windows(figure.at, upto) for credit, value in credit_values(window)}


def _windows(at: At, upto: date) -> Iterator[Figure]:
    """The figures of all windows of the version up to a day."""
    days = Span(at.version.days.first, upto)
    for window in windows_in(at.book, at.version, at.component, at.block, at.holding, days):
        yield Figure(replace(at, window=window, upto=min(upto, window.days.last), own_until=None))
