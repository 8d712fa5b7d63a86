"""What is sold: four families, a list price in each currency and a cost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from attain.demo.chance import words
from attain.demo.market.regions import REGIONS, Region
from attain.demo.rows import Row

PLATFORM, ANALYTICS, SENSORS, SERVICES = "Platform", "Analytics", "Sensors", "Services"


@dataclass(frozen=True)
class Product:
    """One product; `cost_rate` is the cost as a share of the list price, the same in each currency."""

    product: str
    name: str
    family: str
    unit: str
    list_prices: dict[str, Decimal]
    cost_rate: Decimal
    sold_from: date

    def price(self, region: Region) -> Decimal:
        """List price of one unit in the region's currency."""
        return self.list_prices[region.currency]


def make_products() -> list[Product]:
    """The catalogue; it does not depend on the seed."""
    return [
        Product(
            row["product"],
            row["name"],
            row["family"],
            row["unit"],
            {region.currency: Decimal(row[region.price]) for region in REGIONS},
            Decimal(row["cost_rate"]),
            date.fromisoformat(row["sold_from"]),
        )
        for row in words("products")
    ]


def product_rows(products: list[Product]) -> list[Row]:
    """Table `products`: unit cost is given in dollars, as finance keeps it."""
    return [
        {
            "product": product.product,
            "name": product.name,
            "family": product.family,
            "unit": product.unit,
            **{region.price: product.price(region) for region in REGIONS},
            "cost_rate": product.cost_rate,
            "unit_cost_usd": product.list_prices["USD"] * product.cost_rate,
            "sold_from": product.sold_from,
        }
        for product in products
    ]
