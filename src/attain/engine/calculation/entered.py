"""What enters payments beside earnings: entries, opening balances, what customers pay; in each pay period as
known at its closing. What later knowledge changes of closed periods enters the next one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.calculation.known import Known
from attain.engine.calculation.lines import Lines
from attain.engine.calculation.pay_groups import PayGroup
from attain.engine.calculation.payments.tables import PaymentInputs
from attain.engine.calculation.posting import Change, Posting
from attain.engine.language.models.payment import Holdback
from attain.engine.values import money

BY_SIZE = ("clawback", "release")
"""Kinds of entries that count by their size, whatever their sign."""

Row = dict[str, object]


@dataclass
class Entered:
    """The inputs of one group's payments that come from facts; makes tables on the backend."""

    backend: Backend
    posting: Posting
    group: PayGroup

    def load(self) -> None:
        """Makes `entries` and `opening`."""
        entries: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
        for table in ("movements", "manual_adjustments"):
            for number, row, sign in self._dated(table):
                kind = str(row.get("kind") or "manual_adjustment")
                amount = _amount(row)
                key = (*self._whose(row), number, kind, str(row.get("transaction") or row.get("id") or ""))
                entries[key] += sign * (abs(amount) if kind in BY_SIZE else amount)
        opening: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
        for number, row, sign in self._dated("opening_balances"):
            opening[(*self._whose(row), number, str(row["account"]))] += sign * _amount(row)
        self._keep("entries", ("kind", "transaction"), entries)
        self._keep("opening", ("account",), opening)

    def _keep(self, name: str, texts: Sequence[str], amounts: dict[tuple[object, ...], Decimal]) -> None:
        """Amounts by participant, currency, pay period and texts; those of nobody here are left out."""
        columns = ("participant", "currency", "pay_period", *texts)
        kinds = (pa.string(), pa.string(), pa.int32(), *(pa.string() for _ in texts))
        rows = [(key, amount) for key, amount in amounts.items() if amount and key[0]]
        arrays = {
            column: pa.array([key[place] for key, _ in rows], kind)
            for place, (column, kind) in enumerate(zip(columns, kinds, strict=True))
        }
        exact = [amount.quantize(Decimal("0.0001")) for _, amount in rows]
        self.backend.load(name, pa.table({**arrays, "amount": pa.array(exact, pa.decimal128(18, 4))}))

    def _dated(self, table: str) -> Iterator[tuple[int, Row, int]]:
        """Rows with the pay period that they enter; with sign -1 what another state of knowledge had before."""
        for part in self.posting.slices:
            for number, row in self._rows(part.one.known, table):
                if self.group.spans[number].last in part:
                    yield number, row, 1
        for change in self._changes():
            posted = self._number_at(change.posted_in.first)
            if posted is not None:
                for one, sign in ((change.after, 1), (change.before, -1)):
                    for number, row in self._rows(one.known, table):
                        if self.group.spans[number].next <= change.closed_until:
                            yield posted, row, sign

    def _changes(self) -> list[Change]:
        """What later horizons changed for this group."""
        return [change for change in self.posting.changes if change.group.number == self.group.number]

    def _rows(self, known: Known, table: str) -> Iterator[tuple[int, Row]]:
        for row in known.fetch(table):
            number = self._number(str(row["period"]))
            if number is not None:
                yield number, row

    def _number(self, name: str) -> int | None:
        """The pay period of a name, or the one that holds the last day of another period."""
        for number, span in enumerate(self.group.spans):
            if span.name == name:
                return number
        named = self.group.calendar.named(name)
        return self._number_at(named.last) if named else None

    def _number_at(self, day: date) -> int | None:
        return next((number for number, span in enumerate(self.group.spans) if day in span), None)

    def _whose(self, row: Row) -> tuple[str, str]:
        """Participant and currency of a row, blank where another group pays the participant; who is under no plan
        is paid by the first group."""
        person = str(row["participant"])
        mine = self._currencies.get(person)
        if not mine and (self.group.number or person in self._seated):
            return "", ""
        currencies = mine or {version.currency for version in self.group.versions}
        return person, str(row.get("currency") or min(currencies))

    @cached_property
    def _currencies(self) -> dict[str, set[str]]:
        """Of everybody who is under a plan of the group the currencies of these plans."""
        found: dict[str, set[str]] = defaultdict(set)
        for version in self.group.versions:
            for seat in version.seated:
                found[version.roster.assignments[seat].participant].add(version.currency)
        return dict(found)

    @cached_property
    def _seated(self) -> set[str]:
        """Everybody who is under some plan."""
        return {
            version.roster.assignments[seat].participant
            for version in self.posting.now.versions
            for seat in version.seated
        }

    def holdback(self, inputs: PaymentInputs) -> PaymentInputs:
        """Lines by booking, what bookings are worth and what customers paid, where a holdback waits for that."""
        kept = [
            holdback
            for version in self.group.versions
            for holdback in (version.plan.payment.holdback if version.plan.payment else ())
            if holdback.release in ("in proportion to payments", "when paid in full")
        ]
        if not kept or not self.posting.now.known.has("transactions"):
            return inputs
        self.backend.create("component_lines", " UNION ALL ".join(self._posted_lines(self._held(kept))))
        for name in ("billed", "received"):
            moves = " UNION ALL ".join(self._moves(name))
            total = "CAST(SUM(amount) AS DECIMAL(24, 6)) AS amount"
            self.backend.create(
                name, f"SELECT booking, pay_period, {total} FROM ({moves}) AS m GROUP BY booking, pay_period"
            )
        return replace(inputs, component_lines="component_lines", billed="billed", received="received")

    def _held(self, kept: Sequence[Holdback]) -> frozenset[tuple[str, str]]:
        """The components, by plan title, of which holdbacks keep; of all plans, since rules follow the person."""
        titles = {holdback.of for holdback in kept}
        return frozenset(
            (version.plan.plan, title)
            for version in self.group.versions
            for title in version.plan.components
            if None in titles or title in titles
        )

    def _posted_lines(self, held: frozenset[tuple[str, str]]) -> Iterator[str]:
        """Lines as they stand posted with the booking of their transaction: in closed periods as known at their closing."""
        places = max(money.decimals(version.currency) for version in self.group.versions)
        for number, part in enumerate(self.posting.slices):
            lines = Lines(part.one, f"posted_lines{number}", part.holds("f.paid"), only=held).make()
            columns = part.one.known.columns("transactions")
            booking = "COALESCE(NULLIF(t.booking, ''), t.id)" if "booking" in columns else "t.id"
            if "original" in columns:
                booking = f"COALESCE(NULLIF(t.original, ''), {booking})"
            yield (
                f"SELECT l.participant AS participant, l.plan AS plan, l.component AS component, l.currency AS currency, p.pay_period AS pay_period, "
                f"l.transaction AS transaction, COALESCE({booking}, '') AS booking, CAST(l.amount AS DECIMAL(18, {places})) AS amount "
                f"FROM {lines} AS l LEFT JOIN {part.one.known.view('transactions')} AS t ON t.id = l.transaction "
                f"INNER JOIN pay_periods AS p ON l.paid >= p.first AND l.paid < p.next WHERE l.amount <> 0"
            )

    def _moves(self, name: str) -> Iterator[str]:
        """What moves the worth of bookings, or what was paid for them, by pay period."""
        first = f"CAST('{self.group.spans[0].first}' AS DATE)"
        within = f"INNER JOIN pay_periods AS p ON GREATEST(t.day, {first}) >= p.first AND GREATEST(t.day, {first}) < p.next"
        for part in self.posting.slices:
            numbers = [str(n) for n, span in enumerate(self.group.spans) if span.last in part]
            if numbers:
                yield (
                    f"SELECT t.booking AS booking, p.pay_period AS pay_period, t.amount AS amount "
                    f"FROM ({_facts(part.one.known, name)}) AS t {within} WHERE p.pay_period IN ({', '.join(numbers)})"
                )
        for change in self._changes():
            posted = self._number_at(change.posted_in.first)
            for one, sign in ((change.after, ""), (change.before, "-")) if posted is not None else ():
                yield (
                    f"SELECT t.booking AS booking, CAST({posted} AS INT) AS pay_period, {sign}t.amount AS amount "
                    f"FROM ({_facts(one.known, name)}) AS t {within} WHERE p.next <= CAST('{change.closed_until}' AS DATE)"
                )


def _facts(known: Known, name: str) -> str:
    """Booking, day and amount: of a booking, from the start, what it and its returns are worth; or what was paid."""
    view, columns = known.view("transactions"), known.columns("transactions")
    if name == "received":
        booking = "t.booking" if "booking" in columns else "''"
        where = f"t.type = 'payment' AND COALESCE({booking}, '') <> '' AND t.amount IS NOT NULL"
        return (
            f"SELECT {booking} AS booking, t.date AS day, t.amount AS amount FROM {view} AS t WHERE {where}"
        )
    own = f"SELECT t.id AS booking, CAST('0001-01-01' AS DATE) AS day, t.amount AS amount FROM {view} AS t WHERE t.amount IS NOT NULL"
    if "original" not in columns:
        return own
    returned = f"SELECT t.original AS booking, t.date AS day, t.amount AS amount FROM {view} AS t WHERE t.amount IS NOT NULL AND COALESCE(t.original, '') <> ''"
    return f"{own} UNION ALL {returned}"


def _amount(row: Row) -> Decimal:
    amount = row["amount"]
    assert isinstance(amount, Decimal)
    return amount
