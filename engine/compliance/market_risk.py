"""In which of seven classes is the risk of a portfolio, as documents for retail investors count it?

The market risk measure of Annex II to Delegated Regulation (EU) 2017/653 for products that have a price every day::

    VaR  = sigma sqrt(N) (-1.96 + 0.474 skew / sqrt(N) - 0.0687 kurtosis / N + 0.146 skew^2 / N) - sigma^2 N / 2
    VEV  = (sqrt(3.842 - 2 VaR) - 1.96) / sqrt(T)

of logarithmic returns, N of them in a holding period of T years. Credit risk, which Annex II adds for what an issuer
owes, is not part of it.
"""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from engine.compliance.bounds import Vector

DAYS_A_YEAR = 252
ROWS_MIN, ROWS_MAX = 2 * DAYS_A_YEAR, 5 * DAYS_A_YEAR
"""Two years of daily prices are asked for, five are looked at."""
CLASSES_FROM_FRAC = (0.005, 0.05, 0.12, 0.20, 0.30, 0.80)
"""From which volatility on each class after the first begins."""


def market_risk_class(returns_frac: Vector, holding_years: float = 1.0) -> int | None:
    """Return the class, 1 (least) to 7.

    Parameters
    ----------
    returns_frac
        Shape (t,), simple daily returns in time order, NaN where not known; the last five years count.
    holding_years
        Length of the holding period.

    Returns
    -------
    int or None
        None with fewer than two years of known returns, or where one of them lost everything.

    """
    found = volatility_equivalent(returns_frac, holding_years)
    return None if found is None else 1 + bisect_right(CLASSES_FROM_FRAC, found)


def volatility_equivalent(returns_frac: Vector, holding_years: float = 1.0) -> float | None:
    """Return the volatility a year that would lose as much, a fraction; None as in `market_risk_class`."""
    known = np.asarray(returns_frac, dtype=np.float64)
    known = known[np.isfinite(known)][-ROWS_MAX:]
    if known.size < ROWS_MIN or bool((known <= -1.0).any()):
        return None
    logs = np.log1p(known)
    away = logs - logs.mean()
    variance = float((away**2).mean())
    if variance <= 0.0:
        return 0.0
    sigma = math.sqrt(variance)
    skew, kurtosis = float((away**3).mean()) / sigma**3, float((away**4).mean()) / variance**2 - 3.0
    count = DAYS_A_YEAR * holding_years
    root = math.sqrt(count)
    shape = -1.96 + 0.474 * skew / root - 0.0687 * kurtosis / count + 0.146 * skew**2 / count
    loss = sigma * root * shape - 0.5 * variance * count
    inside = 3.842 - 2.0 * loss
    return None if inside < 0.0 else max((math.sqrt(inside) - 1.96) / math.sqrt(holding_years), 0.0)
