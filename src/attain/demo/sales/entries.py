"""What people enter by hand: adjustments with a reason and two names, releases and clawbacks, and the
balances brought over from the year before."""

from datetime import date

from attain.demo.chance import round_to, stream
from attain.demo.days import FIRST_PAID_DAY, LAST_DAY, Span, month_name, months
from attain.demo.organisation.careers import Stint
from attain.demo.organisation.people import Participant
from attain.demo.organisation.positions import ENTERPRISE_EXECUTIVE, EXECUTIVE
from attain.demo.rows import Row

REASONS = (
    ("Referral bonus for a colleague who was hired", 1, 500),
    ("Commission on a deal lost in the migration of the CRM", 1, 900),
    ("Bonus for speaking at the customer day", 1, 400),
    ("Commission shared with a partner manager, agreed afterwards", -1, 350),
    ("Correction of a manual payment of the year before", -1, 250),
    ("Relocation: commission guaranteed for the month", 1, 1200),
)
ADJUSTMENTS = 16
DRAWS_OWED, HELD_BACK, CLAWED_BACK, OPENING_CREDITS = 6, 4, 3, 4


def held(stints: list[Stint], role: str, span: Span) -> list[Participant]:
    """The people who hold a seat of the role through all the days."""
    return [
        stint.person
        for stint in stints
        if stint.position.role == role
        and stint.first <= span.first
        and (stint.last is None or stint.last >= span.last)
    ]


def manual_adjustment_rows(seed: int, stints: list[Stint]) -> list[Row]:
    """Table `manual_adjustments`."""
    chance = stream(seed, "manual adjustments")
    year = Span(FIRST_PAID_DAY, LAST_DAY)
    people = held(stints, EXECUTIVE, year) + held(stints, ENTERPRISE_EXECUTIVE, year)
    every_month = list(months(year))
    rows = []
    for number, person in enumerate(chance.sample(people, ADJUSTMENTS), 1):
        reason, sign, amount = chance.choice(REASONS)
        rows.append(
            {
                "id": f"ADJ-{number:03d}",
                "participant": person.participant,
                "period": month_name(chance.choice(every_month).first),
                "amount": sign * round_to(amount * (0.6 + chance.random()) * person.region.level, 10),
                "currency": person.region.currency,
                "component": "",
                "reason": reason,
                "entered_by": "compensation.desk@merrowfield.example",
                "approved_by": chance.choice(("finance.lead", "sales.operations")) + "@merrowfield.example",
            }
        )
    return sorted(rows, key=lambda row: (row["period"], row["id"]))


def opening_balance_rows(seed: int, stints: list[Stint]) -> list[Row]:
    """Table `opening_balances`: draws that new executives still owe, and what is held for enterprise ones."""
    chance = stream(seed, "opening balances")
    new = [
        stint.person
        for stint in stints
        if stint.position.role == EXECUTIVE
        and date(2025, 7, 1) <= stint.person.hired <= date(2025, 11, 30)
        and stint.position.region.digit != 3
        and stint.first < FIRST_PAID_DAY
        and (stint.last is None or stint.last > date(2026, 6, 30))
    ]
    owing = chance.sample(new, min(DRAWS_OWED, len(new)))
    holding = chance.sample(held(stints, ENTERPRISE_EXECUTIVE, Span(FIRST_PAID_DAY, LAST_DAY)), HELD_BACK)
    return [
        {
            "participant": person.participant,
            "account": account,
            "period": month_name(FIRST_PAID_DAY),
            "amount": round_to((600 + 2600 * chance.random()) * person.region.level, 50),
            "currency": person.region.currency,
        }
        for account, people in (("draw", owing), ("holdback", holding))
        for person in people
    ]


def opening_credit_rows(seed: int, stints: list[Stint]) -> list[Row]:
    """Table `opening_credits`: orders of New Year's Day that a distributor had taken for some
    executives; they count towards the year, and were paid by the distributor.
    """
    chance = stream(seed, "opening credits")
    seats = sorted(
        stint.position.position
        for stint in stints
        if stint.position.role == EXECUTIVE
        and stint.position.region.digit == 1
        and stint.first <= FIRST_PAID_DAY
        and (stint.last is None or stint.last >= LAST_DAY)
    )
    return [
        {
            "position": seat,
            "component": "New business",
            "date": FIRST_PAID_DAY,
            "amount": round_to(6000 + 30000 * chance.random(), 100),
        }
        for seat in sorted(chance.sample(seats, OPENING_CREDITS))
    ]


def movement_rows(seed: int, stints: list[Stint], opening: list[Row]) -> list[Row]:
    """Table `movements`: what was held is released in spring; a few earnings are taken back."""
    chance = stream(seed, "movements")
    rows = [
        {
            "id": "",
            "participant": row["participant"],
            "period": chance.choice(("2026-02", "2026-03", "2026-04")),
            "kind": "release",
            "amount": row["amount"],
            "currency": row["currency"],
        }
        for row in opening
        if row["account"] == "holdback"
    ]
    executives = held(stints, EXECUTIVE, Span(FIRST_PAID_DAY, LAST_DAY))
    rows += [
        {
            "id": "",
            "participant": person.participant,
            "period": chance.choice(("2026-03", "2026-06", "2026-08")),
            "kind": "clawback",
            "amount": round_to((300 + 1500 * chance.random()) * person.region.level, 10),
            "currency": person.region.currency,
        }
        for person in chance.sample(executives, CLAWED_BACK)
    ]
    return [row | {"id": f"MOV-{number:03d}"} for number, row in enumerate(rows, 1)]
