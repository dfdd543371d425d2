"""Which positions have enough common history, and how do they move together in it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.estimators.moments import ledoit_wolf
from engine.kernel.estimates import Matrix, Vector
from engine.stress.positions import StressedPortfolio

COMMON_MIN_COUNT = 250
WINDOW_MAX_COUNT = 1000


@dataclass(frozen=True, eq=False)
class JointHistory:
    """Days on which all usable positions have a return.

    Attributes
    ----------
    places
        m usable positions among the n.
    weights_frac
        Their weights, shape (m,).
    returns_frac
        Shape (t, m), the latest days, without gaps.
    uncovered
        Names of positions with a weight that are left out.
    covered_frac
        Share of gross weight and cash that is usable or cash.

    """

    places: NDArray[np.int_]
    weights_frac: Vector
    returns_frac: Matrix
    uncovered: tuple[str, ...]
    covered_frac: float


def joint_history(
    portfolio: StressedPortfolio,
    returns_frac: Matrix,
    *,
    days_max_count: int = WINDOW_MAX_COUNT,
    days_min_count: int = COMMON_MIN_COUNT,
) -> JointHistory:
    """Return the latest common days of as many positions as possible.

    Positions with fewer known days than `days_min_count` are left out; where the common days of the others are too few,
    those with the fewest known days follow one by one. Positions without weight never shorten the history.
    """
    known = np.isfinite(returns_frac)
    counts = known.sum(axis=0)
    kept = [
        int(place)
        for place in np.argsort(-counts, kind="stable")
        if counts[place] >= days_min_count and portfolio.weights_frac[place] != 0.0
    ]
    rows = np.flatnonzero(known[:, kept].all(axis=1)) if kept else np.zeros(0, dtype=int)
    while kept and rows.size < days_min_count:
        kept.pop()
        rows = np.flatnonzero(known[:, kept].all(axis=1)) if kept else np.zeros(0, dtype=int)
    places = np.array(sorted(kept), dtype=int)
    rows = rows[-days_max_count:]
    lost = np.array([w != 0.0 for w in portfolio.weights_frac], dtype=bool)
    lost[places] = False
    return JointHistory(
        places,
        portfolio.weights_frac[places],
        returns_frac[np.ix_(rows, places)],
        tuple(name for name, is_lost in zip(portfolio.assets, lost.tolist(), strict=True) if is_lost),
        1.0 - portfolio.share_frac(lost),
    )


ESTIMATOR = "shrunk by Ledoit and Wolf (2004)"
"""What `covariance_of` does, in words for notes."""


def covariance_of(returns_frac: Matrix) -> Matrix:
    """Return the covariance per day, shrunk by Ledoit and Wolf (2004); shape (m, m), positive semidefinite."""
    if not returns_frac.shape[1]:
        return np.zeros((0, 0))
    return ledoit_wolf(returns_frac - returns_frac.mean(axis=0))[0]


def split(covariance: Matrix) -> tuple[Matrix, Vector]:
    """Return correlation (m, m) and deviations (m,); what does not move is uncorrelated."""
    deviations = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.where(deviations > 0.0, deviations, 1.0)
    correlation = covariance / np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    return correlation, deviations
