"""What the reps did: the developers' conversations and meetings, the sellers' meetings and demonstrations.
Each meeting that a seller accepted is the beginning of an opportunity sourced by a developer."""

from datetime import date, timedelta
from random import Random

from attain.demo.chance import day_in, poisson, stream
from attain.demo.days import FIRST_DAY, LAST_DAY, ONE_DAY, STORY, Span, months, workday
from attain.demo.organisation.careers import Stint, holder
from attain.demo.organisation.leaves import Leave
from attain.demo.organisation.positions import DEVELOPER, ENGINEER
from attain.demo.rows import Row
from attain.demo.sales.opportunities import Opportunity

CONVERSATIONS_PER_MONTH = 26
DECLINED = 0.22  # meetings held but not accepted, per accepted one
DEMONSTRATED = 0.55


def activity_rows(
    seed: int, opportunities: list[Opportunity], stints: list[Stint], leaves: list[Leave]
) -> list[Row]:
    """Table `activities`, in the order of the days."""
    chance = stream(seed, "activities")
    engineers = [stint for stint in stints if stint.position.role == ENGINEER]
    rows = [row for deal in opportunities for row in around(chance, deal, engineers)]
    away = [(leave.stint, leave.span) for leave in leaves]
    for stint in stints:
        if stint.position.role == DEVELOPER:
            rows += conversations(chance, stint, [span for other, span in away if other is stint])
    rows = sorted(
        (row for row in rows if STORY.holds(row["date"])), key=lambda row: (row["date"], row["owner"])
    )
    return [{"id": f"T-{number:06d}"} | row for number, row in enumerate(rows, 1)]


def around(chance: Random, deal: Opportunity, engineers: list[Stint]) -> list[Row]:
    """The activities of one opportunity; its engineer demonstrates, if already there."""
    rows = []
    seller = deal.stint.position.position
    last = deal.closed or LAST_DAY
    held = [day for day in (deal.qualified, deal.proposed) if deal.stint.first <= day <= last]
    if deal.sourced_by and deal.created >= FIRST_DAY:
        rows.append(activity(deal.created, "Meeting", deal.sourced_by, deal, "yes"))
        if chance.random() < DECLINED:
            rows.append(activity(deal.created, "Meeting", deal.sourced_by, None, "no"))
    for day in held:
        kind = "Demonstration" if day == deal.proposed and chance.random() < DEMONSTRATED else "Meeting"
        shown_on = min(workday(day), LAST_DAY - ONE_DAY)
        demonstrates = kind == "Demonstration" and holder(engineers, deal.specialist, shown_on)
        rows.append(activity(shown_on, kind, deal.specialist if demonstrates else seller, deal, ""))
    return rows


def conversations(chance: Random, stint: Stint, away: list[Span]) -> list[Row]:
    """Calls in which somebody was reached."""
    rows = []
    for month in months(stint.span):
        held = month.cut(stint.span)
        mean = CONVERSATIONS_PER_MONTH * held.days / month.days * stint.person.skill
        for _ in range(poisson(chance, mean)):
            day = day_in(chance, held)
            if not any(span.holds(day) for span in away):
                rows.append(activity(day, "Call", stint.position.position, None, ""))
    return rows


def activity(day: date, kind: str, owner: str, deal: Opportunity | None, accepted: str) -> Row:
    """One row without its key."""
    return {
        "date": min(day, LAST_DAY - timedelta(days=1)),
        "kind": kind,
        "owner": owner,
        "account": deal.account.account if deal else "",
        "opportunity": deal.id if deal else "",
        "accepted": accepted,
    }
