"""The fiscal calendar of a plan: its document, the table `calendar`, or months of the civil year."""

from datetime import date

from attain.engine.calculation.known import Known
from attain.engine.language.models.plan import Plan
from attain.engine.values.calendars import Calendar, civil, named, weekly
from attain.engine.values.problems import refuse

PATTERNS = {"weeks": (1,) * 13, "4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}


def calendar_of(known: Known, plan: Plan, first: date, last: date) -> Calendar:
    """The calendar that a plan names, over the years of a run of days."""
    document = plan.calendar_document
    if document is not None:
        rows = [period.model_dump() for period in document.periods]
        if rows:
            return named(document.title, rows)
        return _patterned(document.title, document.pattern or "months", document.year_starts, first, last)
    if plan.calendar is None:
        return civil(first.year - 1, last.year + 2)
    rows = [dict(row) for row in known.fetch("calendar") if row.get("calendar") in (None, "", plan.calendar)]
    if not rows:
        raise refuse(
            "P333",
            f'there is no calendar "{plan.calendar}".',
            "Add its document, or load a table `calendar` with period, first and last.",
            plan.source.place(("calendar",)),
        )
    return named(plan.calendar, rows)


def _patterned(title: str, pattern: str, starts: date | None, first: date, last: date) -> Calendar:
    start = starts or date(first.year, 1, 1)
    if pattern in PATTERNS:
        turns = range(first.year - start.year - 1, last.year - start.year + 2)
        return weekly(title, start, PATTERNS[pattern], turns)
    return civil(first.year - 1, last.year + 2, start)
