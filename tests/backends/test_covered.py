"""The choice of cases for a slow server."""

from tests.backends.covered import covered, taken


def test_the_case_that_adds_most_is_taken_first_and_none_that_adds_nothing():
    uses = {"a": {"plan", "rate"}, "b": {"plan", "cap", "floor"}, "c": {"floor"}, "d": {"rate"}}
    assert taken(uses) == ("b", "a")


def test_a_minority_of_the_cases_has_every_key():
    assert 20 < len(covered()) < 60
