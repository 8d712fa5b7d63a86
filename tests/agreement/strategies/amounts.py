"""Amounts, rates and shares as a person writes them: round ones that meet bounds, and others."""

from decimal import Decimal

from hypothesis import strategies as st


def amounts(largest: int = 4000) -> st.SearchStrategy[str]:
    """An amount above 0: whole hundreds, cents, now and then four decimals."""
    return st.one_of(
        st.integers(1, largest // 100).map(lambda count: str(count * 100)),
        st.integers(1, largest * 100).map(lambda cents: str(Decimal(cents) / 100)),
        st.integers(1, 99_999).map(lambda parts: f"{Decimal(parts) / 10_000:f}"),
    )


def negated(amount: str) -> str:
    """The amount with its sign turned."""
    return amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"


def percents(*choices: str) -> st.SearchStrategy[str]:
    """A percentage of these, or one with a fraction."""
    return st.one_of(
        st.sampled_from(choices or ("5 %", "8 %", "10 %")),
        st.integers(1, 2500).map(lambda parts: f"{Decimal(parts) / 100:f} %"),
    )


def shares() -> st.SearchStrategy[list[str]]:
    """Two or three shares as texts; mostly they add up to 1."""
    return st.sampled_from(
        [
            ["0.5", "0.5"],
            ["0.7", "0.3"],
            ["1"],
            ["0.3333", "0.3333", "0.3334"],
            ["60 %", "40 %"],
            ["0.5", "0.4"],
        ]
    )
