"""The pages of the reference as Markdown, by file name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from attain.engine.language.documents import load_text, plans
from attain.engine.language.not_calculated import not_calculated
from attain.engine.language.reference.keys import rows
from attain.engine.language.reference.sections import PAGES, Page, Section
from attain.engine.language.reference.texts import FORMS, FUNCTIONS, OPENING, OPERATORS, OWN_WORDS, SEES

EXAMPLES = Path(__file__).parent / "examples"
MADE = (
    "<!-- Made by `python -m attain.engine.language.reference docs/language`; edit the models instead. -->\n"
)


def pages() -> dict[str, str]:
    """File name to text, of all pages."""
    made = {"README.md": _index(), "expressions.md": _expressions()}
    return {**made, **{page.file: _page(page) for page in PAGES}}


def example(name: str) -> str:
    """The text of an example by the name of its file."""
    return (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


def _page(page: Page) -> str:
    parts = [f"{MADE}\n# {page.title}\n\n{page.opening}\n"]
    parts += [_section(section, page.file) for section in page.sections]
    return "\n".join(parts)


def _section(section: Section, file: str) -> str:
    table = _table(("key", "type", "default", "meaning"), rows(section.model, file))
    about = (section.model.__doc__ or "").strip()
    shown = "\n".join(_shown(name) for name in section.examples)
    return f"## {section.title}\n\n{about}\n\n{table}{shown and chr(10)}{shown}"


def _shown(name: str) -> str:
    text = example(name)
    documents = load_text(text, f"{name}.yaml")
    waiting = [problem for plan in plans(documents) for problem in not_calculated(plan)]
    note = "This example is checked, and not calculated yet.\n\n" if waiting else ""
    return f"{note}```yaml\n{text}```\n"


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    def cells(line: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n"

    return cells(head) + "|" + "---|" * len(head) + "\n" + "".join(cells(line) for line in lines)


def _index() -> str:
    listed = [*((page.file, page.title) for page in PAGES), ("expressions.md", "Expressions")]
    links = "".join(f"- [{title}]({file})\n" for file, title in listed)
    forms = _table(("form", "exactly", "example"), FORMS)
    return f"{MADE}\n# The plan language\n\n{OPENING}\n{links}\n## Forms of values\n\n{forms}"


def _expressions() -> str:
    return "\n".join(_expression_parts())


def _expression_parts() -> Iterator[str]:
    yield f"{MADE}\n# Expressions\n"
    yield (
        "One scalar SQL expression over named fields. There are no subqueries, windows, casts, comments or "
        "other functions than these; an expression has at most 4000 characters. One that holds a comma "
        "stands on a line of its own, not within { }.\n"
    )
    yield "## Operators\n\n" + _table(("write", "meaning"), OPERATORS)
    functions = ((f"`{name}`", meaning) for name, meaning in FUNCTIONS.items())
    yield "## Functions\n\n" + _table(("function", "meaning"), functions)
    words = ((f"`{name}`", meaning) for name, meaning in OWN_WORDS.items())
    yield "## Own words\n\n" + _table(("word", "meaning"), words)
    yield "## What an expression sees\n\n" + _table(("where it stands", "what it sees"), SEES)
    yield "## Example\n\n" + _shown("expressions")
