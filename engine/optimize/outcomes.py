"""What is said when a goal has no answer under limits that can be met?"""

from __future__ import annotations

from engine.kernel.forms import Goal, ReturnGoal
from engine.kernel.status import SolveStatus
from engine.kernel.units import percent, plural
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.count_pick import Cause
from engine.optimize.feasibility import Obstacle


def ending(answer: ConvexAnswer, goal: Goal, core: Core, cause: Cause = "none") -> tuple[SolveStatus, Obstacle]:
    """Return the status of an unsolved answer with its sentence and advice."""
    refusal = getattr(answer, "refusal", None)
    if refusal is not None:
        return refusal  # type: ignore[no-any-return]
    rate = percent(core.risk_free_annual_frac)
    floor = getattr(goal, "return_min_annual_frac", None)
    if answer.outcome == "floor_too_high" and floor is not None:
        best = answer.best_return_annual_frac or 0.0
        return SolveStatus.INFEASIBLE, Obstacle(
            f"The best reachable expected return is {percent(best)} a year; you asked for {percent(floor)}.",
            f"Ask for at most {percent(_floor(best))}, or loosen the limits on positions and sectors.",
        )
    if answer.outcome == "ceiling_too_low" and isinstance(goal, ReturnGoal):
        least = answer.least_volatility_annual_frac or 0.0
        return SolveStatus.INFEASIBLE, Obstacle(
            f"The lowest reachable volatility is {percent(least)} a year; you allow "
            f"{percent(goal.volatility_max_annual_frac)}.",
            f"Allow at least {percent(_ceil(least))}, or loosen the limits on positions and sectors.",
        )
    if answer.outcome == "no_excess_return":
        top = answer.best_return_annual_frac
        found = f" (the best has {percent(top)} a year)" if top is not None else ""
        return SolveStatus.UNSUITABLE, Obstacle(
            f"No portfolio under these limits has an expected return above the risk-free rate of {rate}{found}, so a "
            "Sharpe ratio cannot rank them.",
            "Use minimum volatility, or another estimate of expected returns.",
        )
    if answer.outcome == "riskless_excess":
        return SolveStatus.UNSUITABLE, Obstacle(
            f"A portfolio without measured risk is expected to earn more than the risk-free rate of {rate}, so the "
            "Sharpe ratio has no maximum.",
            "Raise the risk-free rate to what the riskless asset earns, leave that asset out, or use maximum return "
            "at a volatility.",
        )
    if answer.outcome == "search_ended":
        return SolveStatus.FAILED, Obstacle(
            "The search for whole positions (zero or at least the minimum, the number of holdings) ended at its limit "
            "without finding a portfolio; there may be one.",
            "Lower the minimum holding, allow more holdings, raise the maximum position, or let the search go on "
            "longer (proof effort).",
        )
    if answer.outcome == "infeasible" and cause != "none":
        return SolveStatus.INFEASIBLE, _whole_positions(core.limits, cause)
    if answer.outcome == "infeasible":
        return SolveStatus.INFEASIBLE, Obstacle("No portfolio meets every limit.", "Loosen a limit.")
    return SolveStatus.FAILED, Obstacle(
        f"No solver reached an answer that passes its own check (tried: {', '.join(answer.chain) or 'none'}).",
        "Check the figures for extreme values, or use the Ledoit-Wolf covariance.",
    )


def _whole_positions(limits: LimitSet, cause: Cause) -> Obstacle:
    """Return what to say when only whole positions rule every portfolio out."""
    least = float(limits.minimum_frac.max())
    minimum = f"every position must be zero or at least {percent(least)}"
    way_out = "Lower the minimum holding, or loosen the limits on positions and sectors."
    if least == 0.0:
        minimum = "every position must have its minimum size, long or short"
        way_out = "Lower the minimum position to 0, or use 'zero or at least' instead."
    if cause == "minimum":
        return Obstacle(f"Because {minimum}, no portfolio meets the limits; without that minimum one would.", way_out)
    number = "of the limit on the number of holdings"
    if limits.count is not None and limits.count.max_count is not None:
        number = f"at most {plural(limits.count.max_count, 'asset')} may be held"
    if cause == "count":
        return Obstacle(
            f"Because {number}, no portfolio meets the limits; without that limit one would.",
            "Allow more holdings, or raise the maximum position.",
        )
    return Obstacle(
        f"Because {minimum} and {number}, no portfolio meets the limits; without both one would.",
        "Lower the minimum holding, or allow more holdings.",
    )


def _floor(value: float) -> float:
    return int(value * 1e4) / 1e4 if value >= 0 else -(int(-value * 1e4 + 1)) / 1e4


def _ceil(value: float) -> float:
    return (int(value * 1e4) + 1) / 1e4
