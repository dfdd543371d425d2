"""Does every portfolio of a path keep the limits and meet the optimality conditions, and how far off can it be?

Read from the original problem alone, without a ridge, and on both sides of every edge of a piece.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled


@compiled
def piece_at(edges: Numbers, counts: Places, i: int, at: float) -> int:
    """Return the piece of asset i on which a value lies."""
    piece = 0
    for j in range(1, edges.shape[1] - 1):
        if at > edges[i, j]:
            piece += 1
    last: int = counts[i] - 1
    return min(piece, last)


@compiled
def _bent(pieces: Any, row_duals: Numbers, tilt: float, k: int, i: int, at: float) -> float:
    """Return what rows and reward add to the slope of asset i on the piece of a value."""
    edges, counts, coefficients, _, rewards = pieces
    j = piece_at(edges, counts, i, at)
    slope: float = -tilt * rewards[j, i]
    for r in range(row_duals.shape[1]):
        if row_duals[k, r] != 0.0:
            slope += row_duals[k, r] * coefficients[j, r, i]
    return slope


@compiled
def proof_of(
    points: Numbers,
    smooth: Numbers,
    tilts: Numbers,
    row_duals: Numbers,
    pieces: Any,
    limits: Any,
    near: float,
    same: float,
    still: float,
) -> tuple[bool, bool, float]:
    """Return whether all limits hold, whether the optimality conditions do, and the largest duality gap over max(1, λ).

    Parameters
    ----------
    points, smooth
        Weights, and P w + c, shape (k, n) each.
    tilts, row_duals
        λ, shape (k,), and multipliers of the rows, shape (k, m).
    pieces, limits
        Edges, counts, coefficients, offsets and rewards of `engine.frontier.pieces`, and the sides of the rows.
    near, same, still
        How near a side counts as on it; how near an edge as at it; the largest slope that counts as none. All are
        relative to numbers of size one.

    """
    edges, counts, coefficients, offsets, rewards = pieces
    row_lower, row_upper = limits
    width, height, most = points.shape[1], len(row_lower), edges.shape[1] - 1
    activity, shift = np.zeros(height), np.zeros(height)
    left, right = np.zeros(width), np.zeros(width)
    for i in range(width):
        for r in range(height):
            shift[r] += offsets[0, r, i]
    is_kept, is_stationary, worst = True, True, 0.0
    for k in range(len(points)):
        scale = still * max(1.0, tilts[k])
        activity[:] = shift
        for i in range(width):
            weight = points[k, i]
            size = near * max(1.0, abs(weight))
            if not (edges[i, 0] - size <= weight <= edges[i, most] + size):  # not a number fails too
                is_kept = False
            j = piece_at(edges, counts, i, weight - same) if most > 1 else 0
            if weight != 0.0 or j > 0:
                for r in range(height):
                    activity[r] += coefficients[j, r, i] * weight + offsets[j, r, i] - offsets[0, r, i]
        gap = 0.0
        for i in range(width):
            left[i] = smooth[k, i]
        if most == 1:
            for i in range(width):
                left[i] -= tilts[k] * rewards[0, i]
        for r in range(height):
            size = near * max(1.0, abs(activity[r]))
            if not (row_lower[r] - size <= activity[r] <= row_upper[r] + size):
                is_kept = False
            price = row_duals[k, r]
            if price == 0.0:
                continue
            room = row_upper[r] - activity[r] if price > 0.0 else activity[r] - row_lower[r]
            if not abs(price * room) <= scale * max(1.0, abs(activity[r])):
                is_stationary = False
            if np.isfinite(room):
                gap += abs(price * room)
            if most == 1:
                for i in range(width):
                    left[i] += price * coefficients[0, r, i]
        right[:] = left
        if most > 1:
            for i in range(width):
                left[i] += _bent(pieces, row_duals, tilts[k], k, i, points[k, i] - near - same)
                right[i] += _bent(pieces, row_duals, tilts[k], k, i, points[k, i] + near + same)
        for i in range(width):
            weight = points[k, i]
            below, above = weight - edges[i, 0], edges[i, most] - weight
            if not (np.isfinite(left[i]) and np.isfinite(right[i])):
                is_stationary = False
            if (left[i] > scale and below > near) or (right[i] < -scale and above > near):
                is_stationary = False
            gap += max(left[i], 0.0) * max(below, 0.0) + max(-right[i], 0.0) * max(above, 0.0)
        worst = max(worst, gap / max(1.0, tilts[k]))
    return is_kept, is_stationary, worst
