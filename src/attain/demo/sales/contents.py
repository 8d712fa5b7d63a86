"""What a deal consists of: products in pieces at a discount, in the currency of the customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from attain.demo.chance import Weighted, cents
from attain.demo.market.products import ANALYTICS, PLATFORM, SENSORS, SERVICES, Product
from attain.demo.market.regions import REGIONS, Region

FIRST_FAMILY = {PLATFORM: 56, ANALYTICS: 29, SENSORS: 15}
WITH_SENSORS, WITH_SERVICES = 0.42, 0.30
FOREIGN = {"USD": 0.0, "EUR": 0.07, "GBP": 0.09}  # share of a region's deals that are in another currency


@dataclass(frozen=True)
class DealLine:
    """Pieces of one product; money in `currency`, discount as a share of the list price."""

    product: Product
    quantity: int
    currency: str
    list_amount: Decimal
    discount: Decimal
    amount: Decimal
    cost: Decimal


class Seller:
    """Puts deals together."""

    def __init__(self, chance: Random, products: list[Product]) -> None:
        self.chance = chance
        self.products = products
        self.first_family = Weighted(list(FIRST_FAMILY), list(FIRST_FAMILY.values()))

    def lines(self, region: Region, dollars: float, day: date) -> list[DealLine]:
        """One to three lines worth about so many dollars after discount."""
        chance = self.chance
        sold_in = region
        if chance.random() < FOREIGN[region.currency]:
            sold_in = chance.choice([other for other in REGIONS if other is not region])
        size = dollars * sold_in.level
        family = self.first_family.choose(chance)
        sensors = (
            0.18 + 0.16 * chance.random() if family == PLATFORM and chance.random() < WITH_SENSORS else 0.0
        )
        services = 0.07 + 0.11 * chance.random() if chance.random() < WITH_SERVICES else 0.0
        parts = ((family, 1 - sensors - services), (SENSORS, sensors), (SERVICES, services))
        discount = self.discount(day)
        return [self.line(sold_in, kind, size * share, discount, day) for kind, share in parts if share]

    def discount(self, day: date) -> Decimal:
        """In whole percent; larger in the last weeks of a quarter."""
        late = 4 if day.month % 3 == 0 and day.day > 18 else 0
        return Decimal(max(0, min(32, round(self.chance.gauss(8 + late, 6))))).scaleb(-2)

    def line(self, region: Region, family: str, size: float, discount: Decimal, day: date) -> DealLine:
        """As many pieces of a product of the family as come near the size."""
        listed = size / float(1 - discount)
        known = [p for p in self.products if p.family == family and p.sold_from <= day]
        fitting = [p for p in known if float(p.price(region)) <= listed * 1.25]
        product = self.chance.choice(fitting) if fitting else min(known, key=lambda p: p.price(region))
        quantity = max(1, round(listed / float(product.price(region))))
        list_amount = product.price(region) * quantity
        return DealLine(
            product,
            quantity,
            region.currency,
            list_amount,
            discount,
            cents(list_amount * (1 - discount)),
            cents(list_amount * product.cost_rate),
        )
