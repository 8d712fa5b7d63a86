"""What each payment starts from: one wide row per participant, currency and pay period, with its flows
(earned, adjusted, entered, kept, opened) and the payment rules that hold."""

from dataclasses import dataclass

from attain.engine.backends.backend import Backend
from attain.engine.calculation.payments.holdback import BY_ENTRY, keep_back
from attain.engine.calculation.payments.money import Money
from attain.engine.calculation.payments.tables import ACCOUNTS, PaymentInputs
from attain.engine.values.problems import Problem, Refused

KEY = "participant, currency, pay_period"
FLOWS = (
    "earned", "prior_period", "manual", "clawback", "released_by_entry", "settling",
    "kept_by_entry", "kept_for_later", "taken_back", "due_for_release", "lot_forfeited",
    *(f"opening_{account}" for account in ACCOUNTS),
)  # fmt: skip
ENTRIES = {
    "prior_period_adjustment": "prior_period",
    "manual_adjustment": "manual",
    "clawback": "clawback",
    "release": "released_by_entry",
}


@dataclass(frozen=True)
class Uses:
    """The machinery that some row of this run needs; what no row needs is not in the statements."""

    flows: frozenset[str]
    draw: bool
    recoverable: bool
    partly_recovered: bool
    advance: bool
    maximum: bool
    deferred: bool
    minimum: bool
    holdback: bool
    holdback_for_later: bool
    leaving_with_holdback: bool
    pay_currency: bool
    negative: bool

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that may hold something in this run."""
        may_hold = {
            "advance": self.advance,
            "clawback": "clawback" in self.flows,
            "deferred": self.deferred,
            "draw": self.recoverable,
            "holdback": self.holdback,
            "negative_carry": self.negative,
        }
        return tuple(
            account for account in ACCOUNTS if may_hold[account] or f"opening_{account}" in self.flows
        )


def uses(backend: Backend, inputs: PaymentInputs, money: Money) -> Uses:
    """Makes `payment_holding` and `payment_flows` and says what the run needs of the steps."""
    rules = _flags(
        backend,
        inputs.rules,
        draw="draw_kind <> ''",
        recoverable="draw_kind = 'recoverable'",
        partly_recovered="recover_share > 0 AND recover_share < 1",
        advance="advance > 0",
        maximum="maximum IS NOT NULL",
        deferred="maximum IS NOT NULL AND NOT excess_lost",
        minimum="minimum IS NOT NULL",
        leaving_with_holdback="holdback_at_leaving <> ''",
        pay_currency="pay_rate IS NULL OR pay_rate <> 1",
    )
    holdback = _flags(
        backend, inputs.holdbacks, holdback="keep > 0", holdback_for_later=f"release <> '{BY_ENTRY}'"
    )
    backend.create("payment_holding", _holding(inputs))
    kept = keep_back(backend, inputs, money) if holdback["holdback"] else None
    backend.create("payment_flows", _flows(inputs, money, kept))
    flows = backend.fetch(
        "SELECT kind, MAX(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS below FROM payment_flows GROUP BY kind"
    ).to_pydict()
    below = dict(zip(flows["kind"], flows["below"], strict=True))
    _refuse_unknown(frozenset(below) - frozenset(FLOWS))
    may_owe = any(below.get(kind) for kind in ("earned", "prior_period", "manual", "due_for_release"))
    return Uses(
        flows=frozenset(below),
        negative=may_owe or bool(rules["advance"]),
        **{**rules, **holdback},
    )


def _refuse_unknown(kinds: frozenset[str]) -> None:
    """What is entered or opened under a name that no step takes would be lost in silence."""
    accounts = [kind.removeprefix("opening_") for kind in kinds if kind.startswith("opening_")]
    entered = [kind.removeprefix("entered as ") for kind in kinds if kind.startswith("entered as ")]
    problems = [
        Problem(
            "R120", f'opening_balances: there is no account "{name}"', f"It is one of {', '.join(ACCOUNTS)}."
        )
        for name in sorted(accounts)
    ]
    problems += [
        Problem("R121", f'movements: there is no kind "{name}"', f"It is one of {', '.join(ENTRIES)}.")
        for name in sorted(entered)
    ]
    if problems:
        raise Refused(problems)


def _flags(backend: Backend, table: str, **conditions: str) -> dict[str, bool]:
    """Of each condition whether some row of the table meets it."""
    columns = ", ".join(
        f"COALESCE(MAX(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS {name}"
        for name, condition in conditions.items()
    )
    row = backend.fetch(f"SELECT {columns} FROM {table}").to_pylist()[0]
    return {name: bool(row[name]) for name in conditions}


def _holding(inputs: PaymentInputs) -> str:
    """Which rule holds for whom in which pay period."""
    return (
        "SELECT held.participant, held.currency, rule.pay_period, rule.rule, rule.minor_unit "
        f"FROM {inputs.held} AS held JOIN {inputs.rules} AS rule ON held.rule = rule.rule "
        "AND rule.pay_period >= held.first_period AND rule.pay_period <= held.last_period"
    )


def _flows(inputs: PaymentInputs, money: Money, kept: str | None) -> str:
    """All that enters a payment from outside of the steps, by kind."""
    entered = " ".join(f"WHEN '{kind}' THEN '{flow}'" for kind, flow in ENTRIES.items())
    parts = [
        f"SELECT {KEY}, 'earned' AS kind, amount FROM {inputs.earnings}",
        f"SELECT {KEY}, 'prior_period' AS kind, amount FROM {inputs.adjustments}",
        f"SELECT {KEY}, CASE kind {entered} ELSE 'entered as ' || kind END AS kind, amount FROM {inputs.entries}",
        f"SELECT {KEY}, 'opening_' || account AS kind, amount FROM {inputs.opening}",
        _settling(inputs, money),
    ]
    if kept:
        parts.append(f"SELECT {KEY}, kind, amount FROM {kept}")
    union = " UNION ALL ".join(parts)
    summed = f"{money.cast('SUM(amount)')} AS amount"
    return f"SELECT {KEY}, kind, {summed} FROM ({union}) AS flow GROUP BY {KEY}, kind"


def _settling(inputs: PaymentInputs, money: Money) -> str:
    """What components earned in the period in which their own earning settles their advance."""
    own = (
        "SELECT earned.participant, earned.currency, earned.pay_period, "
        f"{money.cast('SUM(earned.amount)')} AS amount FROM payment_holding AS holding "
        f"JOIN {inputs.settlements} AS settled ON holding.rule = settled.rule "
        "AND holding.pay_period = settled.pay_period "
        f"JOIN {inputs.earnings} AS earned ON earned.participant = holding.participant "
        "AND earned.currency = holding.currency AND earned.pay_period = holding.pay_period "
        "AND earned.plan = settled.plan AND earned.component = settled.component "
        "GROUP BY earned.participant, earned.currency, earned.pay_period, earned.plan, earned.component"
    )
    return f"SELECT {KEY}, 'settling' AS kind, GREATEST(amount, {money.zero}) AS amount FROM ({own}) AS own"


def make_dues(backend: Backend, inputs: PaymentInputs, money: Money, needs: Uses) -> None:
    """Makes `payment_dues`: every participant and currency in every pay period where something may be carried
    or topped up, else only where something flows."""
    rows = f"(SELECT DISTINCT {KEY} FROM payment_flows)"
    if needs.accounts or needs.draw or needs.advance or needs.minimum:
        payees = (
            f"SELECT DISTINCT participant, currency FROM {inputs.held} "
            "UNION SELECT DISTINCT participant, currency FROM payment_flows"
        )
        rows = (
            "(SELECT payee.participant, payee.currency, calendar.pay_period "
            f"FROM ({payees}) AS payee CROSS JOIN {inputs.pay_periods} AS calendar)"
        )
    flows = ", ".join(
        f"{money.cast(f'SUM(CASE WHEN kind = {kind!r} THEN amount ELSE 0 END)')} AS {kind}"
        for kind in FLOWS
        if kind in needs.flows
    )
    pivot = f"SELECT {KEY}, {flows} FROM payment_flows GROUP BY {KEY}" if flows else ""
    columns = [f"paid_row.{key} AS {key}" for key in KEY.split(", ")]
    columns += [f"COALESCE(flow.{kind}, {money.zero}) AS {kind}" for kind in FLOWS if kind in needs.flows]
    columns += [f"{expression} AS {name}" for name, expression in _rule_columns(money, needs).items()]
    on = (
        "ON paid_row.participant = {0}.participant AND paid_row.currency = {0}.currency "
        "AND paid_row.pay_period = {0}.pay_period"
    )
    select = f"SELECT {', '.join(columns)} FROM {rows} AS paid_row"
    if pivot:
        select += f" LEFT JOIN ({pivot}) AS flow {on.format('flow')}"
    select += f" LEFT JOIN payment_holding AS holding {on.format('holding')}"
    select += f" LEFT JOIN {inputs.rules} AS rule "
    select += "ON rule.rule = holding.rule AND rule.pay_period = holding.pay_period"
    backend.create("payment_dues", select)


def _rule_columns(money: Money, needs: Uses) -> dict[str, str]:
    """The rules' columns that the steps read, with what holds for one who holds no plan."""
    columns = {"rule": "COALESCE(holding.rule, -1)", "negative_paid": "COALESCE(rule.negative_paid, FALSE)"}
    if needs.draw or "draw" in needs.accounts:
        columns |= {
            "draw_kind": "COALESCE(rule.draw_kind, '')",
            "draw": f"COALESCE({money.cast('rule.draw')}, {money.zero})",
            "draw_limit": money.cast("rule.draw_limit"),
            "recover_share": "COALESCE(rule.recover_share, CAST('1' AS DECIMAL(10, 9)))",
            "draw_written_off": "COALESCE(rule.draw_written_off, FALSE)",
            "minor_unit": f"COALESCE(rule.minor_unit, {money.one})",
        }
    if "advance" in needs.accounts:
        columns |= {
            "advance": f"COALESCE({money.cast('rule.advance')}, {money.zero})",
            "settled_from_all": "COALESCE(rule.settled_from_all, TRUE)",
        }
    if needs.maximum:
        columns |= {"maximum": money.cast("rule.maximum"), "excess_lost": "COALESCE(rule.excess_lost, FALSE)"}
    if needs.minimum:
        columns["minimum"] = money.cast("rule.minimum")
    if "holdback" in needs.accounts and needs.leaving_with_holdback:
        columns["holdback_at_leaving"] = "COALESCE(rule.holdback_at_leaving, '')"
    return columns
