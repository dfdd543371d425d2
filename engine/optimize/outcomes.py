"""What is said when a goal has no answer under limits that can be met?"""

from __future__ import annotations

from math import isfinite

from engine.estimators import RISKLESS_VARIANCE_ANNUAL
from engine.kernel.forms import DiversificationGoal, Goal
from engine.kernel.status import SolveStatus
from engine.kernel.units import percent, percent_at_least, percent_at_most, percents, plural
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.count_pick import Cause
from engine.optimize.feasibility import Obstacle

LITTLE_ROOM = Obstacle(
    "Portfolios that keep every limit exist, but no solver found the best one with a proof that passes its own check; "
    "the ceilings on risk and losses may leave hardly any room.",
    "Loosen a ceiling a little, or use minimum volatility.",
)

EVERY_ASSET = Obstacle(
    "Risk parity and risk budgets hold every asset that has a share of the risk, and with whole positions (zero or at "
    "least the minimum, the number of holdings) no portfolio does that, though other goals have one.",
    "Choose fewer assets, lower the minimum holding, allow more holdings, or use minimum volatility.",
)


def is_open_to_doubt(answer: ConvexAnswer, limits: LimitSet, cause: Cause) -> bool:
    """Return whether a missing answer under ceilings on risk or losses is not explained by the answer itself."""
    if limits.is_polyhedral or cause != "none" or getattr(answer, "refusal", None) is not None:
        return False
    return answer.outcome in ("infeasible", "failed")


def ending(answer: ConvexAnswer, goal: Goal, core: Core, cause: Cause = "none") -> tuple[SolveStatus, Obstacle | None]:
    """Return the status of an unsolved answer with its sentence and advice; None where limits clash, for the doctor."""
    refusal = getattr(answer, "refusal", None)
    if refusal is not None:
        return refusal  # type: ignore[no-any-return]
    floor, ceiling = getattr(goal, "return_min_annual_frac", None), getattr(goal, "volatility_max_annual_frac", None)
    if answer.outcome == "floor_too_high" and floor is not None:
        return SolveStatus.INFEASIBLE, _floor_too_high(answer.best_return_annual_frac, float(floor), _after(core))
    if answer.outcome == "ceiling_too_low" and ceiling is not None:
        return SolveStatus.INFEASIBLE, _ceiling_too_low(answer.least_volatility_annual_frac, float(ceiling))
    if answer.outcome in ("no_excess_return", "riskless_excess"):
        return SolveStatus.UNSUITABLE, _without_ratio(answer, goal, core)
    if answer.outcome == "search_ended":
        return SolveStatus.FAILED, Obstacle(
            "The search for whole positions (zero or at least the minimum, the number of holdings) ended at its limit "
            "without finding a portfolio; there may be one.",
            "Lower the minimum holding, allow more holdings, raise the maximum position, or let the search go on "
            "longer (proof effort).",
        )
    if answer.outcome == "infeasible" and answer.least_share is not None:
        return SolveStatus.INFEASIBLE, _ceilings_too_low(answer.least_share)
    if answer.outcome == "infeasible":
        return SolveStatus.INFEASIBLE, None if cause == "none" else _whole_positions(core.limits, cause)
    has_history = core.estimates.history_frac is not None
    return SolveStatus.FAILED, Obstacle(
        f"No solver reached an answer that passes its own check (tried: {', '.join(answer.chain) or 'none'}).",
        f"Check the figures for extreme values{', or use the Ledoit-Wolf covariance' if has_history else ''}.",
    )


def _after(core: Core) -> str:
    """Return what returns are counted after, in words with a space before them."""
    return "" if core.costs is None else " after trading costs"


def _floor_too_high(best_frac: float | None, floor_frac: float, after: str) -> Obstacle:
    best, asked = percents(best_frac or 0.0, floor_frac)
    return Obstacle(
        f"The best reachable expected return{after} is {best} a year; you asked for {asked}.",
        f"Ask for at most {percent_at_most(best_frac or 0.0)}, or loosen the limits on positions and sectors.",
    )


def _ceiling_too_low(least_frac: float | None, ceiling_frac: float) -> Obstacle:
    least, allowed = percents(least_frac or 0.0, ceiling_frac)
    return Obstacle(
        f"The lowest reachable volatility is {least} a year; you allow {allowed}.",
        f"Allow at least {percent_at_least(least_frac or 0.0)}, or loosen the limits on positions and sectors.",
    )


def _ceilings_too_low(least_share: float) -> Obstacle:
    if not isfinite(least_share):  # the other limits leave no portfolio whose risk could be compared
        return Obstacle("No portfolio meets every limit.", "Loosen a limit; the diagnosis says which.")
    return Obstacle(
        "No portfolio under the other limits keeps the ceilings on risk: the nearest has "
        f"{percent(least_share, 4)} of the risk that they allow.",
        f"Raise the ceilings to at least {percent_at_least(least_share)} of what they are, or loosen another limit.",
    )


def _without_ratio(answer: ConvexAnswer, goal: Goal, core: Core) -> Obstacle:
    """Return why a ratio has no maximum: of return to risk, or of the assets' own risks to the portfolio's."""
    if isinstance(goal, DiversificationGoal):
        return _without_diversification(answer, core)
    rate = core.risk_free_annual_frac
    if answer.outcome == "riskless_excess":
        return Obstacle(
            "A portfolio without measured risk is expected to earn more than the risk-free rate of "
            f"{percent(rate)}, so the Sharpe ratio has no maximum.",
            "Raise the risk-free rate to what the riskless asset earns, leave that asset out, or use maximum return "
            "at a volatility.",
        )
    top = answer.best_return_annual_frac
    best, shown = percents(rate if top is None else top, rate)
    return Obstacle(
        f"No portfolio under these limits has an expected return{_after(core)} above the risk-free rate of {shown}"
        f"{'' if top is None else f' (the best has {best} a year)'}, so a Sharpe ratio cannot rank them.",
        "Use minimum volatility, or another estimate of expected returns.",
    )


def _without_diversification(answer: ConvexAnswer, core: Core) -> Obstacle:
    if answer.outcome == "riskless_excess":
        return Obstacle(
            "Under these limits some portfolio of risky assets has no measured risk at all, so its diversification "
            "ratio is infinite and no maximum exists.",
            "Use a longer history or the Ledoit-Wolf covariance, leave out assets that mirror others, or use minimum "
            "volatility."
            if core.estimates.history_frac is not None
            else "Give a covariance without such a combination, leave out assets that mirror others, or use minimum "
            "volatility.",
        )
    if float(core.estimates.variances_annual.max(initial=0.0)) <= RISKLESS_VARIANCE_ANNUAL:
        return Obstacle(
            "None of the assets has any measured risk, so there is nothing to diversify.",
            "Check the figures, or use equal weights.",
        )
    return Obstacle(
        "No portfolio under these limits holds more risk of its assets long than short, so the diversification ratio "
        "cannot rank them.",
        "Loosen the limits on positions and sectors, raise the net investment, or use minimum volatility.",
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
