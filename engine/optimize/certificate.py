"""Which proof comes with the weights: each limit's value and slack, and the optimality conditions' residuals?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.kernel.forms import Goal, ReturnGoal, VarianceGoal, Vector
from engine.kernel.units import percent
from engine.optimize.compile import Interval
from engine.optimize.convex import ConvexAnswer, ConvexCore
from engine.optimize.rounding import RoundRow
from engine.result import KktResiduals, LimitLine

BINDING_FRAC = 5e-7
LINE_DIGITS = 14
FLAT_SCALE = 1e-3
ZERO: Interval = (0.0, 0.0)
PROVEN_RESIDUAL = 1e-6


def limit_lines(core: ConvexCore, goal: Goal, weights: Vector) -> tuple[LimitLine, ...]:
    """Return every limit by name with its value, its sides as they were set, its slack and whether it binds.

    The sides are those of the request, never those of the branch in which a search for whole positions found the
    answer. A position that may be zero or at least a minimum has that minimum as its lower side; at zero it keeps the
    limit without touching either side, so it does not bind, and its slack is the way to the nearer side.

    Parameters
    ----------
    core
        Estimates and limits.
    goal
        A target return or a volatility ceiling is listed as a limit too.
    weights
        Final weights, shape (n,).

    """
    limits = core.limits
    lines = [_line("Budget", "budget", "portfolio", float(weights.sum()), limits.net_frac, limits.net_frac)]
    for row in limits.rows:
        low = None if np.isneginf(row.lower_frac) else row.lower_frac
        high = None if np.isposinf(row.upper_frac) else row.upper_frac
        lines.append(_line(row.name, row.kind, row.scope, float(row.coefficients @ weights), low, high))
    if limits.short_budget is not None:
        gross, short = float(np.abs(weights).sum()), float(np.maximum(-weights, 0.0).sum())
        budget = limits.short_budget
        if budget.gross_max_frac is not None:
            lines.append(_line("Gross exposure", "long_short", "portfolio", gross, None, budget.gross_max_frac))
        if budget.short_max_frac is not None:
            lines.append(
                _line("Short positions together", "long_short", "portfolio", short, None, budget.short_max_frac)
            )
    held = np.abs(weights[(limits.minimum_frac > 0.0) & (weights != 0.0)])
    if held.size:
        least = float(limits.minimum_frac.max())
        name = f"Zero or at least {percent(least)}"
        lines.append(_line(name, "min_holding", "every position", float(held.min()), least, None))
    if isinstance(goal, VarianceGoal) and goal.return_min_annual_frac is not None:
        value = core.return_annual_frac(weights)
        lines.append(_line("Expected return", "target_return", "portfolio", value, goal.return_min_annual_frac, None))
    if isinstance(goal, ReturnGoal):
        value = core.volatility_annual_frac(weights)
        lines.append(_line("Volatility", "volatility", "portfolio", value, None, goal.volatility_max_annual_frac))
    for asset, weight, pieces in zip(limits.universe.assets, weights, limits.intervals, strict=True):
        lines.append(_position(asset, float(weight), pieces))
    return tuple(lines)


def _position(asset: str, weight: float, pieces: Sequence[Interval]) -> LimitLine:
    """Return the line of one position; `pieces` are all values that the request allows it, sorted."""
    sized = [piece for piece in pieces if piece != ZERO] or [ZERO]
    low, high = sized[0][0], sized[-1][1]
    may_be_zero = len(sized) < len(pieces)
    name = f"Position of {asset}, if held" if may_be_zero else f"Position of {asset}"
    if may_be_zero and weight == 0.0:
        room = min(abs(end) for piece in sized for end in piece)
        return LimitLine(
            name=name,
            kind="position_bounds",
            scope=asset,
            value_frac=weight,
            min_frac=low,
            max_frac=high,
            slack_frac=round(room, LINE_DIGITS),
            is_binding=False,
        )
    room = max(min(weight - start, end - weight) for start, end in sized)
    return _line(name, "position_bounds", asset, weight, low, high, room)


def _line(
    name: str,
    kind: str,
    scope: str,
    value: float,
    low: float | None,
    high: float | None,
    room: float | None = None,
) -> LimitLine:
    """Return a line; `room` is given where the sides are not all that the value must keep."""
    value = round(value, LINE_DIGITS)  # sums of multiples of 1e-8 show without the noise of binary fractions
    gaps = [value - low] if low is not None else []
    gaps += [high - value] if high is not None else []
    gaps = gaps if room is None else [room]
    slack = round(min(gaps), LINE_DIGITS) + 0.0 if gaps else 0.0
    return LimitLine(
        name=name,
        kind=kind,
        scope=scope,
        value_frac=value,
        min_frac=low,
        max_frac=high,
        slack_frac=slack,
        is_binding=slack <= BINDING_FRAC,
    )


def round_rows(core: ConvexCore, goal: Goal, weights: Vector) -> list[RoundRow]:
    """Return the limits that rounding must keep, the curved ones as their tangent at the weights."""
    limits = core.limits
    rows = [RoundRow(row.coefficients, row.lower_frac, row.upper_frac) for row in limits.rows]
    budget = limits.short_budget
    if budget is not None:
        signs = np.where(weights < 0.0, -1.0, 1.0)
        if budget.gross_max_frac is not None:
            rows.append(RoundRow(signs, -np.inf, budget.gross_max_frac))
        if budget.short_max_frac is not None:
            rows.append(RoundRow(np.where(weights < 0.0, -1.0, 0.0), -np.inf, budget.short_max_frac))
    if isinstance(goal, VarianceGoal) and goal.return_min_annual_frac is not None:
        floor = goal.return_min_annual_frac - core.risk_free_annual_frac
        rows.append(RoundRow(core.excess * core.excess_scale, floor, np.inf))
    if isinstance(goal, ReturnGoal):
        volatility = core.volatility_annual_frac(weights)
        if volatility > 0.0:
            slope = core.estimates.covariance_annual @ weights / volatility
            rows.append(RoundRow(slope, -np.inf, goal.volatility_max_annual_frac - 1e-15))
    return rows


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
        curve, linear = np.zeros_like(x), -core.direction
    else:
        variance, excess = float(x @ core.quadratic @ x), float(core.direction @ x)
        tilt = variance / excess if answer.tilt > 0.0 and not isinstance(goal, ReturnGoal) else answer.tilt
        curve, linear = core.quadratic @ x, -tilt * core.direction
    if isinstance(goal, VarianceGoal):
        scale = max(float((np.abs(core.quadratic) @ np.abs(x)).max()), FLAT_SCALE)
    else:
        scale = max(float(np.abs(curve).max()), float(np.abs(linear).max()), FLAT_SCALE**2)
    rows = core.lifted
    row_lower = rows.row_lower.copy()
    if isinstance(goal, VarianceGoal) and goal.return_min_annual_frac is not None:
        floor = (goal.return_min_annual_frac - core.risk_free_annual_frac) / core.excess_scale
        row_lower[rows.RETURN_FLOOR] = floor
    activity = rows.matrix @ x
    duals = np.concatenate([answer.bound_duals, answer.row_duals]) / scale
    above = np.concatenate([upper - x, rows.row_upper - activity])
    below = np.concatenate([x - lower, activity - row_lower])
    gradient = curve + linear + rows.matrix.T @ answer.row_duals + answer.bound_duals
    gaps = np.where(duals > 0.0, above, np.where(duals < 0.0, below, 0.0))
    has_side = np.isfinite(gaps)
    violation = max(0.0, float(-above.min()), float(-below.min()))
    complementarity = np.abs(np.where(has_side, duals * np.where(has_side, gaps, 0.0), 0.0))
    if isinstance(goal, ReturnGoal):
        ceiling = goal.volatility_max_annual_frac
        excess_risk = core.volatility_annual_frac(weights) / ceiling - 1.0
        violation = max(violation, excess_risk)
        if not np.isinf(answer.tilt):
            complementarity = np.append(complementarity, abs(excess_risk))
    return KktResiduals(
        stationarity=float(np.abs(gradient).max()) / scale,
        primal=violation,
        dual=float(np.abs(np.where(has_side, 0.0, duals)).max(initial=0.0)),
        complementarity=float(complementarity.max(initial=0.0)),
    )
