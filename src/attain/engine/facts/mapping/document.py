"""The YAML of a mapping: texts, lists and maps with their places; what YAML adds beyond that is refused."""

from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, NodeEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from attain.engine.values.problems import Place, Problem, Refused, refuse

LONGEST = 200_000
MOST_EVENTS = 20_000

Tree = str | list["Tree"] | dict[str, "Tree"]
Path = tuple[str | int, ...]


@dataclass
class Document:
    """A mapping's content as texts, lists and maps, and the place of each value by its path."""

    file: str
    content: Tree = ""
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of a value, or of the nearest above it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file))


def read_document(file: str, text: str) -> Document:
    """Read one document. Raises Refused with places for what is no plain YAML: aliases, anchors, tags,
    merge keys, keys that stand twice, more than one document, or too much of it.
    """
    if len(text) > LONGEST:
        raise refuse("F301", f"longer than {LONGEST:,} characters.", "A mapping is short.", Place(file))
    text = text.removeprefix("\ufeff")
    try:
        _refuse_extras(file, text)
        nodes = list(YAML(typ="safe", pure=True).compose_all(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise refuse("F300", f"not readable as YAML: {error.problem}.", "", place) from None
    except (YAMLError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise refuse("F300", f"not readable as YAML: {error}.", "", Place(file)) from None
    if len(nodes) != 1 or not isinstance(nodes[0], MappingNode):
        cure = 'Write one document of lines such as "table: transactions".'
        raise refuse("F300", "not one document of keys and values.", cure, Place(file))
    document = Document(file)
    problems: list[Problem] = []
    document.content = _tree(nodes[0], (), document, problems)
    if problems:
        raise Refused(problems)
    return document


def _refuse_extras(file: str, text: str) -> None:
    problems = []
    for number, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        if number > MOST_EVENTS:
            raise refuse("F301", "too much for a mapping.", "A mapping is short.", Place(file))
        if not isinstance(event, NodeEvent):
            continue
        what = "an alias (*)" if isinstance(event, AliasEvent) else ""
        what = what or ("an anchor (&)" if event.anchor else "")
        what = what or ("a tag (!)" if getattr(event, "tag", None) is not None else "")
        if not what and isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
            what = "a merge key (<<)"
        if what:
            place = Place(file, event.start_mark.line + 1, event.start_mark.column + 1)
            problems.append(Problem("F302", f"{what} stands here.", "Write the value out.", place))
    if problems:
        raise Refused(problems)


def _tree(node: Node, path: Path, document: Document, problems: list[Problem]) -> Tree:
    document.places[path] = Place(document.file, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, SequenceNode):
        return [_tree(item, (*path, at), document, problems) for at, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        found: dict[str, Tree] = {}
        for key, value in node.value:
            place = Place(document.file, key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, ScalarNode):
                problems.append(Problem("F302", "a key is no text.", "Write a text as the key.", place))
            elif key.value in found:
                problems.append(Problem("F302", f'the key "{key.value}" stands twice.', "Keep one.", place))
            else:
                found[key.value] = _tree(value, (*path, key.value), document, problems)
        return found
    return str(node.value)
