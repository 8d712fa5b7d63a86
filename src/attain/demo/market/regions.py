"""The three regions, what each is paid in and how large its deals and accounts are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A region: `letter` begins its keys, `price` names its price list, `level` scales money to dollars."""

    name: str
    currency: str
    digit: int
    level: float
    accounts: int

    @property
    def price(self) -> str:
        """The column of the product list with this region's prices."""
        return f"list_price_{self.currency.lower()}"


AMERICAS = Region("Americas", "USD", 1, 1.00, 3000)
EUROPE = Region("Europe", "EUR", 2, 0.92, 1950)
UNITED_KINGDOM = Region("UK and Ireland", "GBP", 3, 0.79, 1050)
REGIONS = (AMERICAS, EUROPE, UNITED_KINGDOM)
BY_NAME = {region.name: region for region in REGIONS}
