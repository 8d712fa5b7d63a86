"""One cell as SQL: its value where it has one reading, the code of its fault where it has none.

A text `x` is an SQL name whose blank is null. `plain_number` and `day` are null where the cell is none.
"""

import re

from attain.engine.facts.mapping.forms import (
    INSTANT,
    ISO,
    LOCAL_TIME,
    SPREADSHEET_SERIAL,
    Form,
)
from attain.engine.facts.spelling import literal

DIGITS = 18
LONGEST_TEXT = 10_000
LIMITS = {"rate": (6, 12), "share": (6, 12)}
OTHER_LIMITS = (12, 6)


def limits(name: str) -> tuple[int, int]:
    """The digits that a column of numbers holds before and after the point."""
    return LIMITS.get(name, OTHER_LIMITS)


def full_match(x: str, pattern: str) -> str:
    """SQL that is true where the whole text matches."""
    return f"regexp_full_match({x}, {literal(pattern)})"


def plainly_written(x: str, name: str, form: Form) -> str:
    """SQL that is true for a number as nearly all are written: within the column's digits, two decimals at
    most, nothing around it. Such a cell needs no further look."""
    if form.percent:
        return "false"
    before, _ = limits(name)
    return full_match(x, f"-?[0-9]{{1,{before}}}(?:{re.escape(form.decimal_sign)}[0-9]{{1,2}})?")


def plain_number(x: str, plainly: str, form: Form) -> str:
    """The number as text with sign, digits and a point, a percentage as its hundredth; else null."""
    cell, point = f"trim({x})", literal(form.decimal_sign)
    as_is = x if form.decimal_sign == "." else f"replace({x}, {point}, '.')"
    sign = f"CASE WHEN contains({cell}, '-') OR starts_with({cell}, '(') THEN '-' ELSE '' END"
    kept = literal(f"[^0-9{_in_class(form.decimal_sign)}]")
    digits = f"replace(regexp_replace({cell}, {kept}, '', 'g'), {point}, '.')"
    written = f"{sign} || {digits}"
    fits = f"length(split_part({digits}, '.', 1)) <= 16 AND length(split_part({digits}, '.', 2)) <= 12"
    product = f"TRY_CAST({written} AS DECIMAL(28,12)) * CAST(0.01 AS DECIMAL(3,2))"
    hundredth = f"CASE WHEN {fits} THEN rtrim(rtrim(CAST({product} AS VARCHAR), '0'), '.') END"
    percent = "true" if form.percent else f"contains({cell}, '%')"
    return (
        f"CASE WHEN {plainly} THEN {as_is} WHEN NOT {full_match(cell, form.number_pattern)} THEN NULL "
        f"WHEN {percent} THEN {hundredth} ELSE {written} END"
    )


def decimals(plain: str) -> str:
    """How many digits after the point a plain number needs."""
    return f"length(rtrim(split_part({plain}, '.', 2), '0'))"


def whole_digits(plain: str) -> str:
    """How many digits before the point a plain number needs."""
    return f"length(ltrim(split_part({plain}, '.', 1), '-0'))"


def number_fault(x: str, plainly: str, plain: str, name: str, form: Form) -> str:
    """The code of what is wrong with a number; null where it is one that the column holds."""
    before, after = limits(name)
    x = f"trim({x})"
    other = "'" if form.decimal_sign != "'" else ","
    separators = f"[0-9]+([.,{other} \u00a0\u202f][0-9]+)+"
    return (
        f"CASE WHEN {plainly} THEN NULL WHEN {plain} IS NULL THEN CASE "
        f"WHEN {full_match(x, '[+-]?[0-9.,]+[eE][+-]?[0-9]+')} THEN 'exponent' "
        f"WHEN {full_match(x, '.*[0-9].*')} AND ({full_match(x, '[(+-].*[)-]|[(+-]{2}.*')}) THEN 'two_signs' "
        f"WHEN {full_match(x, '[(][^)]*[0-9][^)]*|[^(]*[0-9][^(]*[)]')} THEN 'parenthesis' "
        f"WHEN {full_match(x, f'[(+-]?{separators}[)-]?')} THEN 'separators' "
        f"WHEN {full_match(x, '[+-]?[^0-9+(.%-]{1,3} ?[0-9.,]+|[0-9.,]+ ?[^0-9%).,+-]{1,3}')} "
        "THEN 'sign_beside_number' "
        "ELSE 'not_a_number' END "
        f"WHEN {whole_digits(plain)} > {before} THEN 'too_large' "
        f"WHEN {decimals(plain)} > {after} THEN 'too_fine' END"
    )


