"""Is a volatility ever called surer than independent normal returns would let it be?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.kernel.deviation import deviation_reach, normal_error
from engine.performance.figures_own import deviation_metric
from engine.tails.report import tail_report, volatility_error

Z95 = 1.959963984540054
COUNTS = (20, 29, 60, 250, 2500)


@pytest.mark.parametrize("count", COUNTS)
def test_without_an_error_of_its_own_the_interval_is_that_of_chi_squared(count: int) -> None:
    low, high = deviation_reach(count, 0.0, 0.95)
    law = stats.chi2(count - 1)
    assert (low, high) == pytest.approx([math.sqrt((count - 1) / law.ppf(one)) for one in (0.975, 0.025)], rel=1e-10)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(10, 5000), st.floats(0.0, 1.0), st.floats(0.5, 0.999))
def test_it_holds_one_and_only_widens_with_the_error(count: int, spread: float, confidence: float) -> None:
    low, high = deviation_reach(count, spread, confidence)
    wider_low, wider_high = deviation_reach(count, spread + 0.1, confidence)
    normal_low, normal_high = deviation_reach(count, normal_error(count), confidence)
    assert 0.0 < wider_low <= low < 1.0 < high <= wider_high
    assert low <= normal_low
    assert high >= normal_high


def test_with_many_observations_it_is_the_normal_one_of_the_logarithm() -> None:
    assert deviation_reach(200_000, 0.05, 0.95) == pytest.approx(
        (math.exp(-0.05 * Z95), math.exp(0.05 * Z95)), rel=2e-3
    )


@pytest.mark.requirement("4.1.F1")
def test_a_month_without_large_days_does_not_make_the_volatility_sure() -> None:
    calm = np.where(np.arange(29) % 2 == 0, 0.0087, -0.0087)  # the thinnest tails there are: no square beside another
    deviation = calm.std(ddof=1)
    assert volatility_error(calm) == pytest.approx(deviation * normal_error(29))
    found = tail_report(calm, methods=("normal",), levels=(0.95,), horizons_days=(1,))
    assert found.volatility_lower_frac == pytest.approx(deviation * math.sqrt(252 * 28 / stats.chi2.ppf(0.975, 28)))
    assert found.volatility_upper_frac == pytest.approx(deviation * math.sqrt(252 * 28 / stats.chi2.ppf(0.025, 28)))
    told = deviation_metric("volatility", calm, 252, None)
    assert (told.lower, told.upper) == pytest.approx((found.volatility_lower_frac, found.volatility_upper_frac))


def test_with_a_month_of_returns_both_pages_hold_the_truth_about_as_often_as_promised() -> None:
    truth, worlds = 0.01 * math.sqrt(252), 1000
    held = np.zeros(2)
    for seed in range(worlds):
        drawn = np.random.default_rng(seed).normal(0.0, 0.01, 29)
        told = deviation_metric("volatility", drawn, 252, None)
        low, high = deviation_reach(29, volatility_error(drawn) / drawn.std(ddof=1), 0.95)
        year = drawn.std(ddof=1) * math.sqrt(252)
        held += [told.lower <= truth <= told.upper, low * year <= truth <= high * year]
    assert (held / worlds >= 0.94).all()
    assert (held / worlds <= 0.985).all()


def test_returns_that_never_vary_have_no_interval() -> None:
    told = deviation_metric("volatility", np.full(30, 0.001), 252, "The returns never vary.")
    assert (told.value, told.standard_error, told.lower) == (0.0, None, None)
