"""Which portfolios are efficient, all of them at once: where are the corners of the frontier, and what lies between?

Between neighbouring corners the weights are exactly linear, so the corners are the frontier; whoever holds them
interpolates and needs no solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.frontier.chain import chain_of, steepest, tilted
from engine.frontier.pieces import SAME_EDGE, Pieces, pieces_of
from engine.frontier.proof import proof_of
from engine.frontier.settle import Stand
from engine.frontier.start import DOWN, UP, walk_to
from engine.frontier.walk import DONE, OUT_OF_ROOM, march
from engine.kernel.forms import Matrix, Vector
from engine.optimize.convex import RISKLESS, ConvexCore
from engine.optimize.linear import LpAnswer, solve_linear

CORNERS_START_COUNT = 256
CORNERS_MAX_COUNT = 16_384
STATIONARITY_TOLERANCE = 1e-8
LIMIT_TOLERANCE = 1e-9
SAME_POINT = 1e-12
ATTEMPTS = (
    (40, 0.0),
    (4, 0.0),
    (4, 1e-10),
    (4, 1e-8),
)  # steps between fresh inverses, and a ridge for figures nearly singular
GAP_TOLERANCE = 1e-10  # in units of the mean variance
LEVEL = 1e-13
NO_TILT = 1e-12
NO_REWARD = 1e-9  # of the largest excess return: less is none
MIDDLE = 0.1  # λ times the largest reward, in units of the mean variance: where the walk up and the walk down begin

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
    images
        P w at each corner, shape (k, n), where they are known.

    """

    tilts: Vector
    points: Matrix
    row_duals: Matrix
    rewards: Vector
    variances: Vector
    crosses: Vector
    images: Matrix | None = None

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

    def at_tilt(self, tilts: Vector) -> Matrix:
        """Return the weights that are the best at given λ, shape (q, n): the least of ½ variance - λ reward."""
        if self.count == 1:
            return np.repeat(self.points, len(tilts), axis=0)
        return self.points_at(*tilted(tilts, self.tilts, self.rewards, self.variances, self.crosses))

    def tilt_at(self, segment: NDArray[np.intp], share: Vector) -> Vector:
        """Return λ at shares of the way from corners to their next ones, shape (q,): half the slope of the variance."""
        bend = (self.crosses - self.variances[:-1])[segment]
        spread = (self.variances[1:] - 2.0 * self.crosses + self.variances[:-1])[segment]
        tilts: Vector = np.maximum((bend + share * spread) / np.diff(self.rewards)[segment], 0.0)
        return tilts

    def best_ratio(self, constant: float = 0.0) -> tuple[int, float] | None:
        """Return segment and share where (reward + constant) / √variance is highest, in closed form on each segment.

        Only meaningful where c = 0 and the highest reward + constant is positive. Where the first corner has no risk
        and a reward + constant of zero, the whole first segment has one ratio: its end, which holds least of the
        riskless corner, is returned. None where a riskless corner has reward + constant above zero: no maximum exists.
        """
        place, share = steepest(self.rewards + constant, self.variances, self.crosses, RISKLESS, NO_REWARD)
        return None if place < 0 else (int(place), float(share))

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


def risk_of(core: ConvexCore) -> Matrix:
    """Return P, the covariance in units of the mean variance, without any ridge, shape (n, n)."""
    return np.ascontiguousarray(core.estimates.covariance_annual / core.variance_scale)


def trace(core: ConvexCore, rewards: Vector | None = None, center: Vector | None = None) -> Traced:
    """Return the corners of min ½ wᵀPw + cᵀw - λ reward(w) over all λ, each checked against its optimality conditions.

    Parameters
    ----------
    core
        Estimates and the convex hull of the limits.
    rewards
        Linear reward, shape (n,), in any unit; the core's expected excess return after costs when None.
    center
        b, shape (n,), from which risk is measured: c = -P b; zero when None.

    """
    count = core.limits.universe.count
    quadratic = risk_of(core)
    shift = np.zeros(count) if center is None else -quadratic @ center
    start = _somewhere(core)
    if start.outcome != "solved":
        return Traced(None, None, "no portfolio meets every limit", is_infeasible=start.outcome == "infeasible")
    return trace_from(quadratic, shift, pieces_of(core, rewards), start.x[:count])


def trace_from(quadratic: Matrix, linear: Vector, pieces: Pieces, feasible: Vector) -> Traced:
    """Return the corners as `trace` does, from limits and rewards in pieces and any portfolio within them, (n,)."""
    if not (pieces.edges[:, 0] < pieces.edges[:, -1]).any():
        only = pieces.edges[:, :1].T.copy()
        alone = np.zeros(1), only, np.zeros((1, len(pieces.row_lower))), only @ quadratic
        return Traced(_path_of(linear, pieces, *alone), pieces)
    why_not = ""
    for refresh_count, ridge in ATTEMPTS:
        ridged = quadratic if ridge == 0.0 else quadratic + ridge * np.eye(len(linear))
        path, middles, why_not = _traced(ridged, quadratic, linear, pieces, feasible, refresh_count)
        if path is None or middles is None:
            continue
        if is_proven(quadratic, linear, pieces, path) and _is_nearly_best(quadratic, linear, pieces, middles):
            return Traced(path, pieces)
    return Traced(None, pieces, why_not or "a corner did not meet its optimality conditions")


