"""What a run could not decide: each with its place, its facts, a reason and a cure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from attain.engine.calculation.credits import CreditSet
from attain.engine.calculation.headings import heading_of, users_of
from attain.engine.calculation.intervals import meet_all
from attain.engine.calculation.passes import Pass
from attain.engine.calculation.seats import effective
from attain.engine.calculation.units import bearer
from attain.engine.calculation.versions import Version
from attain.engine.language.models.credit_rules import SplitTo
from attain.engine.language.models.measures import Measure
from attain.engine.language.models.plan import Component
from attain.engine.values.calendars import PAID

COLUMNS = (
    "code", "stage", "plan", "component", "position", "participant", "period", "transaction", "date", "currency",
    "reason", "cure",
)  # fmt: skip

REASONS: Mapping[str, tuple[str, str]] = {
    "position_unknown": ("{name} is no position, person or alias that is known", "Load the position, or mend the name in the fact."),
    "position_vacant": ("{position} has no participant on {date}", "Load an assignment, or say `if vacant` in the rule."),
    "person_without_position": ("{name} holds no position on {date}", "Load an assignment."),
    "person_with_several_positions": ("{name} holds several positions on {date}", "Name the position in the fact."),
    "account_without_territory": ("account {name} lies in no territory on {date}", "Load account_territory."),
    "territory_without_owner": ("territory {position} has no owner on {date}", "Load territory_owner."),
    "splits_do_not_add_up": ("shares add up to {total} %", "Mend the splits."),
    "currency_missing": ("the plan says no currency for {position}", "Load the field that `currency` names, or add its row under `values`."),
    "exchange_rate_missing": ("no rate {currency} to {plan_currency} on {date}", "Load the exchange rate."),
    "exchange_rate_too_old": ("the rate {currency} to {plan_currency} is too old on {date}", "Load a later rate."),
    "original_missing": ("the original {name} that {transaction} returns is not known", "Load the original."),
    "tail_not_said": ("{transaction} is dated after the assignment's last day", "Say `leavers: credit until` in the plan."),
    "credit_not_computable": ("the credit of {transaction} divides by 0 or misses a number", "Mend the fact."),
    "lookup_no_row": ("no row of the table fits {transaction}", "Add a row, or say `otherwise`."),
    "lookup_several_rows": ("several rows of the table fit {transaction}", "Make the rows differ."),
    "quota_missing": ("quota is missing", "Load the quota, or say `denominator: {missing: …}`."),
    "quota_zero": ("quota is zero", "Load the quota, or say `denominator: {zero: …}`."),
    "quota_negative": ("quota is negative", "Mend the quota."),
    "quota_goes_beyond": ("the quota's period goes on after this one", "Load quotas by the shorter period, or say `quota counts: in full`."),
    "target_incentive_missing": ("target incentive is missing", "Load the target incentive."),
    "ratio_zero": ("there is nothing to divide by", "Say `denominator: {zero: …}`."),
    "ratio_negative": ("the divisor is negative", "Say `denominator: {negative: …}`."),
}  # fmt: skip


def exceptions_of(one: Pass, first: date, following: date) -> Iterator[dict[str, object]]:
    """Every exception of a pass in the days asked for, each once, in a stable order."""
    seen = set()
    rows = [
        *_of_seats(one, first, following),
        *_of_credits(one, first, following),
        *_of_figures(one, first, following),
    ]
    for row in sorted(rows, key=lambda row: tuple(str(row[name] or "") for name in COLUMNS)):
        key = tuple(row[name] for name in COLUMNS)
        if key not in seen:
            seen.add(key)
            yield row


def _of_seats(one: Pass, first: date, following: date) -> Iterator[dict[str, object]]:
    """Seats that a plan is for, and that it does not say the currency of: in each pay period."""
    reason, cure = REASONS["currency_missing"]
    for plan, number, runs in one.unpaid:
        seat = one.roster.assignments[number]
        days = meet_all(runs, [effective(plan)])
        for span in one.calendar(plan).of(PAID[plan.paid], one.begin, one.end):
            if first <= span.last < following and meet_all(days, [(span.first, span.next)]):
                yield {
                    "code": "currency_missing", "stage": "credits", "plan": plan.plan, "component": "",
                    "position": seat.position, "participant": seat.participant, "period": span.name,
                    "transaction": "", "date": None, "currency": "",
                    "reason": reason.format_map({**_NOTHING, "position": seat.position}), "cure": cure,
                }  # fmt: skip


def _of_credits(one: Pass, first: date, following: date) -> Iterator[dict[str, object]]:
    # of one participant's plans alone, where only that one is reckoned
    for version in one.versions if one.participant is None else filter(_seated, one.versions):
        for name, block in {**version.plan.measures, **version.plan.components}.items():
            title = heading_of(version.plan, name)
            for credits in _sets(version, name, block):
                sums = [summed for key, summed in version.summed.items() if key[0] == credits.name]
                if not credits.made and sums and not any(summed.problems for summed in sums):
                    continue
                view = credits.name if credits.made else f"({credits.select(seated=False)})"
                where = f"problem <> '' AND credit_date >= CAST('{first}' AS DATE) AND credit_date < CAST('{following}' AS DATE)"
                select = f"SELECT problem, id, position, name, owner_date, credit_date, original_currency FROM {view} AS c WHERE {where}"
                for row in one.backend.fetch(select).to_pylist():
                    if row["problem"] == "splits_do_not_add_up":
                        row["total"] = _split_total(one, block, row["id"])
                    yield _row(version, title, row["problem"], "credits", row)


def _seated(version: Version) -> bool:
    return bool(version.seated)


def _sets(version: Version, name: str, block: Measure) -> list[CreditSet]:
    """The credits of a block's own rules, for the seats of each component that uses them."""
    if not block.credit:
        return []
    for component in [block] if isinstance(block, Component) else users_of(version.plan, name):
        version.credits(block, component)
    return [credits for (owner, _), credits in version.sets.items() if owner == id(block)]


