"""Which variance did a fitted model expect for each day, and which does it expect for tomorrow?"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from engine.kernel.forms import Vector
from engine.volatility.result import GarchParameters


def garch_variances(returns_frac: Vector, parameters: GarchParameters) -> Vector:
    """Return each day's conditional variance, and tomorrow's as the last.

    Parameters
    ----------
    returns_frac
        Shape (t,), simple returns per day in time order, all known.
    parameters
        Of the model; before the first day both the variance and the squared surprise are its `start_variance`.

    Returns
    -------
    numpy.ndarray
        Shape (t + 1,), fractions squared per day; entry i knows the returns before i only.

    """
    return variances_of(
        returns_frac - parameters.mean_frac,
        parameters.omega,
        parameters.alpha,
        parameters.gamma,
        parameters.beta,
        parameters.start_variance,
    )


def variances_of(surprises: Vector, omega: float, alpha: float, gamma: float, beta: float, start: float) -> Vector:
    """Return the variances (t + 1,) for surprises (t,), by the recursion of `GarchParameters`."""
    squares = surprises**2
    driven = omega + alpha * squares
    if gamma:
        driven += gamma * squares * (surprises < 0.0)
    driven = np.concatenate(([omega + (alpha + 0.5 * gamma) * start], driven))
    found: Vector = lfilter([1.0], [1.0, -beta], driven, zi=[beta * start])[0]
    return found


def standardized(returns_frac: Vector, parameters: GarchParameters) -> tuple[Vector, float]:
    """Return each day's surprise in its expected standard deviations, shape (t,), and tomorrow's variance."""
    variances = garch_variances(returns_frac, parameters)
    return (returns_frac - parameters.mean_frac) / np.sqrt(variances[:-1]), float(variances[-1])
