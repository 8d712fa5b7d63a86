"""The tokens of an expression: few kinds; words that are not of the grammar are names; `4 %` is a number."""

import re
from itertools import pairwise

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from attain.engine.language.fault import Fault
from attain.engine.language.source import Text
from attain.engine.values.problems import Place

LONGEST = 4000
MOST_TOKENS = 600
DEEPEST = 30
VALUES = (TokenType.VAR, TokenType.NUMBER, TokenType.STRING)

GRAMMAR = frozenset({
    "and", "or", "not", "case", "when", "then", "else", "end", "in", "between", "is", "null", "like",
    "distinct",
})  # fmt: skip
OF_A_TITLE = frozenset({"attainment", "measure", "earning"})
SIGNS = frozenset(["(", ")", ",", ".", "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"])
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,10})?")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def tokens(text: Text) -> list[Token]:
    """The allowed tokens of an expression; raises Fault with the place of the first that is not allowed."""
    if not text.strip():
        raise Fault("P110", "an expression is empty.", "Write one, or leave the key out.", text.place)
    if len(text) > LONGEST:
        raise Fault(
            "P112",
            f"an expression has {len(text)} characters; at most {LONGEST} are read.",
            "Split it: name its parts under `fields` or `measures`.",
            text.place,
        )
    try:
        found = Tokenizer().tokenize(str(text))
    except TokenError as error:
        raise Fault("P110", "a quote in this expression is not closed.", "Close it.", text.place) from error
    _refuse_gaps(text, found)
    if len(found) > MOST_TOKENS:
        raise Fault(
            "P112",
            f"an expression has {len(found)} parts; at most {MOST_TOKENS} are read.",
            "Split it: name its parts under `fields` or `measures`.",
            text.place,
        )
    kept = [_allowed(text, found, index) for index in range(len(found))]
    _refuse_depth(text, kept)
    joined = _join_percents(text, kept)
    _refuse_neighbours(text, joined)
    return joined


def _refuse_neighbours(text: Text, kept: list[Token]) -> None:
    """Two values with nothing between them."""
    for before, after in pairwise(kept):
        opens = after.token_type in VALUES or (
            after.token_type == TokenType.L_PAREN and before.token_type != TokenType.VAR
        )
        if before.token_type in (*VALUES, TokenType.R_PAREN, TokenType.END) and opens:
            second = text[after.start : after.end + 1]
            day = after.token_type == TokenType.STRING and before.token_type == TokenType.VAR
            raise Fault(
                "P110",
                f"{second} follows {text[before.start : before.end + 1]} with nothing between them.",
                "Write a day or a text alone: '2026-01-31'." if day else "Join two values by an operator.",
                text.place_at(after.start),
            )


def _refuse_gaps(text: Text, found: list[Token]) -> None:
    """What the tokenizer skips is white space or a comment."""
    end = 0
    for start, stop in [*((token.start, token.end + 1) for token in found), (len(text), len(text))]:
        gap = text[end:start]
        if gap.strip():
            offset = end + len(gap) - len(gap.lstrip())
            raise Fault(
                "P111",
                "a comment stands in an expression.",
                "Leave it out; `# …` at the end of a line of the document is a comment.",
                text.place_at(offset),
            )
        end = stop


def _allowed(text: Text, found: list[Token], index: int) -> Token:
    token = found[index]
    raw = text[token.start : token.end + 1]
    place = text.place_at(token.start)
    if token.token_type == TokenType.IDENTIFIER:
        if raw.startswith('"') and _is_title(found, index):
            return _as(token, TokenType.STRING, token.text)
        raise Fault(
            "P111",
            f"{raw} is a quoted name.",
            'Text stands in single quotes; a name stands without; a title only in attainment("…"), '
            'measure("…") or earning("…").',
            place,
        )
    if token.token_type == TokenType.NUMBER:
        before, after = text[: token.start][-1:], text[token.end + 1 : token.end + 2]
        if not NUMBER.fullmatch(raw) or before == "." or re.match(r"\w", after):
            raise Fault("P110", f"{raw} is no number.", "Write digits, with a point: 1200 or 0.5.", place)
        return token
    if token.token_type == TokenType.STRING and not raw.startswith("'"):
        raise Fault("P111", f"{raw} is no text.", "Text stands in single quotes: 'Software'.", place)
    if token.token_type == TokenType.STRING or raw in SIGNS:
        return token
    if re.fullmatch(r"\w+", raw):
        return _word(token, raw, place)
    cure = {
        "!=": "Write <> for “is not”.",
        "||": "Texts are not joined.",
        ";": "One expression, no end sign.",
    }
    raise Fault("P111", f"{raw} is not part of an expression.", cure.get(raw, ""), place)


def _word(token: Token, raw: str, at: Place) -> Token:
    if raw in GRAMMAR:
        return token
    if raw.lower() in GRAMMAR:
        raise Fault("P110", f'"{raw}" is written in small letters.', f"Write {raw.lower()}.", at)
    if raw in ("true", "false"):
        raise Fault(
            "P111", f'"{raw}" is no value.', "Compare with what stands in the facts, as in = 'yes'.", at
        )
    if not NAME.fullmatch(raw):
        small = raw.lower()
        cure = f"Write {small}." if NAME.fullmatch(small) else "Names are small letters, digits and _."
        raise Fault("P110", f'"{raw}" is no name.', cure, at)
    return _as(token, TokenType.VAR, raw)


def _is_title(found: list[Token], index: int) -> bool:
    before = found[max(0, index - 2) : index]
    return len(before) == 2 and before[0].text in OF_A_TITLE and before[1].token_type == TokenType.L_PAREN


def _refuse_depth(text: Text, kept: list[Token]) -> None:
    depth = 0
    prefixes = 0
    for token in kept:
        if token.token_type in (TokenType.L_PAREN, TokenType.CASE):
            depth += 1
        elif token.token_type in (TokenType.R_PAREN, TokenType.END):
            depth -= 1
        prefixes = prefixes + 1 if token.token_type in (TokenType.NOT, TokenType.DASH, TokenType.PLUS) else 0
        if depth > DEEPEST or prefixes > 2:
            raise Fault(
                "P112",
                "an expression is nested too deeply." if depth > DEEPEST else "signs stand in a row here.",
                f"At most {DEEPEST} parentheses and cases within each other; one sign before a value.",
                text.place_at(token.start),
            )


def _join_percents(text: Text, kept: list[Token]) -> list[Token]:
    joined: list[Token] = []
    for token in kept:
        if token.token_type != TokenType.MOD:
            joined.append(token)
            continue
        number = joined.pop() if joined and joined[-1].token_type == TokenType.NUMBER else None
        if number is None or text[number.end + 1 : token.start] != " " or text[number.end] == "%":
            raise Fault(
                "P110",
                "% stands without a number, or not one space after it.",
                "Write 4 % for four percent; there is no remainder.",
                text.place_at(token.start),
            )
        whole, _, decimals = number.text.partition(".")
        digits = whole.zfill(3)
        hundredth = Token(
            TokenType.NUMBER, f"{digits[:-2]}.{digits[-2:]}{decimals}", number.line, number.col, number.start,
            token.end, [],
        )  # fmt: skip
        joined.append(hundredth)
    return joined


def _as(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, token.line, token.col, token.start, token.end, [])
