"""Does simulated volatility stay near the sample's over long horizons, and does no wild close end a fit?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.stress.filtered import DAY_WEIGHT, PERSISTENCE, Filter
from engine.volatility.refit import NO_VALUE, Refitter, _climb

SCENARIOS_COUNT = 40_000


def history(seed: int, days_count: int = 1000) -> np.ndarray:
    """Return a Student-t series whose last days are twice as wild as the others."""
    rng = np.random.default_rng(seed)
    moves = 0.012 * rng.standard_t(5, (days_count, 1)) / np.sqrt(5 / 3)
    moves[-20:] *= 2.0
    return moves


@pytest.mark.requirement("4.2.F2")
@pytest.mark.parametrize("horizon_days", [63, 126, 252])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_variance_returns_to_the_samples_as_its_own_closed_form_says(horizon_days: int, seed: int) -> None:
    returns = history(seed)
    one = Filter.of(returns, ("A",), {}).without_drift()
    drawn = one.portfolio_returns(np.random.default_rng(9), np.ones(1), SCENARIOS_COUNT, horizon_days)
    surprise = float((one.surprises**2).mean())
    omega, expected, total = (1.0 - PERSISTENCE) * float(returns.var()), float(one.next_variance[0]), 0.0
    for _ in range(horizon_days):  # Σ E[σ²_t] E[z²], by the recursion's own expectation
        total += expected * surprise
        expected = omega + (DAY_WEIGHT * surprise + PERSISTENCE - DAY_WEIGHT) * expected
    found = float(drawn.sum(axis=1).var())
    assert found == pytest.approx(total, rel=0.25)
    resampled = np.random.default_rng(4).choice(returns[:, 0], (SCENARIOS_COUNT, horizon_days)).sum(axis=1)
    assert 1 / 1.5 < np.sqrt(found / resampled.var()) < 1.5
    assert np.quantile(drawn.sum(axis=1), 0.001) > -8.0 * resampled.std(), "no path explodes"


def test_todays_volatility_is_where_paths_begin() -> None:
    returns = history(1)
    one = Filter.of(returns, ("A",), {})
    assert one.next_variance[0] > 1.5 * returns[:-20].var(), "the last days were wild"
    assert "returns to that of all days" in one.notes[0]


@pytest.mark.parametrize("place", [100, 400, 499])
def test_one_wild_close_ends_no_fit(place: int) -> None:
    """A close of a hundredth, and back: a return of nearly minus one hundred percent, then of ten thousand."""
    rng = np.random.default_rng(2)
    returns = 0.01 * rng.standard_normal(500)
    returns[place - 1], returns[place] = -0.9999, 9999.0
    fitted = Refitter()(returns)
    assert np.isfinite(fitted.omega)
    assert fitted.alpha + fitted.beta < 1.0


def test_parameters_without_a_likelihood_are_a_wall() -> None:
    value, slopes = _climb(np.array([0.0, -800.0, -800.0, 0.0, 1.0]), np.zeros(50), 0.0)
    assert value == NO_VALUE
    assert not slopes.any()
