"""Paying: from earnings to payments, step by step, with the ledger accounts of each participant."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from attain.verify.earning.book import ZERO
from attain.verify.earning.windows import over_of
from attain.verify.inputs.calendar import Period
from attain.verify.inputs.documents import Map, as_list
from attain.verify.inputs.forms import amount_per, day, number, rounded, span
from attain.verify.paying.holdbacks import Earned, Holdback
from attain.verify.paying.ruling import Ruling

ACCOUNTS = ("draw", "advance", "negative_carry", "clawback", "holdback", "deferred")
FIGURES = (
    "earned prior_period manual held released clawed_back repaid deferred_in advanced drawn topped_up "
    "deferred lost carried written_off payment"
).split()


@dataclass
class Payment:
    """One payment: its figures, and what it did to the accounts."""

    participant: str
    plan: str
    period: Period
    currency: str
    figures: dict[str, Fraction] = field(default_factory=lambda: dict.fromkeys(FIGURES, ZERO))
    opening: dict[str, Fraction] = field(default_factory=dict)
    closing: dict[str, Fraction] = field(default_factory=dict)
    forfeited: Fraction = ZERO
    pay_currency: str = ""
    rate: Fraction | None = Fraction(1)
    rate_day: date | None = None
    paid: Fraction | None = ZERO

    def add(self, figure: str, amount: Fraction) -> None:
        """Add to a figure."""
        self.figures[figure] += amount

    @property
    def has_figures(self) -> bool:
        """Whether any figure is not 0."""
        return any(self.figures.values()) or bool(self.forfeited)


class Ledger:
    """The payments of one participant in one currency, period after period."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.owed: dict[str, Fraction] = dict.fromkeys(ACCOUNTS, ZERO)
        self.new_clawback = ZERO
        self.holdback = Holdback(currency)

    def balances(self) -> dict[str, Fraction]:
        """All accounts."""
        return {**self.owed, "holdback": self.holdback.balance}

    def open(self, account: str, amount: Fraction) -> None:
        """What was owed or held before the first load."""
        if account == "holdback":
            self.holdback.opening += amount
        else:
            self.owed[account] += amount

    def repay(self, payment: Payment, account: str, amount: Fraction) -> Fraction:
        """Repay a debt."""
        self.owed[account] -= amount
        payment.add("repaid", amount)
        return amount

    def pay(self, payment: Payment, rule: Ruling, due: "Due") -> None:
        """All steps of one pay period, in their order."""
        payment.figures |= {"earned": due.earned, "prior_period": due.prior, "manual": due.manual}
        left = due.earned + due.prior + due.manual
        held = self.holdback.turn(rule, due.earnings, due.release)
        payment.figures |= {"held": held.kept, "released": held.released}
        payment.forfeited = held.forfeited
        left += held.released - held.kept
        left = self._claw_back(payment, rule, due.clawback, left)
        left = self._carried(payment, left)
        left = self._advance(payment, rule, due.earnings, left)
        left = self._draw(payment, rule, left)
        left = self._bounds(payment, rule, left)
        if left < 0 and rule.rules.get("negative", "carry forward") == "carry forward":
            self.owed["negative_carry"] -= left
            payment.add("carried", -left)
            left = ZERO
        self._write_off(payment, rule)
        payment.figures["payment"] = left

    def _claw_back(self, payment: Payment, rule: Ruling, entry: Fraction, left: Fraction) -> Fraction:
        taken = entry if rule.rules.get("negative") == "pay" else min(entry, max(left, ZERO))
        self.owed["clawback"] += entry - taken
        payment.add("clawed_back", entry)
        payment.add("carried", entry - taken)
        self.new_clawback = entry - taken
        return left - taken

    def _carried(self, payment: Payment, left: Fraction) -> Fraction:
        for account in ("clawback", "negative_carry"):
            owed = self.owed[account] - (self.new_clawback if account == "clawback" else ZERO)
            left -= self.repay(payment, account, min(owed, max(left, ZERO)))
        payment.add("deferred_in", self.owed["deferred"])
        left += self.owed["deferred"]
        self.owed["deferred"] = ZERO
        return left

    def _advance(
        self,
        payment: Payment,
        rule: Ruling,
        earnings: list[Earned],
        left: Fraction,
    ) -> Fraction:
        if not rule.rules.get("advance"):
            left -= self.repay(payment, "advance", min(self.owed["advance"], max(left, ZERO)))
        for said in as_list(rule.rules.get("advance")):
            place, last = _place_in_window(rule, said["of"])
            if str(place) in as_list(said["in months"]) and rule.has_component(said["of"]):
                amount = rounded(rule.whole(amount_per(said["amount"])), self.currency)
                self.owed["advance"] += amount
                payment.add("advanced", amount)
                left += amount
            if last:
                own = sum((item.amount for item, _ in earnings if item.component == said["of"]), ZERO)
                source = own if said["settled from"] == "its component" else left
                left -= self.repay(payment, "advance", min(self.owed["advance"], max(source, ZERO)))
        return left

    def _draw(self, payment: Payment, rule: Ruling, left: Fraction) -> Fraction:
        said = rule.rules.get("draw")
        if not said:
            return left - self.repay(payment, "draw", min(self.owed["draw"], max(left, ZERO)))
        amount, ended = _draw_amount(rule, said)
        if said["kind"] == "non-recoverable":
            missing = max(amount - left, ZERO) if amount else ZERO
            payment.add("topped_up", missing)
            left -= self.repay(payment, "draw", min(self.owed["draw"], max(left - amount, ZERO)))
            return left + missing
        if amount and left < amount:
            room = number(said["limit"]) - self.owed["draw"] if "limit" in said else amount - left
            drawn = min(amount - left, max(room, ZERO))
            self.owed["draw"] += drawn
            payment.add("drawn", drawn)
            return left + drawn
        if left > amount and _recovers(rule, said):
            part = (left - amount) * (1 if ended else number(said.get("recover at most", "100 %")))
            left -= self.repay(payment, "draw", min(self.owed["draw"], rounded(part, self.currency)))
        return left

    def _bounds(self, payment: Payment, rule: Ruling, left: Fraction) -> Fraction:
        if "maximum" in rule.rules:
            excess = max(left - rule.prorated("maximum", rule.rules["maximum"]["amount"]), ZERO)
            if rule.rules["maximum"]["excess"] == "deferred":
                self.owed["deferred"] += excess
                payment.add("deferred", excess)
            else:
                payment.add("lost", excess)
            left -= excess
        if "minimum" in rule.rules and rule.seats():
            said = rule.rules["minimum"]
            said = said["amount"] if isinstance(said, dict) else said
            missing = max(rule.prorated("minimum", said) - left, ZERO)
            payment.add("topped_up", missing)
            left += missing
        return left

    def _write_off(self, payment: Payment, rule: Ruling) -> None:
        said = rule.rules.get("draw") or {}
        due = "write off" in said and rule.period.days.holds(day(said["write off"]))
        if rule.leavers.get("draw owed") == "written off" and rule.is_last:
            due = True
        if due:
            payment.add("written_off", self.owed["draw"])
            self.owed["draw"] = ZERO


