"""Which proof comes with the weights: how far are they from meeting the optimality conditions?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import ActiveRiskGoal, Goal, RatioGoal, ReturnGoal, VarianceGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.factor_matrix import sizes_of
from engine.result import KktResiduals

FLAT_SCALE = 1e-3
PROVEN_RESIDUAL = 1e-6


def kkt_residuals(
    core: ConvexCore, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
) -> KktResiduals | None:
    """Return the residuals of the optimality conditions at the final weights, free of scale.

    For the gradient g = a Σ w - λ e of the goal at w (a = 0 when the return alone decides), with multipliers y of the
    rows and z of the bounds: stationarity max|g + Aᵀy + z|, primal violation, wrongly signed multipliers, and
    multiplier times distance, each divided by the size of the gradient. That size is its largest part; for a variance
    it is the largest of |Σ||w|, since hedges cancel in Σ w (a backward error: the weights are exact for figures changed
    by that share). For the Sharpe ratio λ is σ²/(eᵀw) at the final weights, for which the conditions are those of the
    ratio itself. Karush (1939); Boyd and Vandenberghe (2004), section 5.5.3.
    """
    if answer.row_duals is None or answer.bound_duals is None:
        return None
    x = core.lifted.lift(weights)
    lower, upper = core.lifted.bounds(*box)
    if np.isinf(answer.tilt):
        curve, linear = np.zeros_like(x), -core.reward_slope(x)
    else:
        tilt, turned = answer.tilt, core.curve @ x
        if isinstance(goal, RatioGoal):
            excess = core.scaled_excess(x)
            tilt = float(x @ turned) / excess if excess > 0.0 else tilt
        curve, linear = turned, -tilt * core.reward_slope(x)
    if answer.risk_duals or answer.robust_dual > 0.0:
        curve = curve + _risk_slopes(core, answer, weights, len(x))
    if isinstance(goal, ActiveRiskGoal):
        benchmark = core.benchmark_frac
        if benchmark is not None:
            count = len(weights)
            linear = np.zeros_like(x)
            linear[:count] = -core.pull_of(benchmark)
    if isinstance(goal, VarianceGoal | ActiveRiskGoal):
        scale = max(float(sizes_of(core.curve, x).max()), FLAT_SCALE)
    else:
        scale = max(float(np.abs(curve).max()), float(np.abs(linear).max()), FLAT_SCALE**2)
    rows = core.lifted
    row_lower = rows.row_lower.copy()
    if isinstance(goal, VarianceGoal | ActiveRiskGoal) and goal.return_min_annual_frac is not None:
        row_lower[rows.RETURN_FLOOR] = core.scaled_floor(goal.return_min_annual_frac - core.risk_free_annual_frac)
    activity = rows.matrix @ x
    floor_dual = float(answer.row_duals[rows.RETURN_FLOOR])
    activity[rows.RETURN_FLOOR] = core.scaled_excess(x) - core.constant
    duals = np.concatenate([answer.bound_duals, answer.row_duals]) / scale
    above = np.concatenate([upper - x, rows.row_upper - activity])
    below = np.concatenate([x - lower, activity - row_lower])
    used = answer.row_duals.nonzero()[0]
    gradient = curve + linear + answer.bound_duals + answer.row_duals[used] @ rows.matrix[used]
    if core.has_impact:  # impact costs bend the return floor
        gradient += (core.reward_slope(x) - core.direction) * floor_dual
    pressed = duals.nonzero()[0]
    held = duals[pressed]
    gaps = np.where(held > 0.0, above[pressed], below[pressed])
    has_side = np.isfinite(gaps)
    violation = max(0.0, -float(above.min()), -float(below.min()))
    complementarity = np.abs(np.where(has_side, held * np.where(has_side, gaps, 0.0), 0.0))
    for risk, dual in zip(core.limits.risks, answer.risk_duals, strict=bool(answer.risk_duals)):
        away = core.volatility_annual_frac(weights - risk.center_frac) / risk.upper_annual_frac - 1.0
        violation = max(violation, away)
        complementarity = np.append(complementarity, abs(dual / scale * away))
    if isinstance(goal, ReturnGoal):
        ceiling = goal.volatility_max_annual_frac
        excess_risk = core.volatility_annual_frac(weights) / ceiling - 1.0
        violation = max(violation, excess_risk)
        if not np.isinf(answer.tilt):
            complementarity = np.append(complementarity, abs(excess_risk))
    return KktResiduals(
        stationarity=float(np.abs(gradient).max()) / scale,
        primal=violation,
        dual=float(np.abs(np.where(has_side, 0.0, held)).max(initial=0.0)),
        complementarity=float(complementarity.max(initial=0.0)),
    )


def _risk_slopes(core: ConvexCore, answer: ConvexAnswer, weights: Vector, width: int) -> Vector:
    """Return Σ m_k ∇√((w - c_k)ᵀΣ(w - c_k)) over risk ceilings and the worst-case term, in scaled units."""
    slope = np.zeros(width)
    count = len(weights)
    terms = [(risk.center_frac, dual) for risk, dual in zip(core.limits.risks, answer.risk_duals, strict=False)]
    if answer.kink_slope is None:
        terms.append((np.zeros(count), answer.robust_dual))
    else:
        slope[:count] += answer.kink_slope
    for center, dual in terms:
        if dual > 0.0:
            turned = core.pull_of(weights - center)
            size = np.sqrt(max(float((weights - center) @ turned), 1e-300))
            slope[:count] += dual / size * turned
    return slope
