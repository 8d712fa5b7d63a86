"""The steps of a payment, in the order of "Paying": each is a function that adds its layers."""

from collections.abc import Sequence

from attain.engine.calculation.payments.dues import KEY, Uses
from attain.engine.calculation.payments.money import Money
from attain.engine.calculation.payments.release import FOR_LATER, hold_back_and_release
from attain.engine.calculation.payments.walk import Walk

FIGURES = (
    "earned", "prior_period", "manual", "held", "released", "clawed_back", "repaid", "deferred_in",
    "advanced", "drawn", "topped_up", "deferred", "lost", "carried", "written_off", "forfeited", "payment",
)  # fmt: skip


def pay_steps(dues: str, columns: Sequence[str], before: str | None, money: Money, needs: Uses) -> str:
    """A select of payments from rows of dues with these columns: key, figures, and
    `<account>_opening`, `<account>_closing` of each account in use; `before` is what this select gave for
    the pay period before."""
    opened = [f"{name}_opening" for name in carried(needs)]
    walk = Walk(_opened(dues, before, money, needs), [*columns, *opened], money)
    earn_and_adjust(walk, needs)
    if "holdback" in needs.accounts:
        hold_back_and_release(walk, needs)
    claw_back(walk, needs)
    take_up_what_was_carried(walk, needs)
    if "advance" in needs.accounts:
        advance(walk, needs)
    if needs.draw or "draw" in needs.accounts:
        draw(walk, needs)
    limit(walk, needs)
    carry_what_is_below_zero(walk, needs)
    return _finished(walk, needs)


def carried(needs: Uses) -> tuple[str, ...]:
    """What a pay period hands to the next: balances, and what a holdback has yet to release."""
    return (*needs.accounts, *(FOR_LATER if needs.holdback_for_later else ()))


def _opened(dues: str, before: str | None, money: Money, needs: Uses) -> str:
    """Each row with its opening balances: the closing ones of before, and what is loaded."""
    columns = []
    for name in carried(needs):
        terms = [f"COALESCE(before.{name}_closing, {money.zero})" if before else money.zero]
        if f"opening_{name}" in needs.flows:
            terms.append(f"due.opening_{name}")
        columns.append(f"{money.cast(' + '.join(terms))} AS {name}_opening")
    if not columns:
        return f"SELECT * FROM {dues} AS due"
    select = f"SELECT due.*, {', '.join(columns)} FROM {dues} AS due"
    if before:
        select += f" LEFT JOIN {before} AS before "
        select += "ON due.participant = before.participant AND due.currency = before.currency"
    return select


def earn_and_adjust(walk: Walk, needs: Uses) -> None:
    """1. due = earned + prior-period adjustments + manual adjustments."""
    flows = [flow for flow in ("earned", "prior_period", "manual") if flow in needs.flows]
    walk.shows(**{flow: flow for flow in flows})
    if flows:
        walk.pays("adjustments", f"+ {' + '.join(flows)}")


def claw_back(walk: Walk, needs: Uses) -> None:
    """3. Of a clawback what is due pays, or all if payments may be negative; the rest is owed."""
    if "clawback" not in needs.flows:
        return
    walk.make(
        clawed=f"CASE WHEN negative_paid THEN clawback ELSE LEAST(clawback, {walk.above_zero(walk.due)}) END"
    )
    walk.shows(clawed_back="clawback", carried="(clawback - clawed)")
    walk.pays("clawback", "- clawed")


def take_up_what_was_carried(walk: Walk, needs: Uses) -> None:
    """4. Debts of before, clawback and then negative carry, are repaid from what is due; then what was
    deferred is added."""
    for account in ("clawback", "negative_carry"):
        if account in needs.accounts:
            walk.make(**{f"{account}_repaid": f"LEAST({account}_opening, {walk.above_zero(walk.due)})"})
            walk.shows(repaid=f"{account}_repaid")
            walk.pays(f"{account}_of_before", f"- {account}_repaid")
    if "clawback" in needs.accounts:
        new = "+ clawback - clawed" if "clawback" in needs.flows else ""
        walk.make(clawback_closing=f"clawback_opening - clawback_repaid {new}")
    if "deferred" in needs.accounts:
        walk.shows(deferred_in="deferred_opening")
        walk.pays("deferred_excess", "+ deferred_opening")


