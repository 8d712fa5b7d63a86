"""Named numbers that differ by a field or a period: what a family of plans has in place of inheritance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from attain.engine.language.fault import Fault, Faults, listed
from attain.engine.language.models.forms import SNAKE, FieldName, Figure, currency_of, figure_of, text_of
from attain.engine.language.models.part import Part
from attain.engine.language.source import Items, Map, Node, Text
from attain.engine.values.problems import Place


@dataclass(frozen=True)
class ValueRow:
    """The values that hold where the field is `at`."""

    at: str
    values: Mapping[str, Figure]
    currency: str | None
    place: Place = field(compare=False)


def _rows_of(value: Any, info: ValidationInfo) -> tuple[ValueRow, ...]:
    by = info.data.get("by", "")
    if not isinstance(value, Items) or not value:
        raise Fault("P106", "rows are a list of maps.", "Write {country: DE, base_rate: 4 %}.")
    faults: list[Fault] = []
    rows = [row for node in value if (row := _row(node, by, faults))]
    names = {name for row in rows for name in row.values}
    for row in rows:
        lacking = sorted(names - row.values.keys())
        if lacking or (row.currency is None) != (rows[0].currency is None):
            what = listed(lacking or ["currency"], "and")
            faults.append(
                Fault("P104", f'the row "{row.at}" lacks {what}.', "Each row gives every value.", row.place)
            )
    seen: set[str] = set()
    for row in rows:
        if row.at in seen:
            faults.append(Fault("P412", f'"{row.at}" stands twice.', "Keep one row for it.", row.place))
        seen.add(row.at)
    if faults:
        raise Faults(faults)
    return tuple(rows)


def _row(node: Node, by: str, faults: list[Fault]) -> ValueRow | None:
    if not isinstance(node, Map) or by not in node:
        place = node.place if isinstance(node, Text) else None
        faults.append(
            Fault("P104", f'a row is a map with "{by}".', "Write {country: DE, base_rate: 4 %}.", place)
        )
        return None
    place = next(iter(node)).place
    values: dict[str, Figure] = {}
    currency = at = None
    for name, cell in node.items():
        try:
            if name == by:
                at = str(text_of(cell, "a value"))
            elif name == "currency":
                currency = currency_of(cell)
            elif not SNAKE.fullmatch(name):
                raise Fault("P107", f'"{name}" is no name.', "Small letters, digits and _.")
            else:
                values[str(name)] = figure_of(cell)
        except Fault as fault:
            faults.append(Fault(fault.code, fault.message, fault.cure, fault.place or name.place))
    return ValueRow(at, values, currency, place) if at else None


class ValueTable(Part):
    """Named numbers, a row for each value of a field or period."""

    by: FieldName = Field(description="A field of the participant or the position, or `period`.")
    rows: Annotated[
        tuple[ValueRow, ...],
        PlainValidator(_rows_of),
        WithJsonSchema({"type": "array", "items": {"type": "object"}, "minItems": 1}),
    ] = Field(
        description="For each value of the field a row: the field, names and numbers, maybe `currency`."
    )

    @property
    def names(self) -> frozenset[str]:
        """The names that it gives numbers to."""
        return frozenset(name for row in self.rows for name in row.values)
