"""How good is a set of portfolios beside a frontier, in the measures of the literature?

All of them take points as (mean, variance), shape (q, 2), fractions of one period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.academic.exact import ExactFrontier
from engine.kernel.forms import Matrix, Vector
from engine.pareto.dominance import MARGIN, hypervolume_frac


@dataclass(frozen=True)
class Cura:
    """The measures of Cura (2009): distance to the nearest point of the frontier, and its parts in percent.

    Attributes
    ----------
    distance
        Mean Euclidean distance in (variance, mean) to the nearest point of the frontier.
    variance_percent, mean_percent
        Mean of 100 |difference| / own value, of variance and of mean, to that nearest point.

    """

    distance: float
    variance_percent: float
    mean_percent: float


def percentage_deviations(points: Matrix, frontier: Matrix) -> Vector:
    """Return by how many percent each point lies off a frontier: the smaller of two directions, shape (q,).

    Chang, Meade, Beasley and Sharaiha (2000): 100 |s - s*| / s* with the frontier's standard deviation s* at the
    point's mean, and 100 |m - m*| / m* with its mean m* at the point's standard deviation, both by straight lines
    between neighboring points of the frontier. NaN where the point lies beyond the frontier in both directions.

    Parameters
    ----------
    points, frontier
        (mean, variance), shape (q, 2) and (m, 2); the frontier ordered by rising mean.

    """
    means, deviations = points[:, 0], np.sqrt(points[:, 1])
    known_means, known = frontier[:, 0], np.sqrt(frontier[:, 1])
    across = np.interp(means, known_means, known, left=np.nan, right=np.nan)
    along = np.interp(deviations, known, known_means, left=np.nan, right=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.fmin(100.0 * np.abs(deviations - across) / across, 100.0 * np.abs((means - along) / along))
    return np.asarray(found)


def cura(points: Matrix, frontier: Matrix) -> Cura:
    """Return the three measures of Cura (2009), Particle swarm optimization approach to portfolio optimization."""
    nearest = frontier[_distances(points, frontier).argmin(axis=1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = 100.0 * np.abs((nearest - points) / points)
    return Cura(
        distance=float(np.hypot(*(nearest - points).T).mean()),
        variance_percent=float(shares[:, 1].mean()),
        mean_percent=float(shares[:, 0].mean()),
    )


def generational_distance(points: Matrix, frontier: Matrix, exact: ExactFrontier) -> float:
    """Return the mean distance of the points to the nearest point of the frontier, both axes normalized to its range.

    Van Veldhuizen and Lamont (1998), with the mean in place of the root of squares.
    """
    return float(_distances(exact.normalized(points), exact.normalized(frontier)).min(axis=1).mean())


def inverted_distance(points: Matrix, frontier: Matrix, exact: ExactFrontier) -> float:
    """Return the mean distance of the frontier's points to the nearest of the points (Coello and Reyes 2004)."""
    return generational_distance(frontier, points, exact)


def hypervolume_share(points: Matrix, exact: ExactFrontier) -> float:
    """Return the area that the points dominate as a share of what the whole frontier dominates (Zitzler 1999).

    Both axes are normalized to the frontier's range; the area ends a tenth of it beyond the frontier's worst.
    """
    share_of_box = hypervolume_frac(exact.normalized(points), np.zeros(2), np.ones(2))
    assert share_of_box is not None, "both axes run from 0 to 1"
    return share_of_box * (1.0 + MARGIN) ** 2 / exact.area


def _distances(points: Matrix, others: Matrix) -> Matrix:
    return np.asarray(np.hypot(*(points[:, None, :] - others[None, :, :]).transpose(2, 0, 1)))
