"""Which invented series do the tests of losses look at?"""

from __future__ import annotations

import numpy as np

MEAN, OMEGA, ALPHA, BETA, DEGREES = 0.0004, 2e-6, 0.08, 0.9, 6.0


def garch_returns(days_count: int = 1500, seed: int = 1) -> np.ndarray:
    """Return daily returns of a GARCH(1,1) with Student-t surprises whose parameters are known, shape (t,)."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_t(DEGREES, days_count) * np.sqrt((DEGREES - 2.0) / DEGREES)
    returns, variance = np.empty(days_count), OMEGA / (1.0 - ALPHA - BETA)
    for day in range(days_count):
        surprise = np.sqrt(variance) * shocks[day]
        returns[day] = MEAN + surprise
        variance = OMEGA + ALPHA * surprise**2 + BETA * variance
    return returns


def student_returns(days_count: int = 1500, seed: int = 2, degrees: float = 5.0) -> np.ndarray:
    """Return independent Student-t returns of a scale of 1% a day, shape (t,)."""
    return 0.0004 + 0.01 * np.random.default_rng(seed).standard_t(degrees, days_count)
