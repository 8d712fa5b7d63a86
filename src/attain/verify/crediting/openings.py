"""What was credited before the company's first load, as credits that no rule gives."""

from fractions import Fraction

from attain.verify.crediting.credits import Credit
from attain.verify.crediting.roster import Seat
from attain.verify.crediting.world import World
from attain.verify.inputs.documents import Version
from attain.verify.inputs.facts import Row

OPENING = "opening credit"


def opening_credits(world: World) -> list[Credit]:
    """The rows of the table opening_credits, each as a credit of who held its position on its day."""
    return [
        credit
        for version in world.versions
        for row in world.tables.get("opening_credits", [])
        if version.days.holds(row["date"])
        for block in dict.fromkeys(
            version.credited(component).name
            for component in version.components.values()
            if component.name == row["component"]
        )
        for credit in _credits(world, version, block, row)
    ]


def _credits(world: World, version: Version, block: str, row: Row) -> list[Credit]:
    on = row["date"]
    holder = world.roster.holder(row["position"], on)
    if holder is None or not world.roster.eligible(version, None, holder):
        return []
    return [
        Credit(
            seat=Seat(version.title, holder),
            version=version,
            block=block,
            rule=0,
            transaction=OPENING,
            kind=OPENING,
            fact={},
            owner_date=on,
            credit_date=on,
            share=Fraction(1),
            amount=row["amount"],
            currency=world.currency(version, holder),
            original_amount=None,
            original_currency="",
            exchange=None,
            original="",
        )
    ]
