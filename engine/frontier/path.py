"""Which portfolios are efficient, all of them at once: where are the corners of the frontier, and what lies between?

Between neighbouring corners the weights are exactly linear, so the corners are the frontier; whoever holds them
interpolates and needs no solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frontier.pieces import Pieces, pieces_of
from engine.frontier.start import Stand, walk_to_least
from engine.frontier.walk import DONE, OUT_OF_ROOM, march
from engine.kernel.forms import Matrix, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.linear import LpAnswer, solve_linear

CORNERS_START_COUNT = 256
CORNERS_MAX_COUNT = 16_384
STATIONARITY_TOLERANCE = 1e-8
LIMIT_TOLERANCE = 1e-9
SAME_POINT = 1e-12
ATTEMPTS = ((40, 0.0), (4, 0.0), (4, 1e-8))  # steps between fresh inverses, and a ridge for figures nearly singular
LEVEL = 1e-13

_ENDINGS = {
    OUT_OF_ROOM: "it has too many corners",
    2: "too many limits meet at one place",
    3: "limits depend on each other at one place",
}


@dataclass(frozen=True, eq=False)
class Path:
    """The corners of an efficient frontier, from the least risk to the highest reward.

    Attributes
    ----------
    tilts
        λ up to which each corner is the best, shape (k,), rising: the price of variance in reward, in scaled units.
    points
        Weights at each corner, shape (k, n).
    row_duals
        Multipliers of the rows of `Pieces` at each corner, shape (k, m), positive at upper sides, in scaled units.
    rewards
        Reward at each corner, shape (k,), rising.
    variances, crosses
        wᵀPw + 2 cᵀw at each corner, shape (k,), and the same form between each corner and the next, shape (k - 1,):
        at share t of the way it is (1-t)² v_i + 2 t (1-t) v_{i,i+1} + t² v_{i+1}.

    """

    tilts: Vector
    points: Matrix
    row_duals: Matrix
    rewards: Vector
    variances: Vector
    crosses: Vector

    @property
    def count(self) -> int:
        """Number of corners."""
        return len(self.tilts)

    def at_reward(self, rewards: Vector) -> Matrix:
        """Return weights at given rewards, shape (q, n); beyond the ends the nearest end."""
        return self.points_at(*self.place_of(rewards))

    def place_of(self, rewards: Vector) -> tuple[NDArray[np.intp], Vector]:
        """Return between which corner and the next each reward lies, and at which share of the way."""
        if self.count == 1:
            return np.zeros(len(rewards), dtype=np.intp), np.zeros(len(rewards))
        segment = np.clip(np.searchsorted(self.rewards, rewards, side="right") - 1, 0, self.count - 2)
        share = (rewards - self.rewards[segment]) / (self.rewards[segment + 1] - self.rewards[segment])
        return segment, np.clip(share, 0.0, 1.0)

    def points_at(self, segment: NDArray[np.intp], share: Vector) -> Matrix:
        """Return weights at shares of the way from corners to their next ones, shape (q, n)."""
        following = np.minimum(segment + 1, self.count - 1)
        return (1.0 - share)[:, None] * self.points[segment] + share[:, None] * self.points[following]

    def best_ratio(self, constant: float = 0.0) -> tuple[int, float]:
        """Return segment and share where (reward + constant) / √variance is highest, in closed form on each segment.

        Only meaningful where c = 0 and the highest reward + constant is positive.
        """
        values = self.rewards + constant
        ratio = values / np.sqrt(np.maximum(self.variances, 1e-300))
        best, place, share = float(ratio.max()), int(ratio.argmax()), 0.0
        if self.count > 1:
            start, rise, first = values[:-1], np.diff(values), self.variances[:-1]
            bend = self.crosses - first
            spread = self.variances[1:] - 2.0 * self.crosses + first
            below = rise * bend - start * spread
            with np.errstate(divide="ignore", invalid="ignore"):
                shares = np.clip(np.nan_to_num((start * bend - rise * first) / below), 0.0, 1.0)
            inside = (start + shares * rise) / np.sqrt(
                np.maximum(first + 2.0 * shares * bend + shares**2 * spread, 1e-300)
            )
            if float(inside.max()) > best:
                place = int(inside.argmax())
                share = float(shares[place])
        return place, share

    def at_variance(self, variance: float) -> tuple[int, float]:
        """Return segment and share of the highest reward whose variance is at most that; the start when none is."""
        if self.count == 1 or variance <= self.variances[0]:
            return 0, 0.0
        if variance >= self.variances[-1]:
            return self.count - 2, 1.0
        place = int(np.searchsorted(self.variances, variance, side="right") - 1)
        first, bend = self.variances[place], self.crosses[place] - self.variances[place]
        spread = self.variances[place + 1] - 2.0 * self.crosses[place] + first
        root = np.sqrt(max(bend * bend + spread * (variance - first), 0.0))
        share = (variance - first) / (bend + root) if bend + root > 0.0 else 0.0
        return place, float(np.clip(share, 0.0, 1.0))


@dataclass(frozen=True)
class Traced:
    """A path, or why there is none: `why_not` completes "The corners were not found because ..."."""

    path: Path | None
    pieces: Pieces | None = None
    why_not: str = ""
    is_infeasible: bool = False


def trace(core: ConvexCore, rewards: Vector | None = None, linear: Vector | None = None) -> Traced:
    """Return the corners of min ½ wᵀPw + cᵀw - λ reward(w) over all λ, each checked against its optimality conditions.

    Parameters
    ----------
    core
        Estimates and the convex hull of the limits.
    rewards
        Linear reward, shape (n,), in any unit; the core's expected excess return after costs when None.
    linear
        c, shape (n,); zero when None. With c = -P b the risk is measured from b.

    """
    count = core.limits.universe.count
    quadratic = np.ascontiguousarray(core.quadratic[:count, :count])
    shift = np.zeros(count) if linear is None else linear
    start = _somewhere(core)
    if start.outcome != "solved":
        return Traced(None, None, "no portfolio meets every limit", is_infeasible=start.outcome == "infeasible")
    pieces = pieces_of(core, rewards)
    if not (pieces.edges[:, 0] < pieces.edges[:, -1]).any():
        only = pieces.edges[:, :1].T.copy()
        return Traced(
            _path_of(quadratic, shift, pieces, np.zeros(1), only, np.zeros((1, len(pieces.row_lower)))), pieces
        )
    why_not = ""
    for refresh_count, ridge in ATTEMPTS:
        ridged = quadratic if ridge == 0.0 else quadratic + ridge * np.eye(count)
        path, why_not = _traced(ridged, shift, pieces, start.x[:count], refresh_count)
        if path is not None and is_proven(quadratic, shift, pieces, path):
            return Traced(path, pieces)
    return Traced(None, pieces, why_not or "a corner did not meet its optimality conditions")


def _traced(
    quadratic: Matrix, linear: Vector, pieces: Pieces, feasible: Vector, refresh_count: int
) -> tuple[Path | None, str]:
    """Return the path, or why there is none."""
    stand = walk_to_least(quadratic, linear, pieces, feasible, refresh_count)
    if stand is None:
        return None, "the walk to the least risk stopped"
    room = CORNERS_START_COUNT
    ending, corners = _walk(quadratic, linear, pieces, stand, room, refresh_count)
    while ending == OUT_OF_ROOM and room < CORNERS_MAX_COUNT:
        room *= 8
        ending, corners = _walk(quadratic, linear, pieces, stand, room, refresh_count)
    if ending != DONE:
        return None, _ENDINGS[ending]
    return _path_of(quadratic, linear, pieces, *corners), ""


def _somewhere(core: ConvexCore) -> LpAnswer:
    """Return a portfolio within the limits that is calm by the assets' own variances: a walk from there is short."""
    lower, upper = core.box
    own = np.zeros(len(core.direction))
    own[: core.limits.universe.count] = core.estimates.variances_annual / core.variance_scale
    return solve_linear(own, core.lifted.matrix, core.lifted.row_lower, core.lifted.row_upper, lower, upper)


