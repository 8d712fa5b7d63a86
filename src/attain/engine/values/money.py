"""Currencies of ISO 4217 (list one, 2026) and the decimals of their minor units."""

from decimal import Decimal

NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
FOUR_DECIMALS = frozenset("CLF UYW".split())


def decimals(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 unless ISO 4217 says otherwise."""
    if currency in NO_DECIMALS:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    return 4 if currency in FOUR_DECIMALS else 2


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency, as 0.01."""
    return Decimal(1).scaleb(-decimals(currency))
