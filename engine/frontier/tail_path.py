"""Which portfolios have the least CVaR for every return: where are the corners of that frontier, and what proves it?

Between neighbouring corners weights, reward and CVaR are exactly linear. Every point is proven by the multipliers of
its stretch: with a slope g that no portfolio's CVaR lies below, CVaR(v) ≥ gᵀv, and multipliers of limits and reward,
nothing within the limits with at least this reward has a CVaR that is lower by more than a gap of rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.frontier.tail_walk import DONE, OUT_OF_ROOM, descend
from engine.kernel.forms import Matrix, Vector
from engine.optimize.tail import TailCore
from engine.optimize.tail_measures import tail_count, tail_mean

CORNERS_START_COUNT = 1024
CORNERS_MAX_COUNT = 65_536
WORK_MAX = 4e9  # of assets times assets times periods: beyond it rows for few scenarios take less memory
LIMIT_TOLERANCE = 1e-9
TOLERANCE = 1e-10
LEVEL = 1e-12


@dataclass(frozen=True, eq=False)
class TailPath:
    """The corners of a CVaR frontier, from the least CVaR to the highest reward.

    Attributes
    ----------
    points
        Variables (weights, then their short parts) at each corner, shape (k, n).
    rewards
        Scaled excess return after costs at each corner, shape (k,), rising.
    losses
        CVaR at each corner, shape (k,), rising.
    tilts
        What a unit of reward costs in CVaR on the stretch up to each corner, shape (k,), rising.
    slopes, row_duals
        Of the CVaR and of the rows on that stretch, shapes (k, n) and (k, m).
    misses
        By how much the shares of the periods in each slope are not 1 in all, shape (k,): rounding.

    """

    points: Matrix
    rewards: Vector
    losses: Vector
    tilts: Vector
    slopes: Matrix
    row_duals: Matrix
    misses: Vector

    def place_of(self, rewards: Vector) -> tuple[NDArray[np.intp], Vector]:
        """Return the corner at the upper end of the stretch of each reward, and the share of the way from below it."""
        upper = np.clip(np.searchsorted(self.rewards, rewards, side="left"), min(1, len(self.rewards) - 1), None)
        upper = np.minimum(upper, len(self.rewards) - 1)
        below = np.maximum(upper - 1, 0)
        width = self.rewards[upper] - self.rewards[below]
        share = np.divide(rewards - self.rewards[below], width, out=np.ones(len(rewards)), where=width > 0.0)
        return upper, np.clip(share, 0.0, 1.0)

    def at_reward(self, rewards: Vector) -> Matrix:
        """Return variables at given rewards, shape (q, n); beyond the ends the nearest end."""
        upper, share = self.place_of(rewards)
        below = np.maximum(upper - 1, 0)
        mixed: Matrix = (1.0 - share)[:, None] * self.points[below] + share[:, None] * self.points[upper]
        return mixed

    def gaps_at(self, core: TailCore, level: float, rewards: Vector) -> Vector:
        """Return by how much the points at given rewards may miss the least CVaR, shape (q,); infinite if unfit.

        Whatever slopes and multipliers are put in, what comes out is a bound: only shares of periods that a CVaR can
        have are used, and what the multipliers leave over is paid for over the whole way to the bounds.
        """
        points, (upper, _) = self.at_reward(rewards), self.place_of(rewards)
        rows, (low, high) = core.lifted, core.box
        duals, tilts = self.row_duals[upper].copy(), self.tilts[upper]
        duals[(duals > 0.0) & ~np.isfinite(rows.row_upper)] = 0.0  # rounding on a side that is not there
        duals[(duals < 0.0) & ~np.isfinite(rows.row_lower)] = 0.0
        activity = points @ rows.matrix.T
        broken = np.maximum(low - points, points - high).max(axis=1)
        broken = np.maximum(broken, np.maximum(rows.row_lower - activity, activity - rows.row_upper).max(axis=1))
        slopes = self.slopes[upper]
        count = core.history.shape[1]
        losses = -(points[:, :count] @ core.history.T)
        tail = tail_count(level, len(core.history))
        worst = np.array([tail_mean(one, tail) for one in losses])
        gaps = worst - (slopes * points).sum(axis=1) + self.misses[upper] * np.abs(losses).max(axis=1)
        sides = np.where(duals > 0.0, rows.row_upper - activity, np.where(duals < 0.0, activity - rows.row_lower, 0.0))
        gaps += np.abs(duals * sides).sum(axis=1)
        rest = slopes - tilts[:, None] * core.direction + duals @ rows.matrix
        gaps += (np.maximum(rest, 0.0) * (points - low) + np.maximum(-rest, 0.0) * (high - points)).sum(axis=1)
        found: Vector = np.where(broken <= LIMIT_TOLERANCE, gaps, np.inf)
        return found


def tail_trace(core: TailCore, level: float) -> TailPath | None:
    """Return the corners of the CVaR frontier, or None where the walk did not reach its end.

    Parameters
    ----------
    core
        History, limits and reward.
    level
        Such as 0.95 for the mean of the worst 5% of the periods.

    """
    if float(core.history.size) * len(core.box[0]) > WORK_MAX:
        return None
    start = _Start.of(core, level)
    if start is None:
        return None
    room = CORNERS_START_COUNT
    while True:
        ending, corners = start.walked(room)
        if ending != OUT_OF_ROOM or room >= CORNERS_MAX_COUNT:
            break
        room *= 8
    return start.path(corners) if ending == DONE else None


@dataclass(frozen=True, eq=False)
class _Start:
    """The vertex of the highest reward and what is active there; losses are in units of a typical return."""

    problem: tuple[Any, ...]
    sides: NDArray[np.int64]
    row_sides: NDArray[np.int64]
    tails: NDArray[np.int64]
    free: NDArray[np.int64]
    active: NDArray[np.int64]
    unit: float

    @classmethod
    def of(cls, core: TailCore, level: float) -> _Start | None:
        """Return the vertex that a simplex method ends at; None when there is none."""
        basis = _top(core)
        if basis is None:
            return None
        x, free_columns, active_rows, sides, row_sides = basis
        rows, history = core.lifted, core.history
        width, height, (periods, count) = len(x), len(rows.matrix), history.shape
        size = float(np.sqrt(np.mean(history**2))) or 1.0
        slopes = np.ascontiguousarray(-history.T / size)
        tail = tail_count(level, periods)
        order = np.argsort(-(x[:count] @ slopes), kind="stable")
        whole = min(int(np.ceil(tail)), periods) - 1
        tails = np.full(periods, -1, dtype=np.int64)
        tails[order[:whole]] = 1
        tails[order[whole]] = 0
        most = width + 2
        free, active = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
        held = len(free_columns)
        free[: held + 1] = [*free_columns, width]
        active[: held + 1] = [*active_rows, height + order[whole]]
        problem = (
            np.ascontiguousarray(np.column_stack([rows.matrix, np.zeros(height)])),
            rows.row_lower,
            rows.row_upper,
            np.append(core.box[0], -np.inf),
            np.append(core.box[1], np.inf),
            slopes,
            np.append(core.direction, 0.0),
            np.ascontiguousarray(slopes.T),
            tail,
        )
        return cls(problem, np.append(sides, 0), row_sides, tails, free[: held + 1], active[: held + 1], size)

    def walked(self, room: int) -> tuple[int, tuple[Vector, Matrix, Matrix, Matrix]]:
        """Return how the walk ended, and its corners."""
        width, height = len(self.sides), len(self.row_sides)
        corners = (np.zeros(room), np.zeros((room, width)), np.zeros((room, height)), np.zeros((room, width)))
        most = width + 2
        free, active = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
        free[: len(self.free)], active[: len(self.active)] = self.free, self.active
        ending, found = descend(
            self.problem,
            self.sides.copy(),
            self.row_sides.copy(),
            self.tails.copy(),
            free,
            active,
            len(self.free),
            corners,
        )
        return ending, (corners[0][:found], corners[1][:found], corners[2][:found], corners[3][:found])

    def path(self, corners: tuple[Vector, Matrix, Matrix, Matrix]) -> TailPath:
        """Return the corners from the least loss up, in the measure's own unit."""
        thetas, points, row_duals, pulls = (one[::-1] for one in corners)
        points = points[:, :-1]
        direction, tail = self.problem[6][:-1], self.problem[8]
        rewards = points @ direction
        top = float(rewards[-1]) - LEVEL * max(1.0, float(np.abs(rewards).max()))
        keep = np.append(True, np.diff(rewards) > 0.0)
        keep[int(np.argmax(rewards >= top)) + 1 :] = False  # of the highest reward the least loss
        points, row_duals = points[keep], row_duals[keep]
        tilts = self.unit / (tail * np.maximum(thetas[keep], 1e-300))
        slopes = pulls[keep, :-1] * tilts[:, None]
        losses = (slopes * points).sum(axis=1)  # in proportion to the weights, so a slope at them gives the value
        return TailPath(
            points,
            rewards[keep],
            losses,
            tilts,
            slopes,
            row_duals * tilts[:, None],
            np.abs(pulls[keep, -1]) / (tail * np.maximum(thetas[keep], 1e-300)),
        )


