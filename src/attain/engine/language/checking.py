"""All checks of documents whose form is right, in the order of their places."""

from collections.abc import Sequence

from attain.engine.language.checks.bands import bad_bands, bad_table
from attain.engine.language.checks.blocks import incomplete_blocks
from attain.engine.language.checks.calendars import bad_periods
from attain.engine.language.checks.changes import unsaid_changes
from attain.engine.language.checks.choices import missing_choices
from attain.engine.language.checks.currencies import mixed_currencies
from attain.engine.language.checks.cycles import cycles
from attain.engine.language.checks.effective import Dated, overlapping_versions
from attain.engine.language.checks.figures import unfitting_figures
from attain.engine.language.checks.found import Check
from attain.engine.language.checks.names import unknown_names
from attain.engine.language.checks.references import unknown_references
from attain.engine.language.checks.shares import shares_that_do_not_add_up
from attain.engine.language.checks.tables import unfit_tables
from attain.engine.language.checks.types import type_errors
from attain.engine.language.checks.unreachable import rows_behind, unreachable
from attain.engine.language.models.other_documents import CalendarDocument, TableDocument
from attain.engine.language.models.plan import Plan
from attain.engine.values.problems import Problem

OF_A_PLAN: tuple[Check, ...] = (
    incomplete_blocks,
    unknown_references,
    unknown_names,
    type_errors,
    unfitting_figures,
    mixed_currencies,
    missing_choices,
    bad_bands,
    shares_that_do_not_add_up,
    cycles,
    unreachable,
)


def checked(documents: Sequence[Dated]) -> list[Problem]:
    """What is wrong with documents, each alone and together; empty where all is right."""
    problems = [*overlapping_versions(documents), *unsaid_changes(documents)]
    tables = [document for document in documents if isinstance(document, TableDocument)]
    for document in documents:
        if isinstance(document, Plan):
            for check in OF_A_PLAN:
                problems += check(document)
            problems += unfit_tables(document, tables)
            for title, table in document.tables.items():
                if ("tables", title) in document.source.values:
                    problems += [*bad_table(document, table), *rows_behind(title, table)]
        elif isinstance(document, TableDocument):
            problems += [*bad_table(document, document), *rows_behind(document.title, document)]
        elif isinstance(document, CalendarDocument):
            problems += bad_periods(document)
    return problems
