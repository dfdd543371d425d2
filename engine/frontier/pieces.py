"""How do limits and costs on absolute values become straight pieces, so that a walk needs no further variables?

A limit on Σ a_i |w_i - c_i| is, on either side of c_i, a plain row. An asset therefore has an interval of values for
each combination of sides, and within each the coefficients of every row and its reward are constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.lift import LiftedRows

Cube = NDArray[np.float64]
SAME_EDGE = 1e-12


@dataclass(frozen=True, eq=False)
class Pieces:
    """Limits and rewards on weights w of shape (n,), piece by piece: p at most, m rows.

    On piece j of asset i, which reaches from edges[i, j] to edges[i, j + 1], row r holds
    row_lower[r] <= Σ_i (coefficients[j, r, i] w_i + offsets[j, r, i]) <= row_upper[r], and the reward is
    Σ_i (rewards[j, i] w_i + reward_offsets[j, i]). Rows bend up and rewards bend down, so that everything is convex.

    Attributes
    ----------
    edges
        Shape (n, p + 1); beyond an asset's last piece its upper bound is repeated.
    counts
        Number of pieces of each asset, shape (n,).
    row_lower, row_upper
        Shape (m,): the budget, the return floor (open), the request's rows, its absolute rows, gross, shorts.
    coefficients, offsets
        Shape (p, m, n).
    rewards, reward_offsets
        Shape (p, n).

    """

    edges: Matrix
    counts: NDArray[np.int64]
    row_lower: Vector
    row_upper: Vector
    coefficients: Cube
    offsets: Cube
    rewards: Matrix
    reward_offsets: Matrix

    def piece_of(self, weights: Matrix, *, is_left: bool) -> NDArray[np.intp]:
        """Return the piece of each weight, shape of `weights`; at an edge the piece on its left or on its right."""
        shift = -SAME_EDGE if is_left else SAME_EDGE
        inner = self.edges[:, 1:-1]
        found: NDArray[np.intp] = np.minimum((weights[..., None] + shift > inner).sum(axis=-1), self.counts - 1)
        return found

    def activity(self, weights: Matrix) -> Matrix:
        """Return what each row amounts to, shape (k, m), for weights of shape (k, n)."""
        if len(self.rewards) == 1:
            plain: Matrix = weights @ self.coefficients[0].T + self.offsets[0].sum(axis=1)
            return plain
        piece = self.piece_of(weights, is_left=True)
        found = np.zeros((len(weights), len(self.row_lower)))
        for j, (coefficients, offsets) in enumerate(zip(self.coefficients, self.offsets, strict=True)):
            is_here = piece == j
            found += np.where(is_here, weights, 0.0) @ coefficients.T + is_here @ offsets.T
        return found

    def reward(self, weights: Matrix) -> Vector:
        """Return the reward, shape (k,), of weights of shape (k, n)."""
        if len(self.rewards) == 1:
            straight: Vector = weights @ self.rewards[0] + self.reward_offsets[0].sum()
            return straight
        piece = self.piece_of(weights, is_left=True)
        assets = np.arange(weights.shape[1])
        gained: Vector = (self.rewards[piece, assets] * weights + self.reward_offsets[piece, assets]).sum(axis=1)
        return gained


def pieces_of(core: ConvexCore, rewards: Vector | None = None) -> Pieces:
    """Return the limits of a core in pieces, with its own reward after costs or with plain rewards, shape (n,)."""
    limits, lifted = core.limits, core.lifted
    count = limits.universe.count
    lower, upper = core.box[0][:count], core.box[1][:count]
    bends = _bends(core, with_costs=rewards is None)
    edges, counts = _edges(lower, upper, [bend.center for bend in bends])
    most = int(counts.max(initial=1))
    middles = 0.5 * (edges[:, :-1] + edges[:, 1:])
    linear_count = len(limits.rows) + LiftedRows.FIRST_ROW
    rows_count = linear_count + sum(bend.row >= 0 for bend in bends)
    coefficients, offsets = np.zeros((most, rows_count, count)), np.zeros((most, rows_count, count))
    coefficients[:, :linear_count] = lifted.matrix[:linear_count, :count]
    coefficients[:, LiftedRows.RETURN_FLOOR] = 0.0
    row_lower, row_upper = np.full(rows_count, -np.inf), np.full(rows_count, np.inf)
    row_lower[:linear_count], row_upper[:linear_count] = (
        lifted.row_lower[:linear_count],
        lifted.row_upper[:linear_count],
    )
    gains = np.tile(core.excess if rewards is None else rewards, (most, 1))
    gain_offsets = np.zeros((most, count))
    for bend in bends:
        for j in range(most):
            sign = np.where(middles[:, j] > bend.center, 1.0, -1.0)
            slope = bend.plain + bend.bent * sign
            shift = -bend.bent * sign * bend.center
            if bend.row >= 0:
                coefficients[j, bend.row], offsets[j, bend.row] = slope, shift
            else:
                gains[j] -= slope
                gain_offsets[j] -= shift
        if bend.row >= 0:
            row_upper[bend.row] = bend.most
    return Pieces(edges, counts, row_lower, row_upper, coefficients, offsets, gains, gain_offsets)


@dataclass(frozen=True, eq=False)
class _Bend:
    """Σ plain_i w_i + bent_i |w_i - center_i|, in row `row` with an upper side, or taken off the reward (row -1)."""

    row: int
    plain: Vector
    bent: Vector
    center: Vector
    most: float = np.inf


def _bends(core: ConvexCore, *, with_costs: bool) -> list[_Bend]:
    limits = core.limits
    count = limits.universe.count
    at = LiftedRows.FIRST_ROW + len(limits.rows)
    none, ones = np.zeros(count), np.ones(count)
    found = []
    for row in limits.absolute_rows:
        found.append(_Bend(at, none, row.coefficients, row.center_frac, row.upper_frac))
        at += 1
    budget = limits.short_budget
    if budget is not None and budget.gross_max_frac is not None:
        found.append(_Bend(at, none, ones, none, budget.gross_max_frac))
        at += 1
    if budget is not None and budget.short_max_frac is not None:
        found.append(_Bend(at, -0.5 * ones, 0.5 * ones, none, budget.short_max_frac))
    if with_costs and core.costs is not None:
        found.append(_Bend(-1, none, core.costs.rates_annual_frac / core.excess_scale, core.costs.center_frac))
    return found


def _edges(lower: Vector, upper: Vector, centers: list[Vector]) -> tuple[Matrix, NDArray[np.int64]]:
    """Return the ends of the pieces, and how many pieces each asset has."""
    if not centers:
        return np.column_stack([lower, upper]), np.ones(len(lower), dtype=np.int64)
    inside = np.full((len(lower), len(centers)), np.nan)
    for at, center in enumerate(centers):
        inside[:, at] = np.where((center > lower + SAME_EDGE) & (center < upper - SAME_EDGE), center, np.nan)
    inside.sort(axis=1)  # NaN last
    for at in range(1, inside.shape[1]):
        is_same = inside[:, at] - inside[:, at - 1] <= SAME_EDGE
        inside[is_same, at] = inside[is_same, at - 1]
    for line in inside:
        kept = np.unique(line[~np.isnan(line)])
        line[:] = np.nan
        line[: len(kept)] = kept
    counts = 1 + (~np.isnan(inside)).sum(axis=1)
    most = int(counts.max(initial=1))
    middle = np.where(np.isnan(inside[:, : most - 1]), upper[:, None], inside[:, : most - 1])
    return np.column_stack([lower, middle, upper]), counts.astype(np.int64)
