"""Opportunities: who sells what to whom, from where it came, and how it ended. Source, fit, rivals,
discount and skill move the chance of winning, so that there is something to find in the data."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from attain.demo.chance import Weighted, long_tailed, stream
from attain.demo.days import LAST_DAY, quarter_of, workday_before
from attain.demo.market.accounts import LARGE, MIDDLE, SMALL, Account
from attain.demo.market.products import Product
from attain.demo.organisation.careers import Stint
from attain.demo.organisation.leaves import Leave
from attain.demo.organisation.positions import DEVELOPER, ENGINEER, ENTERPRISE_EXECUTIVE
from attain.demo.organisation.territories import Land
from attain.demo.rows import Row
from attain.demo.sales.contents import DealLine, Seller
from attain.demo.sales.slots import Slot, make_slots

SOURCES = {"SDR": 34, "Inbound": 24, "Partner": 14, "Referral": 9, "Field": 19}
LIKELIER = {"SDR": 0.88, "Inbound": 1.08, "Partner": 1.15, "Referral": 1.45, "Field": 0.95}
EXISTING_CUSTOMER = 1.28
LIKELY = 0.212  # before all that follows; about one deal in four is won
RIVALS = {"": 52, "Vibratek": 20, "Senscape": 16, "In-house": 12}
RIVAL_STRENGTH = {"": 1.12, "Vibratek": 0.80, "Senscape": 0.92, "In-house": 0.90}
LOST_REASONS = {
    "No decision": 38,
    "Price": 24,
    "Rival chosen": 22,
    "Missing feature": 10,
    "Project stopped": 6,
}
CYCLE_DAYS = {SMALL: 48, MIDDLE: 76, LARGE: 138}
SEGMENT_SIZE = {SMALL: 0.72, MIDDLE: 1.22, LARGE: 1.0}
MEAN_SIZE = {False: 26_500, True: 132_000}  # dollars of a deal: executives, enterprise executives
SPREAD = {False: 0.80, True: 0.75}
HELP_FROM = 1.15  # deals above this multiple of the mean mostly have a solution engineer
OPEN_STAGES = (("Negotiation", "Commit", 20), ("Proposal", "Best case", 48), ("Qualified", "Pipeline", 90))


@dataclass
class Opportunity:
    """A possible sale; `closed` is None while it is open."""

    id: str
    account: Account
    stint: Stint
    created: date
    qualified: date
    proposed: date
    expected: date
    closed: date | None
    stage: str
    category: str
    source: str
    sourced_by: str
    specialist: str
    rival: str
    lost_reason: str
    new_logo: bool
    term_months: int
    lines: list[DealLine]

    @property
    def amount(self) -> Decimal:
        """The sum of its lines, in the currency of the lines."""
        return sum((line.amount for line in self.lines), Decimal(0))


class Market:
    """Fills the slots with deals in the order of their days; knows who is a customer already."""

    def __init__(self, seed: int, land: Land, products: list[Product], stints: list[Stint]) -> None:
        self.chance = stream(seed, "opportunities")
        self.land = land
        self.seller = Seller(self.chance, products)
        self.rivals, self.sources, self.reasons = (
            Weighted(list(weights), list(weights.values())) for weights in (RIVALS, SOURCES, LOST_REASONS)
        )
        self.helpers: dict[tuple[str, str], list[Stint]] = defaultdict(list)
        for stint in stints:
            if stint.position.role in (DEVELOPER, ENGINEER):
                self.helpers[stint.position.role, stint.position.region.name].append(stint)
        self.customers = {
            placed.account.account for placed in land.placed if placed.account.customer_since is not None
        }

    def opportunities(self, stints: list[Stint], leaves: list[Leave]) -> list[Opportunity]:
        """All opportunities of the two years, by the day of decision."""
        slots = make_slots(self.chance, stints, leaves)
        return [self.opportunity(f"O-{number:05d}", slot) for number, slot in enumerate(slots, 1)]

    def opportunity(self, key: str, slot: Slot) -> Opportunity:
        """One deal, won, lost or open."""
        chance, stint = self.chance, slot.stint
        account = chance.choice(self.land.accounts_on(stint.position.position, min(slot.day, LAST_DAY)))
        customer = account.account in self.customers
        large = stint.position.role == ENTERPRISE_EXECUTIVE
        relative = long_tailed(chance, SEGMENT_SIZE[account.segment], SPREAD[large])
        days = max(12, int(long_tailed(chance, CYCLE_DAYS[account.segment] * (0.8 + 0.2 * relative), 0.45)))
        created = slot.day - timedelta(days=days)
        if slot.is_open:
            created = min(created, LAST_DAY - timedelta(days=1 + int(chance.random() * 40)))
        created = workday_before(created)
        source, rival = self.sources.choose(chance), self.rivals.choose(chance)
        sourced_by = self.helper(DEVELOPER, stint, created) if source == "SDR" else ""
        helped = chance.random() < (0.78 if relative > HELP_FROM else 0.22)
        specialist = self.helper(ENGINEER, stint, min(slot.day, LAST_DAY)) if helped else ""
        lines = self.seller.lines(account.region, relative * MEAN_SIZE[large], slot.day)
        likely = LIKELY * LIKELIER[source] * RIVAL_STRENGTH[rival] * account.fit
        likely *= stint.person.skill**0.55 * (EXISTING_CUSTOMER if customer else 0.94)
        likely *= (1.10 if specialist else 0.97) * min(1.15, (CYCLE_DAYS[account.segment] / days) ** 0.25)
        likely *= 1.05 if quarter_of(slot.day) == 4 else 1.0
        won = chance.random() < min(0.75, likely) and not slot.is_open
        stage, category = self.stage(slot, won)
        if won:
            self.customers.add(account.account)
        return Opportunity(
            key,
            account,
            stint,
            created,
            created + timedelta(days=days * 3 // 10),
            created + timedelta(days=days * 6 // 10),
            slot.day,
            None if slot.is_open else slot.day,
            stage,
            category,
            source,
            sourced_by,
            specialist,
            rival,
            self.reasons.choose(chance) if stage == "Lost" else "",
            not customer,
            self.term(large),
            lines,
        )

    def helper(self, role: str, stint: Stint, day: date) -> str:
        """A position of the role in the region, held on the day; the able are asked more often."""
        held = [
            other
            for other in self.helpers[role, stint.position.region.name]
            if other.first <= day and (other.last is None or day <= other.last)
        ]
        weights = [other.person.skill for other in held]
        return self.chance.choices(held, weights)[0].position.position if held else ""

    def stage(self, slot: Slot, won: bool) -> tuple[str, str]:
        """Stage and forecast category; an open deal's by the days to its expected end."""
        if not slot.is_open:
            return ("Won", "Closed") if won else ("Lost", "Omitted")
        left = (slot.day - LAST_DAY).days * (0.6 + 0.8 * self.chance.random())
        for stage, category, days in OPEN_STAGES:
            if left < days:
                return stage, category
        return "Discovery", "Pipeline"

    def term(self, large: bool) -> int:
        """Months of the contract."""
        return self.chance.choice((12, 24, 36, 36, 36, 60) if large else (12, 12, 12, 12, 24, 36))


def opportunity_rows(opportunities: list[Opportunity]) -> list[Row]:
    """Table `opportunities`."""
    return [
        {
            "id": deal.id,
            "name": f"{deal.account.name}: {deal.lines[0].product.name}",
            "account": deal.account.account,
            "owner": deal.stint.position.position,
            "stage": deal.stage,
            "forecast_category": deal.category,
            "created_on": deal.created,
            "qualified_on": deal.qualified,
            "proposed_on": deal.proposed if deal.stage not in ("Qualified", "Discovery") else None,
            "expected_close": deal.expected,
            "closed_on": deal.closed,
            "amount": deal.amount,
            "currency": deal.lines[0].currency,
            "product": deal.lines[0].product.product,
            "term_months": deal.term_months,
            "new_logo": "yes" if deal.new_logo else "no",
            "source": deal.source,
            "sourced_by": deal.sourced_by,
            "specialist": deal.specialist,
            "rival": deal.rival,
            "lost_reason": deal.lost_reason,
        }
        for deal in opportunities
    ]
