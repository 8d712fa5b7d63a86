"""The words of each fault: why a cell or row was refused, and what to do about it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from attain.engine.facts.checking.cells import LONGEST_TEXT, limits
from attain.engine.facts.mapping.forms import Form

SHOWN = 60
FIRST_SERIAL = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Cell:
    """A faulty cell: its column, what stands in it, how its column is written, and what else is known of it
    (`at`: its name in a sheet, `detail`: what the reader or the check adds)."""

    column: str
    value: str | None
    form: Form = field(default_factory=Form)
    at: str = ""
    detail: str = ""

    @property
    def shown(self) -> str:
        """The value as a message shows it: a beginning only, control characters by name."""
        return shown(self.value or "")


def shown(value: str) -> str:
    """A text in quotes, cut where it is long, its control characters written out."""
    text = value if len(value) <= SHOWN else value[:SHOWN] + "…"
    readable = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
    return f'"{readable}"' + (f" ({len(value):,} characters)" if len(value) > SHOWN else "")


NUMBER_CURE = "Write digits with a decimal point, such as -1234.56, or declare the signs in the mapping."

REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("{column} is missing", "Fill in {column}."),
    "not_a_number": ("{shown} is not a number", NUMBER_CURE),
    "separators": (
        "{shown} is not a plain number: its separators have more than one reading",
        'Declare "decimal sign" and "thousands sign" in the mapping, or write a plain number.',
    ),
    "sign_beside_number": (
        "{shown} is not a plain number: a sign or word stands beside the digits",
        "Put the currency into a column of its own and keep the digits.",
    ),
    "exponent": (
        "{shown} has an exponent: digits may have been lost in the export",
        "Export the column again as a plain number.",
    ),
    "two_signs": ("{shown} has two signs", "Keep one sign."),
    "parenthesis": ("{shown} has a parenthesis that is not closed", "Close it, or write a minus sign."),
    "too_large": (
        "{shown} has more than {before} digits before the point, which is more than {column} holds",
        "Check the amount.",
    ),
    "too_fine": (
        "{shown} has more than {after} decimals, which is more than {column} holds",
        "Round it where it comes from; nothing is rounded here.",
    ),
    "no_such_day": ("{shown} is no day of the calendar", "Write a day that exists."),
    "date_format": (
        "{shown} is not a day written {date_format}",
        'Write it as {date_format}, or declare the "date format" in the mapping: one format per column.',
    ),
    "spreadsheet_serial": (
        "{shown} looks like a spreadsheet's serial number ({serial}): it is not converted unasked",
        "Format the column as a date in the spreadsheet, or write {date_format}.",
    ),
    "no_zone": (
        "{shown} is a moment, and no time zone says which day it is",
        'Declare the company\'s "time zone" in the mapping, such as Europe/Berlin.',
    ),
    "moment_format": (
        "{shown} is no moment",
        "Write a day, or a moment such as 2025-01-31T17:00:00+01:00.",
    ),
    "nul": ("{shown} holds a NUL character", "Remove it; the export is damaged here."),
    "too_long": (f"{{shown}} is longer than {LONGEST_TEXT:,} characters", "Shorten it."),
    "currency": (
        "{shown} is no currency of ISO 4217 that can be paid",
        "Write a code such as USD or EUR.",
    ),
    "outside_0_to_1": (
        "{shown} is outside 0 to 1 (0 % to 100 %)",
        'Write 5 % as 0.05 or "5 %", or declare "range: any" for {column} in the mapping.',
    ),
    "negative_quota": ("{shown} is negative: a quota is 0 or more", "Write the quota without a sign."),
    "not_positive": ("{shown} is not above 0", "Write a rate above 0."),
    "no_such_period": (
        "{shown} is no period",
        "Write 2025-01, 2025-Q1, 2025-H1, 2025, 2025-W07, or a period of the calendar.",
    ),
    "unknown_word": ("{shown} is none of {detail}", "Write one of them."),
    "last_before_first": ("{shown} lies before the first day", "Swap the two days, or mend one."),
    "unknown_participant": (
        "no participant {value}",
        "Mend the name, or load the participant first and then import this row again.",
    ),
    "expression": (
        "the expression of {column} gives nothing here",
        "Mend the cells that it reads, or use try_cast and say what a blank means.",
    ),
    "conflict": ("{detail}", "Keep the row that is right, and import it again."),
    "merged": (
        "{column} is blank: cell {at} lies inside the merged range {detail}",
        "Unmerge the cells and fill in each row; the value is not spread unasked.",
    ),
    "formula_without_value": (
        "cell {at} is a formula without a stored result",
        "Open and save the workbook in a spreadsheet program, or paste values.",
    ),
    "error_cell": ("cell {at} holds the error {detail}", "Mend the formula, or clear the cell."),
    "no_such_serial": ("cell {at} holds {detail}, which is no day", "Write a day that exists."),
}

ROW_REASONS: Mapping[str, tuple[str, str]] = {
    "row_too_short": (
        "{cells} fields, the header has {width}: a missing field is not a blank",
        "Add the missing separators.",
    ),
    "row_too_wide": (
        "{cells} fields, the header has {width} (an unquoted separator in a value?)",
        "Put quotes around a value that holds the separator.",
    ),
    "after_quote": ("something stands behind a closing quote", "Double the quotes that belong to the text."),
    "space_before_quote": ("a space stands before an opening quote", "Remove the space, or the quotes."),
    "row_too_long": ("the row is longer than a million characters", "Is a quote not closed?"),
}


def reason(code: str, cell: Cell) -> tuple[str, str]:
    """Why a cell was refused, and the cure."""
    before, after = limits(cell.column)
    words = {
        "column": cell.column,
        "value": cell.value or "",
        "shown": cell.shown,
        "at": cell.at,
        "detail": cell.detail,
        "date_format": cell.form.date_format,
        "before": str(before),
        "after": str(after),
        "serial": _day_of_serial(cell.value or "") if code == "spreadsheet_serial" else "",
    }
    why, cure = REASONS[code]
    return why.format_map(words), cure.format_map(words)


def row_reason(code: str, cells: int, width: int) -> tuple[str, str]:
    """Why a row was refused whose cells cannot be told apart, and the cure."""
    why, cure = ROW_REASONS[code]
    return why.format(cells=cells, width=width), cure


def _day_of_serial(value: str) -> str:
    return (FIRST_SERIAL + dt.timedelta(days=int(value.partition(".")[0]))).isoformat()
