"""The set-wise stage and a fold, one participant at a time, pay the same and carry the same."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.calculation.payments.fold import Fold, Month, Terms
from tests.engine.calculation.payments.pay_year import CALENDAR, PayYear, seat

MONTHS = [f"2025-{number:02}" for number in range(1, 10)]
CENTS = st.integers(-300_000, 800_000)
SMALL = st.integers(0, 300_000)
NUMBER = st.integers(0, 8)


def maybe(what: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | what


RULES = st.builds(
    Terms,
    negative_paid=st.booleans(),
    keep=st.sampled_from([0, 0, 10, 33, 50]).map(lambda percent: Fraction(percent, 100)),
    released_after=maybe(st.integers(0, 3)),
    advance=st.just(0) | st.integers(1, 200_000),
    advance_from_all=st.booleans(),
    draw=maybe(st.integers(0, 400_000)),
    recoverable=st.booleans(),
    draw_from=st.integers(0, 3),
    draw_until=st.integers(3, 8) | st.just(99),
    limit=maybe(SMALL),
    recovery_from=st.integers(0, 6),
    recover_at_most=st.sampled_from([100, 100, 50, 33, 0]).map(lambda percent: Fraction(percent, 100)),
    write_off=maybe(NUMBER),
    maximum=maybe(st.integers(0, 600_000)),
    excess_lost=st.booleans(),
    minimum=maybe(st.integers(0, 100_000)),
)
ACCOUNTS = st.sampled_from(["advance", "clawback", "deferred", "draw", "holdback", "negative_carry"])
MONTH = st.builds(
    Month,
    commission=st.just(0) | CENTS,
    bonus=CENTS,
    prior=st.just(0) | CENTS,
    manual=st.just(0) | CENTS,
    clawback=st.just(0) | SMALL,
    release=st.just(0) | SMALL,
    opening=st.just({}) | st.dictionaries(ACCOUNTS, SMALL, max_size=2),
)
PEOPLE = st.lists(
    st.tuples(RULES, st.lists(MONTH, min_size=len(MONTHS), max_size=len(MONTHS))), min_size=1, max_size=6
)


def money(cents: int | Fraction) -> Decimal:
    exact = Fraction(cents)
    assert exact.denominator == 1
    return Decimal(exact.numerator).scaleb(-2)


def percent(share: Fraction) -> str:
    return f"{share * 100} %"


def written(terms: Terms) -> str:
    """The terms as the payment block of a plan."""
    lines = []
    if terms.keep:
        release = (
            "by entry"
            if terms.released_after is None
            else f"after a time, after: {terms.released_after} months"
        )
        lines.append(f"holdback: [{{keep: {percent(terms.keep)}, release: {release}}}]")
    lines.append(f"negative: {'pay' if terms.negative_paid else 'carry forward'}")
    if terms.advance:
        source = "all earnings" if terms.advance_from_all else "its component"
        amount = f"{money(terms.advance)} per month"
        lines.append(f"advance: [{{of: Bonus, amount: {amount}, in months: [1, 2], settled from: {source}}}]")
    if terms.draw is not None:
        lines.append(f"draw: {{{', '.join(written_draw(terms))}}}")
    if terms.maximum is not None:
        excess = "lost" if terms.excess_lost else "deferred"
        lines.append(f"maximum: {{amount: {money(terms.maximum)} per month, excess: {excess}}}")
    if terms.minimum is not None:
        lines.append(f"minimum: {money(terms.minimum)} per month")
    return "".join(f"  {line}\n" for line in lines)


def written_draw(terms: Terms) -> list[str]:
    assert terms.draw is not None
    said = [
        f"kind: {'' if terms.recoverable else 'non-'}recoverable",
        f"amount: {money(terms.draw)} per month",
    ]
    last = CALENDAR.named(MONTHS[terms.draw_until]) if terms.draw_until < len(MONTHS) else None
    first = f"{MONTHS[terms.draw_from]}-01"
    said.append(f"during: {first} to {last.last}" if last else f"during: from {first}")
    if not terms.recoverable:
        return said
    if terms.limit is not None:
        said.append(f"limit: {money(terms.limit)}")
    said.append(f"recovery: from {MONTHS[terms.recovery_from]}-15")
    if terms.recover_at_most != 1:
        said.append(f"recover at most: {percent(terms.recover_at_most)}")
    if terms.write_off is not None:
        said.append(f"write off: {MONTHS[terms.write_off]}-10")
    return said


PLAN = """
plan: Plan {number}
effective: from 2025-01-01
paid: monthly
currency: USD
for: {{participant: P{number}}}
prorate: nothing
components:
  Commission: {{over: month, pay: {{how: given}}}}
  Bonus: {{over: quarter, pay: {{how: given}}}}
payment:
{payment}"""


def pay_year(people: list[tuple[Terms, list[Month]]]) -> PayYear:
    texts = [PLAN.format(number=n, payment=written(terms)) for n, (terms, _) in enumerate(people)]
    seats = [seat(f"P{n}", version=n) for n in range(len(people))]
    year = PayYear(texts, seats, (MONTHS[0], MONTHS[-1]))
    for n, (_, months) in enumerate(people):
        who = f"P{n}"
        for name, month in zip(MONTHS, months, strict=True):
            year.earn(who, name, str(money(month.commission)), plan=f"Plan {n}")
            year.earn(who, name, str(money(month.bonus)), plan=f"Plan {n}", component="Bonus")
            year.add("adjustments", name, str(money(month.prior)), participant=who)
            entries = {
                "manual_adjustment": month.manual,
                "clawback": month.clawback,
                "release": month.release,
            }
            for kind, amount in entries.items():
                year.add("entries", name, str(money(amount)), participant=who, kind=kind)
            for account, amount in month.opening.items():
                year.add("opening", name, str(money(amount)), participant=who, account=account)
    return year


def in_quarters(months: list[Month]) -> list[Month]:
    """A bonus is paid in the last month of its quarter only."""
    for number, month in enumerate(months):
        if number % 3 != 2:
            month.bonus = 0
    return months


@settings(max_examples=max(12, settings.default.max_examples // 8))
@given(PEOPLE)
def test_the_stage_pays_what_a_fold_pays(people: list[tuple[Terms, list[Month]]]):
    people = [(terms, in_quarters(months)) for terms, months in people]
    payments, balances = pay_year(people).pay()
    paid = {(row["participant"], row["period"]): row["payment"] for row in payments}
    closing = {(row["participant"], row["period"], row["account"]): row["closing"] for row in balances}
    for n, (terms, months) in enumerate(people):
        fold = Fold(terms)
        for name, month in zip(MONTHS, months, strict=True):
            assert paid.get((f"P{n}", name), 0) == money(fold.pay(month)), (n, name)
            for account, amount in fold.balances().items():
                assert closing.get((f"P{n}", name, account), 0) == money(amount), (n, name, account)
