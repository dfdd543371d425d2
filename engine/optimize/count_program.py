"""Which quadratic program with held-or-not choices stands behind a goal, so that a search can bound it by itself?

A choice program is: minimize ½ xᵀQx + qᵀx with rows and bounds on x = (a, rest), where each a_i lies in one of the
asset's pieces and the number of pieces other than {0} is limited. For a variance, a tracking error or a utility, a = w.
For a ratio the program is homogenized (Charnes and Cooper 1962; Schaible 1976 for costs in the numerator): a = κw and
rest = (κt, κ), minimize ½ aᵀQa with a net reward of at least 1; the pieces then are rows a_i - start κ ≥ 0 and
a_i - end κ ≤ 0 that hold where the run of pieces begins or ends there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import ActiveRiskGoal, Goal, Matrix, RatioGoal, UtilityGoal, VarianceGoal, Vector
from engine.optimize.convex import RISKLESS, ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.count_pieces import Numbers, Pieces
from engine.optimize.lift import LiftedRows

AGREEMENT = 1e-6
RATIO_BUDGET = 1  # row of a ratio's program that says Σa - net κ = 0


@dataclass(frozen=True, eq=False)
class ChoiceProgram:
    """See the module; x has shape (n + r,), and the objective is smaller the better.

    Attributes
    ----------
    pieces
        Pieces of the weights.
    quadratic, linear, constant
        Shape (n + r, n + r), (n + r,) and a number; the quadratic is positive semidefinite and has no ridge.
    rows, row_lower, row_upper
        Shape (m, n + r), (m,), (m,).
    rest_lower, rest_upper
        Bounds on the rest, finite.
    starts, ends
        Pieces in the units of a, shape (n, k), NaN where there is none.
    count_row
        Row on x that is at most `count_side` because each held a_i adds at most 1: Σ |a_i| / most size, where the
        first n coefficients are those of |a_i|.
    objective_factor
        The core's objective is this times (the program's + constant), or for a ratio minus this over √(2 value).
    is_ratio
        Whether the last of the rest is κ.
    start_rows, end_rows
        For a ratio, the row of each piece's start and end, -1 where its sign alone says it, shape (n, k).

    """

    pieces: Pieces
    quadratic: Matrix
    linear: Vector
    constant: float
    rows: Matrix
    row_lower: Vector
    row_upper: Vector
    rest_lower: Vector
    rest_upper: Vector
    starts: Matrix
    ends: Matrix
    count_row: Vector
    count_side: float
    objective_factor: float
    is_ratio: bool = False
    start_rows: Numbers | None = None
    end_rows: Numbers | None = None

    def sides(self, first: Numbers, last: Numbers) -> tuple[Vector, Vector]:
        """Return the sides of the rows for a run of pieces."""
        if self.start_rows is None or self.end_rows is None:
            return self.row_lower, self.row_upper
        places = np.arange(len(first))
        lower, upper = self.row_lower.copy(), self.row_upper.copy()
        begin, finish = self.start_rows[places, first], self.end_rows[places, last]
        lower[begin[begin >= 0]] = 0.0
        upper[finish[finish >= 0]] = 0.0
        return lower, upper

    def value(self, x: Vector) -> float:
        """Return ½ xᵀQx + qᵀx."""
        return float(0.5 * x @ self.quadratic @ x + self.linear @ x)

    def objective(self, value: float) -> float:
        """Return the core's objective for a value of the program."""
        if not self.is_ratio:
            return self.objective_factor * (value + self.constant)
        return -self.objective_factor / float(np.sqrt(2.0 * value)) if value > 0.0 else -np.inf

    def weights(self, x: Vector) -> Vector:
        """Return the weights of x, shape (n,)."""
        inner = x[: len(self.pieces.final)]
        return inner / max(x[-1], 1e-300) if self.is_ratio else inner


def program_of(core: ConvexCore, goal: Goal, pieces: Pieces, known: ConvexAnswer) -> ChoiceProgram | None:
    """Return the choice program of a goal, or None where the goal, the limits or the figures have none.

    Parameters
    ----------
    core
        Solver; only a `ConvexCore` itself has such a program, because curved limits and costs are not quadratic.
    goal
        What is sought.
    pieces
        Pieces of the weights.
    known
        A solved answer with any weights within the hull: where core and program do not agree about its objective there
        is no program. For a ratio it must lie in the pieces, because worse portfolios than it are left out.

    """
    if type(core) is not ConvexCore or not core.limits.is_polyhedral or known.weights_frac is None:
        return None
    program = _ratio_program(core, pieces, known) if isinstance(goal, RatioGoal) else _plain_program(core, goal, pieces)
    if program is None:
        return None
    x = core.lifted.lift(known.weights_frac)
    if program.is_ratio:
        x = np.append(x, 1.0) / core.scaled_excess(x)
    agreed = program.objective(program.value(x))
    return program if abs(agreed - known.objective) <= AGREEMENT * max(abs(known.objective), 1e-12) else None


