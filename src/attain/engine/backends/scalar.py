"""Scalar SQL that a document may hold, by allow-list: one expression over named columns, nothing else.

What is not listed is refused: subqueries, aggregates, windows, comments, further statements, functions
that read files or settings, division (it is not exact) and types other than text, DECIMAL and DATE.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Tokenizer

LONGEST = 4_000
DEEPEST = 40
WIDEST = 100
WITHOUT_DIGITS = re.compile(r"\b(decimal|numeric)\b(?!\s*\()", re.IGNORECASE)

OPERATORS: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Not, exp.And,
    exp.Or, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Add, exp.Sub, exp.Mul, exp.DPipe, exp.Case,
    exp.If, exp.In, exp.Between, exp.Is, exp.Like, exp.Escape, exp.Tuple,
)  # fmt: skip
FUNCTIONS: Mapping[str, type[exp.Expr]] = {
    "least": exp.Least,
    "greatest": exp.Greatest,
    "abs": exp.Abs,
    "round": exp.Round,
    "coalesce": exp.Coalesce,
    "nullif": exp.Nullif,
    "trim": exp.Trim,
    "upper": exp.Upper,
    "lower": exp.Lower,
    "concat": exp.Concat,
    "length": exp.Length,
    "left": exp.Left,
    "right": exp.Right,
    "lpad": exp.Pad,
    "substring": exp.Substring,
    "replace": exp.Replace,
    "split_part": exp.SplitPart,
    "regexp_replace": exp.RegexpReplace,
    "regexp_extract": exp.RegexpExtract,
    "year": exp.Year,
    "quarter": exp.Quarter,
    "month": exp.Month,
    "day": exp.Day,
    "last_day": exp.LastDay,
    "cast": exp.Cast,
    "try_cast": exp.TryCast,
}
TYPES = (
    exp.DataType.Type.VARCHAR,
    exp.DataType.Type.TEXT,
    exp.DataType.Type.DECIMAL,
    exp.DataType.Type.DATE,
    exp.DataType.Type.INT,
    exp.DataType.Type.BIGINT,
)


class NotScalar(Exception):
    """What stands in the expression that must not, and what to write instead."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message, self.cure = message, cure


@dataclass(frozen=True)
class Scalar:
    """A checked expression: its tree and the columns it names, in the order of their first use."""

    tree: exp.Expr
    columns: tuple[str, ...]

    def sql(self, columns: Mapping[str, str]) -> str:
        """DuckDB's SQL of the expression, with each column replaced by the SQL given for it.

        A cast that fails gives null: `failing` tells where.
        """
        return _printed(self.tree, columns)

    def failing(self, columns: Mapping[str, str]) -> str:
        """SQL that is true where a cast of the expression cannot take what stands there."""
        casts = [
            f"(({_printed(cast.this, columns)}) IS NOT NULL AND ({_printed(cast, columns)}) IS NULL)"
            for cast in self.tree.find_all(exp.Cast)
            if not isinstance(cast, exp.TryCast)
        ]
        return " OR ".join(casts) or "false"


def parse_scalar(text: str, known: Iterable[str]) -> Scalar:
    """Parse and check one expression over the columns `known`; names with spaces stand in double quotes.

    A name matches a column as written or, where only one fits, whatever its capitals. Raises NotScalar.
    """
    tree = _parsed(text)
    names = tuple(known)
    for node, depth in _walk(tree):
        if depth > DEEPEST:
            raise NotScalar(f"nested more than {DEEPEST} deep.", "Write it more simply.")
        _check(node)
    columns = []
    for column in tree.find_all(exp.Column):
        found = _column(column, names)
        column.set("this", exp.to_identifier(found, quoted=True))
        columns.append(found)
    return Scalar(tree, tuple(dict.fromkeys(columns)))


def _printed(tree: exp.Expr, columns: Mapping[str, str]) -> str:
    root = exp.Paren(this=tree.copy())
    for column in list(root.find_all(exp.Column)):
        column.replace(sqlglot.parse_one(columns[column.name], dialect="duckdb"))
    for cast in reversed(list(root.find_all(exp.Cast, bfs=True))):
        if not isinstance(cast, exp.TryCast):
            cast.replace(exp.TryCast(this=cast.this, to=cast.args["to"]))
    return str(root.this.sql(dialect="duckdb"))


def _parsed(text: str) -> exp.Expr:
    if len(text) > LONGEST:
        raise NotScalar(f"longer than {LONGEST} characters.", "Write it more simply.")
    try:
        tokens = Tokenizer(dialect="duckdb").tokenize(text)
        if any(token.comments for token in tokens) or "--" in text or "/*" in text:
            raise NotScalar("a comment stands in it.", "Write comments with # beside the expression.")
        if ";" in text and any(token.text == ";" for token in tokens):
            raise NotScalar("more than one statement.", "Write one expression, without a semicolon.")
        if WITHOUT_DIGITS.search(text):
            raise NotScalar("decimal without its digits.", "Write decimal(18, 6): digits in all, decimals.")
        trees = sqlglot.parse(text, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise NotScalar("not an expression that can be read.", _first_line(error)) from None
    if len(trees) != 1 or trees[0] is None:
        raise NotScalar("not one expression.", "Write one expression such as trim(agent).")
    return trees[0]


def _walk(tree: exp.Expr) -> Iterable[tuple[exp.Expr, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.iter_expressions()]


def _check(node: exp.Expr) -> None:
    if isinstance(node, exp.Column) and (node.table or isinstance(node.this, exp.Star)):
        raise NotScalar(f"{node.sql()} is no column of the file.", "Name a column, in double quotes.")
    if isinstance(node, exp.DataType):
        if node.this not in TYPES:
            raise NotScalar(
                f"{node.sql()} is no type here.", "The types are VARCHAR, DECIMAL(digits, decimals), DATE."
            )
        return
    if isinstance(node, (exp.DataTypeParam, exp.Var)):
        return
    if isinstance(node, exp.Pad) and not _narrow(node.expression):
        raise NotScalar("lpad takes a width written as a number.", f"Write a number up to {WIDEST}.")
    if isinstance(node, exp.Div):
        raise NotScalar("a division is not exact.", "Multiply, or load both numbers and divide in the plan.")
    if not isinstance(node, (*OPERATORS, *FUNCTIONS.values())):
        name = node.sql_name() if isinstance(node, exp.Func) else node.key
        name = str(node.name if isinstance(node, exp.Anonymous) else name).lower()
        raise NotScalar(f"{name} is not allowed here.", f"The functions are {', '.join(sorted(FUNCTIONS))}.")


def _column(column: exp.Column, known: tuple[str, ...]) -> str:
    name = str(column.name)
    if name in known:
        return name
    similar = [other for other in known if other.lower() == name.lower()]
    if len(similar) == 1:
        return similar[0]
    raise NotScalar(f'no column "{name}".', f"The columns are {', '.join(known)}.")


def _narrow(width: exp.Expr) -> bool:
    return isinstance(width, exp.Literal) and width.this.isdigit() and int(width.this) <= WIDEST


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else ""
