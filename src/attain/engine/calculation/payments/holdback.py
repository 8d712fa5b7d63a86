"""Step 2 before the steps: what each period keeps back, and when that falls due for release.

Kept is keep × what is earned in the period, as it will be released: per transaction by what customers
pay, else per earning. What falls due here is a plan; the steps release
never more than the balance.
"""

from attain.engine.backends.backend import Backend
from attain.engine.backends.numbers import greatest, literal, multiply
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.payments.money import Money
from attain.engine.calculation.payments.tables import PaymentInputs

BY_ENTRY = "by entry"
AFTER_A_TIME = "after a time"
IN_FULL = "when paid in full"
IN_PROPORTION = "in proportion to payments"
NEVER = 1_000_000_000

LOT = (
    "participant", "currency", "plan", "component", "booking", "release",
    "not_before_period", "forfeit_period",
)  # fmt: skip
SUMMED = ("kept", "billed", "received")
KEPT = (
    "participant", "currency", "pay_period", "plan", "component", "booking",
    "release", "release_period", "not_before_period", "forfeit_period", "minor_unit",
)  # fmt: skip


def keep_back(backend: Backend, inputs: PaymentInputs, money: Money) -> str:
    """Makes the flows of the account holdback and names their table: `(participant, currency, pay_period,
    kind, amount)` with the kinds `kept_by_entry`, `kept_for_later`, `taken_back` (what of the latter a return
    takes back of what waits for a time), `due_for_release`, `lot_forfeited`."""
    backend.create("payment_kept", _kept(inputs, money))
    branches = [
        _flow(
            f"CASE WHEN release = '{BY_ENTRY}' THEN 'kept_by_entry' ELSE 'kept_for_later' END",
            "pay_period",
            "kept",
            "payment_kept",
        ),
        _flow(
            "'due_for_release'",
            "release_period",
            "kept",
            f"(SELECT * FROM payment_kept WHERE release = '{AFTER_A_TIME}' AND kept > 0) AS timed",
        ),
        _flow(
            "'taken_back'",
            "pay_period",
            "kept",
            f"(SELECT * FROM payment_kept WHERE release = '{AFTER_A_TIME}' AND kept < 0) AS timed",
        ),
    ]
    if inputs.component_lines is not None:
        backend.create("payment_lots", _lots(inputs, money))
        branches.append(_flow("'due_for_release'", "pay_period", "due - due_before", _falls_due()))
        branches.append(_flow("'lot_forfeited'", "pay_period", "kept_to_date - due", _forfeits()))
    backend.create("payment_holdback_flows", " UNION ALL ".join(branches))
    return "payment_holdback_flows"


def _flow(kind: str, period: str, amount: str, source: str) -> str:
    columns = f"participant, currency, {period} AS pay_period, {kind} AS kind, {amount} AS amount"
    return f"SELECT {columns} FROM {source}"


def _kept(inputs: PaymentInputs, money: Money) -> str:
    """One row per thing kept: keep × amount, rounded half-up to the minor unit."""
    by = (
        "holding.participant, holding.currency, holding.pay_period, holding.minor_unit, rule.ordinal, "
        "rule.keep, rule.release, rule.release_period, rule.not_before_period, rule.forfeit_period"
    )
    rule = (
        f"FROM payment_holding AS holding JOIN {inputs.holdbacks} AS rule "
        "ON holding.rule = rule.rule AND holding.pay_period = rule.pay_period"
    )
    same = (
        "ON {0}.participant = holding.participant AND {0}.currency = holding.currency "
        "AND {0}.pay_period = holding.pay_period "
        "AND (rule.component = '' OR (rule.plan = {0}.plan AND rule.component = {0}.component))"
    )
    amount = money.cast("SUM({0}.amount)") + " AS amount"
    parts = [
        f"SELECT {by}, earned.plan, earned.component, '' AS booking, {amount.format('earned')} {rule} "
        f"JOIN {inputs.earnings} AS earned {same.format('earned')} "
        f"WHERE rule.release IN ('{BY_ENTRY}', '{AFTER_A_TIME}') "
        f"GROUP BY {by}, earned.plan, earned.component, earned.component_period",
    ]
    if inputs.component_lines is not None:
        parts.append(
            f"SELECT {by}, line.plan, line.component, line.booking, {amount.format('line')} {rule} "
            f"JOIN {inputs.component_lines} AS line {same.format('line')} AND line.booking <> '' "
            f"WHERE rule.release IN ('{IN_FULL}', '{IN_PROPORTION}') "
            f"GROUP BY {by}, line.plan, line.component, line.booking, line.transaction"
        )
    whole = money.in_units(f"({' UNION ALL '.join(parts)})", KEPT, money.share_of("kept", "keep", "amount"))
    columns = ", ".join(KEPT)
    return f"SELECT {columns}, {money.from_units('kept')} AS kept FROM ({whole}) AS in_units"


