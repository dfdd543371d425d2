"""Which of the portfolios that are best in three objectives lie next to each other, so that they form a surface?

Of two of them neither is better in every objective: seen along any direction whose three parts are positive, from the
corner where all objectives are best, no point covers another. In that view the points are joined by the triangulation
that avoids slivers (Delaunay 1934, *Bulletin de l'Académie des Sciences de l'URSS* 6), and what would bridge a gap in
the surface is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REACH_COUNT = 4.0
"""A side of a face is at most so many times as long as half of the sides are: a longer one bridges a gap."""
THIN_FRAC = 0.02
"""A face whose height is a smaller part of its longest side joins points of the edge that lie in a row."""

_VIEW = np.array([[1.0, -1.0, 0.0], [1.0, 1.0, -2.0]]) / np.sqrt([[2.0], [6.0]])


def faces_of(places: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the faces of a surface of three objectives.

    Parameters
    ----------
    places
        Shape (k, 3): where each portfolio lies in each objective, from 0 at the worst to 1 at the best.

    Returns
    -------
    ndarray
        Shape (m, 3): the rows of `places` at the corners of each face; m is 0 where fewer than three points, or points
        in a row, span no surface.

    """
    from scipy.spatial import Delaunay, QhullError  # loaded only where a surface is drawn

    none = np.zeros((0, 3), dtype=np.intp)
    if len(places) < 3:
        return none
    try:
        found = Delaunay(places @ _VIEW.T).simplices.astype(np.intp)
    except QhullError:
        return none
    sides = np.stack([np.linalg.norm(places[found[:, n]] - places[found[:, n - 1]], axis=1) for n in range(3)], axis=1)
    longest = sides.max(axis=1)
    flat = places @ _VIEW.T
    first, second = flat[found[:, 1]] - flat[found[:, 0]], flat[found[:, 2]] - flat[found[:, 0]]
    height = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / np.maximum(longest, 1e-300)
    kept = (longest <= REACH_COUNT * np.median(sides)) & (height >= THIN_FRAC * longest)
    return np.sort(found[kept], axis=1)
