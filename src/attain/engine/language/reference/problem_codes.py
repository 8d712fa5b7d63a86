"""Every problem that the program can name, read from its own source: code, what is said, and the cure.

A problem is a call that gets a constant code, of something whose parameters are named `code`, `message` and
`cure`. Words that are known only when it happens are shown as `…`.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import attain

CODE = re.compile(r"[A-Z]\d{3}")
UNKNOWN = "…"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Said:
    """A code with one of the texts that it comes with; `…` stands for what only the case knows."""

    code: str
    message: str
    cure: str


@dataclass(frozen=True)
class Module:
    """A module's tree, and for each node the function that it stands in."""

    tree: ast.Module
    within: Mapping[ast.AST, Function]


def said() -> list[Said]:
    """All problems, in the order of their codes and texts, each once."""
    top = Path(attain.__path__[0])
    # the second reading has no codes of problems: its own class of that name is another thing
    paths = (path for path in sorted(top.rglob("*.py")) if path.relative_to(top).parts[0] != "verify")
    modules = [_module(path) for path in paths]
    everywhere = {name: definition for module in modules for name, definition in _takers(module).items()}
    found = {each for module in modules for each in _in_module(module, everywhere)}
    whole = {each for each in found if each.message.strip(f"{UNKNOWN} .:\"'()")}
    return sorted(whole | {each for each in found if each.code not in {other.code for other in whole}})


@cache
def _module(path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    within: dict[ast.AST, Function] = {}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            within |= dict.fromkeys(ast.walk(node), node)
    return Module(tree, within)


def _takers(module: Module) -> dict[str, list[str]]:
    """What takes a code, by its name, with its parameters in order; a class with those of `__init__`."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, Function) and "code" in _parameters(node):
            found[node.name] = _parameters(node)
        if isinstance(node, ast.ClassDef):
            fields = [
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            made = [each for each in node.body if isinstance(each, Function) and each.name == "__init__"]
            names = _parameters(made[0]) if made else fields
            if "code" in names:
                found[node.name] = names
    return {name: names for name, names in found.items() if name != "__init__"}


def _parameters(function: Function) -> list[str]:
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] == ["self"] else names


def _in_module(module: Module, everywhere: Mapping[str, list[str]]) -> Iterator[Said]:
    own = _takers(module)
    for call in ast.walk(module.tree):
        if not isinstance(call, ast.Call):
            continue
        name = _called(call)
        names = own.get(name) or everywhere.get(name)
        if names is None:
            continue
        given = dict(zip(names, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg}
        code = given.get("code") or _default(module, name)
        if isinstance(code, ast.Constant) and isinstance(code.value, str) and CODE.fullmatch(code.value):
            yield from _texts(module, code.value, name, given, call)


def _texts(
    module: Module, code: str, name: str, given: Mapping[str, ast.expr], call: ast.Call
) -> Iterator[Said]:
    """What is said with a code: by the call, or, where it gives no message, by what it calls."""
    if "message" in given:
        message, cure = (_words(module, given.get(part), call) for part in ("message", "cure"))
        yield Said(code, message, cure)
        return
    inner = [node for node, function in module.within.items() if function.name == name]
    for node in inner:
        if isinstance(node, ast.Call) and any(_is_name(each, "code") for each in node.args):
            place = next(number for number, each in enumerate(node.args) if _is_name(each, "code"))
            texts = [*node.args[place + 1 : place + 3], None, None]
            fill = {key: value for key, value in given.items() if isinstance(value, ast.Constant)}
            yield Said(code, _words(module, texts[0], node, fill), _words(module, texts[1], node, fill))


def _default(module: Module, name: str) -> ast.expr | None:
    """The code that a function of this module takes where it is given none."""
    for function in ast.walk(module.tree):
        if isinstance(function, Function) and function.name == name:
            names = [each.arg for each in function.args.args][-len(function.args.defaults) :]
            return dict(zip(names, function.args.defaults, strict=False)).get("code")
    return None


def _words(
    module: Module, node: ast.expr | None, at: ast.AST, fill: Mapping[str, ast.expr] | None = None
) -> str:
    """The text that an expression gives, as far as the source tells."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(module, each, at, fill) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        return _words(module, node.value, at, fill) if _is_filled(node.value, fill) else UNKNOWN
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _words(module, node.left, at, fill) + _words(module, node.right, at, fill)
    if isinstance(node, ast.IfExp):
        return _words(module, node.body, at, fill)
    if isinstance(node, ast.Name):
        known = (fill or {}).get(node.id) or _assigned(module, node.id, at)
        return _words(module, known, at, fill) if known is not None else UNKNOWN
    return UNKNOWN


def _assigned(module: Module, name: str, at: ast.AST) -> ast.expr | None:
    """The value that a name was given last before a place, in the function or the module."""
    line = getattr(at, "lineno", 0)
    for scope in (module.within.get(at), module.tree):
        found = [
            node
            for node in (ast.walk(scope) if scope else ())
            if isinstance(node, ast.Assign) and node.lineno < line and _is_name(node.targets[0], name)
        ]
        if found:
            return max(found, key=lambda node: node.lineno).value
    return None


def _is_filled(node: ast.expr, fill: Mapping[str, ast.expr] | None) -> bool:
    return isinstance(node, ast.Name) and node.id in (fill or {})


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
