"""Is a slip of units told by one rule in the same words, whichever door the figures come through?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import engine
from engine.kernel.errors import InputRefused, Problem

NAMES = ["A", "B", "C"]
VOLATILITY = 0.2


def of_problem(returns: list[float], volatility: float, form: str = "dense", periods: int = 1) -> Any:
    variances = np.full(3, volatility**2 / periods)
    risk: dict[str, Any] = {"covariance": np.diag(variances)}
    if form == "factors":
        risk = {
            "factors": {"loadings": np.zeros((3, 1)), "factor_covariance": [[1.0]], "specific_variances": variances}
        }
    figures = {"assets": NAMES, "expected_returns_frac": np.array(returns) / periods, "periods_per_year": periods}
    return engine.parse_request({"problem": figures | risk, "objective": {"kind": "min_volatility"}})


def of_figures(returns: list[float], volatility: float) -> Any:
    return engine.Figures(NAMES, returns, np.eye(3) * volatility**2)  # type: ignore[arg-type]


def of_factors(returns: list[float], volatility: float) -> Any:
    form = engine.FactorForm(np.zeros((3, 1)), np.eye(1), np.full(3, volatility**2))
    return engine.Figures(NAMES, returns, factors=form)  # type: ignore[arg-type]


DOORS: dict[str, Callable[[list[float], float], Any]] = {
    "problem": of_problem,
    "problem with factors": lambda returns, volatility: of_problem(returns, volatility, "factors"),
    "figures": of_figures,
    "figures with factors": of_factors,
}


def told(call: Callable[[], Any]) -> list[Problem]:
    try:
        call()
    except InputRefused as refusal:
        return list(refusal.problems)
    return []


@pytest.mark.parametrize(
    ("returns", "volatility", "words"),
    [
        ([0.08, 0.05, 0.1], 0.2, None),
        ([0.08, 1.2, 0.1], 0.8, None),  # a wild asset may promise much
        ([0.08, 5.0, 0.1], 0.2, "5 a year is 500% a year, at a volatility of 20%. Give fractions: did you mean 5%"),
        ([0.08, 1.2, 0.1], 0.2, "1.2 a year is 120% a year"),
        ([0.08, 0.05, 11.0], 9.0, "11 a year is 1100% a year"),
        ([8.0, 5.0, 3.0], 0.2, "Most expected returns are implausible: number 2, 5 a year is 500% a year"),
        ([3.5, 3.5, 0.1], 2.0, "Most expected returns are implausible"),
        ([0.08, 0.05, 0.1], 15.0, "The volatility of A is 1500% a year"),
    ],
)
def test_every_door_judges_alike_in_the_same_words(returns: list[float], volatility: float, words: str | None) -> None:
    found = {name: told(lambda door=door: door(returns, volatility)) for name, door in DOORS.items()}
    sentences = {name: [f"{one.message} {one.advice}" for one in problems] for name, problems in found.items()}
    assert len({tuple(one) for one in sentences.values()}) == 1, sentences
    (one, *_) = sentences.values()
    assert (not one) if words is None else (len(one) == 1 and words in one[0]), one


def test_an_estimate_of_one_s_own_is_judged_by_the_same_rule() -> None:
    def asked(**estimates: Any) -> list[Problem]:
        return told(
            lambda: engine.parse_request(
                {"asset_ids": NAMES, "objective": {"kind": "min_volatility"}, "estimates": estimates}
            )
        )

    figures = {"A": 0.08, "B": 5.0, "C": 0.1}
    (own,) = asked(expected_returns={"kind": "given_returns", "returns_frac": figures})
    assert own.path == "estimates.expected_returns.returns_frac.B"
    assert own.message == "5 a year is 500% a year."
    assert own.advice == "Give fractions: did you mean 5%, that is 0.05?"
    matrix = (np.eye(3) * 225.0).tolist()
    (wide,) = asked(covariance={"kind": "given_covariance", "assets": NAMES, "matrix": matrix})
    (same,) = told(lambda: of_figures([0.08, 0.05, 0.1], 15.0))
    assert (wide.message, wide.advice) == (same.message, same.advice)
    (daily,) = asked(covariance={"kind": "given_covariance", "assets": NAMES, "matrix": matrix, "is_annual": False})
    assert "For yearly figures set `is_annual` to true." in (daily.advice or "")


def test_yearly_figures_called_daily_are_told_as_that() -> None:
    (problem,) = told(lambda: of_problem([7.0, 7.0, 7.0], VOLATILITY, periods=252))
    assert "per period is 700% a year" in problem.message
    assert "For yearly figures set periods_per_year to 1." in (problem.advice or "")


@pytest.mark.parametrize("door", ["constructor", "array", "frame"])
def test_prices_given_as_returns_are_refused_at_every_door(door: str) -> None:
    index = pd.date_range("2020-01-01", periods=20)
    prices = 100.0 + np.arange(40.0).reshape(20, 2)
    makers: dict[str, Callable[[], Any]] = {
        "constructor": lambda: engine.ReturnsPanel(index, ["A", "B"], prices),  # type: ignore[arg-type]
        "array": lambda: engine.ReturnsPanel.from_array(prices, ["A", "B"]),
        "frame": lambda: engine.ReturnsPanel.from_frame(pd.DataFrame(prices, index=index, columns=["A", "B"])),
    }
    (problem,) = told(makers[door])
    assert "These look like prices" in problem.message
    grown = engine.PricePanel(index[:2], ["A"], [[1.0], [3.0]])  # type: ignore[arg-type]
    assert engine.ReturnsPanel.from_prices(grown).returns_frac[0, 0] == 2.0


def test_current_weights_in_percent_are_asked_about_at_both_doors() -> None:
    weights = {"A": 9.0, "B": 9.0, "C": 9.0} | {f"X{n}": 9.1 for n in range(8)}
    percents = {name: value * 100.0 / sum(weights.values()) for name, value in weights.items()}
    request = of_problem([0.08, 0.05, 0.1], VOLATILITY)
    (beside,) = told(lambda: engine.optimize(request, current_weights_frac=percents))
    document = request.model_dump(mode="json") | {"current_weights": percents}
    (inside,) = told(lambda: engine.parse_request(document))
    assert beside == inside
    assert "10000% of the portfolio" in beside.message
    assert "Were percents meant?" in (beside.advice or "")
    assert not told(lambda: engine.optimize(request, current_weights_frac={"A": 0.6, "B": -0.2}))


def test_what_is_beyond_all_numbers_is_written_without_an_exception() -> None:
    from engine.kernel.units import percent_at_least, percent_at_most

    assert percent_at_least(float("inf")) == percent_at_most(float("inf")) == "∞%"
