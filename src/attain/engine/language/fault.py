"""What a value's form gets wrong, before its place is known to be part of a document's list of problems."""

from collections.abc import Iterable
from difflib import get_close_matches

from attain.engine.values.problems import Place


class Fault(ValueError):
    """Raised by the parser of one value; the reader of the document adds component and place."""

    def __init__(self, code: str, message: str, cure: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.cure = cure
        self.place = place


class Faults(ValueError):
    """Raised where one value has several faults, as the rows of a table do."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


def listed(words: Iterable[str], last: str = "or") -> str:
    """`"a", "b" or "c"`, for a message."""
    quoted = [f'"{word}"' for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`Did you mean "x"?` where a known word is near, else the other text."""
    close = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else otherwise
