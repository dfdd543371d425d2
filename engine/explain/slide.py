"""How far can the side of a limit move before other limits bind, and what is the answer on the way?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.explain.piece import Piece, Run
from engine.kernel.forms import Matrix, ReturnGoal, Vector

TOUCHING = 1e-9
TURNING = 1e-12
SAME_BRANCH = 1e-6
FARTHEST = 10.0
FAR = 1e12
HALVINGS_COUNT = 50
PROBE = 1e-6


def _room(sizes: Vector, center: Vector, most: float) -> Callable[[Vector], float]:
    return lambda weights: most - float(sizes @ np.abs(weights - center))


class Slide:
    """A side that moves by δ on the stretch of an answer.

    Parameters
    ----------
    piece
        The stretch.
    moved
        By how much lower and upper bounds move with δ, shape (n,) each.
    row_moved
        By how much the side of each lifted row moves with δ, shape (m,); of the rows without those of parts.

    """

    def __init__(self, piece: Piece, moved: tuple[Vector, Vector], row_moved: Vector) -> None:
        self.piece = piece
        sides = piece.sides
        at = np.where(sides.is_low, moved[0], np.where(sides.is_high, moved[1], 0.0))
        self.run: Run = piece.run(at, row_moved)
        self.conditions: Matrix = piece.conditions(self.run, moved, row_moved)

    def weights_at(self, move: float) -> Vector:
        """Return the weights once the side has moved, shape (n,)."""
        tilt = float(self.piece.root(self.run, np.array([move]))[0])
        return np.asarray(self.run.weights @ np.array([1.0, tilt, move]))

    def reach(self) -> tuple[float, float]:
        """Return how far down (at most 0) and up (at least 0) the side may move; infinite without end."""
        start, turn, moves = self.conditions.T
        tilt = float(self.piece.root(self.run, np.zeros(1))[0])
        now = start + turn * tilt
        pace = turn * self._pace(tilt) + moves
        touching = now <= TOUCHING
        down, up = -np.inf, np.inf
        if (touching & (pace < -TURNING)).any():
            up = 0.0
        if (touching & (pace > TURNING)).any():
            down = 0.0
        ends = np.concatenate([self._later(touching, pace), self._turns()])
        ends = ends[np.isfinite(ends)]
        up = min(up, float(ends[ends > 0.0].min(initial=np.inf)))
        down = max(down, float(ends[ends < 0.0].max(initial=-np.inf)))
        return self._kept(down), self._kept(up)

    def _later(self, touching: NDArray[np.bool_], pace: Vector) -> Vector:
        """Return the ends of all conditions but the one at which a touching condition touches now.

        A condition that is left at the answer may be met again further on: on a curved stretch it has two ends.
        """
        ends = self._ends(self.conditions).reshape(-1, len(touching))
        far = np.where(np.isfinite(ends), np.abs(ends), FAR)
        is_now = (far == far.min(axis=0)) & (far * np.abs(pace) <= 2.0 * TOUCHING)
        return np.where(is_now & touching, np.nan, ends).ravel()

    def _turns(self) -> Vector:
        """Return the δ beyond which the goal has no λ: nothing on the stretch meets a ceiling, or has a best ratio."""
        if not self.piece.has_root:
            return np.zeros(0)
        form = self.piece.form(self.run)
        square = form[1, 2] ** 2 - form[1, 1] * form[2, 2]
        line = 2.0 * (form[0, 1] * form[1, 2] - form[1, 1] * form[0, 2])
        found = np.roots([square, line, form[0, 1] ** 2 - form[1, 1] * form[0, 0]])
        return np.asarray(found[np.isreal(found)].real)

    def _kept(self, end: float) -> float:
        """Return the end, or the earlier one at which a limit that is not linear and does not bind yet begins to.

        A sum of distances bends where a weight passes its center, so that its room is no condition of one line.
        """
        idle = self._sums()
        if not idle or end == 0.0:
            return end
        probe = self.weights_at(float(np.sign(end)) * min(abs(end), PROBE))
        if any(one(probe) < -TOUCHING for one in idle):
            return 0.0  # it touches already, with no price of its own
        last = float(np.sign(end)) * FARTHEST if np.isinf(end) else end
        if all(one(self.weights_at(last)) >= -TOUCHING for one in idle):
            return end
        inside, outside = 0.0, last
        for _ in range(HALVINGS_COUNT):
            middle = 0.5 * (inside + outside)
            if all(one(self.weights_at(middle)) >= -TOUCHING for one in idle):
                inside = middle
            else:
                outside = middle
        return inside

    def _sums(self) -> list[Callable[[Vector], float]]:
        """Return the room of each limit that does not bind and is not linear: sums, a return after costs, a risk."""
        core, active = self.piece.core, self.piece.active
        rows, budget = core.lifted, core.limits.short_budget
        found: list[Callable[[Vector], float]] = []
        for at, row in enumerate(core.limits.absolute_rows, rows.first_absolute):
            if at not in active:
                found.append(_room(row.coefficients, row.center_frac, row.upper_frac))
        nothing = np.zeros(self.piece.count)
        if budget is not None and budget.gross_max_frac is not None and rows.gross not in active:
            found.append(_room(nothing + 1.0, nothing, budget.gross_max_frac))
        if budget is not None and budget.short_max_frac is not None and rows.shorts_together not in active:
            most = 2.0 * budget.short_max_frac + core.limits.net_frac  # shorts are half of gross less net
            found.append(_room(nothing + 1.0, nothing, most))
        goal, floor = self.piece.goal, getattr(self.piece.goal, "return_min_annual_frac", None)
        if floor is not None and rows.RETURN_FLOOR not in active:
            least = floor - core.risk_free_annual_frac
            found.append(lambda weights: core.net_excess_annual_frac(weights) - least)
        if isinstance(goal, ReturnGoal) and self.piece.is_linear:
            most_risk = goal.volatility_max_annual_frac
            found.append(lambda weights: most_risk - core.volatility_annual_frac(weights))
        return found

    def _pace(self, tilt: float) -> float:
        """Return by how much λ moves with δ at the answer."""
        if not self.piece.has_root:
            return 0.0
        form = self.piece.form(self.run)
        slope = form @ np.array([1.0, tilt, 0.0])
        return float(-slope[2] / slope[1])

    def _ends(self, conditions: Matrix) -> Vector:
        """Return the δ at which a condition is zero; NaN for those that never are, on this branch."""
        start, turn, moves = conditions.T
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = -(start + turn * self.piece.tilt) / moves
            if not self.piece.has_root:
                return np.asarray(straight)
            flat = np.abs(turn) <= TURNING
            straight = np.where(flat, -start / moves, np.nan)
            constant, slope = -start / turn, -moves / turn
            form = self.piece.form(self.run)
            one = np.stack([np.ones(len(start)), constant, np.zeros(len(start))])
            two = np.stack([np.zeros(len(start)), slope, np.ones(len(start))])
            square = (two * (form @ two)).sum(axis=0)
            line = 2.0 * (one * (form @ two)).sum(axis=0)
            rest = (one * (form @ one)).sum(axis=0)
            depth = np.sqrt(line**2 - 4.0 * square * rest)
            half = -0.5 * (line + np.where(line >= 0.0, 1.0, -1.0) * depth)
            found = [straight]
            for end in (half / square, rest / half):
                tilt = constant + slope * end
                same = np.abs(self.piece.root(self.run, end) - tilt) <= SAME_BRANCH * (1.0 + np.abs(tilt))
                found.append(np.where(~flat & same, end, np.nan))
        return np.concatenate(found)
