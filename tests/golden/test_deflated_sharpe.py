"""Do the probabilistic and the deflated Sharpe ratio equal the published examples?

Bailey and Lopez de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), section 5: two years of
monthly returns with a ratio of 0.458 a month, skewness -2.448 and kurtosis 10.164; the probability of skill is 0.982 if
they were normal and 0.913 as they are.

Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), numerical example:
five years of daily returns (T = 1250) with an annual ratio of 2.5, skewness -3 and kurtosis 10, the best of N = 100
trials whose annual ratios have a variance of 1/2. The daily benchmark is 0.1132 and the deflated ratio 0.9004; with
N = 46 it is 0.9505, and so it is with N = 88 if returns were normal.

Figures are given to four digits (three in the first paper): the tolerance is half of the last.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.walkforward.deflated_sharpe import (
    deflated_sharpe,
    expected_best_sharpe,
    probabilistic_sharpe,
    sharpe_standard_error,
)

DAILY, DEVIATION = 2.5 / math.sqrt(250), math.sqrt(0.5 / 250)


def test_the_probabilistic_ratio_of_two_years_of_months() -> None:
    assert probabilistic_sharpe(0.458, 0.0, 24) == pytest.approx(0.982, abs=5e-4)
    assert probabilistic_sharpe(0.458, 0.0, 24, -2.448, 10.164) == pytest.approx(0.913, abs=5e-4)


def test_the_deflated_ratio_of_a_hundred_trials() -> None:
    assert expected_best_sharpe(100, DEVIATION) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(DAILY, 100, DEVIATION, 1250, -3.0, 10.0) == pytest.approx(0.9004, abs=5e-5)
    assert deflated_sharpe(DAILY, 46, DEVIATION, 1250, -3.0, 10.0) == pytest.approx(0.9505, abs=5e-5)
    assert deflated_sharpe(DAILY, 88, DEVIATION, 1250) == pytest.approx(0.9505, abs=5e-5)


def test_one_trial_takes_nothing_off() -> None:
    assert expected_best_sharpe(1, DEVIATION) == 0.0
    assert deflated_sharpe(DAILY, 1, DEVIATION, 1250) == probabilistic_sharpe(DAILY, 0.0, 1250)


def test_the_expected_best_is_that_of_simulated_trials() -> None:
    best = np.random.default_rng(0).normal(size=(20_000, 50)).max(axis=1).mean()
    assert expected_best_sharpe(50, 1.0) == pytest.approx(best, rel=0.02)  # the formula is a limit for many trials


def test_the_standard_error_is_that_of_simulated_ratios() -> None:
    draws = np.random.default_rng(1).exponential(size=(4000, 250)) - 0.8  # skewness 2, kurtosis 9
    ratios = draws.mean(axis=1) / draws.std(axis=1, ddof=1)
    assert sharpe_standard_error(0.2, 250, 2.0, 9.0) == pytest.approx(ratios.std(), rel=0.05)
