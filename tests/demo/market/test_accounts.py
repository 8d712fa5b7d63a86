"""Accounts and products: places on the map, names of their own, prices above cost."""

from attain.demo.market.accounts import LARGE, make_accounts
from attain.demo.market.products import make_products


def test_accounts_have_names_of_their_own_and_a_place():
    accounts = make_accounts(3)
    assert len({account.name for account in accounts}) == len(accounts) == 6000
    assert len({(account.latitude, account.longitude) for account in accounts}) > 5900
    for account in accounts:
        west, east = (-130, -65) if account.region.name == "Americas" else (-12, 30)
        assert west < account.longitude < east and 25 < account.latitude < 66, account.account


def test_segments_fit_their_size():
    accounts = make_accounts(3)
    assert min(account.employees for account in accounts if account.segment == LARGE) >= 2000
    assert max(account.employees for account in accounts if account.segment != LARGE) <= 2000


def test_products_of_four_families_cost_less_than_their_price():
    products = make_products()
    assert {product.family for product in products} == {"Platform", "Analytics", "Sensors", "Services"}
    assert all(0 < product.cost_rate < 1 and len(product.list_prices) == 3 for product in products)
