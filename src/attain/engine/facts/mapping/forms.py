"""How the cells of a column are written, as patterns: numbers by their signs, days by their words."""

import re
from dataclasses import dataclass

WORDS = re.compile(r"YYYY|MMM|MM|M|DD|D|hh|mm|ss|.")
PATTERNS = {
    "YYYY": "[0-9]{4}",
    "MMM": "[A-Za-z]{3}",
    "MM": "[0-9]{2}",
    "M": "[0-9]{1,2}",
    "DD": "[0-9]{2}",
    "D": "[0-9]{1,2}",
    "hh": "[0-9]{2}",
    "mm": "[0-9]{2}",
    "ss": "[0-9]{2}",
}
DIRECTIVES = {
    "YYYY": "%Y",
    "MMM": "%b",
    "MM": "%m",
    "M": "%m",
    "DD": "%d",
    "D": "%d",
    "hh": "%H",
    "mm": "%M",
    "ss": "%S",
}
ISO = "YYYY-MM-DD"
LEADING_ZERO = "-?0[0-9].*"
SPREADSHEET_SERIAL = r"[2-6][0-9]{4}(\.[0-9]+)?"
CLOCK = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
LOCAL_TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}" + CLOCK
INSTANT = LOCAL_TIME + " ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"


@dataclass(frozen=True)
class Form:
    """How a column's cells are written. `zone`: of the company; `local_times`: times in the file carry no
    zone because the program that wrote it has none (a spreadsheet)."""

    decimal_sign: str = "."
    thousands_sign: str = ""
    date_format: str = ISO
    percent: bool = False
    zone: str | None = None
    local_times: bool = False

    @property
    def number_pattern(self) -> str:
        """All ways to write one number: signs before, behind or as parentheses, never two."""
        decimal = re.escape(self.decimal_sign)
        digits = "[0-9]+"
        if self.thousands_sign:
            digits = f"([0-9]{{1,3}}({re.escape(self.thousands_sign)}[0-9]{{3}})+|[0-9]+)"
        body = f"({digits}({decimal}[0-9]+)?|{decimal}[0-9]+)"
        return rf"[+-]?{body}( ?%)?|\({body}\)|{body}-"

    @property
    def date_pattern(self) -> str:
        """What a day looks like, be there such a day or not."""
        return "".join(PATTERNS.get(word) or re.escape(word) for word in WORDS.findall(self.date_format))

    @property
    def date_directives(self) -> str:
        """The format as strptime takes it."""
        return "".join(
            DIRECTIVES.get(word) or word.replace("%", "%%") for word in WORDS.findall(self.date_format)
        )

    @property
    def has_clock(self) -> bool:
        """Whether the format of days includes hours."""
        return "hh" in self.date_format
