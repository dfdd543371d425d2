"""Does a form about a portfolio tell all that is wrong with what was typed, at its field, and swallow nothing?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from callbacks.portfolio_edit import EDIT_WORDS
from callbacks.present_errors import form
from callbacks.present_portfolio_form import changes, new_portfolio, positions_typed, told_by_line
from callbacks.present_typed import Typed, read_number
from components.fields import error_id, number_input
from services.errors import FieldProblem, InvalidRequest
from services.formatting import MINUS
from services.messages.portfolios import HouseLimits, Mandate
from services.portfolios_checks import limit_problems

WHO = ("none", "none", "long_only", None)


def refused(name: str, *percents: str | None) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as refusal:
        changes(name, *WHO, *percents)
    return {problem.path.rsplit(".", 1)[-1]: problem.message for problem in refusal.value.fields}


def test_a_wrong_limit_and_an_empty_name_are_told_together_each_at_its_field() -> None:
    found = refused(" ", "-4", "abc", "500", "1e400")
    assert set(found) == {"name", "position_max_frac", "position_min_frac", "sector_max_frac", "gross_max_frac"}
    assert set(found) <= set(EDIT_WORDS)
    assert "is −4%; it has to be above 0% and at most 100%" in found["position_max_frac"]
    assert "“abc” is not a number" in found["position_min_frac"]
    assert "is 500%" in found["sector_max_frac"]
    assert found["gross_max_frac"].endswith(": 1e+400% is too large.")
    assert refused("A", None, None, None, "-1e400")["gross_max_frac"].endswith(f": {MINUS}1e+400% is too small.")


def test_the_smallest_position_is_not_above_the_largest_and_zero_is_no_limit() -> None:
    assert set(refused("A", "10", "20", None, None)) == {"position_min_frac"}
    assert set(refused("A", "0", "", "", "")) == {"position_max_frac"}


def test_what_is_right_is_kept_as_typed_with_either_decimal_mark_and_a_percent_sign() -> None:
    limits = changes("A", *WHO, "25", "2,5", "40 %", "").house_limits
    assert limits == HouseLimits(
        position_max_frac=0.25, position_min_frac=0.025, sector_max_frac=0.4, gross_max_frac=None
    )


@pytest.mark.parametrize(
    "limits",
    [
        {"position_max_frac": 0.0},
        {"position_max_frac": 5.0},
        {"position_min_frac": 1.01},
        {"sector_max_frac": 5.0},
        {"gross_max_frac": 0.0},
    ],
)
def test_the_service_refuses_a_limit_out_of_its_range_whoever_asks(limits: dict[str, float]) -> None:
    (problem,) = limit_problems(HouseLimits(**{"position_max_frac": None, **limits}), None)
    assert problem.path == f"house_limits.{next(iter(limits))}"
    assert problem.advice


def test_the_service_refuses_a_mandate_out_of_its_ranges_all_at_once() -> None:
    mandate = Mandate(cash_min_frac=1.5, cash_max_frac=2.0, volatility_max_annual_frac=0.0)
    assert {problem.path.rpartition(".")[2] for problem in limit_problems(None, mandate)} == {
        "cash_min_frac", "cash_max_frac", "volatility_max_annual_frac",
    }  # fmt: skip
    assert not limit_problems(None, Mandate(cash_min_frac=0.0, cash_max_frac=1.0, volatility_max_annual_frac=0.12))


def test_a_number_is_a_line_of_text_so_that_the_browser_hands_over_whatever_was_typed() -> None:
    control: Any = number_input("some-limit", unit="%").children[0]
    assert (control.type, control.inputmode) == ("text", "decimal")
    assert getattr(control, "min", None) is None
    assert error_id(control.id) == "some-limit-error"


def test_an_amount_beyond_reason_is_told_with_the_other_bad_lines_and_by_its_line() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        positions_typed("AAPL, x\nMSFT 1e400\nZZZ, 5", "-3", "", known=["AAPL", "MSFT"])
    told = {problem.path: problem.message for problem in refusal.value.fields}
    assert set(told) == {"total_value_ccy", "line 1", "line 2", "line 3"}
    assert "Line 2: “1e400” of MSFT is more than a trillion shares." in told["line 2"]


def test_what_the_service_refuses_is_told_by_line_too() -> None:
    error = InvalidRequest("No.", fields=(FieldProblem("positions[1].symbol", "SPX is an index.", "Choose a fund."),))
    (problem,) = told_by_line(error, "Symbol, shares\nAAPL, 1\n\nSPX, 2").fields
    assert (problem.path, problem.message) == ("line 4", "Line 4: SPX is an index.")


def test_a_new_portfolio_with_a_wrong_value_says_so_once() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        new_portfolio("", "none", "none", "long_only", "USD", "-5", "AAPL, 50%", known=["AAPL"])
    assert [problem.path for problem in refusal.value.fields] == ["name", "initial_cash_ccy"]


@pytest.mark.parametrize(
    ("text", "value"), [("1,200.5", "1200.5"), ("1.200,5", "1200.5"), ("10,000", "10000"), ("−4", "-4"), ("2,5", "2.5")]
)
def test_numbers_are_read_with_english_and_continental_marks(text: str, value: str) -> None:
    assert read_number(text, "quantity") == Decimal(value)


def test_a_number_below_its_bound_is_called_so_and_not_empty() -> None:
    typed = Typed()
    assert typed.number("horizon_years", "The horizon", "-5", low=0, high=80, unit=" years") is None
    assert typed.problems[0].message == "The horizon: −5 is below 0 years."


def test_a_problem_that_belongs_to_no_field_is_listed_under_words_and_not_under_a_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr("callbacks.present_errors.put", lambda key, **given: told.update({key: given["children"]}))

    @form("slot", {})
    def refuse() -> None:
        message = "KO: a limit is above zero."
        raise InvalidRequest(message, "Type a price.", fields=(FieldProblem("limit_price", message, "Type a price."),))

    refuse()
    listed = str(told["slot"])
    assert "'Limit price'" in listed
    assert "limit_price" not in listed
