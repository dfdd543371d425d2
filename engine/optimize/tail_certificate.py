"""How far are weights from the least tail measure that the limits allow?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.forms import Goal, TailGoal, Vector
from engine.kernel.size import risk_of
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.tail_measures import Scenarios, period_shares, slope_of, tail_count, tail_value
from engine.result import KktResiduals

if TYPE_CHECKING:
    from engine.optimize.tail import TailCore
    from engine.optimize.tail_conic import TailConicCore

SLIGHT = 1e-6


def tail_residuals(
    core: TailCore | TailConicCore, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
) -> KktResiduals | None:
    """Return the residuals of the optimality conditions at the final weights, free of scale; None without multipliers.

    With the slope g = Σ q_k ∇loss_k of the measure from the scenarios' shares q, multipliers y of the rows and z of the
    bounds: stationarity max|g + Aᵀy + z|; primal, the largest violation of a limit; dual, multipliers of the wrong sign
    and shares that no slope of the measure has (negative, above the tail's share of a period, or not one in all);
    complementarity, the largest of multiplier times distance, of measure - gᵀw (the scenarios' own condition) and of
    the gap between the measure and the bound that the multipliers prove for every portfolio within the limits. Each is
    divided by the slope's largest part. Rockafellar and Uryasev (2000); Boyd and Vandenberghe (2004), section 5.5.3.

    Parameters
    ----------
    core
        History, rows and limits.
    goal, answer
        A tail goal and its answer with scenarios.
    weights
        Shape (n,), for instance rounded.
    box
        Bounds on w within which the answer is the best.

    """
    scenarios: Scenarios | None = getattr(answer, "scenarios", None)
    if answer.row_duals is None or answer.bound_duals is None or scenarios is None:
        return None
    assert isinstance(goal, TailGoal)
    rows, count = core.lifted, len(weights)
    x = rows.lift(weights)
    lower, upper = rows.bounds(*box)
    row_lower = rows.row_lower.copy()
    if goal.return_min_annual_frac is not None:
        row_lower[LiftedRows.RETURN_FLOOR] = core.scaled_floor(goal.return_min_annual_frac - core.risk_free_annual_frac)
    slope = np.zeros(len(x))
    slope[:count] = slope_of(goal.tail, core.history, scenarios)
    scale = _size(core, goal, scenarios, slope)
    activity = rows.matrix @ x
    duals = np.concatenate([answer.bound_duals, answer.row_duals]) / scale
    above = np.concatenate([upper - x, rows.row_upper - activity])
    below = np.concatenate([x - lower, activity - row_lower])
    gaps = np.where(duals > 0.0, above, np.where(duals < 0.0, below, 0.0))
    has_side = np.isfinite(gaps)
    parts = np.where(has_side, duals * np.where(has_side, gaps, 0.0), 0.0)
    curved, violation, loose = _risk_parts(core, answer, weights, len(x))
    loose = loose / scale
    gradient = slope + curved + rows.matrix.T @ answer.row_duals + answer.bound_duals
    own = (tail_value(goal.tail, goal.level, core.history, weights) - float(slope @ x)) / scale
    # measure(v) ≥ slope @ v at every v within the limits, and slope @ v is at least its value here less Σ parts
    proven_gap = own + float(np.abs(parts).sum()) + float(np.abs(loose).sum())
    return KktResiduals(
        stationarity=float(np.abs(gradient).max()) / scale,
        primal=max(0.0, float(-above.min()), float(-below.min()), violation),
        dual=max(float(np.abs(np.where(has_side, 0.0, duals)).max(initial=0.0)), _wrong_shares(core, goal, scenarios)),
        complementarity=max(abs(own), abs(proven_gap), float(np.abs(parts).max(initial=0.0))),
    )


def _risk_parts(
    core: TailCore | TailConicCore, answer: ConvexAnswer, weights: Vector, width: int
) -> tuple[Vector, float, Vector]:
    """Return the slope of the risk ceilings times their multipliers, the worst violation, multiplier times distance."""
    slope, violation, loose = np.zeros(width), 0.0, np.zeros(len(core.limits.risks))
    covariance = core.estimates.covariance_annual
    root = np.sqrt(max(float(np.mean(np.diag(covariance))), 1e-12))  # the unit of the multipliers
    for number, (risk, dual) in enumerate(zip(core.limits.risks, answer.risk_duals, strict=False)):
        away = weights - risk.center_frac
        size = max(risk_of(away, covariance), 1e-150)
        slope[: len(weights)] += dual / root * (covariance @ away) / size
        violation = max(violation, size / risk.upper_annual_frac - 1.0)
        loose[number] = dual / root * (risk.upper_annual_frac - size)
    return slope, violation, loose


def _size(core: TailCore | TailConicCore, goal: TailGoal, scenarios: Scenarios, slope: Vector) -> float:
    """Return the largest part of the slope, or a millionth of what it is summed from where it cancels out.

    Where the measure is 0 and so is its slope, the size is that of a typical return.
    """
    typical = max(float(np.abs(core.history).mean()), 1e-300)
    if not slope.any():
        return typical
    shares = period_shares(goal.tail, len(core.history), scenarios)
    summed = float((np.abs(shares) @ np.abs(core.history)).max(initial=0.0))
    return max(float(np.abs(slope).max(initial=0.0)), SLIGHT * max(summed, typical))


def _wrong_shares(core: TailCore | TailConicCore, goal: TailGoal, scenarios: Scenarios) -> float:
    """Return by how much the shares are none that a slope of the measure can have."""
    shares, periods_count = scenarios.shares, len(core.history)
    below = float(-shares.min(initial=0.0))
    if goal.tail == "semi_deviation":
        return max(below, float(np.sqrt(periods_count * np.sum(shares**2))) - 1.0)
    total = float(shares.sum())
    if goal.tail == "max_drawdown":
        return max(below, total - 1.0)
    of_troughs = np.bincount(scenarios.troughs, weights=shares)
    most = 1.0 / tail_count(goal.level, periods_count)
    return max(below, abs(total - 1.0), float(of_troughs.max(initial=0.0)) / most - 1.0)