def advance(walk: Walk, needs: Uses) -> None:
    """5. Advanced in its months; settled in the component's last month from its own earning, or from all."""
    walk.make(advance_owed="advance_opening + advance")
    own = "settling" if "settling" in needs.flows else walk.money.zero
    walk.make(advance_settled=f"LEAST(advance_owed, {own})")
    due = f"{walk.due} + advance - advance_settled"
    walk.make(
        advance_repaid=(
            f"advance_settled + CASE WHEN settled_from_all "
            f"THEN LEAST(advance_owed - advance_settled, {walk.above_zero(due)}) ELSE 0 END"
        )
    )
    walk.make(advance_closing="advance_owed - advance_repaid")
    walk.shows(advanced="advance", repaid="advance_repaid")
    walk.pays("advance", "+ advance - advance_repaid")


def draw(walk: Walk, needs: Uses) -> None:
    """6. Below the draw: topped up to it, at the participant's debt if recoverable, within the limit.
    Above it: the stated share of what exceeds it repays."""
    short = f"CASE WHEN draw > 0 THEN {walk.above_zero(f'draw - {walk.due}')} ELSE 0 END"
    walk.make(short=short, over=walk.above_zero(f"{walk.due} - draw"))
    walk.make(guaranteed="CASE WHEN draw_kind = 'non-recoverable' THEN short ELSE 0 END")
    walk.shows(topped_up="guaranteed")
    if "draw" not in needs.accounts:
        walk.pays("draw", "+ guaranteed")
        return
    room = walk.above_zero("COALESCE(draw_limit - draw_opening, short)")
    walk.make(
        drawn=f"CASE WHEN draw_kind = 'recoverable' THEN LEAST(short, {room}) ELSE 0 END",
        recoverable=_share_of_excess(walk, needs),
    )
    walk.make(draw_repaid="LEAST(draw_opening, recoverable)")
    walk.make(draw_left="draw_opening + drawn - draw_repaid")
    walk.make(written_off="CASE WHEN draw_written_off THEN draw_left ELSE 0 END")
    walk.make(draw_closing="draw_left - written_off")
    walk.shows(drawn="drawn", repaid="draw_repaid", written_off="written_off")
    walk.pays("draw", "+ guaranteed + drawn - draw_repaid")


def _share_of_excess(walk: Walk, needs: Uses) -> str:
    """What may be recovered of the excess over the draw: all, nothing, or a share rounded half-up."""
    if not needs.partly_recovered:
        return "CASE WHEN recover_share = 1 THEN over ELSE 0 END"
    share = walk.money.share_of("recoverable_units", "recover_share", "over")
    walk.select = walk.money.in_units(f"({walk.select})", walk.columns, share)
    return walk.money.from_units("recoverable_units")


def limit(walk: Walk, needs: Uses) -> None:
    """7. At most the maximum, the excess deferred or lost; at least the minimum, never recovered."""
    excess = walk.money.zero
    if needs.maximum:
        walk.make(excess=walk.above_zero(f"COALESCE({walk.due} - maximum, 0)"))
        walk.make(lost="CASE WHEN excess_lost THEN excess ELSE 0 END")
        walk.shows(deferred="(excess - lost)", lost="lost")
        walk.pays("maximum", "- excess")
        excess = "excess - lost"
    if "deferred" in needs.accounts:
        walk.make(deferred_closing=excess)
    if needs.minimum:
        walk.make(raised=walk.above_zero(f"COALESCE(minimum - {walk.due}, 0)"))
        walk.shows(topped_up="raised")
        walk.pays("minimum", "+ raised")


def carry_what_is_below_zero(walk: Walk, needs: Uses) -> None:
    """8. What is below zero is paid so, if the plan says it, else carried."""
    if "negative_carry" in needs.accounts:
        walk.make(below=f"CASE WHEN negative_paid THEN 0 ELSE {walk.above_zero(f'- {walk.due}')} END")
        walk.make(negative_carry_closing="negative_carry_opening - negative_carry_repaid + below")
        walk.shows(carried="below")
        walk.pays("negative_carry", "+ below")
    walk.shows(payment=walk.due)


def _finished(walk: Walk, needs: Uses) -> str:
    figures = [f"{walk.money.cast(walk.figures.get(name, '0'))} AS {name}" for name in FIGURES]
    balances = [f"{name}_closing" for name in carried(needs)] + [f"{name}_opening" for name in needs.accounts]
    return f"SELECT {KEY}, rule, {', '.join([*figures, *balances])} FROM ({walk.select}) AS walked"
