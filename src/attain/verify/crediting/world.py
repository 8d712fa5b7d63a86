"""All that is known on one moment: typed facts, the roster, calendars, what a fact refers to."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from attain.verify.crediting.roster import OF_ROSTER, Assignment, Roster, valid_on
from attain.verify.crediting.scopes import FactScope
from attain.verify.inputs.calendar import Calendar, calendar_of
from attain.verify.inputs.documents import Map, Version, as_list
from attain.verify.inputs.expressions import Value
from attain.verify.inputs.facts import Row, Tables, known_on
from attain.verify.inputs.forms import PAY_PERIODS, Unreadable, is_number, number

REFERRED = {"account": ("accounts", "account"), "product": ("products", "product")}
REFERRED |= {"opportunity": ("opportunities", "id")}


@dataclass(frozen=True)
class Problem:
    """An entry of the exception list; `until` is the last day of the period that it belongs to."""

    code: str
    stage: str
    plan: str
    component: str
    position: str = ""
    participant: str = ""
    period: str = ""
    transaction: str = ""
    day: date | None = None
    currency: str = ""
    reason: str = ""
    until: date = date.max


class World:
    """The facts as known on one horizon, for these plan versions.

    `other` is another horizon of the same: what is known of both is found only once.
    """

    def __init__(
        self,
        versions: list[Version],
        tables: Tables,
        horizon: datetime | None,
        other: "World | None" = None,
    ) -> None:
        lookups = {
            table["rows"]: table["gives"]
            for version in versions
            for table in version.tables.values()
            if isinstance(table.get("rows"), str)
        }
        self.versions = versions
        self.horizon = horizon
        self.tables: Tables = known_on(tables, horizon, lookups, other.tables if other else None)
        self.roster = Roster(self.tables)
        if other and all(self.tables.get(name) is other.tables.get(name) for name in OF_ROSTER):
            self.roster = other.roster
        else:
            self.roster.has_currency = self.has_currency
        self.holidays: set[date] = {row["date"] for row in self.tables.get("holidays", [])}
        self.indexes: dict[tuple[str, tuple[str, ...]], dict[tuple[Value, ...], list[Row]]] = {}
        if other:
            self.indexes = {
                key: index
                for key, index in other.indexes.items()
                if self.tables.get(key[0]) is other.tables.get(key[0])
            }
        self.known_values: dict[tuple[int, Assignment, date], dict[str, str]] = {}
        self.known_numbers: dict[tuple[int, Assignment, date], dict[str, Fraction]] = {}

    def rows(self, table: str, **wanted: Value) -> list[Row]:
        """The rows of a table whose columns have these values, in the order of the table."""
        key = (table, tuple(wanted))
        if key not in self.indexes:
            found: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
            for row in self.tables.get(table, []):
                found[tuple(row.get(column) for column in wanted)].append(row)
            self.indexes[key] = dict(found)
        return self.indexes[key].get(tuple(wanted.values()), [])

    @cached_property
    def transactions(self) -> dict[str, Row]:
        """Transactions by id."""
        return {row["id"]: row for row in self.tables.get("transactions", [])}

    @cached_property
    def returns(self) -> list[Row]:
        """The transactions that name an original."""
        return [row for row in self.tables.get("transactions", []) if row.get("original")]

    @cached_property
    def referred(self) -> dict[str, dict[Value, Row]]:
        """Rows that a fact may refer to, by the name of the referring column and the key."""
        return {
            column: {row[key]: row for row in self.tables.get(table, [])}
            for column, (table, key) in REFERRED.items()
        }

    @cached_property
    def calendars(self) -> dict[int, Calendar]:
        """Of each version its calendar."""
        listed = self.tables.get("calendar", [])
        return {
            id(version): calendar_of(version.body.get("calendar"), version.calendar, listed)
            for version in self.versions
        }

    def calendar(self, version: Version) -> Calendar:
        """The version's calendar."""
        return self.calendars[id(version)]

    def pay_unit(self, version: Version) -> str:
        """The unit of the version's pay periods."""
        return PAY_PERIODS[version.body["paid"]]

    def of_title(self, title: str) -> list[Version]:
        """The versions of one title, in order."""
        return [version for version in self.versions if version.title == title]

    def in_force(self, title: str, on: date) -> Version | None:
        """The version of the title that is in force on the day."""
        return next((version for version in self.of_title(title) if version.days.holds(on)), None)

    def facts_of(self, kind: str) -> list[Row]:
        """The facts of a type: transactions of the type, or the rows of a table of that name."""
        found = self.rows("transactions", type=kind)
        return found + (self.tables.get(kind, []) if kind != "transactions" else [])

    def refer(self, on: date) -> "Reference":
        """What a fact refers to by dot, on the day."""
        return Reference(self, on)

    def scope(self, version: Version, fact: Row, on: date, near: dict[str, Row] | None = None) -> FactScope:
        """The names that a fact knows under a version."""
        fields = version.body.get("fields", {})
        return FactScope(fact, near or {}, fields, {}, self.refer(on))

    def values(self, version: Version, assignment: Assignment, on: date) -> dict[str, str]:
        """The plan's named values for a seat on a day, `currency` among them."""
        key = (id(version), assignment, on)
        if key not in self.known_values:
            self.known_values[key] = self._values(version, assignment, on)
        return self.known_values[key]

    def _values(self, version: Version, assignment: Assignment, on: date) -> dict[str, str]:
        found: dict[str, str] = {}
        for table in as_list(version.body.get("values")):
            key = self._value_key(version, table["by"], assignment, on)
            for row in table["rows"]:
                if row[table["by"]] == key:
                    found |= {name: cell for name, cell in row.items() if name != table["by"]}
        return found

    def numbers(self, version: Version, assignment: Assignment, on: date) -> dict[str, Fraction]:
        """The same, the numbers only."""
        if not version.body.get("values"):
            return {}
        key = (id(version), assignment, on)
        if key not in self.known_numbers:
            values = self.values(version, assignment, on)
            self.known_numbers[key] = {name: number(cell) for name, cell in values.items() if is_number(cell)}
        return self.known_numbers[key]

    def _value_key(self, version: Version, by: str, assignment: Assignment, on: date) -> str | None:
        if by == "period":
            return self.calendar(version).containing(self.pay_unit(version), on).name
        person = self.roster.participant_row(assignment.participant)
        position = self.roster.position_row(assignment.position, on)
        table, _, name = by.rpartition(".")
        rows: list[Map] = {"participant": [person], "position": [position]}.get(table, [person, position])
        known = {"participant": assignment.participant, "position": assignment.position}
        found = next((row[name] for row in rows if row.get(name) is not None), known.get(name))
        return str(found) if found is not None else None

    def currency(self, version: Version, assignment: Assignment) -> str:
        """The currency of the version's amounts for a seat."""
        said: str = version.body["currency"]
        if not said.startswith("by "):
            return said
        found = self._currency_by(version, assignment)
        if found is None:
            raise Unreadable(f"{version.title} gives {assignment.participant} no currency")
        return found

    def _currency_by(self, version: Version, assignment: Assignment) -> str | None:
        """What `values` say of the seat's first day under the plan's title."""
        under = [
            span.first
            for other in self.of_title(version.title)
            for span in self.roster.fitting(other, None, assignment)
        ]
        on = min(under, default=max(version.days.first, assignment.days.first))
        return self.values(version, assignment, on).get("currency")

    def has_currency(self, version: Version, assignment: Assignment) -> bool:
        """Whether the version says in which currency a seat is paid."""
        by_seat = version.body["currency"].startswith("by ")
        return not by_seat or self._currency_by(version, assignment) is not None


@dataclass(frozen=True)
class Reference:
    """Finds the row that a fact's column names."""

    world: World
    on: date

    def __call__(self, column: str, key: Value) -> Row:
        """The row of an account, a product, an opportunity; of a transaction; of a position on the day."""
        if key is None:
            return {}
        if column in self.world.referred:
            return self.world.referred[column].get(key, {})
        if isinstance(key, str) and key in self.world.transactions:
            return self.world.transactions[key]
        rows = self.world.roster.positions.get(key, [])
        return next(iter(valid_on(rows, self.on)), {})
