"""Is pasted text about positions read as people write it, and is every bad line told at once?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from callbacks.present_portfolio_form import new_portfolio, positions_input
from callbacks.present_positions import read
from services.errors import InvalidRequest


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("AAPL, 120", "120"),
        ("AAPL\t1,200.5", "1200.5"),
        ("AAPL;12,5", "12.5"),
        ("aapl 1.200,75", "1200.75"),
        ("AAPL  4,000", "4000"),
        ("\ufeffAAPL, \u221240", "-40"),
        ('"AAPL", "1 200"', "1200"),
    ],
)
def test_amounts_are_read_with_english_and_continental_marks(text: str, quantity: str) -> None:
    pasted = read(text)
    assert not pasted.problems
    assert [(line.symbol, line.quantity) for line in pasted.lines] == [("AAPL", Decimal(quantity))]


def test_a_header_and_a_total_line_are_passed_over() -> None:
    pasted = read("Symbol\tWeight\nAAPL\t60%\nMSFT\t40 %\nTotal\t100%")
    assert not pasted.problems
    assert [line.weight_frac for line in pasted.lines] == [Decimal("0.6"), Decimal("0.4")]


def test_every_bad_line_is_told_at_once_with_its_number() -> None:
    pasted = read("AAPL\nMSFT, abc\nAAPL, 3\nAAPL, 4\nZZZ, 5\nKO, 0", known=["AAPL", "MSFT", "KO"])
    assert {problem.path for problem in pasted.problems} == {"line 1", "line 2", "line 4", "line 5", "line 6"}
    assert all(problem.advice for problem in pasted.problems)


def test_weights_and_shares_do_not_mix_and_weights_stay_within_a_hundred_percent() -> None:
    assert "Some lines give shares" in read("AAPL, 10%\nMSFT, 5").problems[0].message
    assert "add up to 120.0%" in read("AAPL, 70%\nMSFT, 50%").problems[0].message


def test_an_empty_text_says_what_to_write() -> None:
    assert "one line a position" in read("  \n").problems[0].advice


def test_a_new_portfolio_tells_all_its_problems_together() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        new_portfolio(" ", "", None, "long_only", "USD", None, "AAPL, 50%\nZZZ, 1%", known=["AAPL"])
    assert [problem.path for problem in refusal.value.fields] == ["name", "line 2", "initial_cash_ccy"]


def test_weights_need_a_value_only_where_there_is_none_yet() -> None:
    with pytest.raises(InvalidRequest, match="cannot be used"):
        positions_input("AAPL, 50%", None, None, known=["AAPL"], needs_value=True)
    wanted = positions_input("AAPL, 50%", Decimal(1000), None, known=["AAPL"], needs_value=True)
    assert (wanted.total_value_ccy, wanted.positions[0].weight_frac) == (Decimal(1000), 0.5)
