"""Is a difference of Sharpe ratios judged as theory says, also where returns move together and calm follows storm?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.walkforward.judge import verdict_of
from engine.walkforward.result import SelectionCheck, SharpeDifference
from engine.walkforward.sharpe_difference import long_run_variance, sharpe_difference


def pair(rng: np.random.Generator, count: int, correlation: float, ratios: tuple[float, float]) -> np.ndarray:
    shocks = rng.normal(size=(count, 2)) @ np.linalg.cholesky([[1.0, correlation], [correlation, 1.0]]).T
    return shocks + np.array(ratios)


def test_of_normal_returns_the_standard_error_is_the_closed_form() -> None:
    one, two, correlation, count = 0.10, 0.05, 0.6, 200_000
    both = pair(np.random.default_rng(0), count, correlation, (one, two))
    found = sharpe_difference(both[:, 0], both[:, 1])
    assert found is not None
    # Memmel (2003): 2 - 2 rho + (a^2 + b^2 - 2 a b rho^2) / 2, over T
    closed = (2.0 - 2.0 * correlation + 0.5 * (one**2 + two**2 - 2.0 * one * two * correlation**2)) / count
    assert found.standard_error == pytest.approx(np.sqrt(closed), rel=0.02)
    assert found.value == pytest.approx(0.05, abs=4.0 * np.sqrt(closed))
    assert found.p_value < 1e-6


def test_scale_and_order_change_nothing_but_the_sign() -> None:
    both = pair(np.random.default_rng(1), 600, 0.5, (0.08, 0.02))
    first, second = sharpe_difference(both[:, 0], both[:, 1]), sharpe_difference(3.0 * both[:, 1], 0.2 * both[:, 0])
    assert first is not None
    assert second is not None
    assert second.value == pytest.approx(-first.value)
    assert second.p_value == pytest.approx(first.p_value)
    low, high = first.bounds() or (0.0, 0.0)
    assert low < first.value < high


def test_the_size_is_near_its_level_where_storms_follow_storms() -> None:
    rng, count, rejected, worlds = np.random.default_rng(2), 750, 0, 400
    for _ in range(worlds):
        storm = np.exp(0.5 * np.convolve(rng.normal(size=count + 60), np.ones(60) / np.sqrt(60), "valid")[:count])
        both = pair(rng, count, 0.7, (0.04, 0.04)) * storm[:, None]
        found = sharpe_difference(both[:, 0], both[:, 1])
        rejected += found is not None and found.p_value is not None and found.p_value < 0.05
    assert 0.02 <= rejected / worlds <= 0.085


def test_the_same_returns_or_still_ones_have_no_test() -> None:
    series = np.random.default_rng(3).normal(size=100)
    same = sharpe_difference(series, series)
    assert same is not None
    assert (same.value, same.standard_error, same.p_value, same.bounds()) == (0.0, None, None, None)
    assert sharpe_difference(series, np.full(100, 0.01)) is None
    assert sharpe_difference(series[:5], series[5:10]) is None


def test_memory_makes_the_long_run_variance_larger() -> None:
    rng = np.random.default_rng(4)
    shocks = rng.normal(size=40_000)
    series = np.zeros_like(shocks)
    for n in range(1, len(series)):
        series[n] = 0.5 * series[n - 1] + shocks[n]
    assert long_run_variance(series) == pytest.approx(1.0 / (1.0 - 0.5) ** 2, rel=0.1)
    assert long_run_variance(shocks) == pytest.approx(1.0, rel=0.05)


def test_a_verdict_says_what_was_tried() -> None:
    difference = SharpeDifference(
        against="equal_weight",
        label="Equal weight",
        difference=0.6,
        standard_error=0.2,
        p_value=0.003,
        lower=0.2,
        upper=1.0,
    )
    tried = SelectionCheck(
        sharpe=1.2,
        trials_count=6,
        computed_count=6,
        trials_deviation=0.4,
        expected_best_sharpe=0.9,
        probabilistic_sharpe=0.99,
        deflated_sharpe=0.8,
        skewness=0.0,
        excess_kurtosis=0.0,
    )
    said = verdict_of(1.2, 8.0, (difference,), tried).sentence
    assert "Among 1 recipe and 5 portfolios along the frontier, the best would reach" in said
