"""How many separate bets is a portfolio, really?

Entropy of risk shares: Meucci (2009), Managing diversification, Risk 22(5). Minimum-torsion bets, the uncorrelated
streams nearest to the assets: Meucci, Santangelo and Deguest (2015), Risk budgeting and diversification based on
optimized uncorrelated factors, Risk 28(11), here by the symmetric root of the correlations (their first step).
Diversification ratio: Choueifaty and Coignard (2008), Toward maximum diversification, Journal of Portfolio Management.
"""

from __future__ import annotations

import numpy as np

from engine.decompose.parts import Figures
from engine.kernel.forms import Matrix, Vector


def diversification_ratio(volatility: Figures) -> float | None:
    """Return Σ|w_i|σ_i / σ; None without volatility. One means nothing is diversified."""
    if volatility.total_frac <= 0.0:
        return None
    return float(volatility.standalone.sum()) / volatility.total_frac


def effective_bets(volatility: Figures) -> float | None:
    """Return exp(-Σ p ln p) with p the sizes of the shares of variance, made to sum to one; None without volatility.

    For a portfolio without hedges the sizes are the shares themselves.
    """
    return _effective(np.abs(volatility.component)) if volatility.total_frac > 0.0 else None


def torsion_bets(exposures: Vector, covariance: Matrix) -> float | None:
    """Return the same over minimum-torsion bets, whose shares of variance (C^½ D w)_k²/σ² are never negative.

    None without volatility.
    """
    deviations = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    held = (exposures != 0.0) & (deviations > 0.0)
    if not held.any():
        return None
    scaled = covariance[np.ix_(held, held)] / np.outer(deviations[held], deviations[held])
    values, vectors = np.linalg.eigh(scaled)
    risks = exposures[held] * deviations[held]
    parts = (vectors * np.sqrt(np.maximum(values, 0.0))) @ (vectors.T @ risks)
    return _effective(parts**2)


def _effective(sizes: Vector) -> float | None:
    """Return exp of the entropy of sizes that are not negative, made to sum to one."""
    whole = float(sizes.sum())
    if whole <= 0.0:
        return None
    shares = sizes[sizes > 0.0] / whole
    return float(np.exp(-(shares @ np.log(shares))))
