"""What do limits cost where the answer came from the family min ½ wᵀΣw - λ eᵀw?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import ActiveRiskGoal, Goal, RatioGoal, ReturnGoal, UtilityGoal, VarianceGoal
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.loosening import loosening_multipliers
from engine.optimize.prices import Prices


def prices_of(core: ConvexCore, goal: Goal, answer: ConvexAnswer) -> Prices | None:
    """Return the multipliers in units of the goal's figure, as loosening each limit alone is worth; None without any.

    With f = ½ wᵀΣw and y a multiplier of its conditions: a volatility changes by -y V / σ for each unit of the limit
    (V the scale of variances), a Sharpe ratio by y / (λ σ), an expected return by y / λ, a utility by γ V y.
    """
    weights, multipliers = answer.weights_frac, loosening_multipliers(core, answer)
    if weights is None or multipliers is None:
        return None
    rows, bounds, risk_duals = multipliers
    in_units = rows.copy()  # of the row's own side; row 1 is in scaled excess return
    in_units[LiftedRows.RETURN_FLOOR] /= core.excess_scale
    ceilings = tuple(one / float(np.sqrt(core.variance_scale)) for one in risk_duals)
    risk = core.active_risk_annual_frac(weights) if isinstance(goal, ActiveRiskGoal) else None
    risk = core.volatility_annual_frac(weights) if risk is None else risk
    if isinstance(goal, VarianceGoal | ActiveRiskGoal):
        return Prices.scaled(-core.variance_scale / max(risk, 1e-12), in_units, bounds, ceilings)
    if isinstance(goal, UtilityGoal):
        return Prices.scaled(goal.risk_aversion * core.variance_scale, in_units, bounds, ceilings)
    if isinstance(goal, RatioGoal):
        scaled = risk / np.sqrt(core.variance_scale)
        factor = core.excess_scale / np.sqrt(core.variance_scale) / max(answer.tilt * scaled, 1e-300)
        return Prices.scaled(float(factor), in_units, bounds, ceilings)
    if not isinstance(goal, ReturnGoal):
        return None
    if np.isinf(answer.tilt):
        return Prices.scaled(core.excess_scale, in_units, bounds, ceilings, goal_side=0.0)
    if answer.tilt <= 0.0:
        return None  # the ceiling is the least reachable risk: there the price has no limit
    side = goal.volatility_max_annual_frac * core.excess_scale / (answer.tilt * core.variance_scale)
    return Prices.scaled(core.excess_scale / answer.tilt, in_units, bounds, ceilings, goal_side=side)