def _lots(inputs: PaymentInputs, money: Money) -> str:
    """What is kept of each booking, and what of it has fallen due, to date at each period in which either
    may have changed: all of it once the customer has paid the billed amount, else its part in proportion."""
    keep = [*LOT, "pay_period", *(f"{column}_to_date" for column in SUMMED), "minor_unit"]
    part = Rounded(
        "part",
        multiply(money.number("kept_to_date"), money.number("received_to_date")),
        multiply(greatest(money.number("billed_to_date"), literal(0)), money.unit("minor_unit")),
        0,
        "half-up",
    )
    known = money.in_units(f"({_to_date(inputs, money)})", keep, part)
    due = (
        f"CASE WHEN pay_period < not_before_period THEN {money.zero} "
        "WHEN billed_to_date <= 0 OR received_to_date >= billed_to_date THEN kept_to_date "
        f"WHEN release = '{IN_FULL}' OR received_to_date <= 0 THEN {money.zero} "
        f"ELSE {money.from_units('part')} END"
    )
    lot = ", ".join(LOT)
    return f"SELECT {lot}, pay_period, kept_to_date, {money.cast(due)} AS due FROM ({known}) AS known"


def _to_date(inputs: PaymentInputs, money: Money) -> str:
    lot = ", ".join(LOT)
    sums = ", ".join(f"{money.cast(f'SUM({column})')} AS {column}" for column in SUMMED)
    rows = f"PARTITION BY {lot} ORDER BY pay_period ROWS UNBOUNDED PRECEDING"
    running = ", ".join(
        f"{money.cast(f'SUM({column}) OVER ({rows})')} AS {column}_to_date" for column in SUMMED
    )
    moves = " UNION ALL ".join(_moves(inputs, money))
    moved = (
        f"SELECT {lot}, pay_period, MAX(minor_unit) AS minor_unit, {sums} FROM ({moves}) AS move "
        f"GROUP BY {lot}, pay_period"
    )
    return f"SELECT {lot}, pay_period, minor_unit, {running} FROM ({moved}) AS moved"


def _moves(inputs: PaymentInputs, money: Money) -> list[str]:
    """Whatever may change a lot: it is kept, billed, paid for; its time comes."""
    lot = ", ".join(f"lot.{key} AS {key}" for key in (*LOT, "minor_unit"))
    lots = f"SELECT DISTINCT {', '.join(LOT)}, minor_unit FROM payment_kept WHERE booking <> ''"

    def move(period: str, source: str, **amounts: str) -> str:
        columns = ", ".join(f"{money.cast(amounts.get(name, '0'))} AS {name}" for name in SUMMED)
        return f"SELECT {lot}, {period} AS pay_period, {columns} FROM {source}"

    def of_booking(name: str) -> str:
        return f"({lots}) AS lot JOIN {name} AS moved ON lot.booking = moved.booking"

    return [
        move("lot.pay_period", "(SELECT * FROM payment_kept WHERE booking <> '') AS lot", kept="lot.kept"),
        move("moved.pay_period", of_booking(inputs.billed or ""), billed="moved.amount"),
        move("moved.pay_period", of_booking(inputs.received or ""), received="moved.amount"),
        *(move(f"lot.{period}", f"({lots}) AS lot") for period in ("not_before_period", "forfeit_period")),
    ]


def _falls_due() -> str:
    before = f"LAG(due) OVER (PARTITION BY {', '.join(LOT)} ORDER BY pay_period)"
    return (
        f"(SELECT * FROM (SELECT *, COALESCE({before}, 0) AS due_before FROM payment_lots) AS stepwise "
        "WHERE due <> due_before AND pay_period <= forfeit_period) AS fallen"
    )


def _forfeits() -> str:
    return "(SELECT * FROM payment_lots WHERE pay_period = forfeit_period AND kept_to_date <> due) AS forfeit"
