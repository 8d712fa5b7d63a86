"""The whole demo company from a seed: its tables, and the mistakes that were planted in them."""

from dataclasses import dataclass
from pathlib import Path

from attain.demo.market.accounts import account_rows, make_accounts
from attain.demo.market.exchange import exchange_rate_rows
from attain.demo.market.products import make_products, product_rows
from attain.demo.organisation.careers import Careers, assignment_rows
from attain.demo.organisation.leaves import holiday_rows, leave_rows, make_leaves
from attain.demo.organisation.people import alias_rows, participant_rows
from attain.demo.organisation.positions import (
    make_positions,
    make_reporting,
    position_rows,
    reporting_rows,
    team_rows,
)
from attain.demo.organisation.territories import Land, account_territory_rows, territory_owner_rows
from attain.demo.planning.incentives import objective_rows, target_incentive_rows
from attain.demo.planning.quotas import make_quotas, quota_rows
from attain.demo.rows import Tables, write_tables
from attain.demo.sales.activities import activity_rows
from attain.demo.sales.bookings import booking_rows, return_rows, split_rows
from attain.demo.sales.cash import cash_rows
from attain.demo.sales.changes import closing_rows, with_versions
from attain.demo.sales.entries import (
    manual_adjustment_rows,
    movement_rows,
    opening_balance_rows,
    opening_credit_rows,
)
from attain.demo.sales.faults import Fault, plant
from attain.demo.sales.opportunities import Market, opportunity_rows
from attain.demo.sales.renewals import Renewals
from attain.demo.sales.transactions import RENEWAL

NAME = "Merrowfield Systems"
SEED = 2026


@dataclass(frozen=True)
class Company:
    """The tables as the facts contract names them, and the faults that stand in them on purpose."""

    tables: Tables
    faults: list[Fault]


def company(seed: int = SEED) -> Tables:
    """The demo company's tables by name; the same for the same seed.

    Values are texts, exact Decimals, whole numbers, dates and None; a row's keys are the table's columns.
    """
    return make_company(seed).tables


def make_company(seed: int = SEED) -> Company:
    """The company with the list of what was planted in it."""
    products, accounts = make_products(), make_accounts(seed)
    positions = make_positions(seed)
    reporting = make_reporting(seed, positions)
    careers = Careers(seed, positions)
    stints, people = careers.stints, careers.recruiter.people
    leaves = make_leaves(seed, stints)
    land = Land(seed, accounts, positions, stints)
    opportunities = Market(seed, land, products, stints).opportunities(stints, leaves)
    renewals = Renewals(seed, land, opportunities)

    bookings = booking_rows(opportunities)
    splits = split_rows(seed, bookings, opportunities, stints)
    returns = return_rows(seed, bookings)
    cash = cash_rows(seed, bookings + [row for row in renewals.rows if row["type"] == RENEWAL])
    facts = [*bookings, *returns, *renewals.rows, *cash]
    faults = plant(facts, splits, stints)
    opening = opening_balance_rows(seed, stints)

    tables: Tables = {
        "participants": participant_rows(people),
        "aliases": alias_rows(people),
        "positions": position_rows(positions),
        "assignments": assignment_rows(stints),
        "reporting": reporting_rows(reporting),
        "teams": team_rows(positions),
        "leaves": leave_rows(leaves),
        "holidays": holiday_rows(),
        "products": product_rows(products),
        "accounts": account_rows(accounts),
        "account_territory": account_territory_rows(land),
        "territory_owner": territory_owner_rows(land),
        "opportunities": opportunity_rows(opportunities),
        "activities": activity_rows(seed, opportunities, stints, leaves),
        "transactions": with_versions(seed, facts),
        "splits": splits,
        "book": renewals.book,
        "quotas": quota_rows(make_quotas(seed, positions, reporting)),
        "target_incentives": target_incentive_rows(positions),
        "objective": objective_rows(seed, positions, stints),
        "exchange_rates": exchange_rate_rows(seed),
        "manual_adjustments": manual_adjustment_rows(seed, stints),
        "opening_balances": opening,
        "opening_credits": opening_credit_rows(seed, stints),
        "movements": movement_rows(seed, stints, opening),
        "closings": closing_rows(),
    }
    return Company(tables, faults)


def write_company(folder: Path, seed: int = SEED) -> Company:
    """Make the company and write its tables; what was made is returned."""
    made = make_company(seed)
    write_tables(folder, made.tables)
    return made
