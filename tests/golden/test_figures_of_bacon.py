"""Do the figures equal those of Bacon's two years of months?

Bacon (2008), Practical Portfolio Performance Measurement and Attribution, 2nd edition, chapter 4: 24 monthly returns of
a portfolio and its benchmark, and figures from them: excess kurtosis -0.57, Jensen's alpha -1.4% a year, pain index 4%,
Martin ratio 1.70; with a minimum acceptable return of 0.5% a month Omega less 1 is 0.29, and the return above it over
the downside deviation 0.157 a month. Tolerances are those of the printed digits.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.performance.figures import performance_figures
from engine.performance.figures_own import Options
from engine.performance.history import History

PORTFOLIO = [
    0.003, 0.026, 0.011, -0.010, 0.015, 0.025, 0.016, 0.067, -0.014, 0.040, -0.005, 0.081,
    0.040, -0.037, -0.061, 0.017, -0.049, -0.022, 0.070, 0.058, -0.065, 0.024, -0.005, -0.009,
]  # fmt: skip
BENCHMARK = [
    0.002, 0.025, 0.018, -0.011, 0.014, 0.018, 0.014, 0.065, -0.015, 0.042, -0.006, 0.083,
    0.039, -0.038, -0.062, 0.015, -0.048, 0.021, 0.060, 0.056, -0.067, 0.019, -0.003, 0.000,
]  # fmt: skip
ENDS = (np.arange("2000-01", "2002-01", dtype="datetime64[M]") + 1).astype("datetime64[D]") - 1


@pytest.mark.requirement("2.3.F2", "2.3.F4", "2.3.D1")
def test_two_years_of_months() -> None:
    record = History.of(ENDS, PORTFOLIO, periods_per_year=12, benchmark_returns_frac=BENCHMARK)
    found = performance_figures(record, Options(mar_annual_frac=0.06))
    value = {one.key: one.value for one in found.metrics}
    assert value["kurtosis"] == pytest.approx(-0.57, abs=5e-3)
    assert value["alpha_jensen"] == pytest.approx(-0.014, abs=5e-4)
    assert value["pain"] == pytest.approx(0.04, abs=5e-3)
    assert value["martin"] == pytest.approx(1.70, abs=6e-3)
    assert value["omega"] - 1 == pytest.approx(0.29, abs=5e-3)
    assert value["sortino"] / math.sqrt(12) == pytest.approx(0.157, abs=5e-4)
