"""Values that are well written and still cannot be meant: by table and column, as SQL conditions."""

from collections.abc import Sequence

from attain.engine.facts.mapping.targets import Target

PERIOD = "[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]|P[0-9]{2}|W(0[1-9]|[1-4][0-9]|5[0-3])))?"
CALENDAR = "known_periods"
"""The name of the table of periods that a loaded calendar names; always there while rows are judged."""

WORDS = {
    ("movements", "kind"): ("release", "clawback", "prior_period_adjustment", "manual_adjustment"),
    ("opening_balances", "account"): (
        "draw",
        "advance",
        "negative_carry",
        "clawback",
        "holdback",
        "deferred",
    ),
    ("target_incentives", "per"): ("week", "period", "month", "quarter", "half", "year"),
}
NAMES_ITS_OWN_PERIODS = "calendar"
Condition = tuple[str, str]


def value_faults(table: str, target: Target, text: str, value: str, dates: Sequence[str]) -> list[Condition]:
    """Conditions and the codes of the faults they are, for a cell's text and its reading."""
    found: list[Condition] = []
    number = f"TRY_CAST({value} AS DECIMAL(18,6))"
    if table == "quotas" and target.name == "amount":
        found.append((f"{number} < 0", "negative_quota"))
    if table == "exchange_rates" and target.name == "rate":
        found.append((f"TRY_CAST({value} AS DECIMAL(18,12)) <= 0", "not_positive"))
    elif target.name in ("rate", "share") and not target.any_range:
        found.append((f"{number} NOT BETWEEN 0 AND 1", "outside_0_to_1"))
    if target.name == "period" and table != NAMES_ITS_OWN_PERIODS:
        shape = f"regexp_full_match({text}, '{PERIOD}')"
        found.append((f"NOT {shape} AND {text} NOT IN (SELECT period FROM {CALENDAR})", "no_such_period"))
    if words := WORDS.get((table, target.name)):
        listed = ", ".join(f"'{word}'" for word in words)
        found.append((f"{text} NOT IN ({listed})", "unknown_word"))
    if target.name == "last" and "first" in dates:
        found.append((f'{value} < "_v_first"', "last_before_first"))
    return found


def words_of(table: str, column: str) -> str:
    """The words that a column takes, for its message."""
    return ", ".join(WORDS.get((table, column), ("yes", "no")))
