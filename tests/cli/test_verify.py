"""`attain verify`: yes with counts, no with places, and refusals."""

from decimal import Decimal

import pytest
from click.testing import CliRunner

from attain.cli import attain
from tests.verify.checking.written import change, write
from tests.verify.company import booking, facts, plan, seat


@pytest.fixture
def folder(tmp_path):
    tables = facts([seat("A", "ANA")], [booking("T1", "2025-01-10", "A", "500")])
    return write(tmp_path / "out", plan(), tables, "2025-01", "2025-01")


def test_yes_and_how_much_was_compared(folder):
    result = CliRunner().invoke(attain, ["verify", str(folder)])
    assert (result.exit_code, result.output) == (
        0,
        "yes: 1 earning, 1 payment, 0 balances, 0 adjustments, 1 credit, 1 measure, 0 exceptions and 1 line "
        "agree to the cent\n",
    )


def test_no_and_where(folder):
    change(folder, "earnings", 0, amount=Decimal("50.01"))
    result = CliRunner().invoke(attain, ["verify", str(folder)])
    assert result.exit_code == 1
    assert "period 2025-01, currency USD: amount written 50.01, recomputed 50" in result.output
    assert result.output.endswith(f"no: 3 differences in {folder}\n")


def test_a_folder_without_a_run_is_refused(tmp_path):
    result = CliRunner().invoke(attain, ["verify", str(tmp_path)])
    assert result.exit_code == 1
    assert "V100" in result.output and "attain calculate --out" in result.output
    assert CliRunner().invoke(attain, ["verify", str(tmp_path / "nowhere")]).exit_code == 2
