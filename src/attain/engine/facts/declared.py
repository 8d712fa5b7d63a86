"""The tables that are known by name, as data: columns, kinds, what is required, what names a version.

Any other name may be loaded too: a table that a plan credits from (`objective`, `book`) or a lookup table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "date", "moment"]

DATES = ("first", "last", "date", "hired", "ended")
NUMBERS = ("amount", "rate", "share")
TEXTS = (
    *("id", "type", "owner", "account", "currency", "deal", "booking", "transaction", "participant"),
    *("position", "role", "manager", "team", "territory", "map", "alias", "component", "period"),
    *("measure", "plan", "cover", "pay_currency", "country", "product", "withdrawn"),
)
KINDS_BY_NAME: Mapping[str, Kind] = {
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(TEXTS, "text"),
    "loaded": "moment",
}
"""Columns that have the same kind in every table; a further column has the kind its cells share."""

HOLDERS = ("position", "participant")
LOADED, WITHDRAWN = "loaded", "withdrawn"


@dataclass(frozen=True)
class Table:
    """A declared table.

    `expected` columns belong into a file that is imported, unless its mapping says that it is without;
    `key` names a version (empty: the whole row does); `fallback_key` where the file lacks a column of it;
    of each set of `alternatives` a row fills at least one column; in `last_moments` a bare date means its
    last instant, where elsewhere it means its first.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]
    expected: tuple[str, ...] = ()
    fallback_key: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    last_moments: tuple[str, ...] = ()

    def kind(self, column: str) -> Kind | None:
        """The kind that the column always has here, or None where its cells decide."""
        if column in self.last_moments:
            return "moment"
        if column in KINDS_BY_NAME:
            return KINDS_BY_NAME[column]
        return "text" if column in (*self.required, *self.optional) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns."""
        return (*self.required, *self.optional)

    def key_among(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The columns that name a version, of those present; empty means the whole row."""
        present = set(columns)
        if self.fallback_key and not present.issuperset(self.key):
            return tuple(name for name in self.fallback_key if name in present)
        return tuple(name for name in self.key if name in present)


def _table(
    name: str,
    required: str,
    optional: str = "",
    key: str = "",
    *,
    expected: str = "",
    fallback_key: str = "",
    alternatives: tuple[tuple[str, ...], ...] = (),
    last_moments: str = "",
) -> Table:
    return Table(
        name=name,
        required=tuple(required.split()),
        optional=tuple(optional.split()),
        key=tuple(key.split()),
        expected=tuple(expected.split()),
        fallback_key=tuple(fallback_key.split()),
        alternatives=alternatives,
        last_moments=tuple(last_moments.split()),
    )


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        _table(
            "transactions",
            "id date type",
            "owner amount currency account deal booking",
            "id",
            expected="amount",
        ),
        _table("participants", "participant", "hired ended pay_currency country", "participant"),
        _table("positions", "position role", "region first last", "position first"),
        _table("assignments", "position participant first", "last", "position participant first"),
        _table("reporting", "position manager first", "last", "position first"),
        _table("teams", "team position", "first last", "team position first"),
        _table("account_territory", "account territory", "map first last", "map account first"),
        _table(
            "territory_owner", "territory position", "map share first last", "map territory position first"
        ),
        _table("splits", "transaction position share", "", "transaction position"),
        _table("quotas", "position measure period amount", "currency", "position measure period"),
        _table(
            "target_incentives",
            "amount per",
            "position participant component first last currency",
            "position participant component first",
            alternatives=(HOLDERS,),
        ),
        _table("exchange_rates", "date from to rate", "table source", "table date from to"),
        _table("leaves", "participant first", "last cover", "participant first"),
        _table("holidays", "date", "", "date"),
        _table("aliases", "alias", "position participant", "alias", alternatives=(HOLDERS,)),
        _table("accounts", "account", "region", "account"),
        _table("products", "product", "family", "product"),
        _table("opportunities", "id", "owner account date amount currency", "id"),
        _table(
            "manual_adjustments",
            "id participant period amount currency",
            "component reason entered_by approved_by",
            "id",
        ),
        _table(
            "movements",
            "participant period kind amount",
            "id currency transaction date",
            "id",
            fallback_key="participant period kind",
        ),
        _table(
            "opening_balances",
            "participant account period amount",
            "currency",
            "participant account currency",
        ),
        _table("opening_credits", "position component date amount", "", "position component date"),
        _table(
            "earnings_given",
            "participant component period amount",
            "plan currency",
            "participant component period",
        ),
        _table("calendar", "period first last", "calendar quarter half year", "calendar period"),
        _table("closings", "period moment", "", "period", last_moments="moment"),
    )
}


def declared(name: str, columns: Iterable[str] = ()) -> Table:
    """The declared table of that name; for any other name one whose key is `id` where it has one."""
    if name in TABLES:
        return TABLES[name]
    return _table(name, "", "", "id" if "id" in set(columns) else "")
