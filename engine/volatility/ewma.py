"""How large is volatility when the last days count most?"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from engine.kernel.forms import Vector

DAILY_DECAY = 0.94
START_COUNT = 30
FLOOR_SHARE = 0.01


def ewma_variances(returns_frac: Vector, decay: float = DAILY_DECAY) -> Vector:
    """Return each day's variance as forecast the day before, and tomorrow's as the last: v_(t+1) = λ v_t + (1-λ) r_t².

    Parameters
    ----------
    returns_frac
        Shape (t,), simple returns per day in time order, all known; the mean is taken as zero.
    decay
        λ in (0, 1); 0.94 for days, 0.97 for months.

    Returns
    -------
    numpy.ndarray
        Shape (t + 1,), fractions squared per day. The first is the mean square of the first 30 days: forecasts of
        those days know more than their past, later ones do not.

    References
    ----------
    J.P. Morgan and Reuters (1996), RiskMetrics technical document, fourth edition, section 5.2.

    """
    start = float(np.mean(returns_frac[:START_COUNT] ** 2))
    driven = np.concatenate(([start], (1.0 - decay) * returns_frac**2))
    found: Vector = lfilter([1.0], [1.0, -decay], driven)
    return found


def floored_ewma_variances(returns_frac: Vector, decay: float = DAILY_DECAY) -> Vector:
    """Return EWMA variances of at least 1% of the mean square of all days before, shape (t + 1,).

    For dividing by them: after a long still stretch the plain ones would make any move a surprise without bounds.
    """
    variances = ewma_variances(returns_frac, decay)
    squares = np.concatenate((variances[:1], returns_frac**2))
    means = np.cumsum(squares) / np.arange(1.0, len(squares) + 1.0)
    return np.maximum(variances, np.maximum(FLOOR_SHARE * means, np.finfo(float).tiny))