def _walk(
    quadratic: Matrix, linear: Vector, pieces: Pieces, stand: Stand, room: int, refresh_count: int
) -> tuple[int, tuple[Vector, Matrix, Matrix]]:
    corners = (np.zeros(room), np.zeros((room, len(linear))), np.zeros((room, len(pieces.row_lower))))
    ending, count = march(
        quadratic,
        linear,
        (pieces.edges, pieces.counts, pieces.coefficients, pieces.offsets, pieces.rewards),
        (pieces.row_lower, pieces.row_upper),
        stand.sides.copy(),
        stand.row_sides.copy(),
        stand.piece.copy(),
        corners,
        np.inf,
        refresh_count,
    )
    return ending, (corners[0][:count], corners[1][:count], corners[2][:count])


def _path_of(
    quadratic: Matrix, linear: Vector, pieces: Pieces, tilts: Vector, points: Matrix, row_duals: Matrix
) -> Path:
    """Return the corners without repeated points; of equal ones the last λ counts, with its multipliers."""
    row_duals[(row_duals > 0.0) & ~np.isfinite(pieces.row_upper)] = 0.0
    row_duals[(row_duals < 0.0) & ~np.isfinite(pieces.row_lower)] = 0.0
    rewards = pieces.reward(points)
    moved = np.abs(np.diff(points, axis=0)).max(axis=1, initial=0.0) > SAME_POINT
    moved &= np.diff(rewards) > LEVEL * max(1.0, float(np.abs(rewards).max()))
    keep = np.append(moved, True)
    points, rewards = points[keep], rewards[keep]
    images, shifts = points @ quadratic, points @ linear
    variances = np.einsum("ki,ki->k", images, points) + 2.0 * shifts
    crosses = np.einsum("ki,ki->k", images[:-1], points[1:]) + shifts[:-1] + shifts[1:]
    return Path(tilts[keep], points, row_duals[keep], rewards, variances, crosses)


