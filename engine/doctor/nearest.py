"""Which choice of positions comes nearest to given weights, where some may be zero or at least so large only?

A convex answer rounded to whole positions is a portfolio in most mandates, and then no search is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.doctor.demands import Mandate
from engine.doctor.implied import sides_of
from engine.kernel.forms import Vector
from engine.optimize.count_pieces import HELD_MIN_FRAC

NOTHING_FRAC = 1e-6
SIZE_SHARE = 0.5


def nearest_box(
    mandate: Mandate, kept: Collection[int], weights: Vector, slacks: Mapping[int, Mapping[str, float]]
) -> tuple[Vector, Vector] | None:
    """Return bounds on the weights that make the whole-number choice nearest to given weights, shape (n,) each.

    Parameters
    ----------
    mandate, kept
        The limits that count.
    weights
        From where to look, shape (n,).
    slacks
        Limit to field to how far it has given way already.

    Returns
    -------
    tuple or None
        None where the nearest choice contradicts itself.

    """
    count = mandate.universe.count
    lower, upper = np.full(count, mandate.floor), np.full(count, mandate.ceiling)
    sides = sides_of(mandate, kept, slacks)
    floor, ceiling, jumps, least, most = sides.floor, sides.ceiling, sides.jumps, sides.least, sides.most
    around_zero = [(jump, distance) for jump, distance in jumps if not jump.center.any()]
    if around_zero or np.isfinite(most) or least > 0.0:
        size = np.full(count, HELD_MIN_FRAC if least > 0.0 else 0.0)
        required = np.zeros(count, dtype=bool)
        for jump, distance in around_zero:
            size[jump.mask] = np.maximum(size[jump.mask], distance)
            required |= jump.mask & jump.is_required
        is_held = _held(weights, size, (floor, ceiling), required, (least, most))
        if is_held is None:
            return None
        lower[~is_held] = upper[~is_held] = 0.0
        above, below = is_held & (size > 0.0) & (weights >= 0.0), is_held & (size > 0.0) & (weights < 0.0)
        lower[above], upper[below] = size[above], -size[below]
    for jump, distance in jumps:
        if not jump.center.any():
            continue
        away = weights - jump.center
        # Where a bound leaves no room for so large a change, there is none, however large it is in these weights.
        is_barred = np.where(away >= 0.0, ceiling < jump.center + distance, floor > jump.center - distance)
        stays = jump.mask & (is_barred | (np.abs(away) < SIZE_SHARE * distance))
        above, below = jump.mask & ~stays & (away >= 0.0), jump.mask & ~stays & (away < 0.0)
        lower[stays] = np.maximum(lower[stays], jump.center[stays])
        upper[stays] = np.minimum(upper[stays], jump.center[stays])
        lower[above] = np.maximum(lower[above], jump.center[above] + distance)
        upper[below] = np.minimum(upper[below], jump.center[below] - distance)
    return (lower, upper) if (lower <= upper + 1e-12).all() else None


def _held(
    weights: Vector,
    size: Vector,
    hull: tuple[Vector, Vector],
    required: NDArray[np.bool_],
    numbers: tuple[float, float],
) -> NDArray[np.bool_] | None:
    """Return which assets are held: the largest, enough of them to take up the sum and few enough to fit into it."""
    floor, ceiling = hull
    least, most = numbers
    is_barred = np.where(weights >= 0.0, ceiling < size, floor > -size) & ~required
    is_held = ((np.abs(weights) >= np.maximum(SIZE_SHARE * size, NOTHING_FRAC)) & ~is_barred) | required
    ranked = np.argsort(-np.abs(weights), kind="stable")
    total = float(weights.sum())
    if (weights >= 0.0).all():
        if float(ceiling[is_held].sum()) < total:
            fitting = np.cumsum(np.where(is_barred[ranked], 0.0, np.maximum(size, floor)[ranked])) <= total + 1e-9
            is_held[ranked[fitting & ~is_barred[ranked]]] = True
        for asset in ranked[::-1]:
            if float(np.maximum(size, floor)[is_held].sum()) <= total:
                break
            is_held[asset] = bool(required[asset])
    if int(is_held.sum()) > most:
        is_held[ranked[int(most + 1e-9) :]] = False
    if int(is_held.sum()) < least:
        is_held[ranked[: int(np.ceil(least - 1e-9))]] = True
    return None if int(is_held.sum()) > most else is_held