def _place_in_window(rule: Ruling, title: str) -> tuple[int, bool]:
    """Which pay period of the component's window this is, from 1, and whether it is the last."""
    component = rule.version.components[title]
    unit = over_of(rule.version.said(component, "over")).unit
    calendar = rule.world.calendar(rule.version)
    window = calendar.containing(unit, rule.period.days.last)
    periods = [item.days for item in calendar.periods(rule.period.unit, window.days)]
    place = periods.index(rule.period.days) + 1 if rule.period.days in periods else 0
    return place, place == len(periods)


def _draw_amount(rule: Ruling, said: Map) -> tuple[Fraction, bool]:
    """The draw of the pay period, and whether the draw has ended for good."""
    during = span(said["during"]) if "during" in said else None
    on = rule.period.days.last
    if not rule.seats() or (during and on > during.last):
        return ZERO, True
    if during and on < during.first:
        return ZERO, False
    leaving = rule.leavers.get("draw in the last period", "full") if rule.is_last and rule.leavers else ""
    if leaving == "none":
        return ZERO, False
    held = leaving == "prorated" if leaving else None
    return rule.prorated("draw", said["amount"], held), False


def _recovers(rule: Ruling, said: Map) -> bool:
    return "recovery" not in said or span(said["recovery"]).holds(rule.period.days.last)


@dataclass
class Due:
    """What a pay period brings to a participant."""

    earnings: list[Earned] = field(default_factory=list)
    prior: Fraction = ZERO
    manual: Fraction = ZERO
    release: Fraction = ZERO
    clawback: Fraction = ZERO

    @property
    def earned(self) -> Fraction:
        """All earnings of the pay period."""
        return sum((earning.amount for earning, _ in self.earnings), ZERO)
