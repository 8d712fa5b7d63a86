"""What a visitor is shown: roles on a day, and the payment that tells the most."""

from datetime import date

from attain.demo.story import payments_worth_explaining, roles

POSITIONS = [{"position": "AE-1", "role": "Account Executive"}, {"position": "SDR-1", "role": "SDR"}]
ASSIGNMENTS = [
    {"position": "AE-1", "participant": "ANA", "first": date(2026, 3, 16), "last": None},
    {"position": "SDR-1", "participant": "ANA", "first": date(2025, 1, 1), "last": date(2026, 3, 15)},
    {"position": "SDR-1", "participant": "BEN", "first": date(2026, 3, 20), "last": date(2026, 5, 3)},
]


def test_the_role_is_that_of_the_periods_last_day_or_the_last_held():
    role = roles(ASSIGNMENTS, POSITIONS)
    assert [role("ANA", period) for period in ("2026-02", "2026-03", "2026-Q1")] == [
        "SDR",
        "Account Executive",
        "Account Executive",
    ]
    assert role("BEN", "2026-10") == "SDR"


def test_the_payment_in_which_most_happened_comes_first():
    quiet = dict.fromkeys(
        (
            "prior_period",
            "manual",
            "held",
            "released",
            "clawed_back",
            "advanced",
            "drawn",
            "repaid",
            "deferred",
        ),
        "0.00",
    )
    rows = [
        quiet | {"participant": "A", "period": "2026-01", "held": "3.00"},
        quiet | {"participant": "B", "period": "2026-02", "held": "3.00", "released": "-1.00"},
        quiet | {"participant": "A", "period": "2026-02"},
    ]
    assert [row["participant"] for row in payments_worth_explaining(rows)] == ["B", "A", "A"]
