"""Writes a plan, as maps, lists and texts, as the YAML that a person would write."""

from typing import Any

MAY_START_NOTHING = tuple("*&!|>%@`\"'{}[],#")


def written(*documents: dict[str, Any]) -> str:
    """The documents as one text; keys whose value is None are left out."""
    return "---\n".join("".join(f"{line}\n" for line in _lines(document)) for document in documents)


def _lines(node: Any, indent: str = "") -> list[str]:
    if isinstance(node, dict):
        return [
            line
            for key, value in node.items()
            if value is not None
            for line in _entry(f"{indent}{key}:", value, indent)
        ]
    lines = []
    for item in node:
        inner = _lines(item, f"{indent}  ") if isinstance(item, dict | list) else [indent + _scalar(item)]
        lines += [f"{indent}- {inner[0].strip()}", *inner[1:]]
    return lines


def _entry(head: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return [f"{head} [{', '.join(map(_scalar, value))}]"]
    if isinstance(value, dict | list):
        return [head, *_lines(value, f"{indent}  ")]
    return [f"{head} {_scalar(value)}"]


def _scalar(value: Any) -> str:
    text = str(value)
    quoted = text.startswith(MAY_START_NOTHING) or ": " in text or " #" in text
    return "'" + text.replace("'", "''") + "'" if quoted else text