def _traced(
    ridged: Matrix, quadratic: Matrix, linear: Vector, pieces: Pieces, feasible: Vector, refresh_count: int
) -> tuple[Path | None, Path | None, str]:
    """Return the path and the middles of its stretches, or why there is none; it is walked with P and its ridge.

    On a stretch the point, the multipliers and λ are mixtures of those at its ends, and so are the optimality
    conditions but for the products of multipliers and room, which the middle shows.
    """
    tilt = MIDDLE / max(float(np.abs(pieces.rewards).max()), 1e-300)
    stand = walk_to(tilt, ridged, linear, pieces, feasible, refresh_count)
    if stand is None:
        return None, None, "the walk to its middle stopped"
    ways = []
    for heading, until in ((DOWN, tilt), (UP, np.inf)):
        room = CORNERS_START_COUNT
        ending, corners = _walk(ridged, linear, pieces, stand, room, (tilt, heading), until, refresh_count)
        while ending == OUT_OF_ROOM and room < CORNERS_MAX_COUNT:
            room *= 8
            ending, corners = _walk(ridged, linear, pieces, stand, room, (tilt, heading), until, refresh_count)
        if ending != DONE:
            return None, None, _ENDINGS[ending]
        ways.append(corners)
    first = min(1, len(ways[1][0]) - 1)  # the middle is no corner, unless it is the end
    tilts, points, row_duals = (np.concatenate([down[:0:-1], up[first:]]) for down, up in zip(*ways, strict=True))
    begin = int(np.flatnonzero(tilts <= max(NO_TILT, float(tilts[0])))[-1])  # of the least risk the highest reward
    tilts, points, row_duals = tilts[begin:], points[begin:], row_duals[begin:]
    images = _images_of(quadratic, points)
    path = _path_of(linear, pieces, tilts, points, row_duals, images)
    tilts, points, row_duals, images = (0.5 * (ends[1:] + ends[:-1]) for ends in (tilts, points, row_duals, images))
    return path, replace(path, tilts=tilts, points=points, row_duals=row_duals, images=images), ""


def _somewhere(core: ConvexCore) -> LpAnswer:
    """Return a portfolio within the limits that is calm by the assets' own variances: a walk from there is short."""
    lower, upper = core.box
    own = np.zeros(len(core.direction))
    own[: core.limits.universe.count] = core.estimates.variances_annual / core.variance_scale
    return solve_linear(own, core.lifted.matrix, core.lifted.row_lower, core.lifted.row_upper, lower, upper)


def _walk(
    quadratic: Matrix,
    linear: Vector,
    pieces: Pieces,
    stand: Stand,
    room: int,
    course: tuple[float, float],
    until: float,
    refresh_count: int,
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
        course,
        until,
        refresh_count,
    )
    return ending, (corners[0][:count], corners[1][:count], corners[2][:count])


def _path_of(linear: Vector, pieces: Pieces, tilts: Vector, points: Matrix, row_duals: Matrix, images: Matrix) -> Path:
    """Return the corners without repeated points; of equal ones the last λ counts, with its multipliers."""
    row_duals[(row_duals > 0.0) & ~np.isfinite(pieces.row_upper)] = 0.0
    row_duals[(row_duals < 0.0) & ~np.isfinite(pieces.row_lower)] = 0.0
    rewards = pieces.reward(points)
    keep, variances, crosses = chain_of(points, images, linear, rewards, SAME_POINT, LEVEL)
    return Path(tilts[keep], points[keep], row_duals[keep], rewards[keep], variances, crosses, images[keep])


def _images_of(quadratic: Matrix, points: Matrix) -> Matrix:
    """Return P w at each corner, shape (k, n); most weights are zero at all of them."""
    held = np.flatnonzero(points.any(axis=0))
    return np.asarray(points[:, held] @ quadratic[held])


def is_proven(quadratic: Matrix, linear: Vector, pieces: Pieces, path: Path) -> bool:
    """Return whether every corner keeps the limits and meets the optimality conditions, on both sides of every edge."""
    is_kept, is_stationary, _ = _proof(quadratic, linear, pieces, path)
    return bool(is_kept and is_stationary)


def _is_nearly_best(quadratic: Matrix, linear: Vector, pieces: Pieces, path: Path) -> bool:
    """Return whether no portfolio within the limits is better than these by more than a duality gap of next to nothing.

    All is convex: moving a weight to either bound gains at most the slope on that side times the distance.
    """
    return bool(_proof(quadratic, linear, pieces, path)[2] <= GAP_TOLERANCE)


def _proof(quadratic: Matrix, linear: Vector, pieces: Pieces, path: Path) -> tuple[bool, bool, float]:
    images = _images_of(quadratic, path.points) if path.images is None else path.images
    found: tuple[bool, bool, float] = proof_of(
        path.points,
        images + linear,
        path.tilts,
        path.row_duals,
        (pieces.edges, pieces.counts, pieces.coefficients, pieces.offsets, pieces.rewards),
        (pieces.row_lower, pieces.row_upper),
        LIMIT_TOLERANCE,
        SAME_EDGE,
        STATIONARITY_TOLERANCE,
    )
    return found
