"""A plan beside facts: what it names and they do not hold."""

import pytest

from attain.engine.facts.tables import Facts
from attain.engine.language import load_text
from attain.engine.language.checks.facts_given import missing_facts
from tests.engine.language.plans import changed

BOOKING = {
    "id": "B1",
    "date": "2026-01-12",
    "type": "booking",
    "owner": "P-1",
    "amount": "10",
    "account": "ACME",
    "product": "Software",
    "list_price": "12",
    "new_logo": "yes",
    "region": "EMEA",
}
QUOTA = {"position": "P-1", "period": "2026", "amount": "5"}
FACTS = {
    "transactions": [BOOKING],
    "accounts": [{"account": "ACME", "segment": "Large"}],
    "positions": [{"position": "P-1", "role": "AE"}, {"position": "P-2", "role": "SE"}],
    "assignments": [{"position": "P-1", "participant": "ANA", "first": "2026-01-01"}],
    "quotas": [{**QUOTA, "measure": "new_business"}, {**QUOTA, "measure": "services"}],
    "splits": [{"transaction": "B1", "position": "P-1", "share": "1"}],
}
SERVICES = "{from: booking, where: product = 'Services', to: owner}"


def missing(*edits: tuple[str, str], without: str = "") -> list[str]:
    facts = Facts.from_rows({name: rows for name, rows in FACTS.items() if name != without})
    [plan] = load_text(changed(*edits), "ae.yaml")
    return [str(problem) for problem in missing_facts(plan, facts)]


def test_nothing_is_missing_where_all_is_there():
    assert missing() == []


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (
            (SERVICES, "{from: bookings, to: owner}"),
            'ae.yaml:57:16 P340 component "Services": no transaction has the type "bookings", and no table '
            'of facts this name.\n    Did you mean "booking"?',
        ),
        (
            (SERVICES, "{from: invoice, to: owner}"),
            'ae.yaml:57:16 P340 component "Services": no transaction has the type "invoice", and no table of '
            "facts this name.\n    The types are booking.",
        ),
        (
            ("quota: services", "quota: service"),
            'ae.yaml:60:12 P341 component "Services": no row of quotas has the measure "service".\n'
            '    Did you mean "services"?',
        ),
        (
            ("for: {role: [AE, SE]}", "for: {role: [AE, SDR]}"),
            "ae.yaml:5:13 P342 no position has the role SDR.\n    Load it into the table positions.",
        ),
        (
            ("for: {role: [AE, SE]}", "for: {participant: ANNA}"),
            'ae.yaml:5:20 P342 no assignment names ANNA.\n    Did you mean "ANA"?',
        ),
        (
            ("counts: least(amount, 500000)", "counts: least(amont, 500000)"),
            'ae.yaml:40:23 P343 component "New business": the facts have no field "amont" for '
            '"least(amont, 500000)".\n    Did you mean "amount"?',
        ),
        (
            ("where: product = 'Software'", "where: account.segmnt = 'Large' and product = 'Software'"),
            'ae.yaml:38:16 P343 component "New business": the facts have no field "segmnt" for this '
            'expression.\n    Did you mean "segment"?',
        ),
        (
            ("    measure: count(distinct account)\n", "    measure: count(distinct acount)\n"),
            'ae.yaml:19:29 P343 measure "new_logos": the facts have no field "acount" for '
            '"count(distinct acount)".\n    Did you mean "account"?',
        ),
        (
            ("{split: splits, otherwise: owner}", "{split: shares, otherwise: owner}"),
            'ae.yaml:39:21 P344 component "New business": the facts have no table "shares".\n'
            "    Load it, or name another.",
        ),
        (
            (
                "currency: USD\n",
                "currency: USD\nexchange: {rates: Daily, on: transaction date, at most: 3 days}\n",
            ),
            'ae.yaml:5:19 P344 the facts have no table "exchange_rates".\n    Load it, or name another.',
        ),
    ],
)
def test_what_is_missing_is_named(edit: tuple[str, str], problem: str):
    assert missing(edit) == [problem]


def test_a_type_that_has_not_come_yet_is_no_fault_beside_one_that_has():
    assert missing(("from: [booking, return]", "from: [booking, refund]")) == []


def test_a_table_that_is_not_there_is_named():
    assert missing(without="splits") == [
        'ae.yaml:39:21 P344 component "New business": the facts have no table "splits".\n'
        "    Load it, or name another."
    ]


def test_a_table_is_found_by_fields_that_are_there():
    edits = [
        ("key: {region: equal, product: equal}", "key: {regio: equal}"),
        ("{region: EMEA, product: Bikes, rate: 4 %}", "{regio: EMEA, rate: 4 %}"),
        ("{region: any, product: any, rate: 1 %}", "{regio: any, rate: 1 %}"),
    ]
    assert missing(*edits) == [
        'ae.yaml:27:11 P343 table "Rates": the facts have no field "regio" to find a row by.\n'
        '    Did you mean "region"?'
    ]
