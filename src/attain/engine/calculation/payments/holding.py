"""Whose payment rules hold when: runs of pay periods in which a participant's situation does not change,
each with the number of a rule; and the rules themselves, a row per number and pay period."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa

from attain.engine.backends.backend import Backend
from attain.engine.calculation.payments.roster import PaymentRoster, Seat, cut
from attain.engine.calculation.payments.rules import RuleRow, Situation, rule_of
from attain.engine.calculation.payments.tables import PaymentInputs
from attain.engine.language.models.plan import Plan
from attain.engine.values.calendars import Span

WEIGHED = frozenset({"draw", "maximum", "minimum"})
Held = tuple[str, str, int, int, int]


@dataclass(frozen=True)
class PaymentRules:
    """The tables `held`, `rules`, `holdbacks`, `settlements`, and the decimals of the currencies in them."""

    held: pa.Table
    rules: pa.Table
    holdbacks: pa.Table
    settlements: pa.Table
    decimals: int
    paid_decimals: int

    def load(self, backend: Backend, inputs: PaymentInputs) -> PaymentInputs:
        """Makes them tables of the backend; the inputs with their decimals set."""
        backend.load(inputs.held, self.held)
        backend.load(inputs.rules, self.rules)
        backend.load(inputs.holdbacks, self.holdbacks)
        backend.load(inputs.settlements, self.settlements)
        return replace(inputs, decimals=self.decimals, paid_decimals=self.paid_decimals)


def payment_rules(parts: Sequence[tuple[PaymentRoster, int, int]]) -> PaymentRules:
    """Which payment rules hold for whom in each pay period.

    Each part is a roster with the numbers of the pay periods, from first until before the last, for which it holds.
    Raises Refused for what the plans ask and the stage does not calculate yet.
    """
    every: list[tuple[_Rules, list[Held]]] = []
    number = 0
    for roster, first, until in parts:
        rows = _Rules(roster, number)
        every.append((rows, _held_by(roster, rows, first, until)))
        number += len(rows.numbers)
    return _tables(every)


def _held_by(roster: PaymentRoster, rows: "_Rules", begin: int, end: int) -> list[Held]:
    """Who holds which rule in the pay periods of one roster."""
    seats: dict[tuple[str, str], list[Seat]] = defaultdict(list)
    for seat in roster.seats:
        seats[seat.participant, seat.currency].append(seat)
    held: list[Held] = []
    alike: dict[object, list[Held]] = {}
    for (participant, currency), mine in sorted(seats.items()):
        key = _likeness(roster, participant, currency, mine)
        if key not in alike:
            runs = _runs(roster, rows, participant, currency, mine, begin, end)
            held += runs
            if not any(_is_personal(roster, Situation(seat, (), "held")) for seat in mine):
                alike[key] = runs
        else:
            held += [(participant, *run[1:]) for run in alike[key]]
    return held


def _likeness(roster: PaymentRoster, participant: str, currency: str, seats: Sequence[Seat]) -> object:
    """What the rules of a participant depend on where they are not personal: most stand alike."""
    held = tuple((seat.version, seat.first, seat.next) for seat in seats)
    return currency, held, roster.left.get(participant), roster.pay_currency.get(participant)


class _Rules:
    """Numbers for rules: participants in the same situation share one."""

    def __init__(self, roster: PaymentRoster, first: int) -> None:
        self.roster = roster
        self.first = first
        self.numbers: dict[object, int] = {}
        self.rows: dict[tuple[int, int], RuleRow] = {}

    def shared(self, situation: Situation, first: int, last: int) -> int:
        """The number of a rule for a run of pay periods, the same for all that stand like this."""
        seat = situation.seat
        held: tuple[tuple[date, date], ...] = ()
        if first == last and _counts_days(self.roster.plans[seat.version]):
            held = _held_in(self.roster.pay_periods[first], situation.seats)
        pay_currency = self.roster.pay_currency.get(seat.participant)
        key = (seat.version, seat.currency, pay_currency, held, replace(situation, seat=_NOBODY, seats=()))
        number = self.numbers.setdefault(key, self.first + len(self.numbers))
        for period in range(first, last + 1):
            if (number, period) not in self.rows:
                self.rows[number, period] = rule_of(self.roster, situation, period)
        return number

    def own(self, situation: Situation, period: int) -> int:
        """The number of a rule for one pay period of one participant, shared where it comes out the same."""
        row = rule_of(self.roster, situation, period)
        number = self.numbers.setdefault(row, self.first + len(self.numbers))
        self.rows[number, period] = row
        return number


def _tables(parts: Sequence[tuple[_Rules, Sequence[Held]]]) -> PaymentRules:
    """The rules of all rosters as tables."""
    rosters = [part.roster for part, _ in parts]
    every = {key: row for part, _ in parts for key, row in part.rows.items()}
    currencies = {seat.currency for roster in rosters for seat in roster.seats}
    paid = currencies | {row.pay_currency for row in every.values()}
    decimals = max((rosters[0].decimals(one) for one in currencies), default=0)
    paid_decimals = max((rosters[0].decimals(one) for one in paid), default=0)
    rows = sorted(every.items())
    return PaymentRules(
        _table(_HELD, [held for _, mine in parts for held in mine]),
        _table(
            _rules_schema(every.values(), decimals, paid_decimals),
            ((*key, *(getattr(row, name) for name in _RULE_COLUMNS)) for key, row in rows),
        ),
        _table(
            _HOLDBACKS,
            (
                (*key, number, *(getattr(one, field.name) for field in fields(one)))
                for key, row in rows
                for number, one in enumerate(row.holdbacks)
            ),
        ),
        _table(_SETTLEMENTS, ((*key, *settled) for key, row in rows for settled in row.settlements)),
        decimals,
        paid_decimals,
    )


def _runs(
    roster: PaymentRoster, rules: _Rules, participant: str, currency: str, seats: Sequence[Seat],
    begin: int, end: int,
) -> list[Held]:  # fmt: skip
    """The runs of pay periods of one participant and currency."""
    inner = (cut for cut in _cuts(roster, participant, seats) if begin < cut < end)
    cuts = [begin, *inner, end]
    held: list[Held] = []
    for first, until in pairwise(cuts):
        situation = _situation(roster, participant, seats, first)
        if situation is None:
            continue
        if _is_personal(roster, situation):
            held += [(participant, currency, p, p, rules.own(situation, p)) for p in range(first, until)]
        else:
            held.append((participant, currency, first, until - 1, rules.shared(situation, first, until - 1)))
    return held


def _cuts(roster: PaymentRoster, participant: str, seats: Sequence[Seat]) -> list[int]:
    """Where the situation may change: pay periods in which a seat begins or ends stand alone."""
    begins = [span.first for span in roster.pay_periods]
    days = {day for seat in seats for day in (seat.first, seat.next)}
    if participant in roster.left:
        days.add(roster.left[participant])
    starts = {0, len(begins)}
    for day in days:
        if begins[0] < day <= roster.pay_periods[-1].next:
            holding = [bisect_right(begins, one) - 1 for one in (day - timedelta(days=1), day)]
            starts.update(*((number, number + 1) for number in holding))
    return sorted(start for start in starts if start <= len(begins))


def _situation(
    roster: PaymentRoster, participant: str, seats: Sequence[Seat], period: int
) -> Situation | None:
    """The plan that is held on the pay period's last day, or was held last; of several the one with payment
    rules; of several with rules the leading one; else the first by title, and the others are its rivals."""
    span = roster.pay_periods[period]
    begun = [seat for seat in seats if seat.first < span.next]
    if not begun:
        return None
    until = min(span.next, max(seat.next for seat in begun))
    last = [seat for seat in begun if min(seat.next, span.next) == until]
    ruled = [seat for seat in last if roster.plans[seat.version].payment] or last
    leading = [seat for seat in ruled if roster.plans[seat.version].leading] or ruled
    titles = sorted({roster.plans[seat.version].plan for seat in leading})
    title = titles[0]
    undecided = len(titles) > 1 and roster.plans[ruled[0].version].payment is not None
    seat = min(
        (seat for seat in leading if roster.plans[seat.version].plan == title), key=lambda s: s.position
    )
    same = [one for one in begun if roster.plans[one.version].plan == title]
    left = roster.left.get(participant)
    leaver = left is not None and left <= span.next
    return Situation(
        seat=seat,
        seats=cut(same, seat),
        standing="held" if until == span.next else "ended" if until > span.first else "over",
        leaver=leaver,
        leaves_now=leaver and left is not None and left > span.first,
        rivals=", ".join(titles) if undecided else "",
    )


def _is_personal(roster: PaymentRoster, situation: Situation) -> bool:
    """Whether amounts depend on more than the days held: on ramp, leave, a value of the participant,
    or who has a component."""
    plan = roster.plans[situation.seat.version]
    rules = plan.payment
    if rules is None or situation.standing == "over":
        return False
    ramped = (
        rules.draw is not None
        and plan.ramp is not None
        and any(step.draw is not None for step in plan.ramp.steps)
    )
    leave = plan.leave.prorates if plan.leave else frozenset()
    on_leave = situation.seat.participant in roster.on_leave and bool(leave & WEIGHED)
    amounts = [
        rules.draw.amount if rules.draw else None,
        rules.minimum,
        *(one.amount for one in rules.advance),
    ]
    amounts.append(rules.maximum.amount if rules.maximum else None)
    named = any(
        amount is not None and not isinstance(amount, str) and isinstance(amount.amount, str)
        for amount in amounts
    )
    narrowed = any(plan.components[one.of].for_ is not None for one in rules.advance)
    return ramped or on_leave or named or narrowed


def _counts_days(plan: Plan) -> bool:
    said = plan.leavers.draw_in_the_last_period if plan.leavers else "full"
    return bool(plan.prorate & WEIGHED) or said == "prorated" or bool(plan.payment and plan.payment.advance)


def _held_in(span: Span, seats: Iterable[Seat]) -> tuple[tuple[date, date], ...]:
    """The days of seats in a pay period; empty where they are all of it."""
    parts = ((max(seat.first, span.first), min(seat.next, span.next)) for seat in seats)
    held = tuple((first, until) for first, until in parts if first < until)
    return () if sum((until - first).days for first, until in held) == (span.next - span.first).days else held


_NOBODY = Seat("", "", 0, "", date.min, date.min)
_HELD = pa.schema(
    [
        ("participant", pa.string()),
        ("currency", pa.string()),
        ("first_period", pa.int32()),
        ("last_period", pa.int32()),
        ("rule", pa.int32()),
    ]
)
_KEY = [("rule", pa.int32()), ("pay_period", pa.int32())]
_SHARE = pa.decimal128(10, 9)
_HOLDBACKS = pa.schema(
    [
        *_KEY,
        ("ordinal", pa.int32()),
        ("plan", pa.string()),
        ("component", pa.string()),
        ("keep", _SHARE),
        ("release", pa.string()),
        ("release_period", pa.int32()),
        ("not_before_period", pa.int32()),
        ("forfeit_period", pa.int32()),
    ]
)
_SETTLEMENTS = pa.schema([*_KEY, ("plan", pa.string()), ("component", pa.string())])
_RULE_COLUMNS = [field.name for field in fields(RuleRow) if field.name not in ("holdbacks", "settlements")]


def _rules_schema(rows: Iterable[RuleRow], decimals: int, paid_decimals: int) -> pa.Schema:
    rates = [row.pay_rate.normalize() for row in rows if row.pay_rate]
    rate_decimals = max((-int(rate.as_tuple().exponent) for rate in rates), default=0)
    money = pa.decimal128(18, decimals)
    types = {
        "minor_unit": pa.decimal128(1 + decimals, decimals),
        "pay_minor_unit": pa.decimal128(1 + paid_decimals, paid_decimals),
        "recover_share": _SHARE,
        "pay_rate": pa.decimal128(18, max(rate_decimals, 0)),
        "pay_rate_date": pa.date32(),
        **dict.fromkeys(("draw", "draw_limit", "advance", "maximum", "minimum"), money),
        **dict.fromkeys(("negative_paid", "draw_written_off", "settled_from_all", "excess_lost"), pa.bool_()),
    }
    return pa.schema([*_KEY, *((name, types.get(name, pa.string())) for name in _RULE_COLUMNS)])


def _table(schema: pa.Schema, rows: Iterable[Sequence[object]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema
    )
