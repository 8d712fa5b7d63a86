"""The page of all problems by their codes."""

from itertools import groupby

from attain.engine.language.reference.problem_codes import UNKNOWN, Said, said

COMMAND = "python -m attain.engine.language.reference docs/language docs/errors"
HEAD = f"""<!-- Made by `{COMMAND}`; edit the texts in the program instead. -->
# Problems by their codes

What stops a command is printed as `place code what is wrong`, and in the next line what to do. All problems
that were found are printed, not the first only. Nothing was done: a file that is refused leaves the store as
it was, a plan that is refused pays nothing. A warning is printed in the same form and stops nothing.

`…` stands for what only the case knows. A row that is set aside is no problem of a command: its reason and
cure stand in the [quarantine](../operating/importing.md). What could not be decided for one person is a row
of the table `exceptions` of a run.
"""
# where the text is made far from the code
MEANT = {
    "F130": Said("F130", "hidden rows were read, or stored results of formulas.", ""),
    "F401": Said("F401", "a position is held twice on a day.", "End the one before the other begins."),
    "F402": Said("F402", "a position has two managers on a day.", "End the one before the other begins."),
    "F403": Said(
        "F403",
        "positions report to each other in a circle.",
        "End one of the lines, or name another manager.",
    ),
    "F404": Said("F404", "tiers leave a gap or overlap.", "Let each tier begin where the one before ends."),
    "P320": Said("P320", "a part of an expression has not the kind that its place takes.", UNKNOWN),
    "P342": Said("P342", "the plan is for a role, position or participant that no row names.", UNKNOWN),
    "V100": Said("V100", "the folder or its documents cannot be read.", "Name a folder that a run wrote."),
}
HEADINGS = {
    "F1": "F1: a file, and how it is laid out",
    "F2": "F2: cells of a file that is read without a store",
    "F3": "F3: a mapping",
    "F4": "F4: what the rows of a table say together",
    "F5": "F5: a store",
    "F9": "F9: writing into a store",
    "P1": "P1: how a document is written",
    "P2": "P2: what a plan must say",
    "P3": "P3: names, kinds and periods",
    "P4": "P4: tables, days and what is never reached",
    "P9": "P9: what is not calculated, and tests of a plan",
    "R1": "R1: a run",
    "V1": "V1: a verification",
}


def page() -> str:
    """The page as text. Raises KeyError for a code whose first two signs have no heading."""
    parts = [HEAD]
    listed = dict.fromkeys(MEANT.get(each.code, each) for each in said())
    for group, found in groupby(listed, key=lambda each: each.code[:2]):
        rows = "".join(map(_row, found))
        parts.append(f"## {HEADINGS[group]}\n\n| code | what is said | what to do |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def _row(each: Said) -> str:
    return f"| {each.code} | {_cell(each.message)} | {_cell(each.cure)} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
