"""Problems show place, code, message and cure; refusals hold all of them."""

from decimal import Decimal

from attain.engine.values.money import decimals, minor_unit
from attain.engine.values.problems import Place, Problem, Refused, refuse


def test_a_problem_reads_place_code_message_cure() -> None:
    problem = Problem("P203", "say how the quota counts.", "Add it.\nOr leave it.", Place("ae.yaml", 14, 13))
    assert str(problem) == "ae.yaml:14:13 P203 say how the quota counts.\n    Add it.\n    Or leave it."


def test_a_refusal_holds_every_problem() -> None:
    both = Refused([Problem("A1", "one."), Problem("A2", "two.")])
    assert [problem.code for problem in both.problems] == ["A1", "A2"]
    assert str(both) == "A1 one.\nA2 two."
    assert refuse("A3", "three.").problems == [Problem("A3", "three.")]


def test_minor_units_are_those_of_iso_4217() -> None:
    assert [decimals(code) for code in ("USD", "JPY", "KWD", "CLF")] == [2, 0, 3, 4]
    assert minor_unit("EUR") == Decimal("0.01")