def _top(core: TailCore) -> tuple[Vector, list[int], list[int], NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the vertex of the highest reward: x, basic columns, active rows, and where all others stand."""
    import highspy

    rows = core.lifted
    width, height = len(core.direction), len(rows.matrix)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("presolve", "off"),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", TOLERANCE),
        ("dual_feasibility_tolerance", TOLERANCE),
    ):
        solver.setOptionValue(option, value)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = width, height
    program.col_cost_ = -core.direction
    program.col_lower_, program.col_upper_ = core.box
    program.row_lower_, program.row_upper_ = rows.row_lower, rows.row_upper
    where = rows.matrix != 0.0
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = width, height
    matrix.start_ = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
    matrix.index_ = np.nonzero(where)[1].astype(np.int32)
    matrix.value_ = rows.matrix[where]
    solver.passModel(program)
    solver.run()
    basis = solver.getBasis()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal or not basis.valid:
        return None
    kinds = highspy.HighsBasisStatus
    stands = {kinds.kLower: -1, kinds.kUpper: 1, kinds.kBasic: 0}
    columns = [stands.get(one, 9) for one in basis.col_status]
    lines = [stands.get(one, 9) for one in basis.row_status]
    if 9 in columns or 9 in lines:  # a free variable out of the basis: no vertex
        return None
    row_sides = np.array(lines, dtype=np.int64)
    row_sides[(rows.row_lower == rows.row_upper) & (row_sides != 0)] = 2
    free = [j for j, side in enumerate(columns) if side == 0]
    active = [r for r, side in enumerate(lines) if side != 0]
    if len(free) != len(active):
        return None
    return np.array(solver.getSolution().col_value), free, active, np.array(columns, dtype=np.int64), row_sides
