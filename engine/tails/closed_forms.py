"""What are value at risk and expected shortfall of a known distribution?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, ndtri, stdtrit


class Loss(NamedTuple):
    """Value at risk and expected shortfall, positive losses, in the units of the returns."""

    var: float
    es: float


def normal_loss(mean: float, deviation: float, level: float) -> Loss:
    """Return VaR = z σ - μ and ES = σ φ(z) / α - μ of a normal distribution, with α = 1 - level."""
    z = float(ndtri(level))
    return Loss(z * deviation - mean, deviation * _density(z) / (1.0 - level) - mean)


def student_t_loss(mean: float, scale: float, degrees_of_freedom: float, level: float) -> Loss:
    """Return both of a Student-t distribution with location, scale and degrees of freedom above 1.

    The scale is σ √((ν - 2) / ν) where the standard deviation σ exists. With q the quantile of level α = 1 - level:
    VaR = -μ - s q and ES = -μ + s f(q) (ν + q²) / ((ν - 1) α).

    References
    ----------
    McNeil, Frey and Embrechts (2005), Quantitative risk management, examples 2.14 and 2.19.

    """
    tail = 1.0 - level
    q = float(stdtrit(degrees_of_freedom, tail))
    half = 0.5 * (degrees_of_freedom + 1.0)
    log_density = (
        float(gammaln(half) - gammaln(0.5 * degrees_of_freedom))
        - 0.5 * math.log(degrees_of_freedom * math.pi)
        - half * math.log1p(q * q / degrees_of_freedom)
    )
    beyond = math.exp(log_density) * (degrees_of_freedom + q * q) / ((degrees_of_freedom - 1.0) * tail)
    return Loss(-mean - scale * q, -mean + scale * beyond)


def cornish_fisher_loss(mean: float, deviation: float, skewness: float, kurtosis: float, level: float) -> Loss:
    """Return both of the distribution whose quantiles are those of the Cornish-Fisher expansion.

    The quantile at the normal score z is μ + σ (z + (z² - 1) S / 6 + (z³ - 3z) K / 24 - (2z³ - 5z) S² / 36), with K the
    excess kurtosis. The shortfall is the mean of these quantiles over the tail, in closed form. Both hold only where
    the expansion rises throughout (`is_rising`).

    References
    ----------
    Cornish and Fisher (1938), Revue de l'Institut International de Statistique 5; Maillard (2012), A user's guide to
    the Cornish Fisher expansion.

    """
    tail = 1.0 - level
    z = float(ndtri(tail))
    quantile = cornish_fisher_score(z, skewness, kurtosis)
    share = _density(z) / tail
    beyond = share * (
        1.0 + z * skewness / 6.0 - (1.0 - z * z) * kurtosis / 24.0 + (1.0 - 2.0 * z * z) * skewness * skewness / 36.0
    )
    return Loss(-mean - deviation * quantile, -mean + deviation * beyond)


def cornish_fisher_score(z: float, skewness: float, kurtosis: float) -> float:
    """Return the expansion's quantile, of mean 0 and scale 1, at the normal score z."""
    return (
        z
        + (z * z - 1.0) * skewness / 6.0
        + (z**3 - 3.0 * z) * kurtosis / 24.0
        - (2.0 * z**3 - 5.0 * z) * skewness * skewness / 36.0
    )


def is_rising(skewness: float, kurtosis: float) -> bool:
    """Return whether the expansion rises for all scores, without which its quantiles are those of no distribution.

    Its slope is a z² + b z + c with a = K/8 - S²/6, b = S/3 and c = 1 - K/8 + 5 S²/36; it is never negative where
    a >= 0 and b² <= 4 a c (with a = b = 0: where c >= 0).
    """
    a = kurtosis / 8.0 - skewness**2 / 6.0
    b = skewness / 3.0
    c = 1.0 - kurtosis / 8.0 + 5.0 * skewness**2 / 36.0
    return a >= 0.0 and c >= 0.0 and b * b <= 4.0 * a * c


def _density(z: float) -> float:
    return float(np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))
