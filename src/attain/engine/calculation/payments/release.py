"""Step 2: what is kept of this period's earnings, and what is released of what was kept before.

The balance has two parts, of which neither falls below zero: what entries release (loaded balances too),
and what time or payments release. What falls due but cannot be released, or what was released or taken back
before it fell due, stands in `release_pending` until the two agree again.
"""

from attain.engine.calculation.payments.dues import Uses
from attain.engine.calculation.payments.walk import Walk

FOR_LATER = ("held_for_later", "release_pending")


def hold_back_and_release(walk: Walk, needs: Uses) -> None:
    """due − kept + released; what is kept of a return is cut at the balance, the rest reduces the payment."""
    flow = {name: name if name in needs.flows else walk.money.zero for name in FLOWS}
    opening = "holdback_opening - held_for_later_opening" if needs.holdback_for_later else "holdback_opening"
    walk.make(held=f"GREATEST({flow['kept_by_entry']}, - ({opening}))")
    walk.make(released=f"LEAST({flow['released_by_entry']}, {opening} + held)")
    held, released, lost = ["held"], ["released"], []
    if needs.holdback_for_later:
        _release_what_is_due(walk, flow)
        held.append("held_later")
        released += ["released_later", "released_early"]
        lost.append("lot_lost")
    walk.make(holdback_left=" - ".join([" + ".join(["holdback_opening", *held]), *released, *lost]))
    if needs.leaving_with_holdback:
        at_leaving = "CASE WHEN holdback_at_leaving = '{}' THEN holdback_left ELSE 0 END"
        walk.make(released_leaving=at_leaving.format("released"), lost_leaving=at_leaving.format("forfeited"))
        released.append("released_leaving")
        lost.append("lost_leaving")
        walk.make(holdback_closing="holdback_left - released_leaving - lost_leaving")
    else:
        walk.make(holdback_closing="holdback_left")
    if needs.holdback_for_later:
        _close_what_is_later(walk, flow, needs)
    walk.shows(held=" + ".join(held), released=" + ".join(released))
    if lost:
        walk.shows(forfeited=" + ".join(lost))
    walk.pays("holdback", f"- ({' + '.join(held)}) + {' + '.join(released)}")


FLOWS = (
    "kept_by_entry", "kept_for_later", "taken_back", "released_by_entry", "due_for_release", "lot_forfeited",
)  # fmt: skip


def _release_what_is_due(walk: Walk, flow: dict[str, str]) -> None:
    """What falls due is released up to the balance, less what was taken back of it before; an entry may release
    more, early. What was released early is not taken back, unless what had fallen due is due no more."""
    walk.make(held_later=f"GREATEST({flow['kept_for_later']}, - held_for_later_opening)")
    uncut = f"{flow['due_for_release']} + {flow['taken_back']} - {flow['kept_for_later']}"
    walk.make(
        for_later="held_for_later_opening + held_later",
        pending=f"release_pending_opening + {uncut} + held_later",
    )
    taken_back = f"LEAST({flow['due_for_release']}, {walk.money.zero})"
    walk.make(released_later=f"LEAST(GREATEST(pending, {taken_back}), for_later)")
    entered = walk.above_zero(f"{flow['released_by_entry']} - released")
    walk.make(released_early=f"LEAST({entered}, for_later - released_later)")
    walk.make(lot_lost=f"LEAST({flow['lot_forfeited']}, for_later - released_later - released_early)")


def _close_what_is_later(walk: Walk, flow: dict[str, str], needs: Uses) -> None:
    """A leaver whose holdback is released or forfeited has nothing left for later."""
    walk.make(left_for_later="for_later - released_later - released_early - lot_lost")
    walk.make(left_pending=f"pending - released_later - released_early + {flow['lot_forfeited']} - lot_lost")
    gone = "holdback_at_leaving <> ''" if needs.leaving_with_holdback else "FALSE"
    walk.make(
        held_for_later_closing=f"CASE WHEN {gone} THEN 0 ELSE left_for_later END",
        release_pending_closing=f"CASE WHEN {gone} THEN left_pending - left_for_later ELSE left_pending END",
    )
