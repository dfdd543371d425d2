"""What do risk, cost and cash look like on the way from what is held to the target?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.rebalance.goal import goal_weights
from engine.rebalance.problem import RebalanceProblem


@dataclass(frozen=True)
class PartPoint:
    """One part of the way, in fractions of a unit: what whole shares come near to.

    Attributes
    ----------
    part_frac
    volatility_annual_frac, tracking_error_annual_frac
        Of the portfolio, and of its difference from the target; None where no covariance is known.
    cost_ccy, turnover_frac
        Turnover is half of purchases and sales over net assets.
    cash_ccy
        After trades and costs; below the reserve where the target wants more than there is.

    """

    part_frac: float
    volatility_annual_frac: float | None
    tracking_error_annual_frac: float | None
    cost_ccy: float
    turnover_frac: float
    cash_ccy: float


def points_along(
    problem: RebalanceProblem, covariance_annual: Matrix | None, parts_frac: Sequence[float]
) -> tuple[PartPoint, ...]:
    """Return the figures at some parts of the way.

    Parameters
    ----------
    problem
    covariance_annual
        Shape (n, n), of annual returns; None where it is not known.
    parts_frac
        Each between 0 and 1.

    """
    now, made = problem.weights_frac, []
    for part in parts_frac:
        goal = goal_weights(problem.partly(part))
        values = (goal - now) * problem.whole_ccy
        values = np.where(np.abs(values) < 1e-9 * problem.whole_ccy, 0.0, values)
        cost = float(problem.costs.of(values).sum())
        made.append(
            PartPoint(
                part_frac=part,
                volatility_annual_frac=deviation(covariance_annual, goal),
                tracking_error_annual_frac=deviation(covariance_annual, goal - problem.targets_frac),
                cost_ccy=cost,
                turnover_frac=0.5 * float(np.abs(goal - now).sum()),
                cash_ccy=problem.cash_ccy - float(values.sum()) - cost,
            )
        )
    return tuple(made)


def deviation(covariance: Matrix | None, weights_frac: Vector) -> float | None:
    """Return √(wᵀΣw); None where the covariance is not known."""
    if covariance is None:
        return None
    return float(np.sqrt(max(float(weights_frac @ covariance @ weights_frac), 0.0)))
