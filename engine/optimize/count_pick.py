"""Is there any choice of pieces that meets the linear limits, and what alone rules them all out?"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from engine.kernel.forms import ActiveRiskGoal, Goal, TailGoal, VarianceGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.core import Core
from engine.optimize.count_pieces import Numbers, Pieces, pieces_of
from engine.optimize.linear import solve_linear
from engine.optimize.tail import TailCore

Cause = Literal["none", "minimum", "count", "minimum_and_count"]
Picked = Numbers | Literal["infeasible"] | None


def pick(core: Core, pieces: Pieces, weights: Vector, goal: Goal) -> Picked:
    """Return the choice of pieces nearest to weights that meets every linear limit; None when none is known.

    An integer program (HiGHS) with one binary for each piece, whose cost is the distance of the weight to the piece.
    """
    rows = core.lifted
    row_lower = rows.row_lower.copy()
    floor = goal.return_min_annual_frac if isinstance(goal, VarianceGoal | ActiveRiskGoal | TailGoal) else None
    if floor is not None and isinstance(core, ConvexCore | TailCore):
        row_lower[rows.RETURN_FLOOR] = core.scaled_floor(floor - core.risk_free_annual_frac)
    size, width = len(pieces.final), rows.matrix.shape[1]
    asset, number = np.nonzero(np.isfinite(pieces.starts))
    count, column = len(asset), np.arange(len(asset))
    starts, ends = pieces.starts[asset, number], pieces.ends[asset, number]
    picks = np.zeros((size, width + count))
    above, below = picks.copy(), picks.copy()
    picks[asset, width + column] = 1.0
    above[asset, width + column], below[asset, width + column] = -starts, -ends
    above[np.arange(size), np.arange(size)] = below[np.arange(size), np.arange(size)] = 1.0
    held = np.concatenate([np.zeros(width), (number != pieces.zero[asset]).astype(float)])
    away = np.maximum(np.maximum(starts - weights[asset], weights[asset] - ends), 0.0)
    lower, upper = core.lifted.bounds(core.limits.lower_frac, core.limits.upper_frac)
    nothing, one = np.zeros(size), np.ones(size)
    answer = solve_linear(
        np.concatenate([np.zeros(width), away]),
        np.vstack([np.hstack([rows.matrix, np.zeros((len(rows.matrix), count))]), picks, above, below, held[None]]),
        np.concatenate([row_lower, one, nothing, nothing - np.inf, [float(pieces.min_count)]]),
        np.concatenate([rows.row_upper, one, nothing + np.inf, nothing, [float(pieces.max_count)]]),
        np.concatenate([lower, np.zeros(count)]),
        np.concatenate([upper, np.ones(count)]),
        np.arange(width + count) >= width,
    )
    if answer.outcome == "infeasible":
        return "infeasible"
    if answer.outcome != "solved":
        return None
    chosen = np.zeros(size, dtype=np.intp)
    is_chosen = answer.x[width:] > 0.5
    chosen[asset[is_chosen]] = number[is_chosen]
    return chosen


def cause_of(core: Core, goal: Goal) -> Cause:
    """Return what rules out every choice: the minimum sizes alone, the number of holdings alone, or both together."""
    limits = core.limits
    middle = np.clip(np.full(limits.universe.count, limits.net_frac / limits.universe.count), limits.lower_frac,
                     limits.upper_frac)  # fmt: skip
    if limits.count is None:
        return "minimum"
    if isinstance(pick(core, pieces_of(replace(limits, count=None)), middle, goal), str):
        return "minimum"
    hull = pieces_of(limits)
    if isinstance(pick(core, without_minimum(hull), middle, goal), str):
        return "count"
    return "minimum_and_count"


def without_minimum(pieces: Pieces) -> Pieces:
    """Return pieces with the gaps closed: every asset is out, or anywhere from its least to its most."""
    first, last = pieces.whole()
    low, high = pieces.hull(first, last)
    has_zero = pieces.zero >= 0
    starts = np.stack([np.minimum(low, 0.0), np.zeros(len(low)), np.zeros(len(low))], axis=1)
    ends = np.stack([np.zeros(len(low)), np.zeros(len(low)), np.maximum(high, 0.0)], axis=1)
    starts[~has_zero] = np.stack([low, np.full(len(low), np.nan), np.full(len(low), np.nan)], axis=1)[~has_zero]
    ends[~has_zero] = np.stack([high, np.full(len(low), np.nan), np.full(len(low), np.nan)], axis=1)[~has_zero]
    zero = np.where(has_zero, 1, -1)
    return replace(pieces, starts=starts, ends=ends, final=np.where(has_zero, 2, 0), zero=zero)
