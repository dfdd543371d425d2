"""How long is a vector under a covariance?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Matrix, Vector


def risk_of(weights_frac: Vector, covariance: Matrix) -> float:
    """Return √(wᵀΣw) for weights (n,) and covariance (n, n); 0 where rounding makes the square negative."""
    return float(np.sqrt(max(float(weights_frac @ covariance @ weights_frac), 0.0)))
