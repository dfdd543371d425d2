"""On which stretch of the problem does an answer lie, and how do weights and multipliers run along it?

While the same limits bind, the conditions of Karush (1939) are linear: weights and multipliers are affine in λ, the
price of risk, and in δ, by which a limit's side is moved (parametric quadratic programming; Best 1996). |w_i - c_i| is
linear on each side of c_i; a weight that its kink holds is fixed there, with a slope between those of both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from engine.kernel.forms import ActiveRiskGoal, Goal, Matrix, RatioGoal, ReturnGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.factor_matrix import dense_of

NEAR = 1e-8
PRESSED = 1e-10
KEPT = 1e-7
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sides:
    """Where an answer lies: at which bounds, rows and kinks.

    Attributes
    ----------
    is_low, is_high, is_fixed
        Of each weight: held by its lower bound, its upper bound, or bounds that leave no choice; shape (n,).
    kink
        Part that holds a weight at its kink, or -1; shape (n,).
    is_below
        Of each part: its weight lies below the center; shape (p,).
    active, signs
        Binding rows, and +1 at the upper side, -1 at the lower, 0 for an equality.

    """

    is_low: Mask
    is_high: Mask
    is_fixed: Mask
    kink: NDArray[np.intp]
    is_below: Mask
    active: NDArray[np.intp]
    signs: Vector


def row_sides(core: ConvexCore, goal: Goal) -> tuple[Vector, Vector]:
    """Return the sides of the lifted rows, with the goal's floor on the return, shape (m,) each."""
    low = core.lifted.row_lower.copy()
    floor = getattr(goal, "return_min_annual_frac", None)
    if floor is not None:
        low[core.lifted.RETURN_FLOOR] = core.scaled_floor(floor - core.risk_free_annual_frac)
    return low, core.lifted.row_upper


