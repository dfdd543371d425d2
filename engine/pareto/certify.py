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
NO_SLOPE = 1e-7  # relative to the slopes: a bound with less does not hold its asset


@dataclass(frozen=True, eq=False)
class Certified:
    """Weights, shape (q, n), and the greatest relative violation of the conditions at each, shape (q,).

    `tilts` are the λ at which they are the best, shape (q,). `is_free`, shape (q, n), masks the assets that the
    multipliers do not hold at a bound: only those can differ in another portfolio that is as good.
    """

    weights: Matrix
    residuals: Vector
    tilts: Vector
    is_free: NDArray[np.bool_]


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
    residuals, is_free = _residuals(quadratic, linear, pieces, weights, tilts, duals)
    for at in np.flatnonzero(residuals > LOOK_AGAIN):
        again, is_free_again = _anew(quadratic, linear, pieces, weights[at], float(tilts[at]))
        if again < residuals[at]:
            residuals[at], is_free[at] = again, is_free_again
    return Certified(weights, residuals, tilts, is_free)


def residual_at(quadratic: Matrix, linear: Vector, pieces: Pieces, weights: Vector, tilt: float) -> float:
    """Return the greatest relative violation of the conditions by one portfolio, shape (n,), at λ."""
    return _anew(quadratic, linear, pieces, weights, tilt)[0]


def _anew(
    quadratic: Matrix, linear: Vector, pieces: Pieces, weights: Vector, tilt: float
) -> tuple[float, NDArray[np.bool_]]:
    found = _multipliers(quadratic, linear, pieces, weights, tilt)
    residuals, is_free = _residuals(quadratic, linear, pieces, weights[None], np.array([tilt]), found[None])
    return float(residuals[0]), is_free[0]


def _residuals(
    quadratic: Matrix, linear: Vector, pieces: Pieces, weights: Matrix, tilts: Vector, duals: Matrix
) -> tuple[Vector, NDArray[np.bool_]]:
    """Return the violations, shape (q,), and which assets the multipliers leave free, shape (q, n)."""
    low, high = pieces.edges[:, 0], pieces.edges[:, -1]
    activity = pieces.activity(weights)
    worst = np.maximum(_excess(weights, low, high), _excess(activity, pieces.row_lower, pieces.row_upper))
    scale = np.maximum(1.0, tilts)
    side = np.where(duals > 0.0, pieces.row_upper - activity, activity - pieces.row_lower)
    with np.errstate(invalid="ignore"):
        products = np.where(duals == 0.0, 0.0, np.abs(duals * side)) / np.maximum(1.0, np.abs(activity))
    worst = np.maximum(worst, products.max(axis=1, initial=0.0) / scale)
    smooth = weights @ quadratic + linear
    is_free = (weights > low + AT_SIDE) & (weights < high - AT_SIDE)
    for is_left in (True, False):
        slope = smooth + _slopes(pieces, weights, tilts, duals, is_left=is_left)
        if is_left:
            wrong = np.where(weights > low + AT_SIDE, slope, 0.0)
        else:
            wrong = np.where(weights < high - AT_SIDE, -slope, 0.0)
        worst = np.maximum(worst, wrong.max(axis=1, initial=0.0) / scale)
        is_free |= np.abs(slope) <= NO_SLOPE * scale[:, None]
    return np.asarray(worst), is_free


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
