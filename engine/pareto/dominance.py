"""Which points does no other dominate, which of them show the surface best, and how much of the space do they cover?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector

SAME = 1e-9  # of the range of an axis: points that differ by less are equal
LEVEL = 1e-6  # of the range of an axis: to choose among points, smaller differences are none
MARGIN = 0.1  # of the range, from the worst point to where the hypervolume is measured from
FLAT = 1e-8  # of the size of the values: an axis that changes by less does not change

Places = NDArray[np.intp]


def ranges_of(costs: Matrix) -> tuple[Vector, Vector]:
    """Return least and greatest cost on each axis, shape (d,) each."""
    return costs.min(axis=0), costs.max(axis=0)


def is_flat(ideal: Vector, nadir: Vector) -> NDArray[np.bool_]:
    """Return which axes do not change between ideal and nadir, shape (d,)."""
    size = np.maximum(np.maximum(np.abs(ideal), np.abs(nadir)), 1e-12)
    return np.asarray(nadir - ideal <= FLAT * size)


def normalized(costs: Matrix, ideal: Vector, nadir: Vector) -> Matrix:
    """Return costs as shares of the way from ideal (0) to nadir (1); 0 on an axis that does not change."""
    still = is_flat(ideal, nadir)
    return np.asarray(np.where(still, 0.0, (costs - ideal) / np.where(still, 1.0, nadir - ideal)))


def non_dominated(costs: Matrix) -> Places:
    """Return the places of the points that no other dominates, in the order given; of equal ones the first.

    Parameters
    ----------
    costs
        Shape (k, d), less is better. They are compared to `SAME` of the range of each axis.

    Notes
    -----
    Sorted by their sums, a point can only be dominated by an earlier one (Bentley, Kung and others 1993); each survivor
    strikes out all that it dominates at once.

    """
    if len(costs) == 0:
        return np.zeros(0, dtype=np.intp)
    steps = np.round(normalized(costs, *ranges_of(costs)) / SAME).astype(np.int64)
    order = np.lexsort((np.arange(len(steps)), *steps.T[::-1], steps.sum(axis=1)))
    kept = []
    while len(order):
        first, rest = order[0], order[1:]
        kept.append(first)
        order = rest[(steps[rest] < steps[first]).any(axis=1)]
    return np.sort(np.array(kept, dtype=np.intp))


def spread_out(costs: Matrix, count: int) -> Places:
    """Return the places of points: the best and the worst of each axis, then ever the farthest, up to `count`.

    The ends are there even if they are more than `count`. The greedy choice covers the rest within twice the least
    radius possible (Gonzalez 1985). Of points equally far the first by their values is taken, to `LEVEL` of the ranges,
    so that the order in which they were found plays no part.
    """
    if len(costs) <= count:
        return np.arange(len(costs))
    places = np.round(normalized(costs, *ranges_of(costs)) / LEVEL)
    order = np.lexsort((np.arange(len(places)), *places.T[::-1]))
    return np.sort(order[_greedy(places[order], count)])


def _greedy(shares: Matrix, count: int) -> Places:
    """Return the places of the ends and of the farthest points, from whole shares in their own order."""
    ends = dict.fromkeys([*np.argmin(shares, axis=0).tolist(), *np.argmax(shares, axis=0).tolist()])
    chosen = list(ends)
    distance = np.full(len(shares), np.inf)
    for place in chosen:
        distance = np.minimum(distance, ((shares - shares[place]) ** 2).sum(axis=1))
    while len(chosen) < count:
        place = int(np.argmax(distance))
        chosen.append(place)
        distance = np.minimum(distance, ((shares - shares[place]) ** 2).sum(axis=1))
    return np.array(chosen, dtype=np.intp)


def hypervolume_frac(costs: Matrix, ideal: Vector, nadir: Vector) -> float | None:
    """Return the share of the box from reference to ideal that points dominate; None where under two axes change.

    Parameters
    ----------
    costs
        Shape (k, d), less is better.
    ideal, nadir
        Shape (d,): where each axis is 0 and where it is 1. The reference is at 1 + `MARGIN`; points beyond it count
        for nothing.

    Notes
    -----
    Exact (Fonseca, Paquete and López-Ibáñez 2006, as pymoo offers it).

    """
    moving = ~is_flat(ideal, nadir)
    if np.count_nonzero(moving) < 2:
        return None
    from pymoo.indicators.hv import HV

    shares = normalized(costs, ideal, nadir)[:, moving]
    edge = 1.0 + MARGIN
    inside = shares[(shares < edge).all(axis=1)]
    if not len(inside):
        return 0.0
    volume = HV(ref_point=np.full(shares.shape[1], edge))(inside)
    return float(volume) / float(edge ** shares.shape[1])