def number(plain: str, scale: int) -> str:
    """The value of a plain number."""
    return f"CAST({plain} AS DECIMAL({DIGITS},{scale}))"


def day(x: str, form: Form) -> str:
    """The day as DATE, by the column's format, or of a moment in the company's zone; else null."""
    cell, branches = f"trim({x})", []
    if form.date_format == ISO:
        branches.append(f"WHEN CAST(TRY_CAST({x} AS DATE) AS VARCHAR) = {x} THEN TRY_CAST({x} AS DATE)")
    if form.date_format == ISO or form.local_times:
        day_alone = f"TRY_CAST({cell} AS DATE)"
        branches.append(f"WHEN CAST({day_alone} AS VARCHAR) = {cell} THEN {day_alone}")
    if form.date_format != ISO and (not form.has_clock or form.zone or form.local_times):
        parsed = f"CAST(TRY_STRPTIME({cell}, {literal(form.date_directives)}) AS DATE)"
        branches.append(f"WHEN {full_match(cell, form.date_pattern)} THEN {parsed}")
    if form.zone:
        here = f"CAST((TRY_CAST({cell} AS TIMESTAMPTZ) AT TIME ZONE {literal(form.zone)}) AS DATE)"
        branches.append(f"WHEN {full_match(cell, INSTANT)} THEN {here}")
    if form.zone or form.local_times:
        local = f"CAST(TRY_CAST({cell} AS TIMESTAMP) AS DATE)"
        branches.append(f"WHEN {full_match(cell, LOCAL_TIME)} THEN {local}")
    return f"CASE {' '.join(branches)} END" if branches else "CAST(NULL AS DATE)"


def day_fault(x: str, found: str, form: Form) -> str:
    """The code of what is wrong with a day; null where there is such a day."""
    clock = f"{LOCAL_TIME}|{INSTANT}"
    shapes = f"{form.date_pattern}|{clock}" if form.zone else form.date_pattern
    branches = [f"WHEN {found} IS NOT NULL THEN NULL"]
    x = f"trim({x})"
    if not form.zone:
        shape = f"{clock}|{form.date_pattern}" if form.has_clock else clock
        branches.append(f"WHEN {full_match(x, shape)} THEN 'no_zone'")
    branches.append(f"WHEN {full_match(x, shapes)} THEN 'no_such_day'")
    branches.append(f"WHEN {full_match(x, SPREADSHEET_SERIAL)} THEN 'spreadsheet_serial'")
    return f"CASE {' '.join(branches)} ELSE 'date_format' END"


def moment(x: str, form: Form, last_of_day: bool) -> str:
    """The moment as TIMESTAMP in UTC; a bare day means its first instant, or its last where that is asked."""
    x, zone = f"trim({x})", literal(form.zone or "UTC")
    whole_day = f"CAST(TRY_CAST({x} AS DATE) AS TIMESTAMP)"
    if last_of_day:
        whole_day = f"{whole_day} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND"
    return (
        f"CASE WHEN CAST(TRY_CAST({x} AS DATE) AS VARCHAR) = {x} THEN {whole_day} "
        f"WHEN {full_match(x, INSTANT)} THEN TRY_CAST({x} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' "
        f"WHEN {full_match(x, LOCAL_TIME)} "
        f"THEN (TRY_CAST({x} AS TIMESTAMP) AT TIME ZONE {zone}) AT TIME ZONE 'UTC' END"
    )


def text_faults(x: str, may_hold_nul: bool) -> list[str]:
    """The codes of what may be wrong with a text; null where nothing is."""
    nul = [f"CASE WHEN contains({x}, chr(0)) THEN 'nul' END"] if may_hold_nul else []
    too_long = f"strlen({x}) > {LONGEST_TEXT} AND length({x}) > {LONGEST_TEXT}"
    return [*nul, f"CASE WHEN {too_long} THEN 'too_long' END"]


def _in_class(sign: str) -> str:
    return "\\" + sign if sign in "\\]^-[" else sign