def sides_of(core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> Sides:
    """Return where an answer with multipliers lies within bounds on w."""
    assert answer.weights_frac is not None
    assert answer.row_duals is not None
    assert answer.bound_duals is not None
    weights, duals, rows = answer.weights_frac, answer.row_duals, core.lifted
    count, parts_count = len(weights), len(rows.places)
    bounds = answer.bound_duals[:count]
    is_fixed = box[1] - box[0] <= NEAR
    is_low = (weights - box[0] <= NEAR) & (bounds < -PRESSED) & ~is_fixed
    is_high = (box[1] - weights <= NEAR) & (bounds > PRESSED) & ~is_fixed
    heights = len(rows.matrix) - parts_count
    low, high = row_sides(core, goal)
    activity = rows.matrix[:heights] @ rows.lift(weights)
    own = duals[:heights]
    equal = low[:heights] == high[:heights]
    scale = np.maximum(np.abs(rows.matrix[:heights]).max(axis=1), 1.0)
    with np.errstate(invalid="ignore"):
        at_low = (own < -PRESSED) & (np.abs(activity - low[:heights]) <= NEAR * scale)
        at_high = (own > PRESSED) & (np.abs(activity - high[:heights]) <= NEAR * scale)
    signs = np.where(equal, 0.0, np.where(at_high, 1.0, -1.0))
    active = np.flatnonzero(equal | at_low | at_high)
    away = weights[rows.places] - rows.centers
    # the dual of w + t >= c lies between minus the part's whole slope and 0
    whole = duals[:heights] @ rows.matrix[:heights, count:] - _finite(answer.tilt) * core.direction[count:]
    pull = -duals[heights:]
    held = (np.abs(away) <= NEAR) & (pull > PRESSED) & (whole - pull > PRESSED)
    is_below = np.where(np.abs(away) <= NEAR, (pull > PRESSED) & ~held, away < 0.0)
    kink = np.full(count, -1, dtype=np.intp)
    kink[rows.places[held]] = np.flatnonzero(held)
    kink[is_low | is_high | is_fixed] = -1
    return Sides(is_low, is_high, is_fixed, kink, is_below, active, signs[active])


def pulls_of(core: ConvexCore, answer: ConvexAnswer) -> list[tuple[tuple[str, str], Vector, float]]:
    """Return name and kind, center and strength of each curved term: its slope is strength times Σ (w - center).

    Those of a worst case, which are part of the risk, have no name.
    """
    assert answer.weights_frac is not None
    found = []
    terms = [
        ((risk.name, risk.kind), risk.center_frac, dual)
        for risk, dual in zip(core.limits.risks, answer.risk_duals, strict=False)
    ]
    if answer.kink_slope is None:
        terms.append((("", ""), np.zeros(len(answer.weights_frac)), answer.robust_dual))
    for key, center, dual in terms:
        if dual > 0.0:
            away = answer.weights_frac - center
            found.append((key, center, dual / float(np.sqrt(max(float(away @ core.pull_of(away)), 1e-300)))))
    return found


def _finite(tilt: float) -> float:
    return 1.0 if np.isinf(tilt) else tilt


class Piece:
    """The conditions of an answer as one linear system, on weights alone.

    Parameters
    ----------
    core, goal, answer
        A solved goal. Ceilings on risk, a worst case and market impact enter with their multipliers and slopes at the
        answer: the system then holds at the answer only, and `is_curved`.
    box
        Bounds on w.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the binding limits do not determine the weights.

    """

    def __init__(self, core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> None:
        assert answer.weights_frac is not None
        assert answer.row_duals is not None
        self.core, self.goal, self.box = core, goal, box
        self.sides = sides = sides_of(core, goal, answer, box)
        self.is_linear = bool(np.isinf(answer.tilt))
        self.tilt = _finite(answer.tilt)
        rows, count = core.lifted, len(answer.weights_frac)
        self.count = count
        heights = len(rows.matrix) - len(rows.places)
        self.places, self.centers = rows.places, rows.centers
        below = np.flatnonzero(sides.is_below)
        merge = np.zeros((len(rows.places), count))
        merge[below, rows.places[below]] = 1.0
        parts = rows.matrix[:heights, count:]
        self.matrix: Matrix = rows.matrix[:heights, :count] - parts @ merge
        self.part_slopes: Matrix = parts
        shift = parts[:, below] @ rows.centers[below]
        low, high = row_sides(core, goal)
        self.row_low, self.row_high = low[:heights] - shift, high[:heights] - shift
        slope = core.reward_slope(rows.lift(answer.weights_frac)) if core.has_impact else core.direction
        self.direction: Vector = slope[:count] - core.direction[count:] @ merge
        self.constant = core.constant + float(core.direction[count:][below] @ rows.centers[below])
        pulls = pulls_of(core, answer)
        self.is_curved = bool(pulls) or core.has_impact or answer.kink_slope is not None
        curve = dense_of(core.curve)[:count, :count]
        self.quadratic: Matrix = ((0.0 if self.is_linear else 1.0) + sum(one for *_, one in pulls)) * curve
        self.pull = np.zeros(count) if answer.kink_slope is None else -answer.kink_slope
        if isinstance(goal, ActiveRiskGoal) and core.benchmark_frac is not None:
            self.pull += curve @ core.benchmark_frac
        for _, center, strength in pulls:
            self.pull += strength * (curve @ center)
        held = sides.is_low | sides.is_high | sides.is_fixed | (sides.kink >= 0)
        self.free = np.flatnonzero(~held)
        self.held = np.flatnonzero(held)
        self.at = np.where(sides.is_high, box[1], box[0])
        kinked = np.flatnonzero(sides.kink >= 0)
        self.at[kinked] = rows.centers[sides.kink[kinked]]
        self.active = self._independent(answer.row_duals)
        self.signs = sides.signs[np.searchsorted(sides.active, self.active)]
        self._factor()
        self.base = self.run(np.zeros(count), np.zeros(heights))

    def _independent(self, duals: Vector) -> NDArray[np.intp]:
        """Return the binding rows without those that the others imply, the harder pressed ones first."""
        active = self.sides.active
        order = active[np.argsort(-np.abs(duals[active]), kind="stable")]
        kept: list[int] = []
        basis = np.zeros((0, len(self.free)))
        for at in order.tolist():
            row = self.matrix[at, self.free]
            rest = row - basis.T @ (basis @ row)
            rest = rest - basis.T @ (basis @ rest)
            size = float(np.linalg.norm(rest))
            if size > 1e-9 * max(float(np.linalg.norm(row)), 1e-12):
                basis = np.vstack([basis, rest / size])
                kept.append(at)
        return np.array(sorted(kept), dtype=np.intp)

    def _factor(self) -> None:
        free, height = len(self.free), len(self.active)
        system = np.zeros((free + height, free + height))
        system[:free, :free] = self.quadratic[np.ix_(self.free, self.free)]
        tall = self.matrix[np.ix_(self.active, self.free)]
        system[free:, :free], system[:free, free:] = tall, tall.T
        if len(system) and np.linalg.cond(system) > 1e14:
            raise np.linalg.LinAlgError("The binding limits do not determine the weights.")
        self._lu = linalg.lu_factor(system) if len(system) else None
        self._system = system

    def _solve(self, right: Matrix) -> Matrix:
        if self._lu is None:
            return np.zeros(right.shape)
        found = linalg.lu_solve(self._lu, right)
        return np.asarray(found + linalg.lu_solve(self._lu, right - self._system @ found))

    def run(self, moved: Vector, row_moved: Vector) -> Run:
        """Return weights and multipliers as functions of (1, λ, δ).

        Parameters
        ----------
        moved
            By how much the place of each held weight moves with δ, shape (n,).
        row_moved
            By how much the side of each row moves with δ, shape (m,).

        """
        free, held, active = self.free, self.held, self.active
        side = np.where(self.signs < 0.0, self.row_low[active], self.row_high[active])
        weights = np.zeros((self.count, 3))
        weights[held, 0], weights[held, 2] = self.at[held], moved[held]
        linear = np.zeros((self.count, 3))
        linear[:, 0], linear[:, 1] = self.pull, self.direction
        sides = np.zeros((len(active), 3))
        sides[:, 0], sides[:, 2] = side, row_moved[active]
        fixed = weights[held]
        right = np.vstack(
            [
                linear[free] - self.quadratic[np.ix_(free, held)] @ fixed,
                sides - self.matrix[np.ix_(active, held)] @ fixed,
            ]
        )
        found = self._solve(right)
        weights[free] = found[: len(free)]
        duals = np.zeros((len(self.matrix), 3))
        duals[active] = found[len(free) :]
        slopes = linear - self.quadratic @ weights - self.matrix.T @ duals
        slopes[free] = 0.0
        return Run(weights, duals, slopes)

    def tilt_of(self, run: Run) -> float:
        """Return λ at δ = 0."""
        return self.tilt if not self.has_root else float(self.root(run, np.zeros(1))[0])

    @property
    def has_root(self) -> bool:
        """Whether the goal itself sets λ."""
        return isinstance(self.goal, RatioGoal | ReturnGoal) and not self.is_linear and not self.is_curved

    def form(self, run: Run) -> Matrix:
        """Return the quadratic form in (1, λ, δ) that is zero where λ is the goal's, shape (3, 3)."""
        weights = run.weights
        form: Matrix = weights.T @ (self.quadratic @ weights)
        if isinstance(self.goal, ReturnGoal):
            form[0, 0] -= self.goal.volatility_max_annual_frac**2 / self.core.variance_scale
            return form
        excess = weights.T @ self.direction
        excess[0] += self.constant
        form[1, :] -= 0.5 * excess
        form[:, 1] -= 0.5 * excess
        return form

    def root(self, run: Run, moves: Vector) -> Vector:
        """Return λ at each δ, shape (k,): the root on the branch of the answer, NaN where there is none."""
        if not self.has_root:
            return np.full(len(moves), self.tilt)
        form = self.form(run)
        square = form[1, 1]
        line = 2.0 * (form[0, 1] + form[1, 2] * moves)
        rest = form[0, 0] + 2.0 * form[0, 2] * moves + form[2, 2] * moves**2
        branch = 1.0 if isinstance(self.goal, ReturnGoal) else -1.0
        with np.errstate(invalid="ignore", divide="ignore"):
            depth = np.sqrt(line**2 - 4.0 * square * rest)
            stable = -line - branch * depth
            found = np.where(line * branch > 0.0, 2.0 * rest / stable, (-line + branch * depth) / (2.0 * square))
        return np.asarray(found)

    def conditions(self, run: Run, moved: tuple[Vector, Vector], row_moved: Vector) -> Matrix:
        """Return all that must stay at least zero on this stretch, as functions of (1, λ, δ), shape (k, 3).

        `moved`: by how much lower and upper bounds move with δ.
        """
        lower, upper = self.box
        weights, sides = run.weights, self.sides
        open_ = self.free
        found = [_minus(weights[open_], lower[open_], moved[0][open_]), _plus(weights[open_], upper, moved[1], open_)]
        away = _minus(weights[self.places], self.centers, np.zeros(len(self.places)))
        bends = sides.kink[self.places] != np.arange(len(self.places))
        bends &= self.part_slopes[self.active].any(axis=0) | (
            self._costs_count & (self.core.direction[self.count :] != 0.0)
        )
        found.append((np.where(sides.is_below[:, None], -1.0, 1.0) * away)[bends])
        for center in self._bent():  # bounds that move may pass a center from which no part was needed
            is_moved = (moved[0] != 0.0) | (moved[1] != 0.0)
            nothing = np.zeros(self.count)
            found.append(_minus(weights, center, nothing)[is_moved & (lower >= center)])
            found.append(-_minus(weights, center, nothing)[is_moved & (upper <= center)])
        values = self.matrix @ weights
        # sums of distances that do not bind are left to their true form
        plain = np.flatnonzero(~self.part_slopes.any(axis=1))
        rest = np.setdiff1d(plain, self.active)
        low, high = rest[np.isfinite(self.row_low[rest])], rest[np.isfinite(self.row_high[rest])]
        found.append(_minus(values[low], self.row_low[low], row_moved[low]))
        found.append(-_minus(values[high], self.row_high[high], row_moved[high]))
        found.append(self.signs[:, None][self.signs != 0.0] * run.duals[self.active[self.signs != 0.0]])
        found.append(_width(lower, upper, moved[1] - moved[0])[self.held])
        is_sided = np.isfinite(self.row_low) & np.isfinite(self.row_high)
        both = self.active[(self.signs != 0.0) & is_sided[self.active]]
        sign = np.where(np.isin(both, self.active[self.signs > 0.0]), 1.0, -1.0)
        found.append(_width(self.row_low[both], self.row_high[both], sign * row_moved[both]))
        found.append(-run.slopes[sides.is_low])
        found.append(run.slopes[sides.is_high])
        kinked = np.flatnonzero(sides.kink >= 0)
        if len(kinked):
            part = sides.kink[kinked]
            whole = self.part_slopes[:, part].T @ run.duals
            whole[:, 1] -= self.core.direction[self.count + part]
            found += [-run.slopes[kinked], run.slopes[kinked] + whole]
        return np.vstack(found)

    @property
    def _costs_count(self) -> bool:
        """Whether return, and with it trading costs, has a part in the answer."""
        return self.tilt > 0.0 or self.core.lifted.RETURN_FLOOR in self.active

    def _bent(self) -> list[Vector]:
        """Return the centers of the sums of distances that count: in a binding limit or in costs."""
        rows, limits = self.core.lifted, self.core.limits
        found = [
            row.center_frac for at, row in enumerate(limits.absolute_rows, rows.first_absolute) if at in self.active
        ]
        if self.core.costs is not None and self._costs_count:
            found.append(self.core.costs.center_frac)
        if rows.gross in self.active or rows.shorts_together in self.active:
            found.append(np.zeros(self.count))
        return found


def _minus(values: Matrix, side: Vector, moved: Vector) -> Matrix:
    made = values.copy()
    made[:, 0] -= side
    made[:, 2] -= moved
    return made


def _width(low: Vector, high: Vector, moved: Vector) -> Matrix:
    """Return how far two sides are apart as functions of (1, λ, δ): neither may pass the other."""
    return np.stack([high - low, np.zeros(len(low)), moved], axis=1)


def _plus(values: Matrix, side: Vector, moved: Vector, which: NDArray[np.intp]) -> Matrix:
    return -_minus(values, side[which], moved[which])


@dataclass(frozen=True, eq=False)
class Run:
    """Weights (n, 3), multipliers of the rows (m, 3) and of bounds and kinks (n, 3) as functions of (1, λ, δ)."""

    weights: Matrix
    duals: Matrix
    slopes: Matrix