def is_proven(quadratic: Matrix, linear: Vector, pieces: Pieces, path: Path) -> bool:
    """Return whether every corner keeps the limits and meets the optimality conditions, on both sides of every edge."""
    points = path.points
    activity = pieces.activity(points)
    for values, low, high in (
        (points, pieces.edges[:, 0], pieces.edges[:, -1]),
        (activity, pieces.row_lower, pieces.row_upper),
    ):
        size = LIMIT_TOLERANCE * np.maximum(1.0, np.abs(values))
        if not np.isfinite(values).all() or bool(((values < low - size) | (values > high + size)).any()):
            return False
    scale = STATIONARITY_TOLERANCE * np.maximum(1.0, path.tilts)
    room = np.where(
        path.row_duals > 0.0,
        pieces.row_upper - activity,
        np.where(path.row_duals < 0.0, activity - pieces.row_lower, 0),
    )
    if bool((np.abs(path.row_duals * room) > scale[:, None] * np.maximum(1.0, np.abs(activity))).any()):
        return False
    smooth = points @ quadratic + linear
    for is_left in (True, False):
        slope = smooth + _bent_slopes(pieces, path, is_left=is_left)
        if not np.isfinite(slope).all():
            return False
        if is_left:
            wrong = (slope > scale[:, None]) & (points > pieces.edges[:, 0] + LIMIT_TOLERANCE)
        else:
            wrong = (slope < -scale[:, None]) & (points < pieces.edges[:, -1] - LIMIT_TOLERANCE)
        if bool(wrong.any()):
            return False
    return True


def _bent_slopes(pieces: Pieces, path: Path, *, is_left: bool) -> Matrix:
    """Return Σ_r y_r a_r - λ reward on the piece left or right of each weight, shape (k, n)."""
    most = len(pieces.rewards)
    by_piece: list[Matrix] = [
        path.row_duals @ pieces.coefficients[j] - path.tilts[:, None] * pieces.rewards[j] for j in range(most)
    ]
    if most == 1:
        return by_piece[0]
    shifted = path.points + (-LIMIT_TOLERANCE if is_left else LIMIT_TOLERANCE)
    piece = pieces.piece_of(shifted, is_left=is_left)
    chosen: NDArray[np.float64] = np.asarray(np.choose(piece, by_piece))
    return chosen