def _split_total(one: Pass, block: Measure, transaction: str) -> str:
    """The sum of a transaction's shares in percent."""
    tables = {rule.to.split for rule in block.credit if isinstance(rule.to, SplitTo)}
    shares = [
        row["share"]
        for table in tables
        for row in one.known.fetch(table)
        if row["transaction"] == transaction
    ]
    return format(
        (Decimal(sum(share for share in shares if isinstance(share, Decimal))) * 100).normalize(), "f"
    )


def _row(version: Version, title: str, code: str, stage: str, row: Mapping[str, object]) -> dict[str, object]:
    day = row["owner_date"] if code in _BY_OWNER_DATE else row["credit_date"]
    facts = {
        "name": row["name"] or "(blank)", "position": row["position"], "date": day, "transaction": row["id"],
        "currency": row["original_currency"], "plan_currency": version.currency, "total": row.get("total"),
    }  # fmt: skip
    position = "" if code in ("territory_without_owner", "splits_do_not_add_up") else row["position"]
    reason, cure = REASONS[code]
    span = version.calendar.at(version.timing.pay_unit, row["credit_date"])  # type: ignore[arg-type]
    return {
        "code": code, "stage": stage, "plan": version.plan.plan, "component": title, "position": position,
        "participant": "", "period": span.name, "transaction": row["id"], "date": day, "currency": row["original_currency"] if code.startswith("exchange") else "",
        "reason": reason.format_map(facts), "cure": cure,
    }  # fmt: skip


_BY_OWNER_DATE = {
    "position_vacant", "position_unknown", "person_without_position", "person_with_several_positions",
    "account_without_territory", "territory_without_owner", "splits_do_not_add_up",
}  # fmt: skip


def _of_figures(one: Pass, first: date, following: date) -> Iterator[dict[str, object]]:
    within = f"paid >= CAST('{first}' AS DATE) AND paid < CAST('{following}' AS DATE)"
    for version, component, figures in one.figures:
        for select in figures.exceptions:
            distinct = f"SELECT DISTINCT code, unit, until, period FROM ({select}) AS f WHERE {within}"
            for row in one.backend.fetch(distinct).to_pylist():
                seat = bearer(figures.evaluation, row["unit"], row["until"])
                reason, cure = REASONS[row["code"]]
                yield {
                    "code": row["code"], "stage": "earnings", "plan": version.plan.plan, "component": component.title,
                    "position": seat.position, "participant": seat.participant, "period": row["period"],
                    "transaction": "", "date": None, "currency": "", "reason": reason.format_map(_NOTHING), "cure": cure,
                }  # fmt: skip
        turns = [turn for turn in figures.evaluation.turns if not turn.eve and first <= turn.paid < following]
        for select in figures.item_exceptions if turns else ():
            since, until = min(turn.start for turn in turns), max(turn.until for turn in turns)
            days = f"credit_date >= CAST('{since}' AS DATE) AND credit_date < CAST('{until}' AS DATE)"
            joined = f"SELECT i.code AS code, i.seat AS seat, i.id AS id, i.credit_date AS credit_date FROM ({select}) AS i WHERE {days}"
            for row in one.backend.fetch(joined).to_pylist():
                seat = version.roster.assignments[row["seat"]]
                own = [turn for turn in turns if turn.start <= row["credit_date"] < turn.until]
                if not own:
                    continue
                reason, cure = REASONS[row["code"]]
                yield {
                    "code": row["code"], "stage": "earnings", "plan": version.plan.plan, "component": component.title,
                    "position": seat.position, "participant": seat.participant,
                    "period": own[0].period,
                    "transaction": row["id"], "date": row["credit_date"], "currency": "",
                    "reason": reason.format_map({**_NOTHING, "transaction": row["id"]}), "cure": cure,
                }  # fmt: skip


_NOTHING = dict.fromkeys(("name", "position", "date", "transaction", "currency", "plan_currency"), "")
