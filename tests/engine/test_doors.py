"""Does the library take what a notebook has, and say in its own words what it cannot take?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine

pd = pytest.importorskip("pandas")

NAMES = ["A", "B", "C"]
RETURNS = np.random.default_rng(0).normal(0.0004, 0.01, (300, 3))
DAYS = pd.date_range("2020-01-01", periods=300)
FRAME = pd.DataFrame(RETURNS, index=DAYS, columns=NAMES)
PRICES = 100.0 * (1.0 + FRAME).cumprod()
GOAL = {"kind": "min_volatility"}
FIGURES = {
    "assets": NAMES,
    "expected_returns_frac": np.array([0.08, 0.05, 0.03]),
    "covariance": np.array([[0.04, 0.006, 0.001], [0.006, 0.01, 0.002], [0.001, 0.002, 0.005]]),
    "periods_per_year": 1,
}


def request(**more: Any) -> engine.OptimizationRequest:
    return engine.parse_request({"asset_ids": NAMES, "objective": GOAL, "frontier_points_count": 0, **more})


def weights(result: engine.OptimizationResult) -> list[float]:
    assert result.status == "optimal", result.message
    return [line.weight_frac for line in result.weights]


WAYS_IN: dict[str, Callable[[], Any]] = {
    "frame": lambda: FRAME,
    "frame of texts as dates": lambda: FRAME.set_index(DAYS.strftime("%Y-%m-%d")),
    "frame with a zone": lambda: FRAME.tz_localize("America/New_York"),
    "frame of months": lambda: FRAME.set_index(pd.period_range("1990-01", periods=300, freq="M")),
    "array with names": lambda: engine.ReturnsPanel.from_array(RETURNS, NAMES),
    "array with names and dates": lambda: engine.ReturnsPanel.from_array(RETURNS, NAMES, DAYS),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_table_of_returns_comes_in_every_form(way: str) -> None:
    expected = weights(engine.optimize(request(), panel=engine.ReturnsPanel(DAYS, tuple(NAMES), RETURNS)))
    assert weights(engine.optimize(request(), panel=WAYS_IN[way]())) == expected
    assert engine.diagnose(request(), panel=WAYS_IN[way]()).is_feasible


def test_prices_are_told_from_returns_and_turned_into_them() -> None:
    of_prices = weights(engine.optimize(request(), panel=engine.ReturnsPanel.from_prices(PRICES)))
    assert weights(engine.optimize(request(), panel=PRICES.pct_change())) == of_prices
    assert weights(engine.optimize(request(), panel=engine.PricePanel.from_frame(PRICES))) == of_prices


MISUSES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "prices as returns": (lambda: PRICES, "returns_frac", "look like prices.*from_prices"),
    "array": (lambda: RETURNS, "panel", "neither which column.*from_array"),
    "list": (lambda: RETURNS.tolist(), "panel", "of type list"),
    "numbers as dates": (lambda: FRAME.reset_index(drop=True), "dates", "numbers, not dates"),
    "words as dates": (lambda: FRAME.set_index(pd.Index([f"d{i}" for i in range(300)])), "dates", "'d0'.* no date"),
    "words as returns": (lambda: FRAME.assign(B="x"), "returns_frac", "B holds entries that are not numbers"),
    "levels": (lambda: pd.concat({"Close": FRAME}, axis=1), "assets", "2 levels"),
    "newest first": (lambda: FRAME.iloc[::-1], "dates", "must increase"),
    "gaps": (lambda: FRAME.mask(FRAME > 0.02), "returns_frac", "A, B and C have .* missing"),
}


@pytest.mark.parametrize("verb", ["optimize", "diagnose"])
@pytest.mark.parametrize("misuse", MISUSES)
def test_a_table_that_cannot_be_used_is_refused_with_field_and_way_out(misuse: str, verb: str) -> None:
    make, path, words = MISUSES[misuse]
    with pytest.raises(engine.InputRefused, match=words) as refusal:
        getattr(engine, verb)(request(), panel=make())
    assert [problem.path for problem in refusal.value.problems] == [path]
    assert all(problem.advice for problem in refusal.value.problems)


def test_all_that_is_of_the_wrong_kind_is_told_at_once() -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        engine.optimize({"objective": GOAL}, panel=RETURNS, facts={"betas": {}}, risk_free="2%", sectors=["Energy"])
    paths = {problem.path for problem in refusal.value.problems}
    assert paths == {"request", "panel", "facts", "risk_free", "sectors"}


def test_a_rate_may_be_a_number_and_weights_a_series() -> None:
    held = pd.Series({"A": 1.0})
    result = engine.optimize(request(), panel=FRAME, risk_free=0.02, current_weights_frac=held)
    assert result.weights[0].current_frac == 1.0
    with pytest.raises(engine.InputRefused, match="did you mean 5%"):
        engine.optimize(request(), panel=FRAME, risk_free=5)


def test_a_request_may_be_a_dictionary_with_arrays() -> None:
    body = {"problem": FIGURES, "objective": {"kind": "max_utility", "risk_aversion": np.float64(4.0)}}
    made = weights(engine.optimize(engine.parse_request(body)))
    assert made == weights(engine.optimize(engine.OptimizationRequest(**body)))
    lists = {**FIGURES, "expected_returns_frac": [0.08, 0.05, 0.03], "covariance": FIGURES["covariance"].tolist()}
    assert made == weights(engine.optimize(engine.OptimizationRequest(problem=lists, objective=body["objective"])))


def test_series_and_frames_of_a_problem_follow_their_labels() -> None:
    names = ["C", "A", "B"]
    returns = pd.Series(FIGURES["expected_returns_frac"], index=NAMES)[names]
    covariance = pd.DataFrame(FIGURES["covariance"], index=NAMES, columns=NAMES).loc[names, names]
    given = engine.parse_request(
        {"problem": {**FIGURES, "expected_returns_frac": returns, "covariance": covariance}, "objective": GOAL}
    )
    assert given.problem == engine.parse_request({"problem": FIGURES, "objective": GOAL}).problem
    strange = covariance.rename(index={"C": "Z"})
    with pytest.raises(engine.InputRefused, match=r"problem\.covariance: Its labels do not include C"):
        engine.parse_request({"problem": {**FIGURES, "covariance": strange}, "objective": GOAL})


@pytest.mark.parametrize("given", [3, None, [1], {"asset_ids": {"A"}, "objective": GOAL}])
def test_what_is_no_request_is_refused_in_our_own_words(given: Any) -> None:
    with pytest.raises(engine.InputRefused, match=r"^body: "):
        engine.parse_request(given)


def test_a_constructor_refuses_as_the_parser_does() -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        engine.OptimizationRequest(problem={**FIGURES, "periods_per_year": "x"}, objective=GOAL, color=1)
    assert {problem.path for problem in refusal.value.problems} == {"problem.periods_per_year", "color"}
    with pytest.raises(engine.InputRefused, match=r"betas\.A"):
        engine.Facts(betas={"A": "x"})


def test_a_request_made_in_python_is_the_one_that_its_json_states() -> None:
    made = engine.OptimizationRequest(asset_ids=NAMES, objective=GOAL, constraints=[{"kind": "long_short"}])
    assert engine.OptimizationRequest.model_validate_json(made.model_dump_json()) == made
    assert engine.parse_request(made) is made


def test_the_doors_need_no_pandas() -> None:
    code = (
        "import sys, numpy, engine; p = engine.ReturnsPanel.from_array(numpy.random.rand(30, 2) / 100, ['A', 'B']); "
        "r = engine.parse_request({'asset_ids': ['A', 'B'], 'objective': {'kind': 'min_volatility'}}); "
        "assert engine.optimize(r, panel=p).weights; print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
