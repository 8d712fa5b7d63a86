"""The syntax of expressions, parsed by SQLGlot, and questions to it that need no values."""

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_TEXTS = re.compile(r"('(?:[^']|'')*'|\"[^\"]*\")")


@lru_cache(maxsize=4096)
def parsed(text: str) -> exp.Expr:
    """The tree of an expression; `4 %` is 0.04."""
    pieces = _TEXTS.split(text)
    pieces[::2] = [_PERCENT.sub(_as_number, piece) for piece in pieces[::2]]
    return sqlglot.parse_one("".join(pieces))


def _as_number(found: re.Match[str]) -> str:
    digits = found[1].replace(".", "")
    places = len(found[1].partition(".")[2]) + 2
    padded = digits.rjust(places + 1, "0")
    return f"{padded[:-places]}.{padded[-places:]}"


def names_in(text: str) -> set[str]:
    """The plain names of an expression."""
    return {column.name for column in parsed(text).find_all(exp.Column) if not column.table}


def tables_in(text: str) -> set[str]:
    """What stands before the dots of an expression: `recipient` of `recipient.role`."""
    return {column.table for column in parsed(text).find_all(exp.Column) if column.table}


def is_plain(text: str, name: str) -> bool:
    """Whether the expression is that one name."""
    tree = parsed(text)
    return isinstance(tree, exp.Column) and not tree.table and tree.name == name


def has_factor(text: str, *names: str) -> bool:
    """Whether the expression is a product with one of these names among its factors."""
    waiting = [parsed(text)]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, exp.Paren):
            waiting.append(tree.this)
        elif isinstance(tree, exp.Mul):
            waiting += [tree.this, tree.expression]
        elif isinstance(tree, exp.Column) and not tree.table and tree.name in names:
            return True
    return False


def has_division(text: str) -> bool:
    """Whether it divides, or is an average."""
    return parsed(text).find(exp.Div, exp.Avg) is not None
