"""How do limits on absolute values become linear rows on more variables?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, ShortBudget, Vector
from engine.optimize.compile import LimitSet

Places = NDArray[np.intp]
SPARE = 1.0


@dataclass(frozen=True, eq=False)
class LiftedRows:
    """The limits as rows on x = (w, t), where each part t_j ≥ max(0, c_j - w_i) belongs to one asset i = places[j].

    |w_i - c_j| = w_i - c_j + 2 t_j holds at the answer, so limits on gross exposure, shorts and turnover are linear. An
    asset whose bounds lie on one side of the center needs no part. Row 0 is the budget, row 1 the return floor (open
    until set); then come the request's rows, its absolute rows, gross, shorts, and the rows w_i + t_j ≥ c_j.

    Attributes
    ----------
    matrix, row_lower, row_upper
        Shape (m, n + p), (m,), (m,).
    places, centers
        Asset and center of each part, shape (p,).
    names
        One a row.
    first_absolute, gross, shorts_together
        Where the rows of the absolute limits begin, and the rows of the two budgets; -1 where there is none.

    """

    matrix: Matrix
    row_lower: Vector
    row_upper: Vector
    places: Places
    centers: Vector
    names: tuple[str, ...]
    first_absolute: int = -1
    gross: int = -1
    shorts_together: int = -1

    BUDGET = 0
    RETURN_FLOOR = 1
    FIRST_ROW = 2

    def bounds(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector]:
        """Return bounds on x from bounds on w.

        A part's upper bound never binds, so that the price of a bound on w stays with that bound.
        """
        if not len(self.places):
            return lower, upper
        room = np.maximum(0.0, self.centers - lower[self.places]) + SPARE
        return np.concatenate([lower, np.zeros(len(self.places))]), np.concatenate([upper, room])

    def lift(self, weights: Vector) -> Vector:
        """Return x = (w, t) with the parts of w."""
        if not len(self.places):
            return weights
        return np.concatenate([weights, np.maximum(0.0, self.centers - weights[self.places])])


@dataclass(frozen=True, eq=False)
class _Parts:
    """The parts of one center: which assets have one, and on which side the others always are."""

    center: Vector
    first: int
    places: Places
    sign: Vector  # -1 where the asset is always at or below the center, else +1

    def row(self, coefficients: Vector, width: int) -> tuple[Vector, float]:
        """Return a row on x and a constant, whose sum is Σ coefficients |w - center|."""
        row = np.zeros(width)
        count = len(self.center)
        row[:count] = coefficients * self.sign
        row[self.first : self.first + len(self.places)] = 2.0 * coefficients[self.places]
        return row, -float(coefficients @ (self.sign * self.center))


class Lifting:
    """Collects the centers that limits and costs measure from, and gives each its parts.

    Parameters
    ----------
    limits
        Bounds and limits.
    cost_center_frac
        Weights that trading costs are measured from, shape (n,), or None without costs.

    """

    def __init__(self, limits: LimitSet, cost_center_frac: Vector | None = None) -> None:
        self.limits = limits
        self.count = limits.universe.count
        self._parts: list[_Parts] = []
        self.width = self.count
        budget = limits.short_budget
        self._has_budget = budget is not None and (
            budget.gross_max_frac is not None or budget.short_max_frac is not None
        )
        if self._has_budget:
            self.parts_of(np.zeros(self.count))
        for row in limits.absolute_rows:
            self.parts_of(row.center_frac)
        if cost_center_frac is not None:
            self.parts_of(cost_center_frac)

    def parts_of(self, center: Vector) -> _Parts:
        """Return the parts of a center; equal centers share theirs."""
        for known in self._parts:
            if np.array_equal(known.center, center):
                return known
        lower, upper = self.limits.lower_frac, self.limits.upper_frac
        places = np.flatnonzero((lower < center) & (upper > center))
        sign = np.where(upper <= center, -1.0, 1.0)
        sign[lower >= center] = 1.0
        made = _Parts(center, self.width, places, sign)
        self._parts.append(made)
        self.width += len(places)
        return made

    def rows(self, rewards: Vector, reward_constant: float = 0.0) -> LiftedRows:
        """Return all rows; `rewards`, shape (width,), is what the open floor in row 1 is about."""
        limits, width = self.limits, self.width
        linear = limits.rows
        absolute = [self.parts_of(row.center_frac).row(row.coefficients, width) for row in limits.absolute_rows]
        budgets = self._budget_rows(limits.short_budget) if self._has_budget else []
        places = np.concatenate([part.places for part in self._parts] or [np.zeros(0, dtype=np.intp)])
        centers = np.concatenate([part.center[part.places] for part in self._parts] or [np.zeros(0)])
        head = LiftedRows.FIRST_ROW + len(linear)
        first_coupling = head + len(absolute) + len(budgets)
        matrix = np.zeros((first_coupling + len(places), width))
        low, high = np.full(len(matrix), -np.inf), np.full(len(matrix), np.inf)
        matrix[0, : self.count] = 1.0
        low[0] = high[0] = limits.net_frac
        matrix[1] = rewards
        for at, row in enumerate(linear, LiftedRows.FIRST_ROW):
            matrix[at, : self.count] = row.coefficients
            low[at], high[at] = row.lower_frac, row.upper_frac
        for at, (limit, (row_, constant)) in enumerate(zip(limits.absolute_rows, absolute, strict=True), head):
            matrix[at] = row_
            high[at] = limit.upper_frac - constant
        for at, (_, budget_row, constant, most) in enumerate(budgets, head + len(absolute)):
            matrix[at] = budget_row
            high[at] = most - constant
        parts = np.arange(len(places))
        matrix[first_coupling + parts, places] = 1.0
        matrix[first_coupling + parts, self.count + parts] = 1.0
        low[first_coupling:] = centers
        found = {name: head + len(absolute) + at for at, (name, *_) in enumerate(budgets)}
        return LiftedRows(
            matrix,
            low,
            high,
            places,
            centers,
            (
                "Budget",
                "Return floor",
                *(row.name for row in linear),
                *(row.name for row in limits.absolute_rows),
                *(name for name, *_ in budgets),
                *(f"Part of {limits.universe.assets[i]}" for i in places),
            ),
            head if absolute else -1,
            found.get("Gross exposure", -1),
            found.get("Short positions together", -1),
        )

    def _budget_rows(self, budget: ShortBudget | None) -> list[tuple[str, Vector, float, float]]:
        """Return name, row, constant and most of the limits on gross exposure and on shorts."""
        assert budget is not None
        parts = self.parts_of(np.zeros(self.count))
        found: list[tuple[str, Vector, float, float]] = []
        if budget.gross_max_frac is not None:
            row, constant = parts.row(np.ones(self.count), self.width)
            found.append(("Gross exposure", row, constant, budget.gross_max_frac))
        if budget.short_max_frac is not None:
            short = np.zeros(self.width)
            short[: self.count][(parts.sign < 0.0)] = -1.0
            short[parts.first : parts.first + len(parts.places)] = 1.0
            if short.any():
                found.append(("Short positions together", short, 0.0, budget.short_max_frac))
        return found


def lift_rows(limits: LimitSet, rewards: Vector) -> LiftedRows:
    """Return the limits as rows on x = (w, t), with an open floor on ``rewards @ w``."""
    lifting = Lifting(limits)
    return lifting.rows(np.concatenate([rewards, np.zeros(lifting.width - lifting.count)]))
