"""Does the fitted GARCH(1,1) equal the published benchmark for daily returns of the German mark in British pounds?

Returns in percent, 1984-01-03 to 1991-12-31, 1,974 days: Bollerslev and Ghysels (1996), Periodic autoregressive
conditional heteroscedasticity, Journal of Business & Economic Statistics 14(2), from the data archive of the journal.
Benchmark: Fiorentini, Calzolari and Panattoni (1996), Journal of Applied Econometrics 11, as restated by McCullough and
Renfro (1999), Journal of Economic and Social Measurement 25, and Brooks, Burke and Persand (2001), International
Journal of Forecasting 17: normal innovations, constant mean, and before the first day the mean squared residual.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.volatility.fit import fit_garch
from engine.volatility.result import GarchParameters

FILE = Path(__file__).with_name("dem_gbp_returns_percent.csv")


@pytest.fixture(scope="module")
def fitted() -> GarchParameters:
    returns = np.loadtxt(FILE) / 100.0
    assert len(returns) == 1974
    return fit_garch(returns, innovation="normal")


@pytest.mark.requirement("4.1.A1")
def test_the_estimates_are_the_published_ones(fitted: GarchParameters) -> None:
    assert 100.0 * fitted.mean_frac == pytest.approx(-0.00619041, abs=3e-5)
    assert 1e4 * fitted.omega == pytest.approx(0.0107613, rel=2e-4)
    assert fitted.alpha == pytest.approx(0.153134, rel=2e-4)
    assert fitted.beta == pytest.approx(0.805974, rel=2e-4)
    assert not fitted.is_fallback


def test_the_robust_standard_errors_are_the_published_ones(fitted: GarchParameters) -> None:
    errors = np.sqrt(np.diag(np.array(fitted.estimate_covariance)))
    # Bollerslev and Wooldridge (1992); software of Brooks, Burke and Persand differs in the third digit
    assert errors * [100.0, 1e4, 1.0, 1.0] == pytest.approx([0.00919, 0.00649, 0.0536, 0.0725], rel=0.02)


def test_the_likelihood_is_the_published_one(fitted: GarchParameters) -> None:
    in_percent = fitted.log_likelihood - fitted.observations_count * np.log(100.0)
    assert in_percent == pytest.approx(-1106.608, abs=5e-3)