def _covariance(core: ConvexCore) -> Matrix:
    count, width = core.limits.universe.count, core.lifted.matrix.shape[1]
    quadratic = np.zeros((width, width))
    quadratic[:count, :count] = core.estimates.covariance_annual / core.variance_scale
    return quadratic


def _sizes(core: ConvexCore) -> Vector:
    sizes = np.maximum(np.abs(core.limits.lower_frac), np.abs(core.limits.upper_frac))
    return np.where(sizes > 0.0, 1.0 / np.where(sizes > 0.0, sizes, 1.0), 0.0)


def _plain_program(core: ConvexCore, goal: Goal, pieces: Pieces) -> ChoiceProgram | None:
    limits, count = core.limits, core.limits.universe.count
    quadratic, linear, constant = _covariance(core), np.zeros(len(core.direction)), 0.0
    row_lower = core.lifted.row_lower.copy()
    if isinstance(goal, VarianceGoal | ActiveRiskGoal):
        factor = 2.0 * core.variance_scale
        if goal.return_min_annual_frac is not None:
            floor = goal.return_min_annual_frac - core.risk_free_annual_frac
            row_lower[LiftedRows.RETURN_FLOOR] = core.scaled_floor(floor)
        benchmark = limits.universe.benchmark_weights_frac
        if isinstance(goal, ActiveRiskGoal) and benchmark is not None:
            pull = quadratic[:count, :count] @ benchmark
            linear[:count], constant = -pull, 0.5 * float(benchmark @ pull)
    elif isinstance(goal, UtilityGoal):
        factor = goal.risk_aversion * core.variance_scale
        tilt = core.excess_scale / factor
        linear, constant = -tilt * core.direction, -tilt * core.constant
    else:
        return None
    lower, upper = core.box
    return ChoiceProgram(
        pieces,
        quadratic,
        linear,
        constant,
        core.lifted.matrix,
        row_lower,
        core.lifted.row_upper,
        lower[count:],
        upper[count:],
        pieces.starts,
        pieces.ends,
        np.concatenate([_sizes(core), np.zeros(len(linear) - count)]),
        float(pieces.max_count),
        factor,
    )


def _ratio_program(core: ConvexCore, pieces: Pieces, known: ConvexAnswer) -> ChoiceProgram | None:
    """Return the homogenized program of portfolios that are at least as good as a known one."""
    calm = core.solve(VarianceGoal())
    least = 0.98 * calm.objective / core.variance_scale if calm.outcome == "solved" else 0.0
    ratio = -known.objective * np.sqrt(core.variance_scale) / core.excess_scale
    if least <= RISKLESS or ratio <= 0.0:
        return None
    scale_max = 1.0 / (ratio * np.sqrt(least))  # a better portfolio has a reward of at least ratio times the least risk
    count, width = core.limits.universe.count, core.lifted.matrix.shape[1]
    matrix, low, high = core.lifted.matrix, core.lifted.row_lower, core.lifted.row_upper
    rows, lower, upper = [np.append(core.direction, core.constant)], [1.0], [np.inf]
    for at, (row, bottom, top) in enumerate(zip(matrix, low, high, strict=True)):
        if at == LiftedRows.RETURN_FLOOR:
            continue
        if bottom == top:
            rows.append(np.append(row, -bottom))
            lower.append(0.0)
            upper.append(0.0)
            continue
        for side, sign in ((bottom, 1.0), (top, -1.0)):
            if np.isfinite(side):
                rows.append(sign * np.append(row, -side))
                lower.append(0.0)
                upper.append(np.inf)
    begin, finish = np.full(pieces.starts.shape, -1), np.full(pieces.starts.shape, -1)
    for places, sides in ((begin, pieces.starts), (finish, pieces.ends)):
        for place, number in np.argwhere(np.isfinite(sides) & (sides != 0.0)):
            places[place, number] = len(rows)
            link = np.zeros(width + 1)
            link[place], link[-1] = 1.0, -sides[place, number]
            rows.append(link)
            lower.append(-np.inf)
            upper.append(np.inf)
    quadratic = np.zeros((width + 1, width + 1))
    quadratic[:width, :width] = _covariance(core)
    box_lower, box_upper = core.box
    return ChoiceProgram(
        pieces,
        quadratic,
        np.zeros(width + 1),
        0.0,
        np.array(rows),
        np.array(lower),
        np.array(upper),
        np.append(box_lower[count:] * scale_max, 0.0),
        np.append(box_upper[count:] * scale_max, scale_max),
        np.where(pieces.starts > 0.0, 0.0, pieces.starts * scale_max),
        np.where(pieces.ends < 0.0, 0.0, pieces.ends * scale_max),
        np.concatenate([_sizes(core), np.zeros(width - count), [-float(pieces.max_count)]]),
        0.0,
        core.excess_scale / float(np.sqrt(core.variance_scale)),
        is_ratio=True,
        start_rows=begin,
        end_rows=finish,
    )
