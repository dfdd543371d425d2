"""How well does each portfolio on a critical line meet the optimality conditions?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from engine.frontier.path import Path
from engine.frontier.pieces import Pieces
from engine.kernel.forms import Matrix, Vector

AT_SIDE = 1e-9
LOOK_AGAIN = 1e-9


@dataclass(frozen=True, eq=False)
class Certified:
    """Weights, shape (q, n), and the greatest relative violation of the conditions at each, shape (q,)."""

    weights: Matrix
    residuals: Vector


def certified(
    quadratic: Matrix, linear: Vector, pieces: Pieces, path: Path, segment: NDArray[np.intp], share: Vector
) -> Certified:
    """Return portfolios of a path with their residuals.

    Parameters
    ----------
    quadratic, linear
        P and c of min ½ wᵀPw + cᵀw - λ reward(w), in units of the mean variance.
    pieces, path
        The limits and the path traced under them.
    segment, share
        Shape (q,): corners, and the shares of the way to their next ones.

    Returns
    -------
    Certified
        Of the violations of the limits, of the slopes and of multiplier times room, the largest; limits count relative
        to their size, slopes and products to max(1, λ).

    Notes
    -----
    Along a stretch λ and the multipliers are linear where the walk did not wait at its end; elsewhere the multipliers
    are found anew as the nonnegative ones that leave the least slope.

    """
    at_end = share >= 1.0
    segment = np.where(at_end, np.minimum(segment + 1, path.count - 1), segment)
    share = np.where(at_end, 0.0, share)
    following = np.minimum(segment + 1, path.count - 1)
    weights = path.points_at(segment, share)
    tilts = path.tilts[segment].copy()
    inside = share > 0.0
    if inside.any():
        tilts[inside] = path.tilt_at(segment[inside], share[inside])
    duals = (1.0 - share)[:, None] * path.row_duals[segment] + share[:, None] * path.row_duals[following]
    residuals = _residuals(quadratic, linear, pieces, weights, tilts, duals)
    for at in np.flatnonzero(residuals > LOOK_AGAIN):
        found = _multipliers(quadratic, linear, pieces, weights[at], float(tilts[at]))
        again = _residuals(quadratic, linear, pieces, weights[[at]], tilts[[at]], found[None])[0]
        residuals[at] = min(float(residuals[at]), float(again))
    return Certified(weights, residuals)


def _residuals(
    quadratic: Matrix, linear: Vector, pieces: Pieces, weights: Matrix, tilts: Vector, duals: Matrix
) -> Vector:
    low, high = pieces.edges[:, 0], pieces.edges[:, -1]
    activity = pieces.activity(weights)
    worst = np.maximum(_excess(weights, low, high), _excess(activity, pieces.row_lower, pieces.row_upper))
    scale = np.maximum(1.0, tilts)
    side = np.where(duals > 0.0, pieces.row_upper - activity, activity - pieces.row_lower)
    with np.errstate(invalid="ignore"):
        products = np.where(duals == 0.0, 0.0, np.abs(duals * side)) / np.maximum(1.0, np.abs(activity))
    worst = np.maximum(worst, products.max(axis=1, initial=0.0) / scale)
    smooth = weights @ quadratic + linear
    for is_left in (True, False):
        slope = smooth + _slopes(pieces, weights, tilts, duals, is_left=is_left)
        if is_left:
            wrong = np.where(weights > low + AT_SIDE, slope, 0.0)
        else:
            wrong = np.where(weights < high - AT_SIDE, -slope, 0.0)
        worst = np.maximum(worst, wrong.max(axis=1, initial=0.0) / scale)
    return np.asarray(worst)


def _excess(values: Matrix, low: Vector, high: Vector) -> Vector:
    """Return by how much values leave their sides, relative to their size, shape (q,)."""
    beyond = np.maximum(np.maximum(low - values, values - high), 0.0) / np.maximum(1.0, np.abs(values))
    return np.asarray(beyond.max(axis=1, initial=0.0))


def _slopes(pieces: Pieces, weights: Matrix, tilts: Vector, duals: Matrix, *, is_left: bool) -> Matrix:
    """Return Σ_r y_r a_r - λ reward on the piece left or right of each weight, shape (q, n)."""
    most = len(pieces.rewards)
    by_piece = [duals @ pieces.coefficients[j] - tilts[:, None] * pieces.rewards[j] for j in range(most)]
    if most == 1:
        return np.asarray(by_piece[0])
    piece = pieces.piece_of(weights + (-AT_SIDE if is_left else AT_SIDE), is_left=is_left)
    return np.asarray(np.choose(piece, by_piece))


def _multipliers(quadratic: Matrix, linear: Vector, pieces: Pieces, weights: Vector, tilt: float) -> Vector:
    """Return nonnegative multipliers of the sides that are met, signed as row duals are, for the least slope left."""
    count = len(weights)
    assets = np.arange(count)
    piece = pieces.piece_of(weights[None], is_left=True)[0]
    rows = pieces.coefficients[piece, :, assets].T
    activity = pieces.activity(weights[None])[0]
    slope = quadratic @ weights + linear - tilt * pieces.rewards[piece, assets]
    size = AT_SIDE * np.maximum(1.0, np.abs(activity))
    upper = np.flatnonzero(activity >= pieces.row_upper - size)
    lower = np.flatnonzero(activity <= pieces.row_lower + size)
    at_low = np.flatnonzero(weights <= pieces.edges[:, 0] + AT_SIDE)
    at_high = np.flatnonzero(weights >= pieces.edges[:, -1] - AT_SIDE)
    unit = np.eye(count)
    columns = np.column_stack([rows[upper].T, -rows[lower].T, unit[:, at_high], -unit[:, at_low]])
    found = nnls(columns, -slope)[0]
    duals = np.zeros(len(pieces.row_lower))
    np.add.at(duals, upper, found[: len(upper)])
    np.add.at(duals, lower, -found[len(upper) : len(upper) + len(lower)])
    return duals
