"""A sound plan that most words of the language stand in, and what is refused when one of them is changed."""

from attain.engine.language import load_text
from attain.engine.values.problems import Refused

PLAN = """\
plan: Account Executive
effective: 2026-01-01 to 2026-12-31
paid: monthly
currency: USD
for: {role: [AE, SE]}
target incentive: 18000 per year
prorate: [quota, target incentive, cap]
fields:
  discount: 1 - amount / list_price
values:
  - by: participant.country
    rows:
      - {participant.country: DE, base_rate: 4 %, draw: 1800}
      - {participant.country: US, base_rate: 5 %, draw: 2000}
measures:
  new_logos:
    credit:
      - {from: booking, where: new_logo = 'yes', to: owner}
    measure: count(distinct account)
    over: quarter
tables:
  Curve:
    points:
      - {at: 50 %, pay: 0 %}
      - {at: 100 %, pay: 100 %}
  Rates:
    key: {region: equal, product: equal}
    gives: rate
    match: first row
    otherwise: exception
    rows:
      - {region: EMEA, product: Bikes, rate: 4 %}
      - {region: any, product: any, rate: 1 %}
components:
  New business:
    credit:
      - from: [booking, return]
        where: product = 'Software'
        to: {split: splits, otherwise: owner}
        counts: least(amount, 500000)
    measure: sum(credit)
    over: year to date
    quota: new_business
    quota counts: in full
    pay:
      how: marginal
      by: attainment
      bands:
        - {from: 0 %, rate: base_rate}
        - {from: 50 %, rate: 8 %}
        - {from: 100 %, rate: 12 %}
    then:
      - {cap: 15000, each: deal}
      - cap: 60000 per year
  Services:
    credit:
      - {from: booking, where: product = 'Services', to: owner}
    measure: sum(credit)
    over: quarter
    quota: services
    pay:
      how: interpolated
      by: attainment
      of: target_incentive
      before: nothing
      beyond: flat
      points: Curve
    then:
      - only if: attainment("New business") >= 50 % and new_logos >= 3
  Deals:
    credit of: Services
    measure: sum(credit)
    over: month
    pay: {how: lookup, table: Rates, each: credit}
payment:
  draw: {kind: recoverable, amount: draw per month, limit: 6000}
  maximum: {amount: 20000 per month, excess: deferred}
"""

Edit = tuple[str, str]


def changed(*edits: Edit) -> str:
    """The sound plan with each first text, which stands in it exactly once, made the second."""
    text = PLAN
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} x {old!r}"
        text = text.replace(old, new)
    return text


def refused(text: str) -> list[str]:
    """What a text is refused for, as it is printed; empty where it loads."""
    try:
        load_text(text, "ae.yaml")
    except Refused as refusal:
        return [str(problem) for problem in refusal.problems]
    return []
