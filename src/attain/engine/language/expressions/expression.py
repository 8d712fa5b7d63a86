"""An expression of a document: its text, its place, its syntax tree, and the names in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from attain.engine.language.expressions.allowed import refuse_nodes
from attain.engine.language.expressions.tokens import OF_A_TITLE, tokens
from attain.engine.language.fault import Fault
from attain.engine.language.models.forms import Figure
from attain.engine.language.source import Text
from attain.engine.values.problems import Place


@dataclass(frozen=True)
class Expression:
    """One scalar SQL expression.

    `tree` holds percents as decimal literals, names as columns (`booking.date` with its table) and titles as
    text literals of the anonymous functions attainment, measure and earning. `names` are the fields, measures
    and values read, `titles` the pairs (function, title), `figure` the number where it is one number.
    """

    text: str
    place: Place = field(compare=False)
    tree: exp.Expr = field(compare=False, repr=False)
    names: frozenset[str]
    titles: frozenset[tuple[str, str]]
    figure: Figure | None
    origin: Text = field(compare=False, repr=False)
    offsets: Mapping[str, int] = field(compare=False, repr=False)

    def place_of(self, name: str) -> Place:
        """Where a name, a title or a function first stands; the expression's own place otherwise."""
        return self.origin.place_at(self.offsets[name]) if name in self.offsets else self.place


def scalar(text: Text, aggregates: bool = False) -> Expression:
    """Parse one scalar expression; aggregates only where a measure is defined.

    Raises Fault with the place of what is not allowed.
    """
    kept = tokens(text)
    try:
        tree = Parser().parse_into(exp.Condition, kept, str(text))[0]
    except ParseError as error:
        raise _unreadable(text, kept, error) from error
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise Fault("P110", "this is no expression that can be read.", "", text.place) from error
    if tree is None:
        raise Fault("P110", "this is no expression that can be read.", "", text.place)
    offsets = _offsets(kept)
    refuse_nodes(tree, aggregates, text, offsets)
    return Expression(
        text=str(text),
        place=text.place,
        tree=tree,
        names=frozenset(column_name(column) for column in tree.find_all(exp.Column)),
        titles=frozenset(_titles(tree)),
        figure=_figure(kept, str(text)),
        origin=text,
        offsets=offsets,
    )


def column_name(column: exp.Column) -> str:
    """`amount`, or `booking.date`."""
    return f"{column.table}.{column.name}" if column.table else str(column.name)


def _titles(tree: exp.Expr) -> list[tuple[str, str]]:
    calls = tree.find_all(exp.Anonymous)
    return [(call.name, call.expressions[0].name) for call in calls if call.name in OF_A_TITLE]


def _figure(kept: list[Token], text: str) -> Figure | None:
    sign = -1 if kept[0].token_type == TokenType.DASH else 1
    rest = kept[1:] if sign < 0 else kept
    if len(rest) != 1 or rest[0].token_type != TokenType.NUMBER:
        return None
    return Figure(sign * Decimal(rest[0].text), text[rest[0].end] == "%")


def _offsets(kept: list[Token]) -> dict[str, int]:
    offsets: dict[str, int] = {}
    for index, token in enumerate(kept):
        name = token.text
        if index > 1 and kept[index - 1].token_type == TokenType.DOT:
            name = f"{kept[index - 2].text}.{name}"
            offsets.setdefault(name, kept[index - 2].start)
        elif token.token_type in (TokenType.VAR, TokenType.STRING):
            offsets.setdefault(name, token.start)
    return offsets


def _unreadable(text: Text, kept: list[Token], error: ParseError) -> Fault:
    first = error.errors[0] if error.errors else {}
    highlight = first.get("highlight") or ""
    column = first.get("col")
    at = next((token for token in kept if token.col == column and token.line == first.get("line")), None)
    place = text.place_at(at.start) if at else text.place
    what = f'"{highlight}" does not belong here' if highlight else "something is missing here"
    return Fault(
        "P110",
        f"this is no expression that can be read: {what}.",
        "An expression is one value: fields, numbers, + - * /, comparisons, and, or, not, case … end.",
        place,
    )
