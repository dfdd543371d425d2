"""Which multipliers say what loosening one limit gains, where several sets of multipliers prove the same answer?

Limits that touch the answer together and depend on each other linearly (a group that is the whole universe beside the
budget, the same group twice, a group's cap that is the sum of its members' caps) leave a whole face of multipliers, and
a solver returns any point of it. When the side of one limit is loosened, the best value changes by the least multiplier
that this limit has on the face (Rockafellar 1970, Convex Analysis, theorems 23.4 and 29.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.linear import solve_linear

AT_SIDE = 1e-8
AT_CEILING = 1e-7  # of the ceiling: curved limits are met to a solver's tolerance
PRESSES = 1e-9  # of the largest multiplier
DEPENDENT = 1e-9  # of the largest singular value, and of the largest part of a direction
SIDES_MAX_COUNT = 400

Multipliers = tuple[Vector, Vector, tuple[float, ...]]


def loosening_multipliers(core: ConvexCore, answer: ConvexAnswer) -> Multipliers | None:
    """Return the multipliers of rows, bounds on x and risk ceilings that loosening each of them alone is worth.

    Units and signs are those of the answer. An equality has the multiplier of moving its side up or, where the other
    limits leave no portfolio then, down. Where the multipliers are unique they come back as they are, after one
    singular value decomposition of the active rows on the weights that are free. The goal's own volatility ceiling
    keeps its multiplier, which the scale of all others is taken from. None without multipliers.
    """
    rows, bounds, weights = answer.row_duals, answer.bound_duals, answer.weights_frac
    if rows is None or bounds is None or weights is None:
        return None
    plain = (rows, bounds, answer.risk_duals)
    if answer.kink_slope is not None:
        return plain
    active = _Active(core, answer, weights, rows, bounds)
    free = active.directions()
    if free is None:
        return plain
    # one vector of all multipliers: rows, bounds, ceilings
    start = np.concatenate([rows, bounds, active.ceiling_duals])
    scale = float(np.abs(start).max(initial=0.0))
    if scale <= 0.0:
        return plain
    signs = np.concatenate([active.row_signs, active.bound_signs, active.ceiling_signs])
    least = _least(start / scale, free, signs, core.one_side)
    least *= scale
    height, width = len(rows), len(bounds)
    return least[:height], least[height : height + width], tuple(least[height + width :].tolist())


class _Active:
    """What touches the answer: signs are 1 at upper sides, -1 at lower sides, 0 elsewhere, and 2 for equalities."""

    def __init__(self, core: ConvexCore, answer: ConvexAnswer, weights: Vector, rows: Vector, bounds: Vector) -> None:
        lifted = core.lifted
        self.matrix = lifted.matrix
        self.places, self.count = lifted.places, len(weights)
        x = lifted.lift(weights)
        lower, upper = core.box
        at_least = PRESSES * max(float(np.abs(rows).max(initial=0.0)), float(np.abs(bounds).max(initial=0.0)))
        activity = lifted.matrix @ x
        self.row_signs = _signs(activity, lifted.row_lower, lifted.row_upper, rows, at_least)
        floor = rows[LiftedRows.RETURN_FLOOR]
        self.row_signs[LiftedRows.RETURN_FLOOR] = -1 if floor < -at_least else 0  # its side is the goal's
        self.bound_signs = _signs(x, lower, upper, bounds, at_least)
        self.reward = core.reward_slope(x)
        self.ceiling_duals, self.ceilings = np.array(answer.risk_duals), np.zeros((len(answer.risk_duals), len(x)))
        self.ceiling_signs = np.zeros(len(answer.risk_duals), dtype=np.int64)
        for at, (risk, dual) in enumerate(zip(core.limits.risks, answer.risk_duals, strict=False)):
            turned = core.pull_of(weights - risk.center_frac)
            size = float(np.sqrt(max(float((weights - risk.center_frac) @ turned), 0.0)))
            side = risk.upper_annual_frac / float(np.sqrt(core.variance_scale))
            if size > 0.0 and (dual > at_least or size >= side * (1.0 - AT_CEILING)):
                self.ceiling_signs[at] = 1
                self.ceilings[at, : self.count] = turned / size

    def directions(self) -> Matrix | None:
        """Return the directions in which multipliers may move, shape (m + n + p + ceilings, d); None without any.

        An active coupling row of a part t gives its own column away when t is free, and acts as a bound on its weight
        when t is zero: what is left to decompose are the few rows of the request.
        """
        height, width = self.matrix.shape
        first = height - len(self.places)
        held = self.bound_signs != 0
        is_budget_alone = np.count_nonzero(self.row_signs) == 1 and self.row_signs[LiftedRows.BUDGET] != 0
        if is_budget_alone and not self.ceiling_signs.any() and not held[: self.count].all():
            return None  # it presses on a weight that is free
        coupled = np.flatnonzero(self.row_signs[first:])
        parts = self.count + coupled
        is_kinked = held[parts]
        pivots = coupled[~is_kinked]
        pinned: dict[int, int] = {}
        spare: list[int] = []
        for part in coupled[is_kinked].tolist():
            place = int(self.places[part])
            if held[place] or place in pinned:
                spare.append(first + part)
            else:
                pinned[place] = first + part
        own = np.array([*np.flatnonzero(self.row_signs[:first]).tolist(), *spare], dtype=np.intp)
        pressed = np.flatnonzero(self.ceiling_signs)
        table = np.vstack([self._rows_at(own), self.ceilings[pressed]])
        given = table[:, self.count + pivots]
        reduced = table.copy()
        if len(pivots):
            np.subtract.at(reduced.T, self.places[pivots], given.T)
        open_places = ~held
        open_places[list(pinned)] = False
        open_places[self.count + pivots] = False
        moves = _left_null(reduced[:, open_places])
        if not moves.shape[1]:
            return None
        found = np.zeros((height + width + len(self.ceiling_signs), moves.shape[1]))
        found[own] = moves[: len(own)]
        found[height + width + pressed] = moves[len(own) :]
        found[first + pivots] = -given.T @ moves
        slope = table.T @ moves
        np.add.at(slope, self.places[pivots], found[first + pivots])
        slope[self.count + pivots] += found[first + pivots]
        for place, row in pinned.items():
            found[row] = -slope[place]
            slope[place] += found[row]
            slope[self.count + row - first] += found[row]
        found[height + np.flatnonzero(held)] = -slope[held]
        return found

    def _rows_at(self, own: NDArray[np.intp]) -> Matrix:
        table = self.matrix[own]
        table[own == LiftedRows.RETURN_FLOOR] = self.reward
        return np.asarray(table)


def _signs(values: Vector, low: Vector, high: Vector, duals: Vector, at_least: float) -> NDArray[np.int64]:
    """Return at which side each value is; where a multiplier presses, that side."""
    signs = np.zeros(len(values), dtype=np.int64)
    signs[values <= low + AT_SIDE] = -1
    signs[values >= high - AT_SIDE] = 1
    signs[duals > at_least] = 1
    signs[duals < -at_least] = -1
    signs[low == high] = 2
    return signs


def _left_null(table: Matrix) -> Matrix:
    """Return an orthonormal basis of the u with uᵀ table = 0, shape (r, d); rows count by their directions."""
    height, width = table.shape
    if not height:
        return np.zeros((0, 0))
    lengths = np.linalg.norm(table, axis=1)
    lengths = np.where(lengths > DEPENDENT, lengths, 1.0)
    scaled = table / lengths[:, None]
    if width < height:
        scaled = np.hstack([scaled, np.zeros((height, height - width))])
    left, values, _ = np.linalg.svd(scaled, full_matrices=False)
    rank = int((values > DEPENDENT * max(float(values.max(initial=0.0)), 1.0)).sum())
    return np.asarray(left[:, rank:] / lengths[:, None])


@dataclass(frozen=True, eq=False)
class _Face:
    """The optimal multipliers start + free @ s, those of inequalities with the sign of their side."""

    start: Vector
    free: Matrix
    signs: Vector  # 1 or -1 of the inequalities, shape (k,)
    sided: NDArray[np.intp]  # where the inequalities stand

    def lowest(self, cost: Vector) -> Vector | None:
        """Return the multipliers of the face with the least ``cost @ s``; None where there is no least."""
        table = self.free[self.sided] * self.signs[:, None]
        room = np.minimum(-self.signs * self.start[self.sided], 0.0)
        if len(cost) == 1:
            column = table[:, 0]
            ends = room[column != 0.0] / column[column != 0.0]
            is_low = column[column != 0.0] > 0.0
            side = ends[is_low].max(initial=-np.inf) if cost[0] > 0.0 else ends[~is_low].min(initial=np.inf)
            return self.start + self.free[:, 0] * side if np.isfinite(side) else None
        nothing, open_side = np.full(len(table), np.inf), np.full(len(cost), np.inf)
        answer = solve_linear(cost, table, room, nothing, -open_side, open_side)
        return self.start + self.free @ answer.x if answer.outcome == "solved" else None


def _least(start: Vector, free: Matrix, signs: NDArray[np.int64], one_side: Sequence[Sequence[int]]) -> Vector:
    """Return each multiplier at its least on the face, signs kept; those that cannot move as they are.

    Multipliers of one side are at the least of their sum.
    """
    free = np.where(np.abs(free) > DEPENDENT * max(float(np.abs(free).max()), 1e-300), free, 0.0)
    moves = np.abs(free).max(axis=1) > 0.0
    sided = np.flatnonzero(moves & (np.abs(signs) == 1))
    face = _Face(start, free, signs[sided].astype(np.float64), sided)
    least = start.copy()
    solved_count = 0
    for at in sided[np.argsort(-np.abs(start[sided]), kind="stable")].tolist():
        sign = float(signs[at])
        if sign * least[at] <= PRESSES or solved_count == SIDES_MAX_COUNT:
            least[at] = 0.0 if sign * least[at] <= PRESSES else least[at]
            continue
        found = face.lowest(sign * free[at])
        solved_count += 1
        if found is not None:  # what another limit's least says of this one need not be asked again
            least[sided] = face.signs * np.minimum(
                face.signs * least[sided], np.maximum(face.signs * found[sided], 0.0)
            )
            least[at] = 0.0 if sign * found[at] <= PRESSES else found[at]
    for at in np.flatnonzero(moves & (signs == 2)).tolist():
        found = face.lowest(free[at])
        found = face.lowest(-free[at]) if found is None else found
        least[at] = start[at] if found is None else found[at]
    for together in one_side:
        active = np.array([at for at in together if signs[at]], dtype=np.intp)
        cost = signs[active] @ free[active]
        is_fixed = not active.size or np.abs(cost).max() <= DEPENDENT * np.abs(free[active]).max(initial=1e-300)
        found = None if is_fixed else face.lowest(cost)
        least[active] = start[active] if found is None else found[active]
    return least
