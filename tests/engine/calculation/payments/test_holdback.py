"""What is kept and what is released: by what customers pay, after a time, by entry."""

from decimal import Decimal

from tests.engine.calculation.payments.pay_year import PayYear, moves, paid, plan, seat


def kept(release: str, keep: str = "50 %") -> PayYear:
    """One participant, half a year, one holdback."""
    text = plan(f"  holdback: [{{keep: {keep}, release: {release}}}]")
    year = PayYear([text], [seat("ANA")], ("2025-01", "2025-06"))
    year.facts["component_lines"] = []
    return year


def book(year: PayYear, period: str, earned: str, amount: str, transaction: str, booking: str = "B1") -> None:
    """A booking, or a return of one: its line, its earning, and what it changes of the bill."""
    year.earn("ANA", period, earned)
    keys = {"participant": "ANA", "plan": "Plan", "component": "Commission"}
    year.add("component_lines", period, earned, transaction=transaction, booking=booking, **keys)
    year.add("billed", period, amount, booking=booking)


def receive(year: PayYear, period: str, amount: str, booking: str = "B1") -> None:
    year.add("received", period, amount, booking=booking)


def amounts(year: PayYear) -> dict[str, str]:
    """What ANA is paid by period; a payment below 0 is carried, so that each month shows what it adds."""
    payments, _ = year.pay()
    return {period: str(amount) for (_, period), amount in paid(payments).items()}


def closing(year: PayYear) -> dict[str, Decimal]:
    _, balances = year.pay()
    return {period: row[2] for period, row in moves(balances, "holdback").items()}


def test_a_return_before_the_customer_pays_halves_what_is_held_and_what_is_due():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    book(year, "2025-02", "-400.00", "-8000", "R1")
    year.add("entries", "2025-02", "1000.00", participant="ANA", kind="manual_adjustment")
    receive(year, "2025-04", "12000")
    assert amounts(year) == {"2025-01": "500.00", "2025-02": "800.00", "2025-04": "300.00"}


def test_a_return_of_what_was_released_reduces_the_payment():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    receive(year, "2025-02", "20000")
    book(year, "2025-03", "-1000.00", "-20000", "R1")
    year.add("entries", "2025-03", "1200.00", participant="ANA", kind="manual_adjustment")
    receive(year, "2025-04", "-20000")
    assert amounts(year) == {"2025-01": "500.00", "2025-02": "500.00", "2025-03": "200.00"}
    assert closing(year) == {"2025-01": Decimal(500), "2025-02": Decimal(0)}


def test_a_part_is_released_of_what_is_billed_after_a_return():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    receive(year, "2025-02", "7500")
    book(year, "2025-03", "-250.00", "-5000", "R1")
    year.add("entries", "2025-03", "500.00", participant="ANA", kind="manual_adjustment")
    receive(year, "2025-04", "7500")
    # held 375 from March on: half of it is paid for by 7500 of 15000, that is 187.50, as released before
    assert amounts(year) == {
        "2025-01": "500.00",
        "2025-02": "187.50",
        "2025-03": "375.00",
        "2025-04": "187.50",
    }
    assert closing(year)["2025-04"] == 0


def test_thirds_are_released_without_losing_a_cent():
    year = kept("in proportion to payments", "10 %")
    book(year, "2025-01", "100.05", "300", "B1")
    for period in ("2025-02", "2025-03", "2025-04"):
        receive(year, period, "100")
    # 10.005 is held as 10.01; a third is 3.34 (3.336…), two thirds are 6.67 (6.673…)
    assert amounts(year) == {
        "2025-01": "90.04",
        "2025-02": "3.34",
        "2025-03": "3.33",
        "2025-04": "3.34",
    }


def test_nothing_is_released_until_all_is_paid():
    year = kept("when paid in full")
    book(year, "2025-01", "1000.00", "20000", "B1")
    receive(year, "2025-02", "19999.99")
    receive(year, "2025-05", "0.01")
    assert amounts(year) == {"2025-01": "500.00", "2025-05": "500.00"}


def test_what_the_customer_pays_too_early_waits_and_what_comes_too_late_is_forfeited():
    year = kept("in proportion to payments, not before: 2 months, forfeit after: 3 months")
    book(year, "2025-01", "1000.00", "20000", "B1")
    receive(year, "2025-02", "8000")
    receive(year, "2025-04", "4000")
    receive(year, "2025-05", "8000")
    payments, balances = year.pay()
    assert {key[1]: str(amount) for key, amount in paid(payments).items()} == {
        "2025-01": "500.00",
        "2025-03": "200.00",
        "2025-04": "100.00",
    }
    assert [(row["period"], row["forfeited"]) for row in payments if row["forfeited"]] == [
        ("2025-04", Decimal("200.00"))
    ]
    assert moves(balances, "holdback")["2025-04"][2] == 0


def test_lines_without_a_booking_are_not_held_where_payments_release():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    book(year, "2025-01", "70.00", "0", "", booking="")
    assert amounts(year) == {"2025-01": "570.00"}


def test_an_entry_releases_early_and_not_twice():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    year.add("entries", "2025-02", "100.00", participant="ANA", kind="release")
    receive(year, "2025-03", "10000")
    receive(year, "2025-04", "10000")
    book(year, "2025-04", "600.00", "6000", "B2", booking="B2")
    # March: 250 is due, 100 of it was released; April: 250, and B2 keeps its 300
    assert amounts(year) == {
        "2025-01": "500.00",
        "2025-02": "100.00",
        "2025-03": "150.00",
        "2025-04": "550.00",
    }
    assert closing(year)["2025-04"] == 300


def test_what_an_entry_released_early_is_not_taken_back_when_less_falls_due():
    year = kept("in proportion to payments")
    book(year, "2025-01", "1000.00", "20000", "B1")
    year.add("entries", "2025-02", "300.00", participant="ANA", kind="release")
    receive(year, "2025-03", "10000")
    receive(year, "2025-04", "10000")
    assert amounts(year) == {"2025-01": "500.00", "2025-02": "300.00", "2025-04": "200.00"}


def test_an_entry_never_releases_more_than_the_balance():
    year = kept("by entry", "10 %")
    year.earn("ANA", "2025-01", "1000.00")
    year.add("entries", "2025-02", "250.00", participant="ANA", kind="release")
    year.earn("ANA", "2025-03", "-1000.00")
    year.earn("ANA", "2025-04", "5000.00")
    assert amounts(year) == {"2025-01": "900.00", "2025-02": "100.00", "2025-04": "3500.00"}
    assert closing(year)["2025-04"] == 500


def test_each_earning_is_rounded_alone_where_no_transaction_is_released():
    # 10 % of 0.45 is 0.05, three times
    for release in ("after a time, after: 1 month", "by entry"):
        year = kept(release, "10 %")
        for component in ("Commission", "Bonus", "Contest"):
            year.earn("ANA", "2025-01", "0.45", component=component)
        payments, _ = year.pay()
        assert paid(payments)["ANA", "2025-01"] == Decimal("1.20")


def test_a_holdback_of_one_component_leaves_the_others():
    year = PayYear(
        [plan("  holdback: [{keep: 10 %, of: Commission, release: by entry}]")],
        [seat("ANA")],
        ("2025-01", "2025-01"),
    )
    year.earn("ANA", "2025-01", "100")
    year.earn("ANA", "2025-01", "100", component="Bonus")
    payments, _ = year.pay()
    assert paid(payments) == {("ANA", "2025-01"): Decimal(190)}
