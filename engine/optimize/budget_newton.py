"""Which weights minimize σ(w) / Π wᵢ^bᵢ, without limits and within linear ones?

At the minimum without limits every asset contributes its budgeted share b of the risk. The quotient does not change
when w is scaled, so it is minimized over the cone of scaled portfolios x = w t, as the convex program
min ½ xᵀΣx - Σ b ln x (Maillard, Roncalli and Teïletche 2010; Spinu 2013); a limit aᵀw ≤ u becomes aᵀx ≤ u t.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Matrix, Vector

STEPS_COUNT = 200
INTERIOR_STEPS_COUNT = 150
RUNAWAY = 1e5  # scaled position beyond which the volatility of the mix is that share of its assets'
TO_BOUNDARY = 0.995
WARY = 0.8
JAMMED = 0.1
TIGHT = 1e-13
NEAR = 5e-11
CLOSE = 1e-7
REGULARIZATION = 1e-14
RIDGE = 1e-11
VANISHED = 1e-100
THIN_ROWS_COUNT = 100


def exact_budgets(covariance: Matrix, budgets: Vector) -> tuple[Vector, int] | None:
    """Return positive weights that sum to one with w_i (Σw)_i = b_i wᵀΣw, and the Newton steps taken.

    Newton's method with a line search on ½ yᵀCy - Σ b ln y, where C is the correlation matrix and w ∝ y/σ. Spinu
    (2013), An algorithm for computing risk parity weights.

    Parameters
    ----------
    covariance
        Shape (n, n), every variance positive.
    budgets
        Shape (n,), positive, sum one.

    Returns
    -------
    tuple or None
        None when the positions grow without end: some mix of the assets has no risk, so it has no shares of risk.

    """
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    y = np.sqrt(budgets)
    y = y / np.sqrt(max(float(y @ correlation @ y), 1e-12))
    best, best_y, stalled, steps = np.inf, y, 0, 0
    for _ in range(STEPS_COUNT):
        turned = correlation @ y
        residual = float(np.abs(y * turned - budgets).max())
        if residual < best:
            best, best_y, stalled = residual, y, 0
        else:
            stalled += 1
        if best <= 1e-15 or (best <= 1e-11 and stalled >= 2):
            break
        if y.max() > RUNAWAY:
            return None
        steps += 1
        gradient = turned - budgets / y
        hessian = correlation.copy()
        hessian[np.diag_indices_from(hessian)] += budgets / y**2
        try:
            factor = cho_factor(hessian, lower=True)
        except LinAlgError:  # correlations that are singular to rounding; the ridge bends the step, not the answer
            hessian[np.diag_indices_from(hessian)] += RIDGE
            factor = cho_factor(hessian, lower=True)
        move = -cho_solve(factor, gradient)
        length = min(1.0, TO_BOUNDARY / max(float((-move / y).max()), 1e-300))
        value = 0.5 * float(y @ turned) - float(budgets @ np.log(y))
        slope = float(gradient @ move)
        for _ in range(40):
            ahead = y + length * move
            reached = 0.5 * float(ahead @ correlation @ ahead) - float(budgets @ np.log(ahead))
            if reached <= value + 1e-4 * length * slope + 1e-13 * max(abs(value), 1.0):
                break
            length *= 0.5
        y = y + length * move
    weights = best_y / spread
    return weights / weights.sum(), steps


@dataclass(frozen=True, eq=False)
class ConeProgram:
    """Minimize ½ xᵀΣx - Σ b ln x over x = (w, parts) t within linear limits; scale-free in t.

    Attributes
    ----------
    covariance
        Shape (n, n).
    budgets
        Shape (n,), sum one; zero only where the weight is fixed.
    rows, row_lower, row_upper
        Limits on (w, parts), shape (m, n + p); some sides infinite.
    lower, upper
        Bounds on (w, parts); where they are equal the value is fixed.

    """

    covariance: Matrix
    budgets: Vector
    rows: Matrix
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector


@dataclass(frozen=True, eq=False)
class ConeAnswer:
    """Values of (w, parts) and multipliers, positive at upper sides: ∇f + Aᵀ row_duals + bound_duals = 0.

    f(w) = ln σ(w) - Σ b ln w, whose gradient is Σw/σ² - b/w.
    """

    values: Vector
    row_duals: Vector
    bound_duals: Vector
    steps_count: int


def gradient_of(covariance: Matrix, budgets: Vector, weights: Vector) -> Vector:
    """Return the gradient of ln σ(w) - Σ b ln w, shape (n,); parts without a budget are Σw/σ² alone."""
    turned = covariance @ weights
    variance = max(float(weights @ turned), 1e-300)
    held = np.where(budgets > 0.0, weights, 1.0)
    return np.asarray(turned / variance - budgets / held)


class Reduced:
    """The program on V = (free values, t): fixed values are multiples of t, limits are G V ≤ 0 and E V = 0."""

    def __init__(self, program: ConeProgram) -> None:
        self.program = program
        count, width = len(program.budgets), len(program.lower)
        self.count, self.width = count, width
        self.fixed = program.lower == program.upper
        self.free = np.flatnonzero(~self.fixed)
        self.size = len(self.free) + 1
        self.base = np.where(self.fixed, program.lower, 0.0)
        self.is_weight = self.free < count
        own = self.free[self.is_weight]
        self.own = np.arange(len(own))
        held = self.base[:count]
        quadratic = np.zeros((self.size, self.size))
        across = program.covariance @ held
        quadratic[: len(own), : len(own)] = program.covariance[np.ix_(own, own)]
        quadratic[: len(own), -1] = quadratic[-1, : len(own)] = across[own]
        quadratic[-1, -1] = held @ across
        self.quadratic = quadratic
        self.logs = np.zeros(self.size)  # weights of the logarithms of V
        self.logs[: len(own)] = program.budgets[own]
        self.logs[-1] = program.budgets[self.fixed[:count]].sum()
        self.has_log = self.logs > 0.0
        inner, offset = program.rows[:, self.free], program.rows @ self.base
        equal = program.row_lower == program.row_upper
        self.equal = np.flatnonzero(equal)
        self.above = np.flatnonzero(~equal & np.isfinite(program.row_upper))
        self.below = np.flatnonzero(~equal & np.isfinite(program.row_lower))
        self.equalities = np.column_stack([inner, offset - program.row_upper])[self.equal]
        upper_rows = np.column_stack([inner, offset - program.row_upper])[self.above]
        lower_rows = np.column_stack([-inner, program.row_lower - offset])[self.below]
        self.sides = np.vstack([upper_rows, lower_rows])
        low, high = program.lower[self.free], program.upper[self.free]
        self.capped = np.flatnonzero(np.isfinite(high))
        self.floored = np.flatnonzero(np.isfinite(low) & ((low > 0.0) | ~self.is_weight))
        self.caps, self.floors = high[self.capped], low[self.floored]

    def limits(self, values: Vector) -> Vector:
        """Return G V: rows, then caps, then floors."""
        t = values[-1]
        return np.concatenate(
            [
                self.sides @ values,
                values[self.capped] - self.caps * t,
                self.floors * t - values[self.floored],
            ]
        )

    def side_matrix(self) -> Matrix:
        """Return G itself."""
        matrix = np.zeros((len(self.sides) + len(self.caps) + len(self.floors), self.size))
        height = len(self.sides)
        matrix[:height] = self.sides
        caps = height + np.arange(len(self.caps))
        matrix[caps, self.capped], matrix[caps, -1] = 1.0, -self.caps
        floors = height + len(self.caps) + np.arange(len(self.floors))
        matrix[floors, self.floored], matrix[floors, -1] = -1.0, self.floors
        return matrix

    def pulled(self, duals: Vector) -> Vector:
        """Return Gᵀ times multipliers."""
        height = len(self.sides)
        first, second = duals[height : height + len(self.caps)], duals[height + len(self.caps) :]
        pull = self.sides.T @ duals[:height]
        pull[self.capped] += first
        pull[self.floored] -= second
        pull[-1] += self.floors @ second - self.caps @ first
        return np.asarray(pull)

    def hessian(self, logs: Vector, duals: Vector) -> Matrix:
        """Return the quadratic part plus diag(logs) plus Gᵀ diag(duals) G."""
        height = len(self.sides)
        first, second = duals[height : height + len(self.caps)], duals[height + len(self.caps) :]
        matrix = self.quadratic + _weighted_square(self.sides, duals[:height])
        diagonal = logs.copy()
        diagonal[self.capped] += first
        diagonal[self.floored] += second
        diagonal[-1] += first @ self.caps**2 + second @ self.floors**2
        border = np.zeros(self.size)
        border[self.capped] -= first * self.caps
        border[self.floored] -= second * self.floors
        border[-1] = 0.0
        matrix[:, -1] += border
        matrix[-1, :] += border
        matrix[np.diag_indices_from(matrix)] += diagonal
        return matrix

    def answer(self, values: Vector, equal_duals: Vector, side_duals: Vector, steps: int) -> ConeAnswer:
        """Return the answer in terms of (w, parts), with multipliers of f."""
        program, t = self.program, values[-1]
        found = self.base.copy()
        found[self.free] = values[:-1] / t
        found = np.clip(found, program.lower, program.upper)
        row_duals, bound_duals = np.zeros(len(program.rows)), np.zeros(self.width)
        row_duals[self.equal] = equal_duals
        heights = np.cumsum([len(self.above), len(self.below), len(self.caps)])
        above, below, caps, floors = np.split(side_duals, heights)
        row_duals[self.above] += above
        row_duals[self.below] -= below
        bound_duals[self.free[self.capped]] += caps
        bound_duals[self.free[self.floored]] -= floors
        row_duals, bound_duals = row_duals * t, bound_duals * t
        slope = np.zeros(self.width)
        slope[: self.count] = gradient_of(program.covariance, program.budgets, found[: self.count])
        pull = slope + program.rows.T @ row_duals
        bound_duals[self.fixed] = -pull[self.fixed]
        return ConeAnswer(found, row_duals, bound_duals, steps)


def _weighted_square(sides: Matrix, duals: Vector) -> Matrix:
    """Return Sᵀ diag(duals) S; rows of up to three entries, one an asset perhaps, are summed apart."""
    few = np.count_nonzero(sides, axis=1) <= 3
    if few.sum() < THIN_ROWS_COUNT:
        few[:] = False
    dense = sides[~few]
    matrix = dense.T @ (duals[~few, None] * dense)
    if few.any():
        from scipy import sparse

        thin = sparse.csr_matrix(sides[few])
        matrix = matrix + (thin.T @ sparse.diags(duals[few]) @ thin).toarray()
    return np.asarray(matrix)


def solve_interior(program: ConeProgram, start: Vector) -> ConeAnswer | None:
    """Return the answer of a primal-dual interior-point method, or None when it does not arrive.

    Every logarithm is kept as a complementary pair x q = b, beside the pairs s z = 0 of the limits. Mehrotra (1992),
    SIAM Journal on Optimization 2(4); `start` holds positive values of (w, parts), not necessarily within the limits.
    """
    reduced = Reduced(program)
    values = _start(reduced, start)
    has_log, logs = reduced.has_log, reduced.logs[reduced.has_log]
    slack = np.maximum(-reduced.limits(values), 0.1 * values[-1] * _typical(start))
    mean = 1.0 / max(len(logs), 1)
    q, z = (logs + mean) / values[has_log], mean / slack
    y = np.zeros(len(reduced.equalities))
    for step in range(INTERIOR_STEPS_COUNT):
        pull = reduced.quadratic @ values
        held = np.zeros(reduced.size)
        held[has_log] = q
        gaps = (
            pull - held + reduced.equalities.T @ y + reduced.pulled(z),
            reduced.equalities @ values,
            reduced.limits(values) + slack,
        )
        log_pair, side_pair = values[has_log] * q - logs, slack * z
        off = np.concatenate([np.abs(log_pair), side_pair])
        size = max(float(np.abs(held).max(initial=0.0)), float(np.abs(pull).max()))
        dual_miss = float(np.abs(gaps[0]).max()) / size
        distance = float(max(np.abs(gap).max(initial=0.0) for gap in gaps[1:])) / values[-1]
        if dual_miss <= NEAR and distance <= TIGHT and off.max(initial=0.0) <= TIGHT:
            return reduced.answer(values, y, z, step)
        solve = _factor(reduced, values, q, slack, z)
        if solve is None:
            break
        first = solve(*gaps, log_pair, side_pair)
        length = min(1.0, _length(reduced, values, q, slack, z, first))
        share = max((1.0 - length) ** 3, 1e-8)
        target = max(share * float(off.mean()), 0.01 * TIGHT)
        # second-order terms of a first step that is cut short would lead astray, so they count by its length
        move = solve(
            *((1.0 - share) * gap for gap in gaps),
            log_pair - target + length**2 * first[0][has_log] * first[1],
            side_pair - target + length**2 * first[3] * first[4],
        )
        near = TO_BOUNDARY if length > 0.9 else WARY
        length = min(1.0, near * _length(reduced, values, q, slack, z, move))
        if length < JAMMED:  # some pairs are far smaller than the others: even them out before going on
            even = float(off.mean())
            move = solve(*(0.0 * gap for gap in gaps), log_pair - even, side_pair - even)
            length = min(1.0, WARY * _length(reduced, values, q, slack, z, move))
        values = values + length * move[0]
        q, y = q + length * move[1], y + length * move[2]
        slack, z = slack + length * move[3], z + length * move[4]
        pairs = np.concatenate([values[has_log], values[-1:], q, slack, z])
        if not np.isfinite(pairs).all() or pairs.min() < VANISHED:  # a limit holds a value with a budget at zero
            return None
    return (
        reduced.answer(values, y, z, step) if max(dual_miss, distance, float(off.max(initial=0.0))) <= CLOSE else None
    )


Move = tuple[Vector, Vector, Vector, Vector, Vector]  # of values, q, multipliers of E, slacks, multipliers of G


def _start(reduced: Reduced, start: Vector) -> Vector:
    """Return positive V with xᵀΣx = 1 near the given (w, parts)."""
    weights = start[: reduced.count]
    variance = float(weights @ reduced.program.covariance @ weights)
    t = 1.0 / np.sqrt(max(variance, 1e-300))
    values = np.append(start[reduced.free], 1.0) * t
    least = 0.05 * t * _typical(start)
    values[reduced.has_log] = np.maximum(values[reduced.has_log], least)
    return np.asarray(values)


def _typical(start: Vector) -> float:
    return max(float(np.abs(start).mean()), 1e-12)


def _length(reduced: Reduced, values: Vector, q: Vector, slack: Vector, z: Vector, move: Move) -> float:
    """Return the longest step, at most 1 / TO_BOUNDARY, that keeps every pair and t nonnegative."""
    own = reduced.has_log.copy()
    own[-1] = True
    pairs = ((values[own], move[0][own]), (q, move[1]), (slack, move[3]), (z, move[4]))
    steepest = max(float((-change / value).max(initial=0.0)) for value, change in pairs)
    return min(1.0 / TO_BOUNDARY, 1.0 / max(steepest, 1e-300))


def _factor(reduced: Reduced, values: Vector, q: Vector, slack: Vector, z: Vector) -> Callable[..., Move] | None:
    """Return a function that solves the Newton equations for given residuals, or None where they cannot be factored."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    has_log, x = reduced.has_log, values[reduced.has_log]
    diagonal = np.zeros(reduced.size)
    diagonal[has_log] = q / x
    matrix = reduced.hessian(diagonal, z / slack)
    ridged = matrix.copy()
    ridged[np.diag_indices_from(ridged)] *= 1.0 + REGULARIZATION
    ridged[np.diag_indices_from(ridged)] += REGULARIZATION * float(np.diag(matrix).mean())
    try:
        factor = cho_factor(ridged, lower=True, overwrite_a=True)
    except LinAlgError:
        return None
    edge = reduced.equalities
    inverse_edge = cho_solve(factor, edge.T, check_finite=False)
    schur = edge @ inverse_edge
    inverse_schur = np.linalg.pinv(0.5 * (schur + schur.T), rcond=1e-14, hermitian=True)  # rows may repeat each other

    def once(pull: Vector, gap: Vector) -> tuple[Vector, Vector]:
        back = cho_solve(factor, pull, check_finite=False)
        dual = inverse_schur @ (edge @ back - gap)
        return back - inverse_edge @ dual, dual

    def solve(dual_gap: Vector, equal_gap: Vector, primal_gap: Vector, log_pair: Vector, side_pair: Vector) -> Move:
        pull = -dual_gap + reduced.pulled((side_pair - z * primal_gap) / slack)
        pull[has_log] -= log_pair / x
        move, dual = once(pull, -equal_gap)
        for _ in range(2):
            more, more_dual = once(pull - matrix @ move - edge.T @ dual, -equal_gap - edge @ move)
            move, dual = move + more, dual + more_dual
        slack_move = -primal_gap - reduced.limits(move)
        return (
            move,
            (-log_pair - q * move[has_log]) / x,
            dual,
            slack_move,
            (-side_pair - z * slack_move) / slack,
        )

    return solve
