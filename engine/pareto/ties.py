"""Among portfolios that no risk tells apart, which one is the best in everything else?

Where an asset is there twice, or the history is shorter than the list of assets, weights can move without any change in
risk. A convex program for the risk is content with any of those portfolios; score, yield, return and trading are not,
and a linear program too may have several answers. The best of them is found by one more linear program: every figure of
risk, the goal and the levels are held, and the sum of all objectives becomes as good as it can. None of the others is
then better in one objective without being worse in another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import AbsoluteRow, Estimates, Matrix, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.lift import LiftedRows, Lifting
from engine.optimize.linear import solve_linear
from engine.pareto.measures import Measure

SAME_RISK = 1e-12  # of the largest eigenvalue: a direction of less variance has none
HELD = (
    2e-9  # of a figure of risk, of a limit, or of an objective: what a move may change, which is what a program leaves
)
GAIN = 1e-8  # of the scale of an objective: less is no gain
ANY_MOVE = 100.0


class Ties:
    """Looks for a better portfolio among those with the same risk.

    Parameters
    ----------
    measures
        The convex ones that are sought.
    estimates, limits
        The figures and the convex hull of the limits.
    costs
        What the return is counted after, or None.

    """

    def __init__(
        self, measures: Sequence[Measure], estimates: Estimates, limits: LimitSet, costs: TradingCosts | None
    ) -> None:
        self.limits, self.costs = limits, costs
        self.straight = [one for one in measures if one.form in ("linear", "absolute")]
        count = limits.universe.count
        self.seen, self.gram = _seen_by_risk(measures, estimates, limits)
        self.is_open = bool(self.straight) and len(self.seen) < count
        self._rows: LiftedRows | None = None
        self._costs: list[tuple[Vector, float]] = []

    def may_move(self, is_free: NDArray[np.bool_]) -> bool:
        """Return whether assets of a mask, shape (n,), can move together without any risk seeing it."""
        free = np.flatnonzero(is_free)
        if not self.is_open or len(free) < 2:
            return False
        values = np.linalg.eigvalsh(self.gram[np.ix_(free, free)])
        return bool(values[0] <= 1e2 * SAME_RISK * max(float(values[-1]), 1e-300))

    def broken(self, weights: Vector, held: Mapping[int, float]) -> Vector:
        """Return the best portfolio in all objectives together that has the same risk, shape (n,).

        Parameters
        ----------
        weights
            Shape (n,); they are returned themselves where nothing better was found.
        held
            By the `id` of linear and absolute objectives, the cost that they may have; at least their own, so that -inf
            stands for that. The others may change.

        """
        if not self.is_open:
            return weights
        rows = self._lifted()
        count = len(weights)
        own = np.array([_cost_of(one, weights) for one in self.straight])
        scales = np.array([max(float(np.abs(row).max()), 1e-12) for row, _ in self._costs])
        most = np.maximum([held.get(id(one), np.inf) for one in self.straight], own)
        sides = most - np.array([constant for _, constant in self._costs])
        slopes = np.array([row for row, _ in self._costs]) / scales[:, None]
        pinned = np.zeros((len(self.seen), slopes.shape[1]))
        pinned[:, :count] = self.seen
        values = self.seen @ weights
        found = solve_linear(
            slopes.sum(axis=0),
            np.concatenate([rows.matrix, slopes, pinned]),
            np.concatenate([rows.row_lower, np.full(len(slopes), -np.inf), values]),
            np.concatenate([rows.row_upper, sides / scales, values]),
            *rows.bounds(self.limits.lower_frac, self.limits.upper_frac),
        )
        if found.outcome != "solved":
            return weights
        moved = np.clip(found.x[:count], self.limits.lower_frac, self.limits.upper_frac)
        after = np.array([_cost_of(one, moved) for one in self.straight])
        is_kept = bool((after <= most + HELD * scales).all())
        is_kept &= float(np.abs(self.seen @ moved - values).max(initial=0.0)) <= HELD
        is_kept &= abs(float(moved.sum() - weights.sum())) <= HELD
        return moved if is_kept and float(((own - after) / scales).sum()) > GAIN else weights

    def _lifted(self) -> LiftedRows:
        """Return the rows of the limits with the parts that the objectives need; make their own rows besides."""
        if self._rows is None:
            absolute = []
            for one in self.straight:
                if one.form == "absolute":
                    assert one.center is not None
                    assert one.coefficients is not None
                    absolute.append(
                        AbsoluteRow(one.label, "pareto_level", "portfolio", one.coefficients, one.center, ANY_MOVE)
                    )
            limits = replace(self.limits, absolute_rows=(*self.limits.absolute_rows, *absolute))
            lifting = Lifting(limits, None if self.costs is None else self.costs.center_frac)
            self._rows = lifting.rows(np.zeros(lifting.width))
            self._costs = [self._cost_row(one, lifting) for one in self.straight]
        return self._rows

    def _cost_row(self, one: Measure, lifting: Lifting) -> tuple[Vector, float]:
        """Return a row on lifted weights and a constant, whose sum is the objective's cost."""
        assert one.coefficients is not None
        if one.form == "absolute":
            assert one.center is not None
            row, constant = lifting.parts_of(one.center).row(one.coefficients, lifting.width)
            return row, constant + one.constant
        row, constant = np.zeros(lifting.width), one.sign * one.constant
        row[: lifting.count] = one.sign * one.coefficients
        if one.has_costs and self.costs is not None:
            spent, shift = lifting.parts_of(self.costs.center_frac).row(self.costs.rates_annual_frac, lifting.width)
            row, constant = row + spent, constant + shift
        return row, constant


def _cost_of(one: Measure, weights: Vector) -> float:
    return float(one.costs(weights[None])[0])


def _seen_by_risk(
    measures: Sequence[Measure], estimates: Estimates, limits: LimitSet
) -> tuple[Matrix, NDArray[np.float64]]:
    """Return an orthonormal basis, shape (r, n), of what any measure or ceiling of risk sees of the weights.

    The second is the sum of the squares that they see, shape (n, n), each in units of its own mean.
    """
    count = limits.universe.count
    gram = np.zeros((count, count))
    if limits.risks or any(one.form == "quadratic" for one in measures):
        covariance = estimates.covariance_annual
        gram += covariance / max(float(np.diag(covariance).mean()), 1e-300)
    if limits.tails or any(one.form == "tail" for one in measures):
        history = estimates.history_frac
        assert history is not None
        squares = history.T @ history
        gram += squares / max(float(np.diag(squares).mean()), 1e-300)
    values, vectors = np.linalg.eigh(gram)
    return vectors[:, values > SAME_RISK * max(float(values[-1]), 1e-300)].T, gram
